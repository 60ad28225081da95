use jiff::Timestamp;
use model::{DuplicateReason, Id};

/// What a story is to the stories seen before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// It was never told: to be published as revision 1.
    New {
        /// The article's id, minted now.
        id: Id,
    },
    /// It is a known article with changed text or title: to be published again.
    Revision {
        /// The article's id.
        id: Id,
        /// The number of this revision, from 2.
        revision: u32,
        /// When the page of revision 1 was fetched.
        first_fetched_at: Option<Timestamp>,
        /// What changed.
        change: Change,
    },
    /// It is known, article or copy, and there is nothing to say.
    Unchanged {
        /// The id of the article that it is or repeats.
        id: Id,
    },
    /// It tells a known article's report: to be noted, not published.
    Duplicate {
        /// The article's id.
        of: Id,
        /// How alike the texts are, 0 to 1.
        similarity: f64,
        /// Why it is called a duplicate.
        reason: DuplicateReason,
    },
}

impl Verdict {
    /// The id of the article that the story is or repeats.
    pub fn article(&self) -> Id {
        match *self {
            Self::New { id } | Self::Revision { id, .. } | Self::Unchanged { id } => id,
            Self::Duplicate { of, .. } => of,
        }
    }
}

/// What changed from one revision to the next, as a reader sees it: white space, invisible characters, the forms of
/// quotation marks and dashes, and lines that only count or date are no change.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Change {
    /// The title changed.
    pub title: bool,
    /// The text changed.
    pub text: bool,
    /// The share of words that are new in the text or gone from it, 0 to 1, as estimated from a sample.
    pub words: f64,
}
