use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Id, Source, Story};

/// A published story: it has an id that stays, and a revision that counts up.
///
/// The value of a record in `articles`; its key is [`Article::id`], so that a new revision replaces
/// the old one in the compacted topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Article {
    /// Minted when the article is first published, and kept.
    pub id: Id,
    /// 1 for the first publication; each change counts one up.
    pub revision: u32,
    /// Whether the article stands.
    pub status: Status,
    /// The page's fetch time when revision 1 was published.
    pub first_fetched_at: Option<Timestamp>,
    /// When the page that this revision was cut from was fetched; null for revision 1.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// What is other than in the revision before; null for revision 1, for an article that is withdrawn, and where only
    /// the story's own address has become known.
    #[serde(default)]
    pub change: Option<Change>,
    /// The story as it stands.
    #[serde(flatten)]
    pub story: Story,
}

/// Whether an article stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The article stands as published.
    Published,
    /// The same bytes of the page no longer yield this story.
    Withdrawn,
}

/// What changed from one revision to the next, as a reader sees it: white space, the forms of quotation marks and
/// dashes, and lines that only count or date are no change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Which part of the article.
    pub what: Changed,
    /// The share of words that are new in the text or gone from it, 0 to 1, as estimated from a sample.
    pub words: f64,
}

/// Which part of an article changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// The title alone.
    Title,
    /// The text alone.
    Text,
    /// Title and text.
    Both,
}

/// Another story that tells an article's report in mostly the same words.
///
/// The value of a record in `duplicates`; its key is [`Duplicate::of`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Duplicate {
    /// The id of the article that it repeats.
    pub of: Id,
    /// The duplicate's own URL, or its page's.
    pub url: Option<String>,
    /// The duplicate's place in its page, from 1.
    pub part: u32,
    /// Who published the duplicate.
    pub source: Source,
    /// The feed that led to the duplicate.
    pub feed: Option<Id>,
    /// The duplicate's headline.
    pub title: Option<String>,
    /// When the duplicate was published, as far as known.
    pub published_at: Option<String>,
    /// When its page was fetched.
    pub fetched_at: Option<Timestamp>,
    /// How alike the texts are: 0 to 1, 1 for the same text.
    pub similarity: f64,
    /// Why it is called a duplicate.
    pub reason: DuplicateReason,
}

/// Why a story is called a duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateReason {
    /// The normalised texts are the same.
    SameText,
    /// The texts are mostly the same words.
    NearText,
    /// Most of the shorter text is in the longer one; the similarity is that share.
    ContainedText,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_from_before_revisions_told_what_changed_is_read() {
        let article = Article {
            id: Id::of("article", &["a"]),
            revision: 2,
            status: Status::Published,
            first_fetched_at: None,
            updated_at: None,
            change: None,
            story: Story::blank(),
        };
        let mut record = serde_json::to_value(&article).unwrap();
        let fields = record.as_object_mut().unwrap();
        for field in ["updated_at", "change"] {
            assert_eq!(fields.remove(field), Some(serde_json::Value::Null), "{field}");
        }
        assert_eq!(serde_json::from_value::<Article>(record).unwrap(), article);
    }
}
