//! The stage that fetches the pages behind entries.
//!
//! ```text
//! entries ──▶ Fetcher ──▶ pages
//!    ▲          │  ▲ └──▶ dead-letters
//!    └──────────┘  └─ Fetched ◀─ (the program, with crate web) ◀─ Fetch
//!  sent on to another host
//! ```
//!
//! Each entry starts a job, a [`Fetch`]; what came of it, a [`Fetched`], decides:
//!
//! | what came | then |
//! |---|---|
//! | 2xx with a page | the page goes to `pages`, unless it is the same, byte for byte, as at the last fetch |
//! | 2xx with something else (a picture, a PDF, nothing) | dead letter |
//! | a redirect to another host | the entry goes back to `entries` with its new link, under that host |
//! | 408, 425, 429, 5xx, a timeout, a broken answer | again after a back-off, a limited number of times; then dead letter |
//! | another status, a page that is too large, an address that is refused | dead letter |
//! | an outage of our own | again and again, counted against nobody, until the entry is too old |
//!
//! The fetches of one page run in order, and those of one host in a few [lanes](Settings::lanes_per_host),
//! so that a host with many entries leaves room for the others.
//!
//! The state holds the entries that wait for another try ([`retry`](Settings::retry_base_seconds)),
//! and for each page fetched of late the hash of what it held: both bounded by [`Settings`].
//!
//! | file | is |
//! |---|---|
//! | `stage` | the stage: what follows from a record and from an outcome |
//! | `fetch` | the job and its outcome |
//! | `retries` | the tries that wait, and for how long |
//! | `memory` | what the pages held |
//! | `content` | what is a page |
//! | `settings` | the bounds |

mod content;
mod fetch;
mod memory;
mod retries;
mod settings;
mod stage;

pub use fetch::{Failure, Fetch, Fetched, Remedy};
pub use settings::Settings;
pub use stage::Fetcher;

/// The stage's name: that of its state topic and its metrics.
pub const NAME: &str = "fetcher";
