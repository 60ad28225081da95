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
}

/// What holds today: copies that differ in no word are found. To be raised with the search.
pub(crate) const KINDS: [Kind; 12] = [
    Kind { name: "promotion added", edit: edit::promoted, recall: 0.0 },
    Kind { name: "first paragraph cut", edit: edit::without_first, recall: 0.0 },
    Kind { name: "last two paragraphs cut", edit: edit::without_last, recall: 0.0 },
    Kind { name: "dateline changed", edit: edit::datelined, recall: 0.0 },
    Kind { name: "headline rewritten", edit: edit::headlined, recall: 1.0 },
    Kind { name: "paragraphs merged", edit: edit::merged, recall: 1.0 },
    Kind { name: "5 % of words replaced", edit: |of, at| edit::replaced(of, at, 5), recall: 0.0 },
    Kind { name: "15 % of words replaced", edit: |of, at| edit::replaced(of, at, 15), recall: 0.0 },
    Kind { name: "30 % of words replaced", edit: |of, at| edit::replaced(of, at, 30), recall: 0.0 },
    Kind { name: "spelling variants", edit: spelling::respelt, recall: 0.65 },
    Kind { name: "quotes and digits in other forms", edit: forms::reformed, recall: 1.0 },
    Kind { name: "embedded in a longer story", edit: edit::embedded, recall: 0.0 },
];

/// How many stories of a sort may be called duplicates, counted in both orders: none. The rule itself
/// calls some so, of one town's weather on two days or of one company's shares.
pub(crate) const MOST_CALLED: [(&str, usize); 5] =
    [("weather", 0), ("football", 0), ("shares", 0), ("obituary", 0), ("reports", 0)];
