//! Knows a story again.
//!
//! Agencies' reports come out on fifty sites, and every page is fetched again and again. The
//! [`Index`] says of each story what it is to the stories before it, as a [`Verdict`]: new, a new
//! revision of a known article, nothing new, or a duplicate of an article.
//!
//! ```text
//! Story ─ sighting ─▶ by identity? ─ yes ─▶ the same story: unchanged, or a revision
//!         (identities,      │ no
//!          hashes)     by its text? ─ yes ─▶ another telling of it: a duplicate
//!                           │ no
//!                           └──────────────▶ a new article, its id minted
//! ```
//!
//! - [`normalise`](normal) brings texts into the forms in which they are compared.
//! - `sighting` lists what a story can be known by: its own URL, or its page's URL with its headline
//!   and its first words. Its place in the page is never an identity.
//! - `index` gives the verdict. A near-duplicate search comes between "by its text" and "new".
//! - `replay` finds the articles that a page does not tell after all, when it is split again.
//! - `store` says what is kept under which key, `window` what is forgotten next.
//!
//! All is pure: the time comes in as an argument, and the only memory is the [`Memory`] that is
//! handed in, such as a stage's transactional state. [`Dedup`] is the same for a file of stories.

mod dedup;
mod index;
mod known;
mod memory;
mod normalise;
mod replay;
mod settings;
mod sighting;
mod sketch;
mod store;
mod verdict;
mod window;

pub use dedup::Dedup;
pub use index::Index;
pub use memory::{Memory, MemoryError};
pub use normalise::{normal, strict};
pub use replay::Withdrawal;
pub use settings::Settings;
pub use store::check;
pub use verdict::{Change, Verdict};
