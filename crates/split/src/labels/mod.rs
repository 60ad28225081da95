//! Words that are about a story rather than part of it: "read also", "source", "advertisement".

mod tables;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Label {
    /// Another story, or links to some.
    ReadAlso,
    /// An advertisement.
    Advertisement,
    /// Who the report comes from.
    Source,
    /// Keywords or tags.
    Keywords,
    /// When it was published.
    Published,
    /// When it was changed.
    Updated,
    /// Who wrote it.
    By,
    /// A picture, or its credit.
    Photo,
    /// Readers' comments.
    Comments,
    /// Ways to pass the story on.
    Share,
}

/// A label at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Labelled<'a> {
    /// What it announces.
    pub(crate) label: Label,
    /// Whether a colon (or its like) follows.
    pub(crate) colon: bool,
    /// What follows on the same line.
    pub(crate) rest: &'a str,
}

/// The longest label of the tables, in characters.
const LONGEST: usize = 40;

static STARTS: LazyLock<HashMap<String, Vec<Label>>> = LazyLock::new(|| {
    let mut map: HashMap<String, Vec<Label>> = HashMap::new();
    for (label, words) in tables::STARTS {
        for word in *words {
            let labels = map.entry(fold(word)).or_default();
            if !labels.contains(label) {
                labels.push(*label);
            }
        }
    }
    map
});
/// The first words of all labels: most lines are known by theirs to have none.
static FIRST: LazyLock<HashSet<String>> =
    LazyLock::new(|| STARTS.keys().map(|label| first_word(label).to_owned()).collect());
/// Finds any of the phrases in one pass.
static PROMOTION: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(tables::PROMOTION));
static CONSENT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(tables::CONSENT));
static LIVE: LazyLock<Vec<String>> = LazyLock::new(|| tables::LIVE.iter().map(|word| fold(word)).collect());
static SAYS_LIVE: LazyLock<HashSet<String>> =
    LazyLock::new(|| tables::LIVE.iter().chain(tables::LIVE_ALONE).map(|word| fold(word)).collect());
static READ_ON: LazyLock<Vec<String>> =
    LazyLock::new(|| tables::READ_ON.iter().map(|word| fold(word)).collect());

/// Nothing for a table too large to search in, which none of ours is.
fn finder(phrases: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::new(phrases.iter().map(|phrase| fold(phrase))).ok()
}

/// Folds letters that are written in more than one way: case, and in Arabic the hamza on alef, the
/// final ta marbuta and alef maqsura, and vowel signs.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().filter_map(fold_char).flat_map(char::to_lowercase).collect()
}

fn fold_char(c: char) -> Option<char> {
    Some(match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ة' => 'ه',
        'ى' => 'ي',
        '\u{64B}'..='\u{652}' | '\u{670}' | '\u{307}' => return None,
        '’' => '\'',
        'İ' => 'i',
        _ => c,
    })
}

/// The label that `line` starts with: the longest one of the tables that is followed by a colon or
/// its like, by the end of the line, or by white space.
pub(crate) fn at_start(line: &str) -> Option<Labelled<'_>> {
    at_start_of(line, &[])
}

fn first_word(line: &str) -> &str {
    line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// As [`at_start`], where only the labels `wanted` count (all if empty).
pub(crate) fn at_start_of<'a>(line: &'a str, wanted: &[Label]) -> Option<Labelled<'a>> {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let first = first_word(line);
    if first.len() > LONGEST * 4 || !FIRST.contains(&fold(first)) {
        return None;
    }
    let mut folded = String::new();
    let mut found = None;
    for (n, (at, c)) in line.char_indices().enumerate() {
        if n > LONGEST {
            break;
        }
        // A label ends where a word does.
        if !c.is_alphanumeric()
            && let Some(labels) = STARTS.get(folded.trim_end())
            && let Some(label) = labels.iter().find(|label| wanted.is_empty() || wanted.contains(label))
        {
            found = Some(labelled(*label, line.get(at..).unwrap_or_default()));
        }
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else {
            folded.extend(fold_char(c).into_iter().flat_map(char::to_lowercase));
        }
    }
    if line.chars().count() <= LONGEST
        && let Some(labels) = STARTS.get(folded.trim_end())
        && let Some(label) = labels.iter().find(|label| wanted.is_empty() || wanted.contains(label))
    {
        found = Some(Labelled { label: *label, colon: false, rest: "" });
    }
    found
}

fn labelled(label: Label, after: &str) -> Labelled<'_> {
    let rest = after.trim_start();
    let bare = rest.trim_start_matches(|c: char| {
        matches!(c, ':' | '：' | '|' | '»' | '›' | '>' | '؛' | '-' | '–' | '—' | '…' | '►' | '▶')
            || c.is_whitespace()
    });
    let colon = rest.starts_with([':', '：', '|', '»', '›', '>']);
    Labelled { label, colon, rest: bare }
}

/// A label followed by a colon anywhere in `line`, even glued to the word before, as in
/// "…PoliticsSource: Agency": where it begins, and what it says.
pub(crate) fn inside<'a>(line: &'a str, wanted: &[Label]) -> Option<(usize, Labelled<'a>)> {
    let mut from = 0;
    while let Some(found) = line.get(from..)?.find([':', '：']) {
        let colon = from + found;
        let before = line.get(..colon)?;
        // The longest label that ends here.
        let mut best = None;
        for (n, (at, _)) in before.char_indices().rev().enumerate() {
            if n > LONGEST {
                break;
            }
            let word = before.get(at..)?;
            let glued = before.get(..at)?.chars().next_back().is_some_and(char::is_alphabetic);
            // Glued to a letter, a label must at least begin with a capital where there are any.
            if glued && word.chars().next().is_some_and(char::is_lowercase) {
                continue;
            }
            if let Some(labels) = STARTS.get(fold(word).trim())
                && let Some(label) = labels.iter().find(|label| wanted.contains(label))
            {
                best = Some((at, labelled(*label, line.get(colon..)?)));
            }
        }
        if best.is_some() {
            return best;
        }
        from = colon + 1;
    }
    None
}

/// Whether `line` is nothing but "by" and a name.
pub(crate) fn is_byline(line: &str) -> bool {
    at_start_of(line, &[Label::By]).is_some_and(|found| !found.rest.is_empty() && is_name(found.rest))
}

/// Whether `text` could be a name: a few words, none of them in small letters but particles; one
/// word in scripts that part no words, or only family and given name.
pub(crate) fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let asian =
        |c: char| crate::words::is_unspaced(c) || crate::words::is_hangul(c) || matches!(c, '・' | '·');
    let least = if text.chars().all(asian) && (2..=12).contains(&text.chars().count()) { 1 } else { 2 };
    (least..=6).contains(&words.len())
        && words.iter().all(|word| !word.starts_with(char::is_lowercase) || word.chars().count() <= 3)
        && !text.starts_with(char::is_lowercase)
        && !text.chars().any(char::is_numeric)
        && !text.ends_with(['.', '?', '!', '。'])
}

/// Whether `text` ends in the credit of a picture, in brackets: it is the picture's caption.
pub(crate) fn is_credited(text: &str) -> bool {
    let credit =
        text.trim_end_matches('.').strip_suffix([')', '）']).and_then(|text| text.rsplit_once(['(', '（']));
    credit.is_some_and(|(_, credit)| {
        at_start_of(credit, &[Label::Photo]).is_some_and(|found| found.colon && !found.rest.is_empty())
    })
}

/// What stands behind "by" inside a line such as "12 March 2024 by Jane Doe", if it is a name.
pub(crate) fn by_inside(line: &str) -> Option<&str> {
    line.match_indices(' ').find_map(|(at, _)| {
        let rest = line.get(at + 1..)?;
        let found = at_start_of(rest, &[Label::By]).filter(|_| rest.starts_with(char::is_alphabetic))?;
        let name = found.rest.split([',', '،', '、', '|']).next().unwrap_or_default();
        is_name(name.trim()).then_some(found.rest)
    })
}

/// Whether the short `line` asks the reader for something.
pub(crate) fn is_promotion(line: &str) -> bool {
    let folded = fold(line);
    PROMOTION.as_ref().is_some_and(|finder| finder.is_match(&folded))
}

/// Whether a page's `title` calls it live.
pub(crate) fn is_live(title: &str) -> bool {
    let folded = fold(title);
    let spaced = format!(" {} ", folded.split(|c: char| !c.is_alphanumeric()).collect::<Vec<_>>().join(" "));
    LIVE.iter().any(|word| {
        if word.chars().any(crate::words::is_unspaced) {
            folded.contains(word)
        } else {
            spaced.contains(&format!(" {word} "))
        }
    })
}

/// Whether a short line says that the page is live, and no more: "LIVE", "En direct".
pub(crate) fn says_live(line: &str) -> bool {
    line.len() <= 40 && SAYS_LIVE.contains(&fold(line.trim_matches(|c: char| !c.is_alphanumeric())))
}

/// Whether `line` stands in for something that is loaded from elsewhere once the reader agrees.
pub(crate) fn is_consent(line: &str) -> bool {
    let folded = fold(line);
    CONSENT.as_ref().is_some_and(|finder| finder.is_match(&folded))
}

/// Whether a short line tells how many comments there are: "3 comments", "Kommentare (12)", "No comments".
pub(crate) fn counts_comments(line: &str) -> bool {
    line.len() <= 120
        && line.split(['·', '|', '•', ',']).any(|part| {
            let rest = part.trim_start_matches(|c: char| !c.is_alphabetic());
            let words = rest.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).count();
            (1..=4).contains(&words)
                && (at_start_of(rest, &[Label::Comments]).is_some()
                    || rest
                        .split_once(' ')
                        .is_some_and(|(_, rest)| at_start_of(rest, &[Label::Comments]).is_some()))
        })
}

/// Whether `text`, the text of a link, leads on to the whole story.
pub(crate) fn is_read_on(text: &str) -> bool {
    let folded = fold(text.trim_matches(|c: char| !c.is_alphanumeric()));
    READ_ON.contains(&folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_at_the_start_in_many_languages() {
        for (line, label, rest) in [
            ("إقرأ أيضاً:", Label::ReadAlso, ""),
            ("كلمات دلالية: روسي مالي", Label::Keywords, "روسي مالي"),
            ("Auch interessant:", Label::ReadAlso, ""),
            ("LEES OOK | Een kop", Label::ReadAlso, "Een kop"),
            ("関連記事：見出し", Label::ReadAlso, "見出し"),
            ("Veröffentlicht: 3rd, May 2024 GMT", Label::Published, "3rd, May 2024 GMT"),
            ("İlgili haberler", Label::ReadAlso, ""),
        ] {
            let found = at_start(line).unwrap();
            assert_eq!((found.label, found.rest), (label, rest), "{line}");
        }
        assert_eq!(
            at_start("Sources close to the minister said"),
            Some(Labelled { label: Label::Source, colon: false, rest: "close to the minister said" })
        );
        assert_eq!(at_start("Advice for readers"), None);
    }

    #[test]
    fn a_glued_label_is_found_inside() {
        let line = "مادة إعلانية روسي مالي روسيا العربيةالمصدر: العربية";
        let (_, found) = inside(line, &[Label::Source]).unwrap();
        assert_eq!(found.rest, "العربية");
        assert_eq!(inside("resource: x", &[Label::Source]), None);
    }
}
