//! The kinds of edits and how many copies of each must be found, the sorts of stories that are no copies
//! and how many may be taken for some.

use crate::set::{Language, Report};
use crate::{edit, forms, spelling};

/// A kind of edit.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The copy of the language's report at this place.
    pub(crate) edit: fn(&Language, usize) -> Report,
    /// The least share of the copies that must be found, of those that are duplicates by the rule.
    pub(crate) recall: f64,
    /// How many stories may be taken for copies of another report than their own.
    pub(crate) strangers: usize,
}

/// What holds today. A longer story has almost four fifths of two other reports around the one that is embedded: where it
/// comes first, it is now and then taken for a copy of one of those, and then so is the report that it embeds.
pub(crate) const KINDS: [Kind; 12] = [
    Kind { name: "promotion added", edit: edit::promoted, recall: 1.0, strangers: 0 },
    Kind { name: "first paragraph cut", edit: edit::without_first, recall: 1.0, strangers: 0 },
    Kind { name: "last two paragraphs cut", edit: edit::without_last, recall: 1.0, strangers: 0 },
    Kind { name: "dateline changed", edit: edit::datelined, recall: 1.0, strangers: 0 },
    Kind { name: "headline rewritten", edit: edit::headlined, recall: 1.0, strangers: 0 },
    Kind { name: "paragraphs merged", edit: edit::merged, recall: 1.0, strangers: 0 },
    Kind {
        name: "5 % of words replaced",
        edit: |of, at| edit::replaced(of, at, 5),
        recall: 1.0,
        strangers: 0,
    },
    Kind {
        name: "15 % of words replaced",
        edit: |of, at| edit::replaced(of, at, 15),
        recall: 1.0,
        strangers: 0,
    },
    Kind {
        name: "30 % of words replaced",
        edit: |of, at| edit::replaced(of, at, 30),
        recall: 1.0,
        strangers: 0,
    },
    Kind { name: "spelling variants", edit: spelling::respelt, recall: 1.0, strangers: 0 },
    Kind { name: "quotes and digits in other forms", edit: forms::reformed, recall: 1.0, strangers: 0 },
    Kind { name: "embedded in a longer story", edit: edit::embedded, recall: 0.94, strangers: 6 },
];

/// How many stories of a sort may be called duplicates, counted in both orders: none. The rule itself
/// calls some so, of one town's weather on two days or of one company's shares.
pub(crate) const MOST_CALLED: [(&str, usize); 5] =
    [("weather", 0), ("football", 0), ("shares", 0), ("obituary", 0), ("reports", 0)];
