//! UTF-16 that no mark announces.

use std::cmp::Ordering;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

const HEAD_BYTES: usize = 4096;
/// How many characters of a hundred must be such as one text is made of. In the wrong order some
/// sixty are, of Chinese.
const TEXT_OF_100: usize = 80;

/// The order in which `bytes` are UTF-16, if they are.
///
/// Any text in UTF-16 has a zero: that of its first space, line break or digit. In the right order
/// all of a text is in one script, next to Latin letters and signs; in the wrong one, in many.
pub(crate) fn order(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    memchr::memchr(0, head)?;
    if reads_by_bytes(head) {
        return None;
    }
    match likeness(UTF_16LE, head).cmp(&likeness(UTF_16BE, head)) {
        Ordering::Greater => Some(UTF_16LE),
        Ordering::Equal => None,
        Ordering::Less => Some(UTF_16BE),
    }
}

/// Whether `head` is ASCII or UTF-8 with a stray zero.
fn reads_by_bytes(head: &[u8]) -> bool {
    let control = head.iter().filter(|byte| **byte < 0x20).count();
    let utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        // It may be cut in mid-character.
        Err(error) => error.error_len().is_none(),
    };
    utf8 && control * 8 < head.len()
}

/// How many characters of `head` are of one text, in this encoding; nothing if too few are, or none
/// is ASCII.
fn likeness(encoding: &'static Encoding, head: &[u8]) -> Option<usize> {
    let whole = head.get(..head.len() & !1).unwrap_or_default();
    let text = encoding.decode_without_bom_handling(whole).0;
    let (mut all, mut common) = (0, 0);
    let mut scripts = [0usize; 256];
    for c in text.chars() {
        all += 1;
        match script(c).and_then(|script| scripts.get_mut(script)) {
            Some(count) => *count += 1,
            None => common += usize::from(c != '\u{FFFD}'),
        }
    }
    let good = common + scripts.iter().max().copied().unwrap_or(0);
    (text.bytes().any(|byte| byte.is_ascii()) && good * 100 >= all * TEXT_OF_100).then_some(good)
}

/// A number for the script of `c`: its block of 256, that of Han for all of East Asia. None for
/// Latin, and for signs and pictures of all scripts.
fn script(c: char) -> Option<usize> {
    match u32::from(c) {
        0..=0x24F | 0x1E00..=0x1EFF | 0x2010..=0x203F | 0x3000..=0x303F | 0xFF00..=0xFFFF | 0x1_0000.. => {
            None
        }
        0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7A3 => Some(0x4E),
        code => usize::try_from(code >> 8).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn the_order_is_found_in_every_script() {
        for text in [
            "<html><p>Ein Test ist ein Test.",
            "Президент подписал указ, сообщили в пресс-службе",
            "قال وزير الخارجية إن الاجتماع سيعقد يوم الاثنين",
            "प्रधानमंत्री ने सोमवार को नई योजना की घोषणा की।",
            "ท่าเรือเปิดอีกครั้งหลังซ่อมแซม สองสัปดาห์",
            "一总理星期一举行记者会，宣布新的经济措施。　\n朝野各党的反应不一。",
            "총리는 월요일 기자회견을 열고 새로운 대책을 발표했다.",
        ] {
            assert_eq!(order(&bytes(text, u16::to_le_bytes)), Some(UTF_16LE), "{text}");
            assert_eq!(order(&bytes(text, u16::to_be_bytes)), Some(UTF_16BE), "{text}");
            assert_eq!(order(text.as_bytes()), None, "{text}");
            assert_eq!(order(format!("{text}\0{text}").as_bytes()), None, "{text}");
        }
        let binary: Vec<u8> = (0..=255u8).cycle().take(3000).map(|n| n.wrapping_mul(n)).collect();
        assert_eq!(order(&binary), None);
    }
}
