//! Text in NFKC.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Text in NFKC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Composed<'a>(Cow<'a, str>);

impl<'a> Composed<'a> {
    /// Most of a text is that already, and seeing so is much faster than composing it: only what is not is composed,
    /// with the character before it.
    pub(crate) fn of(text: &'a str) -> Self {
        let Some(first) = end_of_composed(text) else { return Self(Cow::Borrowed(text)) };
        let mut composed = String::with_capacity(text.len());
        let mut rest = text;
        let mut start = first;
        loop {
            let (whole, behind) = rest.split_at_checked(start).unwrap_or((rest, ""));
            composed.push_str(whole);
            let mut others = behind.char_indices().skip(1);
            let end = others.find(|(_, c)| is_composed(*c)).map_or(behind.len(), |(at, _)| at);
            let (odd, behind) = behind.split_at_checked(end).unwrap_or((behind, ""));
            composed.extend(odd.nfkc());
            rest = behind;
            match end_of_composed(rest) {
                Some(end) => start = end,
                None => break,
            }
        }
        composed.push_str(rest);
        Self(Cow::Owned(composed))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where the last character begins that stands before one which composition may change; none when there is no such.
fn end_of_composed(text: &str) -> Option<usize> {
    if text.is_ascii() {
        return None;
    }
    let mut before = 0;
    for (at, c) in text.char_indices() {
        if !is_composed(c) {
            return Some(before);
        }
        before = at;
    }
    None
}

/// Whether composition changes `c` only with what comes behind it.
fn is_composed(c: char) -> bool {
    // The scripts of most news from their table: asking Unicode's takes ten times as long.
    static TABLE: LazyLock<Vec<bool>> = LazyLock::new(|| ('\0'..'\u{a000}').map(by_properties).collect());
    TABLE.get(c as usize).copied().unwrap_or_else(|| by_properties(c))
}

fn by_properties(c: char) -> bool {
    is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes && canonical_combining_class(c) == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_is_composed_whether_or_not_it_was(text in "[a-zé\u{301}\u{307}\u{64e}\u{654}ا-ي가-깋\u{1100}\u{1161}\u{11a8}ﬁ…０-９ ]{0,16}") {
            let expected: String = text.nfkc().collect();
            let composed = Composed::of(&text);
            prop_assert_eq!(composed.as_str(), &*expected);
        }

        #[test]
        fn any_text_is_composed(text in "\\PC{0,24}") {
            let expected: String = text.nfkc().collect();
            let composed = Composed::of(&text);
            prop_assert_eq!(composed.as_str(), &*expected);
        }
    }
}
