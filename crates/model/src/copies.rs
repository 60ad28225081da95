use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Id, Source};

/// How widely an article's report ran: how many copies it has, and who carried it first.
///
/// The value of a record in `copies`; its key is [`Copies::of`], so that a later count replaces the one before in the
/// compacted topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Copies {
    /// The article's id.
    pub of: Id,
    /// How many stories repeat it. The article itself is none of them.
    pub copies: u32,
    /// Who else carried it: the copies whose pages were fetched first, in that order, and no more than a bound.
    pub also_at: Vec<Pickup>,
    /// When this was counted.
    pub as_of: Timestamp,
}

/// A copy of a report, by who carried it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pickup {
    /// The copy's own URL, or its page's; null where it is too long to be listed.
    pub url: Option<String>,
    /// Who published the copy.
    pub source: Source,
    /// When the copy was published, in ISO 8601 and only as long as it was known.
    pub published_at: Option<String>,
    /// When its page was first fetched.
    pub fetched_at: Option<Timestamp>,
}
