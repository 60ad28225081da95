//! What the proofs stand on: real servers, started and stopped by the tests themselves.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation in what a test stands on is a failed test"
)]

pub(crate) mod kafka;
