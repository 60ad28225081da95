//! That the set is what it is said to be.

use std::collections::HashSet;

use dedup::normal;

use crate::edit::{self, DASH, is_word};
use crate::kind::KINDS;
use crate::rule::Shingles;
use crate::set::{Language, Script, TEMPLATES};

#[test]
fn reports_are_as_long_as_agencies_write() {
    for language in Language::all() {
        assert!(language.reports.len() >= 3, "{}", language.code);
        for report in &language.reports {
            let name = format!("{}: {}", language.code, report.headline);
            let length = match language.script {
                Script::Han => report.text().chars().count() / 2,
                _ => report.words(),
            };
            assert!((120..=300).contains(&length), "{name}: {length}");
            assert!((5..=8).contains(&report.paragraphs.len()), "{name}");
            let (dateline, _) = report.paragraphs[0].split_once(DASH).unwrap();
            assert!(dateline.ends_with([')', '）']), "{name}: {dateline}");
            let text = report.text();
            assert!(
                text.contains(char::is_numeric) && text.contains(['"', '“', '«', '„', '”', '「']),
                "{name}"
            );
        }
    }
}

#[test]
fn templates_are_filled_in_anew() {
    for language in Language::all() {
        assert_eq!(language.fillings.len(), TEMPLATES.len(), "{}", language.code);
        for fillings in &language.fillings {
            let texts: HashSet<String> = fillings.iter().map(|story| normal(&story.text())).collect();
            assert!(texts.len() >= 4 && texts.len() == fillings.len(), "{}", language.code);
            for story in fillings {
                let most = if language.script == Script::Han { 190 } else { 95 };
                assert!((40..=most).contains(&story.words()), "{}: {}", story.headline, story.words());
                assert!(
                    !story.headline.contains('{') && !story.text().contains(['{', '|']),
                    "{}",
                    story.text()
                );
            }
        }
    }
}

#[test]
fn every_edit_changes_something() {
    for language in Language::all() {
        for (at, report) in language.reports.iter().enumerate() {
            for kind in &KINDS {
                assert_ne!((kind.edit)(&language, at), *report, "{}: {} {at}", kind.name, language.code);
            }
        }
    }
}

#[test]
fn so_many_words_are_replaced() {
    for language in Language::all() {
        let words = |text: &str| -> Vec<String> {
            let lines = text.lines().flat_map(|line| language.words(line));
            lines.filter(|word| is_word(word)).map(normal).collect()
        };
        for (at, report) in language.reports.iter().enumerate() {
            for percent in [5, 15, 30] {
                let (old, new) =
                    (words(&report.text()), words(&edit::replaced(&language, at, percent).text()));
                assert_eq!(old.len(), new.len(), "{}", report.headline);
                let changed = old.iter().zip(&new).filter(|(old, new)| old != new).count();
                assert_eq!(changed, (old.len() * percent + 50) / 100, "{}", report.headline);
            }
        }
    }
}

#[test]
fn an_embedded_report_is_a_third_to_a_half_and_whole() {
    for language in Language::all() {
        for (at, report) in language.reports.iter().enumerate() {
            let whole = edit::embedded(&language, at);
            let share = report.words() as f64 / whole.words() as f64;
            assert!((0.33..=0.5).contains(&share), "{}: {share}", report.headline);
            assert!(Shingles::of(report).containment(&Shingles::of(&whole)) >= 1.0, "{}", report.headline);
        }
    }
}

#[test]
fn a_copy_is_a_duplicate_of_its_own_report_alone() {
    for language in Language::all() {
        let fillings: Vec<Shingles> = language.fillings.iter().flatten().map(Shingles::of).collect();
        let reports: Vec<Shingles> = language.reports.iter().map(Shingles::of).collect();
        for at in 0..reports.len() {
            for kind in &KINDS {
                let copy = Shingles::of(&(kind.edit)(&language, at));
                let others =
                    reports.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
                let is_alone = !others.chain(&fillings).any(|other| other.same_report(&copy));
                assert!(is_alone, "{}: {} {at}", kind.name, language.code);
            }
        }
    }
}
