use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

#[test]
fn marks_go_and_spelling_stays() {
    for (page, text) in [
        ("  a\u{200B}b\u{AD}c \n\t d\u{A0}", "abc d"),
        ("一\u{3000}二\u{2028}三\u{2800}\u{3164}四", "一 二 三 四"),
        ("a\0b\u{7}c\u{7F}d\u{FEFF}e\u{FFFC}f\u{34F}g", "abcdefg"),
        ("it\u{92}s 5\u{80} \u{96} \u{81}so\u{85}", "it’s 5€ – so…"),
        ("\u{202B}خبر\u{202C} \u{2067}עוד\u{2069}\u{200F}", "خبر עוד"),
        ("الســـعودية لـ«الشرق ــ", "السعودية لـ«الشرق ــ"),
        ("مـَـرحبا لـــ«الشرق» الـBBC الـ20", "مَرحبا لـ«الشرق» الـBBC الـ20"),
        ("مـ\u{200F}ـن", "من"),
        ("می\u{200C}خواهم ۲۰\u{200C}ساله", "می\u{200C}خواهم ۲۰\u{200C}ساله"),
        ("می\u{200C} خواهم\u{200C}\u{200C}. \u{200C}a\u{200C}", "می خواهم. a"),
        ("ශ්\u{200D}රී ലങ്കൻ അവന്\u{200D} র\u{200D}্য", "ශ්\u{200D}රී ലങ്കൻ അവന്\u{200D} র\u{200D}্য"),
        ("ه\u{200D}.ش a\u{200D}b क\u{200D}ख\u{200D}", "ه.ش ab कख"),
        (
            "👩\u{200D}🚒 ❤\u{FE0F}\u{200D}🔥 1\u{FE0F}\u{20E3} 👩\u{200D}",
            "👩\u{200D}🚒 ❤\u{FE0F}\u{200D}🔥 1\u{FE0F}\u{20E3} 👩",
        ),
        ("葛\u{E0100}城 \u{FE0F}b", "葛\u{E0100}城 b"),
        ("🏴\u{E0067}\u{E0062}\u{E007F} a\u{E0067}\u{E0062}", "🏴\u{E0067}\u{E0062}\u{E007F} a"),
        ("ﺑﻴﺖ ﷲ ﻻ ﷺ ﷼ ﹰ", "بيت الله لا ﷺ ﷼ ﹰ"),
        ("cafe\u{301} tie\u{302}\u{301}ng b\u{E2}\u{323}n 한국", "café tiếng bận 한국"),
        ("ﬁ Ａ x² \u{FFFD}", "ﬁ Ａ x² \u{FFFD}"),
    ] {
        assert_eq!(line(page), text, "{page:?}");
    }
}

#[test]
fn a_joiner_between_two_elements_stays_where_it_joins() {
    let pushed = |parts: &[&str]| {
        let mut out = String::new();
        parts.iter().for_each(|part| push(&mut out, part));
        out.truncate(end(&out));
        out
    };
    assert_eq!(pushed(&["می\u{200C}", "خواهم\u{200C}", " است\u{200C}"]), "می\u{200C}خواهم است");
    assert_eq!(pushed(&["👩\u{200D}", "🚒", "\u{200D}", "!"]), "👩\u{200D}🚒!");
    assert_eq!(pushed(&["അവന്\u{200D}", " "]), "അവന്\u{200D}");
    // Where a piece may end, nothing is joined over its end.
    assert_eq!(pushed(&["سـ", "ـن", "e", "\u{301}"]), "سـن\u{65}\u{301}");
}

/// Text of the characters that anything is done to, among others.
fn text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(
        "\u{640}\u{200C}\u{200D}\u{200B}\u{200F}\u{AD}\u{FEFF}\u{FE0F}\u{E0100}\u{E0067}\u{85}\u{92}\u{301}\u{323}\u{653}\u{64E}\u{94D}\u{DCA}\u{9BE}\u{9C7}\u{FE71}\u{FEFB}\u{FDFA}\u{1100}\u{1161}\u{11A8} \n\u{3000}لاeaکර\u{9B0}👩🚒🏴❤.1"
            .chars()
            .collect::<Vec<_>>(),
    );
    let any = prop_oneof![4 => special, 1 => any::<char>()];
    prop::collection::vec(any, 0..24).prop_map(|chars| chars.into_iter().collect())
}

/// The letters and digits of `text` in no order, but for those that cleaning may take.
fn letters(text: &str) -> Vec<char> {
    let kept = text.chars().filter(|c| !matches!(c, '\u{80}'..='\u{9F}' | '\u{3164}' | '\u{FFA0}'));
    let mut letters: Vec<char> = kept.nfkd().filter(|c| c.is_alphanumeric() && *c != TATWEEL).collect();
    letters.sort_unstable();
    letters
}

proptest! {
    #[test]
    fn cleaning_twice_is_cleaning_once(text in text()) {
        let once = line(&text);
        prop_assert_eq!(line(&once), once);
    }

    #[test]
    fn spaces_are_single_and_inside(text in text()) {
        let line = line(&text);
        prop_assert!(!line.contains("  "));
        prop_assert_eq!(line.trim(), &line);
        prop_assert!(!line.chars().any(|c| c.is_control() || (c.is_whitespace() && c != ' ')));
    }

    #[test]
    fn no_letter_is_lost(text in text()) {
        let text: String = text.chars().filter(|c| !matches!(c, '\u{80}'..='\u{9F}')).collect();
        prop_assert_eq!(letters(&line(&text)), letters(&text));
    }

    #[test]
    fn what_was_written_before_stays(before in text(), text in text()) {
        let mut out = String::new();
        push(&mut out, &before);
        let kept = out.get(..end(&out)).unwrap().to_owned();
        push(&mut out, &text);
        prop_assert!(out.starts_with(&kept));
    }
}
