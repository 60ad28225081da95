use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use model::Entry;
use serde::{Deserialize, Serialize};

/// The job: get the page at `entry.link`, following redirects within its host only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// The entry whose link it is.
    pub entry: Entry,
    /// How many tries have failed and count.
    pub failed_attempts: u32,
    /// When the entry was first to be fetched.
    pub since: Timestamp,
}

/// What came of a [`Fetch`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The host answered, with whatever status.
    Answer {
        /// The URL that answered, after redirects.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The `Content-Type` header, as it came.
        content_type: Option<String>,
        /// How long the host asks to be left alone.
        retry_after: Option<SignedDuration>,
        /// When the answer came.
        fetched_at: Timestamp,
        /// The body, for a status of success.
        body: Bytes,
    },
    /// The host sends on to another one.
    OtherHost {
        /// The URL to ask instead.
        to: String,
    },
    /// There was no answer that could be used.
    Failed(Failure),
}

/// Why there was no answer that could be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A short name: one of few.
    pub reason: &'static str,
    /// What happened, to which URL, and the way out.
    pub message: String,
    /// What helps against it.
    pub remedy: Remedy,
}

/// What helps against a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the link itself is bad.
    None,
    /// Another try, of which there are so many.
    Retry,
    /// Another try; the fault is on our side and the try does not count.
    Wait,
}
