use encoding_rs::*;
use proptest::prelude::*;

use super::*;

const ARABIC: &str = "قال وزير الخارجية إن الاجتماع سيعقد يوم الاثنين في العاصمة بحضور الوفود كلها";

#[test]
fn declared_charsets_are_followed() {
    let html = format!("<html><head><meta charset=windows-1256></head><p>{ARABIC}");
    let (bytes, ..) = WINDOWS_1256.encode(&html);
    assert_eq!(decode(&bytes, None, None), html);
    let (bytes, ..) = WINDOWS_1256.encode(ARABIC);
    assert_eq!(decode(&bytes, Some("text/html; charset=windows-1256"), None), ARABIC);
    assert_eq!(decode(&bytes, Some("text/plain"), Some("sa")), ARABIC);
}

#[test]
fn utf8_wins_over_a_wrong_label_and_a_page_over_latin1_by_default() {
    let html = format!("<meta charset='iso-8859-1'><p>{ARABIC}");
    assert_eq!(decode(html.as_bytes(), Some("text/html; charset=windows-1256"), None), html);
    let html =
        format!("<meta http-equiv='Content-Type' content='text/html; charset=windows-1256'><p>{ARABIC}");
    let (bytes, ..) = WINDOWS_1256.encode(&html);
    assert_eq!(decode(&bytes, Some("text/html; charset=ISO-8859-1"), None), html);
}

#[test]
fn what_lies_is_guessed() {
    for (encoding, text) in [
        (
            KOI8_R,
            "Президент подписал указ о назначении нового министра, сообщили в пресс-службе правительства",
        ),
        (SHIFT_JIS, "首相は月曜日に記者会見を開き、新しい経済対策を発表した。与野党の反応は分かれている。"),
        (GB18030, "总理星期一举行记者会，宣布新的经济措施。朝野各党的反应不一。"),
    ] {
        let (bytes, ..) = encoding.encode(text);
        assert_eq!(decode(&bytes, Some("text/html; charset=utf-8"), None), text);
    }
}

#[test]
fn utf16_is_read_with_and_without_a_mark() {
    let html = "<html><p>Ein Test ist ein Test.";
    let bare: Vec<u8> = html.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(decode(&bare, None, None), html);
    let marked: Vec<u8> =
        std::iter::once(0xFEFF).chain(html.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    assert_eq!(decode(&marked, None, None), html);
}

#[test]
fn zeros_cuts_and_stray_bytes_spoil_nothing_else() {
    let page = format!("<meta charset=utf-16><p>{ARABIC}");
    assert_eq!(decode(page.as_bytes(), None, None), page, "no page in UTF-16 says so in ASCII");
    assert_eq!(decode(page.replace(' ', "\0 \0").as_bytes(), None, None), page);
    let cut = page.as_bytes().get(..page.len() - 1).unwrap();
    assert_eq!(decode(cut, Some("text/html; charset=windows-1256"), None), page.trim_end_matches('ا'));
    let stray = [page.as_bytes(), b" \x96 ", ARABIC.as_bytes()].concat();
    assert_eq!(decode(&stray, None, None), format!("{page} \u{FFFD} {ARABIC}"));
}

#[test]
fn what_was_encoded_twice_is_read_once() {
    let page = format!("<meta charset=utf-8><p>{ARABIC}");
    let (twice, ..) = WINDOWS_1252.decode_without_bom_handling(page.as_bytes());
    assert_eq!(decode(twice.as_bytes(), None, None), page);
    assert_eq!(decode(format!("\u{FEFF}{twice}").as_bytes(), None, None), page);
}

/// Encodings whose label is heard: all but Latin-1 and the like, of which a page may be in another.
const LABELLED: [&Encoding; 27] = [
    BIG5,
    EUC_JP,
    EUC_KR,
    GB18030,
    GBK,
    IBM866,
    ISO_8859_2,
    ISO_8859_3,
    ISO_8859_4,
    ISO_8859_5,
    ISO_8859_6,
    ISO_8859_7,
    ISO_8859_8,
    ISO_8859_10,
    ISO_8859_13,
    ISO_8859_15,
    KOI8_R,
    KOI8_U,
    SHIFT_JIS,
    WINDOWS_874,
    WINDOWS_1250,
    WINDOWS_1251,
    WINDOWS_1253,
    WINDOWS_1254,
    WINDOWS_1255,
    WINDOWS_1256,
    WINDOWS_1258,
];

proptest! {
    #[test]
    fn any_bytes_are_decoded(bytes in prop::collection::vec(any::<u8>(), 0..300), label in "[ -~]{0,30}", tld in "\\PC{0,6}") {
        let text = decode(&bytes, Some(&format!("text/html; charset={label}")), Some(&tld)).into_owned();
        prop_assert!(!text.contains('\0'));
    }

    #[test]
    fn utf8_comes_back_the_same(text in "\\PC{0,80}", label in "[ -~]{0,30}") {
        let header = format!("text/html; charset={label}");
        prop_assert_eq!(decode(text.as_bytes(), Some(&header), None), text.trim_start_matches('\u{FEFF}'));
    }

    #[test]
    fn what_is_labelled_comes_back_the_same(
        encoding in prop::sample::select(&LABELLED[..]),
        bytes in prop::collection::vec(0x20..=0xFFu8, 0..40),
    ) {
        let (text, had_errors) = encoding.decode_without_bom_handling(&bytes);
        let (bytes, _, lost) = encoding.encode(&text);
        // By chance it may be UTF-8, or begin with its mark.
        let is_utf8 = std::str::from_utf8(&bytes).is_ok() || utf8::is_meant(&bytes);
        if !had_errors && !lost && !is_utf8 && Encoding::for_bom(&bytes).is_none() {
            let header = format!("text/plain; charset={}", encoding.name());
            prop_assert_eq!(&decode(&bytes, Some(&header), None), &text);
        }
    }
}
