use bytes::Bytes;
use feed::Document;
use jiff::SignedDuration;
use model::Feed;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::settings::Settings;
use crate::state::FeedState;

/// A job: a conditional GET of a feed. Redirects are to be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// The definition.
    pub feed: Feed,
    /// The address to get.
    pub url: String,
    /// For `If-None-Match`.
    pub etag: Option<String>,
    /// For `If-Modified-Since`.
    pub last_modified: Option<String>,
}

/// What came of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A server answered.
    Answered(Answer),
    /// There was no answer.
    Failed(Failure),
}

/// What a server answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The URL that answered.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
    /// How long the server asks to be left alone.
    pub retry_after: Option<SignedDuration>,
    /// Where the redirects that came first and were permanent lead.
    pub permanent_url: Option<String>,
    /// The body of a 2xx answer, as decoded from transfer.
    pub body: Bytes,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is wrong, and the way out.
    pub message: String,
    /// Whether the fault is on our side: no network, no name service, no turn. The feed is not to
    /// blame.
    pub is_local: bool,
}

/// What an outcome means.
pub(crate) enum Verdict {
    /// A document that was not read before.
    Document(Box<Document>, u64),
    /// The same bytes as last time.
    SameBody,
    /// Status 304.
    NotModified,
    /// Status 410.
    Gone,
    /// Something is wrong with the feed: the label of the metrics, and what.
    Error(&'static str, String),
    /// Something is wrong on our side.
    Outage(String),
}

impl Verdict {
    pub(crate) fn of(outcome: &Outcome, state: &FeedState, settings: &Settings) -> Self {
        let answer = match outcome {
            Outcome::Failed(Failure { message, is_local: true }) => return Self::Outage(message.clone()),
            Outcome::Failed(Failure { message, .. }) => return Self::Error("no_answer", message.clone()),
            Outcome::Answered(answer) => answer,
        };
        match answer.status {
            304 => Self::NotModified,
            410 => Self::Gone,
            200..=299 => {
                let hash = xxh3_64(&answer.body);
                if state.body_hash == Some(hash) {
                    return Self::SameBody;
                }
                let content_type = answer.content_type.as_deref();
                match feed::parse(&answer.body, content_type, Some(&answer.url), &settings.limits()) {
                    Ok(document) => Self::Document(Box::new(document), hash),
                    Err(error) => Self::Error("not_a_feed", format!("{}: {error}", answer.url)),
                }
            }
            status => {
                Self::Error("http_error", format!("{}: the server answers with status {status}", answer.url))
            }
        }
    }

    /// The label `outcome` of the metrics.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Document(..) => "document",
            Self::SameBody => "same_body",
            Self::NotModified => "not_modified",
            Self::Gone => "gone",
            Self::Error(label, _) => label,
            Self::Outage(_) => "outage",
        }
    }
}
