use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Dated, Id};

/// The header of a record in `stories` that tells when the poll saw the entry which led to it (RFC
/// 3339): what end-to-end delay is counted from.
pub const SEEN_AT_HEADER: &str = "seen-at";

/// A piece of news cut out of a page.
///
/// The value of a record in `stories`; its key is the page's URL, its partition that of the
/// language group of the page's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Story {
    /// What form the story has.
    pub kind: Kind,
    /// Its page, and its place there.
    pub page: PageRef,
    /// The address of the story itself; null where it has none of its own.
    pub url: Option<String>,
    /// Who published it.
    pub source: Source,
    /// The feed that led to the page.
    pub feed: Option<Id>,
    /// The headline, without the site's name.
    pub title: Option<String>,
    /// The line under the headline, where the page sets it apart.
    pub subtitle: Option<String>,
    /// The running text: one paragraph, subhead, list item or quote a line.
    pub text: String,
    /// The same text as typed blocks.
    pub blocks: Vec<Block>,
    /// The language of the text: ISO 639-1, or 639-3 where there is no shorter code.
    pub lang: Option<String>,
    /// The direction of the script.
    pub direction: Option<Direction>,
    /// The authors' names.
    pub authors: Vec<String>,
    /// Keywords or tags.
    pub keywords: Vec<String>,
    /// Images of the story.
    pub images: Vec<Image>,
    /// Links in the running text, in its order, each address once.
    #[serde(default)]
    pub links: Vec<Link>,
    /// When the story was published, in ISO 8601 and only as long as it was known (see [`Dated`]).
    pub published_at: Option<String>,
    /// The precision and the origin of `published_at`.
    pub published: Option<Dated>,
    /// When the story was last changed, as the page says, in the form of `published_at`.
    pub modified_at: Option<String>,
    /// When the page was fetched.
    pub fetched_at: Option<Timestamp>,
    /// How many words the text has; in scripts without spaces, two characters count as one.
    pub words: u32,
    /// The version of the splitter that cut it.
    pub splitter: u32,
}

impl Story {
    /// A story of which nothing is known yet: an article without text, on a page of its own.
    pub fn blank() -> Self {
        Self {
            kind: Kind::Article,
            page: PageRef { url: None, part: 1, parts: 1 },
            url: None,
            source: Source::default(),
            feed: None,
            title: None,
            subtitle: None,
            text: String::new(),
            blocks: Vec::new(),
            lang: None,
            direction: None,
            authors: Vec::new(),
            keywords: Vec::new(),
            images: Vec::new(),
            links: Vec::new(),
            published_at: None,
            published: None,
            modified_at: None,
            fetched_at: None,
            words: 0,
            splitter: 0,
        }
    }
}

/// What form a story has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A story with running text of its own.
    Article,
    /// A short item of a column of briefs.
    Brief,
    /// One update of a live blog.
    LiveUpdate,
}

/// A story's page, and its place there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageRef {
    /// The page's final URL; null where it is not known.
    pub url: Option<String>,
    /// The story's place, from 1.
    pub part: u32,
    /// How many stories the page has.
    pub parts: u32,
}

/// Who published a story.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// The host of the page.
    pub host: Option<String>,
    /// The publisher's name, as the page gives it.
    pub name: Option<String>,
}

/// One block of a story's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    /// What the block is.
    #[serde(rename = "type")]
    pub kind: BlockKind,
    /// Its text, on one line.
    pub text: String,
}

/// What a block of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A subhead.
    Heading,
    /// An item of a list.
    ListItem,
    /// A quotation set apart.
    Quote,
    /// Preformatted text, such as a poem or code.
    Preformatted,
    /// A row of a table, cells separated by tabs.
    TableRow,
}

/// An image of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// The image's absolute URL.
    pub url: String,
    /// Its alternative text.
    pub alt: Option<String>,
    /// Its caption.
    pub caption: Option<String>,
}

/// A link in a story's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// The absolute URL that it leads to.
    pub url: String,
    /// The words that are linked.
    pub text: String,
}

/// The direction of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_from_before_there_were_links_has_none() {
        let mut record = serde_json::to_value(Story::blank()).unwrap();
        assert_eq!(record.as_object_mut().unwrap().remove("links"), Some(serde_json::json!([])));
        assert_eq!(serde_json::from_value::<Story>(record).unwrap(), Story::blank());
    }
}
