use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Id;

/// A feed to poll: an RSS, RDF, Atom or JSON Feed document at a URL.
///
/// The value of a record in `feeds`; its key is [`Feed::id`], a tombstone removes the feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Feed {
    /// The identity of the feed's first URL: it stays when the feed moves.
    pub id: Id,
    /// Where the feed was first found.
    pub url: String,
    /// What its owner calls it, where the list of feeds says so.
    pub title: Option<String>,
    /// Folders or labels of the list it came from.
    pub tags: Vec<String>,
    /// Seconds between two polls, where this feed has its own.
    pub poll_interval_seconds: Option<u64>,
    /// Where the definition comes from: a file's name, or `command` when added by hand.
    pub origin: String,
}

impl Feed {
    /// The feed at `url`, added by `origin`.
    pub fn new(url: impl Into<String>, origin: impl Into<String>) -> Self {
        let url = url.into();
        let id = Self::id_of(&url);
        Self { id, url, title: None, tags: Vec::new(), poll_interval_seconds: None, origin: origin.into() }
    }

    /// The identity of the feed whose first URL is `url`.
    pub fn id_of(url: &str) -> Id {
        Id::of("feed", &[url])
    }

    /// The feed's own poll interval.
    pub fn poll_interval(&self) -> Option<SignedDuration> {
        let seconds = i64::try_from(self.poll_interval_seconds?).ok()?;
        Some(SignedDuration::from_secs(seconds))
    }
}
