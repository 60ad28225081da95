use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Id;

/// One item of a feed, new or changed since the last poll.
///
/// The value of a record in `entries`; its key is [`Entry::id`], its partition that of the host of
/// [`Entry::link`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// The identity of the entry within its feed.
    pub id: Id,
    /// The feed's identity.
    pub feed: Id,
    /// The feed's URL at the time of the poll.
    pub feed_url: String,
    /// The feed's own title.
    pub feed_title: Option<String>,
    /// The feed's language, as it declares it.
    pub feed_language: Option<String>,
    /// The address to fetch: absolute, `http` or `https`, as the feed gives it.
    pub link: String,
    /// What the feed says of the entry.
    #[serde(flatten)]
    pub text: EntryText,
    /// When the poll saw this entry.
    pub seen_at: jiff::Timestamp,
    /// How often the entry has been sent on to another host by a redirect.
    #[serde(default)]
    pub redirects: u8,
}

/// What a feed says of one of its items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EntryText {
    /// The headline, as plain text.
    pub title: Option<String>,
    /// The authors' names.
    pub authors: Vec<String>,
    /// The item's categories or tags.
    pub categories: Vec<String>,
    /// The summary or description, as the feed has it (often HTML).
    pub summary: Option<String>,
    /// The full content, where the feed carries it (often HTML).
    pub content: Option<String>,
    /// When the item was published, as the feed says.
    pub published_at: Option<jiff::Timestamp>,
    /// When the item was last changed, as the feed says.
    pub updated_at: Option<jiff::Timestamp>,
}
