//! Copies of made-up reports, edited as newsrooms edit, and stories that are alike and no copies:
//! which of them are called duplicates. The tables for the documentation:
//!
//! ```sh
//! cargo test -p dedup --test edits -- --nocapture
//! ```
//!
//! - `reports/` holds the reports of each language, `templates/` what is filled in anew every day
//!   (weather, football, shares, obituaries), `promotions.txt` what sites put between paragraphs.
//! - `kind` lists the edits, and how many of the copies of each must be found.
//! - `rule` says exactly which stories are the same report, `score` what the index says of them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod chance;
mod checks;
mod edit;
mod forms;
mod kind;
mod negatives;
mod rule;
mod score;
mod set;
mod spelling;

use kind::{KINDS, MOST_CALLED};
use score::Score;
use set::Language;

#[test]
fn edited_copies_are_found() {
    let languages = Language::all();
    let scores: Vec<Score> = KINDS.iter().map(|kind| Score::of(kind, &languages)).collect();
    println!("\n{}\n{}", score::table(&scores), score::table_of_languages(&scores, &languages));

    for (kind, score) in KINDS.iter().zip(&scores) {
        let strangers = &score.strangers;
        assert!(strangers.len() <= kind.strangers, "taken for copies of other reports: {strangers:#?}");
        let (recall, missed) = (score.recall(), &score.missed);
        assert!(
            recall.is_none_or(|recall| recall >= kind.recall),
            "{}: {recall:?}, missed {missed:#?}",
            kind.name
        );
    }
}

#[test]
fn stories_that_are_alike_are_no_copies() {
    let rows = negatives::rows(&Language::all());
    println!("\n{}", negatives::table(&rows));
    for (row, (sort, most)) in rows.iter().zip(MOST_CALLED) {
        let (called, by_rule) = (&row.called, &row.by_rule);
        assert!(called.len() <= most, "{sort}: {called:#?} called duplicates, {by_rule:#?} are by the rule");
    }
}
