//! Edits of what a report says, and where.

use dedup::normal;

use crate::chance::Chance;
use crate::set::{Language, Report, words_in};

/// With a promotion in the middle and two at the end.
pub(crate) fn promoted(of: &Language, at: usize) -> Report {
    let mut copy = of.reports[at].clone();
    let [end, middle, very_end] = &of.promotion[..] else { panic!("{}: three sentences of it", of.code) };
    copy.paragraphs.insert(copy.paragraphs.len() / 2, middle.clone());
    copy.paragraphs.extend([end.clone(), very_end.clone()]);
    copy
}

/// Without its first paragraph.
pub(crate) fn without_first(of: &Language, at: usize) -> Report {
    let mut copy = of.reports[at].clone();
    copy.paragraphs.remove(0);
    copy
}

/// Without its last two paragraphs.
pub(crate) fn without_last(of: &Language, at: usize) -> Report {
    let mut copy = of.reports[at].clone();
    copy.paragraphs.truncate(copy.paragraphs.len() - 2);
    copy
}

/// What parts the dateline from the report.
pub(crate) const DASH: &str = " - ";

/// From another place and another agency.
pub(crate) fn datelined(of: &Language, at: usize) -> Report {
    let mut copy = of.reports[at].clone();
    let (dateline, _) = of.after(at, 1).paragraphs[0].split_once(DASH).unwrap();
    let (_, rest) = copy.paragraphs[0].split_once(DASH).unwrap();
    copy.paragraphs[0] = format!("{dateline}{DASH}{rest}");
    copy
}

/// Under its first words as the headline.
pub(crate) fn headlined(of: &Language, at: usize) -> Report {
    let copy = of.reports[at].clone();
    let (_, lead) = copy.paragraphs[0].split_once(DASH).unwrap();
    let enough = if of.space().is_empty() { 16 } else { 8 };
    let words = of.words(lead).into_iter().take(enough);
    Report { headline: words.collect::<String>().trim_end().to_owned(), ..copy }
}

/// In one paragraph, or in two.
pub(crate) fn merged(of: &Language, at: usize) -> Report {
    let report = &of.reports[at];
    let cut = if at.is_multiple_of(2) { 0 } else { report.paragraphs.len() / 2 };
    let (first, second) = report.paragraphs.split_at(cut);
    let parts = [first, second].into_iter().filter(|part| !part.is_empty());
    Report { paragraphs: parts.map(|part| part.join(of.space())).collect(), ..report.clone() }
}

/// With `percent` of its words replaced by words of the language's other reports.
pub(crate) fn replaced(of: &Language, at: usize, percent: usize) -> Report {
    let others: Vec<String> =
        (1..of.reports.len()).flat_map(|by| &of.after(at, by).paragraphs).cloned().collect();
    let others: Vec<&str> = others.iter().flat_map(|text| of.words(text)).filter(|w| is_word(w)).collect();
    let report = &of.reports[at];
    let mut paragraphs: Vec<Vec<&str>> = report.paragraphs.iter().map(|text| of.words(text)).collect();
    let mut words: Vec<&mut &str> = paragraphs.iter_mut().flatten().filter(|word| is_word(word)).collect();

    let mut chance = Chance::seeded(&format!("{} {at} {percent}", of.code));
    let count = (words.len() * percent + 50) / 100;
    for place in chance.pick(count, words.len()) {
        let old = normal(words[place]);
        while normal(words[place]) == old {
            *words[place] = others[chance.below(others.len())];
        }
    }
    // A word from a paragraph's end comes without a space.
    let joined = |words: Vec<&str>| {
        let words: Vec<&str> = words.into_iter().map(str::trim_end).collect();
        words.join(of.space())
    };
    Report { paragraphs: paragraphs.into_iter().map(joined).collect(), ..report.clone() }
}

pub(crate) fn is_word(text: &str) -> bool {
    !normal(text).is_empty()
}

/// Between the beginning of another report and the end of a third, of which it takes paragraphs until
/// they are as long as the report.
pub(crate) fn embedded(of: &Language, at: usize) -> Report {
    let report = &of.reports[at];
    let (before, after) = (of.after(at, 1), of.after(at, 2));
    let (mut first, mut last) = (Vec::new(), Vec::new());
    let mut missing = report.words();
    let turns = before.paragraphs.iter().map(|p| (true, p));
    let turns = turns.zip(after.paragraphs.iter().rev().map(|p| (false, p)));
    for (is_before, paragraph) in turns.flat_map(|(one, other)| [one, other]) {
        if missing > 0 {
            missing = missing.saturating_sub(words_in(paragraph));
            let side = if is_before { &mut first } else { &mut last };
            side.push(paragraph.clone());
        }
    }
    last.reverse();
    Report {
        headline: before.headline.clone(),
        paragraphs: [first, report.paragraphs.clone(), last].concat(),
    }
}
