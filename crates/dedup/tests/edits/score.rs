//! What the index says of edited copies.

use std::fmt::Write as _;

use dedup::{Dedup, Settings};

use crate::kind::Kind;
use crate::rule::Shingles;
use crate::set::{Language, Report};

/// What became of the copies of one kind.
#[derive(Default)]
pub(crate) struct Score {
    name: &'static str,
    copies: Vec<Copy>,
    /// Copies by the rule that were not found, and how near they are.
    pub(crate) missed: Vec<String>,
    /// Stories that were called a duplicate of something else than their own report.
    pub(crate) strangers: Vec<String>,
}

/// An original and its edited copy.
struct Copy {
    language: &'static str,
    id: String,
    original: Report,
    copy: Report,
    /// Whether they are duplicates by the rule.
    same: bool,
    /// How near they are: Jaccard and containment.
    near: (f64, f64),
    /// Whether the second of them was called a duplicate of the first: of the original, of the copy.
    found: [bool; 2],
}

impl Copy {
    fn of(language: &Language, at: usize, kind: &Kind) -> Self {
        let (original, copy) = (language.reports[at].clone(), (kind.edit)(language, at));
        let (one, other) = (Shingles::of(&original), Shingles::of(&copy));
        Self {
            language: language.code,
            id: report_id(language, at),
            same: one.same_report(&other),
            near: (one.jaccard(&other), one.containment(&other)),
            found: [false; 2],
            original,
            copy,
        }
    }
}

impl Score {
    /// Makes the copies and shows them to an index after their originals, and to another before.
    pub(crate) fn of(kind: &Kind, languages: &[Language]) -> Self {
        let mut score = Self { name: kind.name, ..Self::default() };
        // One report of each language at a time, so that the index has all the others.
        let most = languages.iter().map(|language| language.reports.len()).max().unwrap_or_default();
        for at in 0..most {
            let with = languages.iter().filter(|language| at < language.reports.len());
            let mut copies: Vec<Copy> = with.map(|language| Copy::of(language, at, kind)).collect();
            for copy_first in [false, true] {
                score.observe(&mut copies, copy_first, &mut others(languages, at));
            }
            score.copies.extend(copies);
        }
        score
    }

    fn observe(&mut self, copies: &mut [Copy], copy_first: bool, index: &mut Dedup) {
        for copy in copies.iter() {
            let first = if copy_first { &copy.copy } else { &copy.original };
            if let Some(named) = observe(index, &copy.id, first) {
                self.strangers.push(format!("{}, {} seen first, for {named}", self.name, copy.id));
            }
        }
        for copy in copies.iter_mut() {
            let second = if copy_first { &copy.original } else { &copy.copy };
            let named = observe(index, &format!("{}-again", copy.id), second);
            let found = named.as_deref() == Some(&copy.id);
            copy.found[usize::from(copy_first)] = found;
            let told = format!("{} ({:.2}, {:.2})", copy.id, copy.near.0, copy.near.1);
            match named {
                Some(named) if !found => self.strangers.push(format!("{}, {told} for {named}", self.name)),
                None if copy.same => {
                    self.missed.push(format!("{told}{}", if copy_first { ", copy first" } else { "" }));
                }
                _ => {}
            }
        }
    }

    /// The share of copies found of those that are duplicates by the rule, in both orders.
    pub(crate) fn recall(&self) -> Option<f64> {
        let same = || self.copies.iter().filter(|copy| copy.same);
        (same().count() > 0).then(|| found(same()) as f64 / (2 * same().count()) as f64)
    }
}

/// How many of the copies were found, each counted once for each order.
fn found<'a>(copies: impl Iterator<Item = &'a Copy>) -> usize {
    copies.flat_map(|copy| copy.found).filter(|found| *found).count()
}

/// An index of all stories but the reports `at` this place of each language.
fn others(languages: &[Language], at: usize) -> Dedup {
    let mut index = Dedup::new(Settings::default());
    for language in languages {
        let reports = language.reports.iter().enumerate().filter(|(other, _)| *other != at);
        for (other, report) in reports {
            observe(&mut index, &report_id(language, other), report);
        }
        for (number, filling) in language.fillings.iter().flatten().enumerate() {
            observe(&mut index, &format!("{}-filling-{number}", language.code), filling);
        }
    }
    index
}

fn report_id(language: &Language, at: usize) -> String {
    format!("{}-report-{at}", language.code)
}

/// Shows the index a story on a site of its own; the id of the story that it repeats.
pub(crate) fn observe(index: &mut Dedup, id: &str, report: &Report) -> Option<String> {
    let url = format!("https://{id}.example/story");
    index.observe(id, Some(&url), Some(&report.headline), &report.text())
}

/// The scores as a Markdown table. "Found" is after the original, and before it.
pub(crate) fn table(scores: &[Score]) -> String {
    let mut table = "| kind | copies | by the rule | found | recall | said of those below the rule |\n\
                     |---|--:|--:|--:|--:|---|\n"
        .to_owned();
    for score in scores {
        let (same, below): (Vec<&Copy>, Vec<&Copy>) = score.copies.iter().partition(|copy| copy.same);
        let after = same.iter().filter(|copy| copy.found[0]).count();
        let before = same.iter().filter(|copy| copy.found[1]).count();
        let recall = score.recall().map_or("–".to_owned(), |recall| format!("{recall:.3}"));
        let said = match below.len() {
            0 => "–".to_owned(),
            count => format!("duplicate {} of {} times", found(below.into_iter()), 2 * count),
        };
        let (name, copies, same) = (score.name, score.copies.len(), same.len());
        writeln!(table, "| {name} | {copies} | {same} | {after} + {before} | {recall} | {said} |").unwrap();
    }
    table
}

/// The same by language, all kinds together.
pub(crate) fn table_of_languages(scores: &[Score], languages: &[Language]) -> String {
    let mut table = "| language | copies | by the rule | recall |\n|---|--:|--:|--:|\n".to_owned();
    for language in languages {
        let copies = || {
            let all = scores.iter().flat_map(|score| &score.copies);
            all.filter(|copy| copy.language == language.code)
        };
        let same = copies().filter(|copy| copy.same).count();
        let recall = found(copies().filter(|copy| copy.same)) as f64 / (2 * same) as f64;
        writeln!(table, "| {} | {} | {same} | {recall:.3} |", language.code, copies().count()).unwrap();
    }
    table
}
