//! What the index promises: cases one can read, and laws for all stories.

#![allow(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod cases;
mod copies;
mod laws;
mod replays;
mod restarts;
mod story;
mod window;
