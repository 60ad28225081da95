//! A small site of three news publishers on loopback, for `khabar demo` and the integration tests.
//!
//! [`Site::start`] serves three papers, each on a port of its own of 127.0.0.1: *Wadi* (Arabic and
//! Persian, RSS 2.0), the *Harrowby Courier* (English, Atom) and *Meridian* (many languages, JSON
//! Feed). Their pages look like those of news sites, and between them hold what makes the trade
//! hard: several stories on a page, the same report on two sites, a page that changes, a link that
//! leads nowhere, a slow page, charsets declared, undeclared and wrongly declared.
//!
//! The site stands still until it is told to go on: [`Site::advance`] puts out the next *edition*,
//! in which pages change and further entries appear. Everything is deterministic, the dates too, so
//! that [`Site::expected`] can say what must be published in the end.
//!
//! ```no_run
//! # async fn example() -> Result<(), demo_site::Error> {
//! let site = demo_site::Site::start(demo_site::Options::default()).await?;
//! println!("{:?}", site.feeds()); // poll these ...
//! site.advance(); // ... and again
//! println!("{} articles are expected", site.expected().reports.len());
//! site.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! | room | holds |
//! |---|---|
//! | `pages/` | the layouts and pages, as UTF-8 files |
//! | `catalogue` | the table of the pages: where they are served, how, and what they hold |
//! | `page` | what a page is, and how it becomes bytes |
//! | `generated`, `words` | further stories made up from word lists |
//! | `paper` | one publisher: its pages and feed as they stand in an edition |
//! | `feeds` | writes RSS, Atom and JSON Feed |
//! | `expected` | what must come out |
//! | `site` | the servers |
//!
//! To add a page: write the file, name it in the catalogue with the stories it holds.

mod catalogue;
mod expected;
mod feeds;
mod generated;
mod page;
mod paper;
mod site;
mod words;

pub use expected::{DeadLetter, Expected, Report, Telling};
pub use site::{Error, Hits, MAX_EXTRA_STORIES, Options, Site};
