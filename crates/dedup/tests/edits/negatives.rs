//! Stories that are much alike and no duplicates.

use std::fmt::Write as _;

use dedup::{Dedup, Settings};

use crate::kind::MOST_CALLED;
use crate::rule::Shingles;
use crate::score::observe;
use crate::set::{Language, Report, TEMPLATES};

/// What was said of the stories of one sort, in all languages.
pub(crate) struct Row {
    sort: &'static str,
    stories: usize,
    /// Those called duplicates, and of what.
    pub(crate) called: Vec<String>,
    /// The pairs that are duplicates by the rule, and how near they are.
    pub(crate) by_rule: Vec<String>,
    /// What the nearest two share: the highest Jaccard, and the highest containment.
    nearest: (f64, f64),
}

struct Story<'a> {
    sort: &'static str,
    id: String,
    report: &'a Report,
}

/// Shows one index all reports and all fillings of all languages, and another the same from behind.
pub(crate) fn rows(languages: &[Language]) -> Vec<Row> {
    let mut stories: Vec<Story<'_>> = languages.iter().flat_map(stories_of).collect();
    let mut rows: Vec<Row> = MOST_CALLED.iter().map(|(sort, _)| Row::of(sort, &stories)).collect();
    for _ in 0..2 {
        let mut index = Dedup::new(Settings::default());
        for Story { sort, id, report } in &stories {
            if let Some(named) = observe(&mut index, id, report) {
                let row = rows.iter_mut().find(|row| row.sort == *sort).unwrap();
                row.called.push(format!("{id} for {named}"));
            }
        }
        stories.reverse();
    }
    rows
}

fn stories_of(language: &Language) -> Vec<Story<'_>> {
    let sorts = TEMPLATES.into_iter().zip(&language.fillings).chain([("reports", &language.reports)]);
    let numbered =
        sorts.flat_map(|(sort, reports)| (1..).zip(reports).map(move |(n, report)| (sort, n, report)));
    let story = |(sort, n, report)| Story { sort, id: format!("{}-{sort}-{n}", language.code), report };
    numbered.map(story).collect()
}

impl Row {
    fn of(sort: &'static str, stories: &[Story<'_>]) -> Self {
        let stories = stories.iter().filter(|story| story.sort == sort);
        let stories: Vec<(&Story<'_>, Shingles)> =
            stories.map(|story| (story, Shingles::of(story.report))).collect();
        let mut row = Self {
            sort,
            stories: stories.len(),
            called: Vec::new(),
            by_rule: Vec::new(),
            nearest: (0.0, 0.0),
        };
        for (at, (story, shingles)) in stories.iter().enumerate() {
            for (other, others) in &stories[..at] {
                let (jaccard, containment) = (shingles.jaccard(others), shingles.containment(others));
                row.nearest = (row.nearest.0.max(jaccard), row.nearest.1.max(containment));
                if shingles.same_report(others) {
                    let (one, other) = (&story.id, &other.id);
                    row.by_rule.push(format!("{one} and {other} ({jaccard:.2}, {containment:.2})"));
                }
            }
        }
        row
    }
}

/// The rows as a Markdown table. "Called duplicates" counts both orders.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = "| template | stories | called duplicates | pairs by the rule | highest Jaccard | highest containment |\n\
                     |---|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for Row { sort, stories, called, by_rule, nearest: (jaccard, containment) } in rows {
        let (called, by_rule) = (called.len(), by_rule.len());
        writeln!(table, "| {sort} | {stories} | {called} | {by_rule} | {jaccard:.2} | {containment:.2} |")
            .unwrap();
    }
    table
}
