//! UTF-8 that is broken in places, or was encoded twice.

use std::borrow::Cow;

use encoding_rs::{EncoderResult, Encoding, WINDOWS_1251, WINDOWS_1252, mem};

/// Whether `bytes`, which are not all UTF-8, were meant so: a page cut in mid-character, or with a
/// foreign snippet.
pub(super) fn is_meant(bytes: &[u8]) -> bool {
    let (valid, invalid) = sequences(bytes);
    valid > invalid * 8
}

/// How many sequences beyond ASCII are well-formed, and how many are not. What is cut off by the
/// end of the page is neither.
fn sequences(bytes: &[u8]) -> (usize, usize) {
    let (mut valid, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    let cut = bytes.utf8_chunks().last().is_some_and(|chunk| is_cut(chunk.invalid()));
    (valid, invalid - usize::from(cut))
}

/// Whether `bytes` begin a character and want the rest of it.
fn is_cut(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// `bytes` without the beginning of a character that the end of the page cuts off.
pub(super) fn whole(bytes: &[u8]) -> &[u8] {
    let cut =
        (1..=3).find(|n| bytes.len().checked_sub(*n).and_then(|at| bytes.get(at..)).is_some_and(is_cut));
    cut.and_then(|n| bytes.get(..bytes.len() - n)).unwrap_or(bytes)
}

/// Characters beyond ASCII below which a text encoded twice is not told from one that was not.
const ENOUGH: usize = 3;

/// `text` as it was before its UTF-8 was taken for another encoding and encoded again ("cafÃ©"), if
/// that is certain: all of its characters must turn back into bytes, and all of these be UTF-8.
pub(super) fn undone(text: &str) -> Option<String> {
    let first = text.get(Encoding::ascii_valid_up_to(text.as_bytes())..)?;
    // A few characters tell for nearly every text that nothing is to be undone.
    let start: String = first.chars().take(4).collect();
    if start.is_empty() {
        return None;
    }
    READINGS.iter().find_map(|bytes_of| {
        bytes_of(&start).filter(|bytes| begins_well(bytes))?;
        let undone = String::from_utf8(bytes_of(text)?.into_owned()).ok()?;
        (undone.chars().filter(|c| !c.is_ascii()).count() >= ENOUGH).then_some(undone)
    })
}

/// The bytes of a text in an encoding that UTF-8 is taken for, where it has them all.
type Reading = fn(&str) -> Option<Cow<'_, [u8]>>;

const READINGS: [Reading; 3] = [
    |text| mem::is_str_latin1(text).then(|| mem::encode_latin1_lossy(text)),
    |text| bytes_in(WINDOWS_1252, text),
    |text| bytes_in(WINDOWS_1251, text),
];

fn bytes_in<'a>(encoding: &'static Encoding, text: &str) -> Option<Cow<'a, [u8]>> {
    let mut encoder = encoding.new_encoder();
    let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len())?;
    let mut bytes = Vec::with_capacity(room);
    match encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true) {
        (EncoderResult::InputEmpty, _) => Some(Cow::Owned(bytes)),
        _ => None,
    }
}

/// Whether `bytes` begin with a character beyond ASCII.
fn begins_well(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().next().is_some_and(|chunk| !chunk.valid().is_empty() && !chunk.valid().is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_twice_is_undone() {
        for text in [
            "Le café était fermé à midi — « déjà »",
            "قال وزير الخارجية إن الاجتماع سيعقد",
            "総理は月曜日に",
            "Президент подписал указ",
        ] {
            let latin1: String = text.bytes().map(char::from).collect();
            assert_eq!(undone(&latin1).as_deref(), Some(text));
            for encoding in [WINDOWS_1252, WINDOWS_1251] {
                let (twice, had_errors) = encoding.decode_without_bom_handling(text.as_bytes());
                assert!(had_errors || undone(&twice).as_deref() == Some(text), "{twice}");
            }
            assert_eq!(undone(text), None);
            assert_eq!(undone(&format!("{latin1} © é")), None, "not all of it was encoded twice");
        }
        for text in ["", "plain", "Ã©", "São Paulo: não é", "ÃO", "Â«Ã»"] {
            assert_eq!(undone(text), None, "{text}");
        }
    }

    #[test]
    fn a_cut_character_is_no_fault() {
        assert!(is_meant(&"Президент".as_bytes()[..17]));
        assert!(!is_meant(b"\xC3\xA9t\xE9 \xE0 la plage"));
        assert_eq!(whole(&"né".as_bytes()[..2]), b"n");
        assert_eq!(whole(b"n\xE9\xE9"), b"n\xE9");
        assert_eq!(whole("né".as_bytes()), "né".as_bytes());
    }
}
