//! The stage that polls feeds and announces their new and changed entries.
//!
//! ```text
//!  feeds ──record──▶ ┌────────┐ ──▶ entries (new and changed ones)
//!                    │ Poller │
//!  timer of a feed ─▶└────────┘ ──▶ state: feed/ID (definition and polls), seen/ID (entries seen)
//!                      │    ▲
//!                 Poll │    │ Outcome
//!                      ▼    │
//!               HTTP, done by the program
//! ```
//!
//! A feed has one timer. When it comes due, a [`Poll`] is started; its [`Outcome`] is read, and the
//! timer is set again by [`feed::next_poll`]. What comes of an outcome:
//!
//! | the outcome | entries | validators | failures | next poll |
//! |---|---|---|---|---|
//! | 2xx, a feed with another body than last time | new and changed ones | stored | 0 | interval |
//! | 2xx, the same body | none | stored | 0 | interval |
//! | 304 | none | stored where sent | 0 | interval |
//! | 2xx, no feed | none | kept | + 1 | back-off |
//! | 410 | none | kept | | never, or by its first URL where it had moved |
//! | another status, no answer | none | kept | + 1 | back-off, `Retry-After` |
//! | no answer, and the fault is on our side | none | kept | kept | soon |
//!
//! A poll is never a dead letter: the feed is polled again. What is wrong stands in
//! [`FeedState::last_error`], is counted in `khabar_polls_total{outcome}`, and is logged once per
//! change.
//!
//! | file | is |
//! |---|---|
//! | `stage` | the stage: records, timers, outcomes |
//! | `poll` | the job and its outcome, and what an outcome means |
//! | `state` | what is kept of a feed |
//! | `seen` | which entries a feed has shown, and which are new |
//! | `settings` | the bounds |

mod poll;
mod seen;
mod settings;
mod stage;
mod state;

pub use poll::{Answer, Failure, Outcome, Poll};
pub use settings::Settings;
pub use stage::Poller;
pub use state::{FeedState, LastError, Moving};

/// The stage's name: that of its state topic and its metrics.
pub const NAME: &str = "poller";
