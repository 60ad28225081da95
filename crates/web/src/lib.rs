//! The polite, safe HTTP client: bounded in bytes and time, closed to private addresses.
//!
//! Feeds and pages are fetched from hosts that nobody vouches for, at addresses that came out of a
//! document. So three things hold for each request that a [`Client`] sends:
//!
//! - **Safe.** Only `http` and `https`. Every hop of a redirect is checked like the first: an
//!   address that is not on the public Internet ([`is_public`]) is refused, written as a number in
//!   the URL or found by the name service, unless [`Settings`] say otherwise. The addresses that
//!   were checked are the ones connected to. No proxy of the environment, no cookies, no
//!   credentials.
//! - **Bounded.** In bytes after decompression, in total time however slowly the bytes drip, in
//!   redirects, in the length of headers and URLs, in requests at once and in requests that wait.
//! - **Polite.** To one host at most so many requests at once, and a least time between two starts;
//!   nothing while it wants to be left alone (429, or 503 with `Retry-After`). Each hop asks for its
//!   turn. Hosts are told apart by [`model::host_key`].
//!
//! [`Client::get`] answers with a [`Response`] for whatever a server said (its [`Outcome`] tells
//! whether there is a body), and with an [`Error`] where there was no answer that could be used.
//! An [`Error`] says whether trying again can help and whether the fault is on this side: a feed is
//! not to blame for a name service that is down.
//!
//! | file | is |
//! |---|---|
//! | `client` | the request and its redirects |
//! | `exchange` | one hop: its headers and its body, within their bounds |
//! | `turns` | who may start when |
//! | `address`, `resolver` | which addresses may be asked |
//! | `contact` | telling our own outage from another's |
//! | `hints` | `Retry-After`, `max-age` |

mod address;
mod client;
mod contact;
mod error;
mod exchange;
mod hints;
mod request;
mod resolver;
mod response;
mod settings;
mod turns;

pub use address::is_public;
pub use client::Client;
pub use error::{BuildError, Error};
pub use request::{Accept, Request};
pub use response::{Outcome, Response};
pub use settings::Settings;
