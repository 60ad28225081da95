//! Words and phrases by what they mean in which language.

use std::collections::HashMap;

use super::tokens::{Token, normal, tokens};

/// Phrases with their meanings, which may differ between languages: Croatian *listopad* is
/// October, Polish *listopad* November.
///
/// A phrase is known by its letters alone: spaces, full stops and apostrophes within it do not
/// matter ("ม.ค.", "Dhu al-Qi'dah", "p. m.").
#[derive(Debug)]
pub(super) struct Lexicon<T> {
    meanings: HashMap<String, Vec<(&'static str, T)>>,
    /// The longest phrase, in bytes.
    longest: usize,
}

impl<T: Copy + PartialEq> Lexicon<T> {
    /// The lexicon of `entries`: language, phrase, meaning.
    pub(super) fn new(entries: impl IntoIterator<Item = (&'static str, &'static str, T)>) -> Self {
        let mut meanings: HashMap<String, Vec<(&'static str, T)>> = HashMap::new();
        for (lang, phrase, meaning) in entries {
            let key: String = tokens(phrase).iter().filter_map(Token::word).collect();
            let known = meanings.entry(key).or_default();
            if !known.contains(&(lang, meaning)) {
                known.push((lang, meaning));
            }
        }
        let longest = meanings.keys().map(String::len).max().unwrap_or_default();
        Self { meanings, longest }
    }

    /// The meaning of the longest phrase that `tokens` begin with, and how many tokens it takes: in
    /// `lang`, or else in English, which pages in any language use, or else in all that have it.
    pub(super) fn at(&self, tokens: &[Token], lang: Option<&str>) -> Option<(T, usize)> {
        self.longest_at(tokens, |known| own(known, lang).or_else(|| common(known)))
    }

    /// As [`at`](Self::at), but where the language is known the phrase must be of it or English: for
    /// short words that mean something else elsewhere.
    pub(super) fn own_at(&self, tokens: &[Token], lang: Option<&str>) -> Option<(T, usize)> {
        self.longest_at(tokens, |known| own(known, lang).or_else(|| common(known).filter(|_| lang.is_none())))
    }

    /// Whether `word` has a meaning in some language.
    pub(super) fn contains(&self, word: &str) -> bool {
        self.meanings.contains_key(&normal(word))
    }

    fn longest_at(
        &self,
        tokens: &[Token],
        meaning: impl Fn(&[(&'static str, T)]) -> Option<T>,
    ) -> Option<(T, usize)> {
        const MOST_TOKENS: usize = 9;
        let mut phrase = String::new();
        let mut found = None;
        for (n, token) in tokens.iter().take(MOST_TOKENS).enumerate() {
            match token {
                Token::Word(word) => phrase.push_str(word),
                Token::Mark('.' | '\'' | '’' | '‘' | '`' | '-' | '׳' | '״') if n > 0 => continue,
                _ => break,
            }
            if phrase.len() > self.longest {
                break;
            }
            let here = self.meanings.get(&phrase).and_then(|known| meaning(known));
            found = here.map(|meaning| (meaning, n + 1)).or(found);
        }
        found
    }
}

/// The rows of a table, `language: field | field`, each field's phrases parted by commas.
pub(super) fn rows(
    table: &'static [&'static str],
) -> impl Iterator<Item = (&'static str, usize, &'static str)> {
    let fields = |row: &'static str| {
        let (lang, fields) = row.split_once(':').unwrap_or_default();
        fields.split('|').enumerate().map(move |(n, field)| (lang, n, field))
    };
    let phrases = |(lang, n, field): (&'static str, usize, &'static str)| {
        field
            .split(',')
            .map(move |phrase| (lang, n, phrase.trim()))
            .filter(|(_, _, phrase)| !phrase.is_empty())
    };
    table.iter().flat_map(move |row| fields(row)).flat_map(phrases)
}

/// The meaning in `lang`, or in English.
fn own<T: Copy>(known: &[(&str, T)], lang: Option<&str>) -> Option<T> {
    let of = |wanted: &str| known.iter().find(|(lang, _)| *lang == wanted).map(|(_, meaning)| *meaning);
    // The tables name each language once.
    let one = |lang| match lang {
        "nb" | "nn" => "no",
        "tl" => "fil",
        "ckb" | "kmr" => "ku",
        "prs" => "fa",
        lang => lang,
    };
    lang.and_then(|lang| of(one(lang))).or_else(|| of("en"))
}

/// The meaning, where all languages agree on it.
fn common<T: Copy + PartialEq>(known: &[(&str, T)]) -> Option<T> {
    let (_, first) = known.first()?;
    known.iter().all(|(_, meaning)| meaning == first).then_some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_decides_where_words_differ() {
        let lexicon = Lexicon::new([("hr", "listopad", 10), ("pl", "listopad", 11), ("th", "พ.ค.", 5)]);
        let at = |text, lang| lexicon.at(&tokens(text), lang);
        assert_eq!(at("listopad 2024", Some("hr")), Some((10, 1)));
        assert_eq!(at("listopad 2024", Some("pl")), Some((11, 1)));
        assert_eq!(at("listopad 2024", None), None);
        assert_eq!(at("พ.ค. 2567", None), Some((5, 3)));
        assert_eq!(lexicon.own_at(&tokens("พ.ค. 2567"), Some("de")), None);
    }
}
