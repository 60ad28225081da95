//! The stage that recognises stories and publishes articles, revisions and duplicates.
//!
//! ```text
//! stories ──▶ Deduper ──┬──▶ articles    a new article, or the next revision of one
//!                │ ▲    ├──▶ duplicates  a story that tells a known article's report
//!                ▼ │    └──▶ copies      how many such stories an article has by now, and where
//!          keyed state: the index of stories seen (crate `dedup`)
//! ```
//!
//! Stories come partitioned by the language group of their page, so that copies of a report meet in
//! one instance and a page's stories always come to the same one. A story that is known and has not
//! changed leads to nothing, so a replay over the same state publishes nothing.
//!
//! A report may come in on fifty sites within minutes: its copies are gathered, and their count is published when a timer
//! rings, at most once in an interval for each article.
//!
//! The index is what the stage's state comes down to in memory, and nothing else: what a transaction drops, it never
//! sees. Each story sweeps out a few that have left the window.

mod memory;
mod stage;

pub use memory::Stories;
pub use stage::Deduper;
