//! Subheads that lost their break and stick to the paragraph that follows: "…الفرنسيةإلى ذلك",
//! "Auch bekanntIn Österreich".
//!
//! A text is cut inside a word where the word cannot be one: after a letter that only ends words,
//! where a capital follows a small letter, or where both halves, but not the whole, are words of
//! the same page. What stands before the cut must look like a subhead.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::words;

/// The words of a page and how often each occurs; counted when they are first asked for.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary<'a> {
    texts: Vec<&'a str>,
    words: OnceCell<HashMap<String, u32>>,
}

impl<'a> Vocabulary<'a> {
    /// The words of `texts`.
    pub(crate) fn of(texts: impl Iterator<Item = &'a str>) -> Self {
        Self { texts: texts.collect(), words: OnceCell::new() }
    }

    fn words(&self) -> &HashMap<String, u32> {
        self.words.get_or_init(|| {
            let mut known = HashMap::new();
            let mut left = MAX_BYTES;
            let texts = self.texts.iter().map(|text| {
                let text = words::head(text, left);
                left -= text.len();
                text
            });
            for word in texts.flat_map(|text| text.split(|c: char| !is_letter(c))) {
                let word = word.to_lowercase();
                if let Some(count) = known.get_mut(&word) {
                    *count += 1;
                } else if known.len() < MAX_WORDS {
                    known.insert(word, 1);
                }
            }
            known
        })
    }

    fn count(&self, word: &str) -> u32 {
        self.words().get(&word.to_lowercase()).copied().unwrap_or(0)
    }

    fn has(&self, word: &str) -> bool {
        self.count(word) > 0
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(u32::from(c), 0x300..=0x36F | 0x64B..=0x65F | 0x900..=0xDFF)
}

/// Bytes of a page whose words are known.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Different words of a page; later ones are not known.
const MAX_WORDS: usize = 50_000;
/// A subhead has no more words.
const MAX_HEADING_WORDS: usize = 16;
/// Two words that stick together have no more letters.
const LONGEST_WORD: usize = 80;
/// … and no more characters.
const LONGEST_HEADING: usize = MAX_HEADING_WORDS * LONGEST_WORD;
/// A paragraph behind a subhead has at least this weight.
const MIN_REST: usize = 60;

/// The subhead that sticks to the start of `text`, and the paragraph that follows.
pub(crate) fn heading<'a>(text: &'a str, vocabulary: &Vocabulary<'_>) -> Option<(&'a str, &'a str)> {
    let mut words_before = 0;
    let mut start = 0;
    // Each stretch of letters, with its place.
    for (at, c) in text.char_indices().chain(std::iter::once((text.len(), ' '))).take(LONGEST_HEADING) {
        if is_letter(c) {
            continue;
        }
        let word = text.get(start..at)?;
        if !word.is_empty() {
            words_before += 1;
            if words_before > MAX_HEADING_WORDS {
                return None;
            }
            if let Some(cut) = cut(word, words_before, vocabulary) {
                let (head, rest) = text.split_at_checked(start + cut)?;
                // A word of capitals among others may be a name: "the BBCNews desk".
                let capitals = word.get(..cut).is_some_and(|left| left.chars().all(char::is_uppercase));
                if words::weight(rest) >= MIN_REST
                    && is_subhead(head)
                    && (!capitals || words::is_all_capitals(head))
                {
                    return Some((head.trim_end(), rest.trim_start()));
                }
            }
        }
        start = at + c.len_utf8();
        // Past the end of a sentence there is no subhead.
        if matches!(c, '.' | '،' | ',' | ';' | '؛' | '!' | '。' | '、')
            && text.get(start..).is_some_and(|rest| rest.starts_with(' '))
            && words_before > 2
        {
            return None;
        }
        // A question or exclamation ends a subhead even where no word is cut: "Was nun?Die Lage".
        if matches!(c, '?' | '؟' | '!' | '"' | '”' | '»' | ')')
            && words_before >= 2
            && let Some((head, rest)) = text.split_at_checked(start)
            && matches!(c, '?' | '؟' | '!')
            && rest.chars().next().is_some_and(|c| c.is_uppercase() || ('\u{621}'..='\u{64A}').contains(&c))
            && words::weight(rest) >= MIN_REST
        {
            return Some((head, rest));
        }
    }
    None
}

/// The subhead at the start of `text` that is set in bold, `lead` bytes of it, where no space parts it
/// from the paragraph.
pub(crate) fn bold_heading(text: &str, lead: usize) -> Option<(&str, &str)> {
    let (head, rest) = text.split_at_checked(lead)?;
    let glued = head.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric);
    let fits = (2..=MAX_HEADING_WORDS).contains(&words::count(head)) && words::weight(rest) >= MIN_REST;
    (glued && fits && is_subhead(head)).then_some((head, rest))
}

/// At least two words, or one long one.
fn is_subhead(head: &str) -> bool {
    words::count(head) >= 2 || head.chars().count() >= 6
}

/// Where `word`, the `position`th of its text, is cut in two.
fn cut(word: &str, position: usize, vocabulary: &Vocabulary<'_>) -> Option<usize> {
    let could_part = word.chars().skip(1).any(|c| c.is_uppercase() || is_caseless(c));
    // A word that the page has elsewhere is a word.
    if !could_part || !(4..=LONGEST_WORD).contains(&word.chars().count()) || vocabulary.count(word) > 1 {
        return None;
    }
    let mut previous: Option<char> = None;
    let mut best = None;
    for (at, c) in word.char_indices() {
        let (left, right) = word.split_at_checked(at)?;
        if let Some(before) = previous {
            // These letters only end words in Arabic; a hamza on its own line may stand in both.
            if matches!(before, 'ة' | 'ى')
                && ('\u{621}'..='\u{64A}').contains(&c)
                && left.chars().count() >= 3
            {
                return Some(at);
            }
            if before.is_lowercase() && c.is_uppercase() && position >= 2 && !is_camel_prefix(left) {
                let (known_left, known_right) = (vocabulary.has(left), vocabulary.has(right));
                let long = left.chars().count() >= 4;
                if (known_left && known_right)
                    || (long && (known_left || known_right || right.chars().count() >= 2))
                {
                    return Some(at);
                }
            }
            // Capitals end where a small letter follows the next one: "FIREFlames rose".
            let next = right.chars().nth(1);
            if position >= 2
                && before.is_uppercase()
                && c.is_uppercase()
                && next.is_some_and(char::is_lowercase)
                && left.chars().count() >= 3
                && left.chars().all(char::is_uppercase)
            {
                return Some(at);
            }
            if best.is_none() && is_caseless(before) && is_caseless(c) && both_words(left, right, vocabulary)
            {
                best = Some(at);
            }
        }
        previous = Some(c);
    }
    best
}

/// Starts of names that are written with a capital inside.
fn is_camel_prefix(left: &str) -> bool {
    matches!(
        left.to_lowercase().as_str(),
        "mc" | "mac"
            | "you"
            | "face"
            | "whats"
            | "linked"
            | "pay"
            | "snap"
            | "tik"
            | "space"
            | "deep"
            | "open"
            | "i"
            | "e"
            | "de"
            | "la"
            | "le"
            | "di"
            | "van"
            | "air"
            | "bio"
            | "micro"
            | "master"
            | "health"
            | "soft"
            | "green"
            | "black"
            | "word"
            | "drop"
            | "play"
            | "power"
            | "one"
            | "git"
            | "sound"
            | "fed"
            | "war"
    )
}

/// Letters of a script with words parted by spaces and no case: Arabic, Hebrew.
fn is_caseless(c: char) -> bool {
    matches!(u32::from(c), 0x5D0..=0x5EA | 0x621..=0x64A | 0x66E..=0x6D3)
}

/// Whether both halves are words of the page, or the left one is a definite noun, which takes no
/// such ending, and the right one begins with a conjunction.
fn both_words(left: &str, right: &str, vocabulary: &Vocabulary<'_>) -> bool {
    let (left_length, right_length) = (left.chars().count(), right.chars().count());
    if left_length < 4 || right_length < 4 || !vocabulary.has(left) {
        return false;
    }
    let conjunction = right.starts_with(['و', 'ف']);
    let noun = left.starts_with("ال") && left_length >= 5;
    (noun && conjunction && right_length >= 5)
        || (vocabulary.has(right) && (noun || conjunction || right_length >= 5))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split<'a>(text: &'a str, page: &str) -> Option<(&'a str, &'a str)> {
        heading(text, &Vocabulary::of([text, page].into_iter()))
    }

    const REST: &str =
        " مصادر على أن زيارة الوفد تعكس أهمية الحضور الدبلوماسي والعسكري في هذه المنطقة لدى موسكو";

    #[test]
    fn arabic_subheads_are_cut_off() {
        let text = format!("تعاون عسكري روسي بمنطقة الساحلوشددت{REST}");
        let (head, rest) = split(&text, "في منطقة الساحل لدى").unwrap();
        assert_eq!(head, "تعاون عسكري روسي بمنطقة الساحل");
        assert!(rest.starts_with("وشددت مصادر"));
        let text = format!("مظاهرة أمام القاعدة الفرنسيةإلى ذلك{REST}");
        assert_eq!(split(&text, "").unwrap().0, "مظاهرة أمام القاعدة الفرنسية");
    }

    #[test]
    fn a_change_of_case_parts_words() {
        let rest = "In Österreich hat der Verfassungsschutz die Gruppe auf dem Radar, wie es am Montag aus der Direktion hieß.";
        let text = format!("Auch in Österreich bekannt{rest}");
        assert_eq!(split(&text, "es ist bekannt").unwrap().1, rest);
    }

    #[test]
    fn capitals_end_where_a_word_begins() {
        let rest =
            "Flames rose over the warehouse by the river for hours, and the smoke could be seen from afar.";
        let text = format!("A NIGHT OF FIRE BY THE RIVERFlames{}", &rest[6..]);
        assert_eq!(split(&text, "").unwrap(), ("A NIGHT OF FIRE BY THE RIVER", rest));
    }

    #[test]
    fn words_and_names_stay_whole() {
        for text in [
            "The chain of the BBCNews desk said on Monday that it would close ten offices in the north of the country.",
            "Auf dem Portal YouTube zeigte ein Video der Polizei die Lage am Montagabend in der ganzen Stadt.",
            "قال المسؤولون إن السلطات ستبدأ يوم الاثنين تنفيذ الخطة الجديدة لإعادة إعمار المدينة القديمة في البلاد",
            "The chain McDonald's said on Monday that it would close ten restaurants in the north of the country.",
        ] {
            assert_eq!(split(text, "المسؤول قال you tube Donald"), None, "{text}");
        }
    }
}
