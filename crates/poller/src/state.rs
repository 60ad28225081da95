use jiff::Timestamp;
use model::{Feed, Id};
use serde::{Deserialize, Serialize};
use stream::Reject;

/// What is kept of a feed, under `feed/ID`, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedState {
    /// The format of this value.
    pub version: u32,
    /// The definition.
    pub feed: Feed,
    /// The address to poll, where the feed has moved for good.
    pub moved_to: Option<String>,
    /// A permanent redirect that has not held long enough to be kept.
    pub moving: Option<Moving>,
    /// The validator of the last good document.
    pub etag: Option<String>,
    /// The date of the last good document, as the server wrote it.
    pub last_modified: Option<String>,
    /// A hash of the last good document's bytes.
    pub body_hash: Option<u64>,
    /// When the feed last answered with a document, or that it has not changed.
    pub last_success_at: Option<Timestamp>,
    /// When it is polled next; none for a retired feed, and while a poll runs.
    pub next_poll_at: Option<Timestamp>,
    /// How many polls have failed in a row.
    pub failures: u32,
    /// What was wrong with the last poll.
    pub last_error: Option<LastError>,
    /// When the feed said that it is gone for good (410). It is polled again only when its definition
    /// is written again.
    pub retired_at: Option<Timestamp>,
    /// How many entries of the last document have no address to fetch, and are left out.
    pub without_link: usize,
}

/// A permanent redirect on probation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// Where to.
    pub to: String,
    /// Since when every poll was redirected there.
    pub since: Timestamp,
}

/// What was wrong with a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastError {
    /// The value of the metrics' label `outcome`.
    pub outcome: String,
    /// What is wrong, and the way out.
    pub message: String,
    /// Since when it is this.
    pub since: Timestamp,
}

/// The format that is written.
const VERSION: u32 = 1;

impl FeedState {
    pub(crate) fn new(feed: Feed) -> Self {
        Self {
            version: VERSION,
            feed,
            moved_to: None,
            moving: None,
            etag: None,
            last_modified: None,
            body_hash: None,
            last_success_at: None,
            next_poll_at: None,
            failures: 0,
            last_error: None,
            retired_at: None,
            without_link: 0,
        }
    }

    /// The address to poll.
    pub fn url(&self) -> &str {
        self.moved_to.as_deref().unwrap_or(&self.feed.url)
    }

    /// Reads the state as it is kept.
    ///
    /// # Errors
    /// When it is in a form that this build does not know.
    pub fn read(value: &[u8]) -> Result<Self, Reject> {
        let refused = |message: String| {
            let way_out = "run the build that wrote it, or remove the feed and add it again";
            Reject::new(
                "bad_state",
                format!("the poller's state of a feed can't be read: {message}; {way_out}"),
            )
        };
        let state: Self = serde_json::from_slice(value).map_err(|error| refused(error.to_string()))?;
        match state.version {
            VERSION => Ok(state),
            other => Err(refused(format!("it has format {other}, and {VERSION} is known"))),
        }
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        // Serialising this into memory fails on no value of its type.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Forgets what the last document was told by, so that the next one is read whatever it says.
    pub(crate) fn forget_document(&mut self) {
        (self.etag, self.last_modified, self.body_hash) = (None, None, None);
    }
}

pub(crate) fn feed_key(feed: &Id) -> Vec<u8> {
    format!("feed/{feed}").into_bytes()
}

pub(crate) fn seen_key(feed: &Id) -> Vec<u8> {
    format!("seen/{feed}").into_bytes()
}
