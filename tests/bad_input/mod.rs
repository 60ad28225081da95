//! Bad input, of whatever kind: each ends in a message that names the thing and the way out, or in `dead-letters`, and
//! the process lives on.
//!
//! The messages are snapshots: they are written for people, and read by them when they change.

mod broker;
mod configuration;
mod disk;
mod feeds;
mod files;
pub(crate) mod pages;
mod store;
