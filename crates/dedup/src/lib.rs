//! Knows a story again.
//!
//! Agencies' reports come out on fifty sites, and every page is fetched again and again. The
//! [`Index`] says of each story what it is to the stories before it, as a [`Verdict`]: new, a new
//! revision of a known article, nothing new, or a duplicate of an article.
//!
//! ```text
//! Story ─ sighting ─▶ by its page, URL or words there? ─ yes ─▶ the same story: unchanged, or a revision
//!         (hashes,          │ no
//!          shingles)  by its text, or most of it? ─ yes ─▶ another telling of a report: a duplicate
//!                           │ no
//!                           └─────────────────────────────▶ a new article, its id minted
//! ```
//!
//! - [`normalise`](normal) brings texts into the forms in which they are compared.
//! - `sighting` is what a story that comes is known by: its own URL, or its page's URL with its headline and its first
//!   words. Its place in the page is never an identity.
//! - `near` finds texts that are mostly the same.
//! - `record` is the form of a story as state, `index` what these come down to in memory.
//! - `judge` gives the verdict, and the changes of state that follow from it.
//! - `copies` counts how widely the report of an article ran.
//! - `replay` finds the articles that a page does not tell after all, when it is split again.
//!
//! All is pure: the time comes in as an argument, and the index changes only by entries of state that are set.
//! [`Dedup`] is the same for a file of stories.

mod copies;
mod dedup;
mod error;
mod index;
mod judge;
mod near;
mod normalise;
mod record;
mod replay;
mod settings;
mod sighting;
mod verdict;

pub use dedup::Dedup;
pub use error::StateError;
pub use index::Index;
pub use judge::{Changes, Forgotten};
pub use normalise::{has_words, normal, strict};
pub use replay::Withdrawal;
pub use settings::Settings;
pub use verdict::{Change, Verdict};
