use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

/// What a server said.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The URL that answered, after the redirects that were followed; without user, password and
    /// fragment.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type` header, as it came.
    pub content_type: Option<String>,
    /// The validator to send with the next request.
    pub etag: Option<String>,
    /// The date to send with the next request, as the server wrote it.
    pub last_modified: Option<String>,
    /// How long the server asks to be left alone.
    pub retry_after: Option<SignedDuration>,
    /// How long the server says that the answer stays good.
    pub max_age: Option<SignedDuration>,
    /// Where the redirects that came first and were permanent (301, 308) lead. A temporary redirect
    /// ends them, whatever follows it.
    pub permanent_url: Option<String>,
    /// When the headers of the answer had come.
    pub fetched_at: Timestamp,
    /// The body after decompression; empty unless [`Outcome::Body`].
    pub body: Bytes,
    /// What came of the request.
    pub outcome: Outcome,
}

/// What came of a request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Status 2xx, with its whole body.
    Body,
    /// Status 304: the version that the request named still stands.
    NotModified,
    /// A redirect to another host, not followed since the request was to stay on its host.
    RedirectedToOtherHost {
        /// The URL to ask instead.
        to: String,
    },
    /// Another status; its body was not read.
    Refused,
}

impl Outcome {
    /// The value of the metrics' label `outcome`.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::NotModified => "not_modified",
            Self::RedirectedToOtherHost { .. } => "other_host",
            Self::Refused => "refused",
        }
    }
}
