//! What is proven across crates, with real files, processes and servers.
//!
//! - [`promises`]: the seven promises of the runner, on both backends.
//! - [`kafka_backend`]: what is particular to Kafka.
//! - [`demo`] and [`run`]: the program as its users and operators meet it.
//! - [`kill`]: killed in the middle of its work, it publishes what it would have published undisturbed.
//! - [`bad_input`]: what is said, and what lives on, when something is wrong.
//! - [`dead_letters`]: what could not be handled, looked at and sent again.
//! - [`acls`]: a user of its own for each service, with the ACLs that `khabar topics acls` prints and no more.
//! - [`replay`]: kept pages and stories, handled again.
//! - [`security`]: TLS, passwords and certificates, and secrets that are told to nobody.
//! - [`sites`]: rules for single sites, changed while the program runs.
//! - [`support`]: what all of them stand on.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a failed expectation is a failed test, in what a test stands on too"
)]

mod acls;
mod bad_input;
mod dead_letters;
mod demo;
mod kafka_backend;
mod kill;
mod promises;
mod replay;
mod run;
mod security;
mod sites;
mod support;
