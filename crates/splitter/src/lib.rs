//! The stage that splits pages into stories.
//!
//! ```text
//! pages ──▶ Splitter ──┬──▶ stories       key: page URL; partition: language group of the page
//!           (crate     └──▶ dead-letters  a page without a story, with the reason
//!            `split`)
//! ```
//!
//! It keeps no state: the same page gives the same stories, whenever it comes, as long as the rules for
//! its site ([`Rules`]) stay the same. What the page does not
//! say of its only story is taken from the feed's entry that led to it; of several stories the entry
//! may describe any, so none gets it.
//!
//! A page that is handled again (a [`Replay`](model::Replay)) tells its stories as ever, and says how many there were
//! ([`Recount`](model::Recount)): what it told before and does not tell now is to be withdrawn.
//!
//! All stories of a page go to one partition, that of the language which most of the page's words are
//! written in, so that a page's stories and their later versions meet, and copies of a report do.

mod entry;
mod rules;
mod stage;

pub use rules::Rules;
pub use stage::Splitter;
