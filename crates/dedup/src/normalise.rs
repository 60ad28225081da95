//! The two forms in which texts are compared.
//!
//! [`normal`] keeps the words alone, as they sound alike in every house style: what two copies of a
//! report have in common. [`strict`] keeps what a reader sees, so that a corrected comma is a change
//! and a line break is none.

mod composed;
mod look;
mod stretches;
mod words;

pub(crate) use composed::Composed;
pub(crate) use words::first_words;

/// The words of `text`, one space between them: compatibility forms composed (NFKC), lower case,
/// digits of every script as ASCII, Arabic and Persian letters in one spelling, without vowel marks,
/// punctuation, symbols and invisible characters.
///
/// In scripts that put no spaces between words every character stands as a word. Text without a
/// letter or digit gives the empty string.
pub fn normal(text: &str) -> String {
    Composed::of(text).words()
}

/// Whether a text has any of the words of [`normal`].
pub fn has_words(text: &str) -> bool {
    Composed::of(text).has_words()
}

/// `text` as a reader sees it: NFKC, white space as single spaces, no invisible characters, one form
/// of each kind of quotation mark and dash. Case, punctuation and spelling stay.
pub fn strict(text: &str) -> String {
    Composed::of(text).look()
}

/// Soft hyphens, zero-width and directional marks, variation selectors, tatweel: what changes how
/// text is laid out and not what it says.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn without_counters(text: &str) -> String {
        Composed::of(text).look_without_counters()
    }

    #[test]
    fn spellings_of_one_text_are_one() {
        for (one, other) in [
            ("Straße  ﬁne", "STRASSE fine"),
            ("إلى المدرسةِ الأولـــى", "الي المدرسه الاولي"),
            ("العام ١٩٧٤", "العام 1974"),
            ("\u{200f}می‌رود", "ميرود"),
            ("“Don’t,” he said — twice", "Don't he said: twice!"),
            ("İstanbul", "istanbul"),
            ("Cafe\u{301}", "café"),
            ("ΟΔΟΣ", "οδος"),
            ("ДАЛЁКО", "далеко"),
            ("KAPI ışık", "kapı IŞIK"),
            ("ہوا", "هوا"),
            ("हँसी", "हंसी"),
            ("东京，新闻", "东京 新闻"),
        ] {
            assert_eq!(normal(one), normal(other), "{one} and {other}");
        }
    }

    #[test]
    fn other_words_are_others() {
        for (one, other) in [
            ("won 2 of 3", "won 3 of 2"),
            ("a bc", "ab c"),
            ("क्त", "कत"),
            ("résumé", "resume"),
            ("东京", "京东"),
        ] {
            assert_ne!(normal(one), normal(other), "{one} and {other}");
        }
    }

    #[test]
    fn strict_sees_what_a_reader_sees() {
        assert_eq!(strict(" “a”\u{a0}\u{200f}–\r\n b\u{ad}c "), strict("\"a\" - bc"));
        for (one, other) in [("a.", "a"), ("A", "a"), ("إلى", "الى"), ("5%", "5")] {
            assert_ne!(strict(one), strict(other), "{one} and {other}");
        }
    }

    #[test]
    fn first_words_end_between_words() {
        let text = normal("One two three four five six seven eight nine ten eleven twelve thirteen");
        assert_eq!(first_words(&text), "one two three four five six seven eight nine ten eleven twelve");
        assert_eq!(first_words(&normal(&"新".repeat(30))), ["新"; 24].join(" "));
        assert_eq!(first_words("short"), "short");
        assert_eq!(first_words(""), "");
    }

    #[test]
    fn counters_and_dates_are_no_text() {
        let text = |views: &str, time: &str| {
            format!(
                "{views}\nThe river rose by two metres.\n12 killed.\nArsenal 2 Chelsea 1\nUpdated: 5 May 2026, {time}"
            )
        };
        assert_eq!(
            without_counters(&text("12 comments", "12:05")),
            without_counters(&text("13 comments", "13:40"))
        );
        for (one, other) in
            [("12 killed.", "13 killed."), ("Arsenal 2 Chelsea 1", "Arsenal 2 Chelsea 2"), ("4", "5")]
        {
            assert_ne!(without_counters(one), without_counters(other), "{one} and {other}");
        }
    }

    proptest! {
        #[test]
        fn words_are_kept_apart_by_one_space(text in ".{0,80}") {
            let normal = normal(&text);
            prop_assert!(normal.is_empty() || normal.split(' ').all(|word| !word.is_empty()), "{normal:?}");
            prop_assert_eq!(has_words(&text), !normal.is_empty());
        }

        #[test]
        fn layout_is_nothing(words in prop::collection::vec("[a-zء-غ一-龥0-9]{1,8}", 1..20), gap in "[ \n\t.,!«»-]{1,3}") {
            prop_assert_eq!(normal(&words.join(" ")), normal(&words.join(&gap).to_uppercase()));
        }

        #[test]
        fn first_words_are_a_beginning(text in "[\\PC ]{0,200}") {
            let normal = normal(&text);
            prop_assert!(normal.starts_with(first_words(&normal)));
        }
    }
}
