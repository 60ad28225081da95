//! A line of text as numbers, words and marks, in one spelling.

use unicode_normalization::UnicodeNormalization;

use crate::labels::fold;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// Decimal digits of any script.
    Number { value: i32, digits: usize },
    /// Letters, as [`normal`] spells them.
    Word(String),
    /// Anything else but white space.
    Mark(char),
}

impl Token {
    pub(super) fn number(&self) -> Option<(i32, usize)> {
        match self {
            Self::Number { value, digits } => Some((*value, *digits)),
            _ => None,
        }
    }

    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is one of `words`.
    pub(super) fn is(&self, words: &[&str]) -> bool {
        self.word().is_some_and(|word| words.contains(&word))
    }
}

/// A line that names a date has fewer.
const MAX_TOKENS: usize = 80;

/// Units that follow a number in scripts without spaces, where the next word is glued to them.
#[rustfmt::skip]
const UNITS: [&str; 64] = [
    "年", "月", "日", "号", "號", "時間", "小時", "小时", "時", "时", "點", "点", "分鐘", "分钟", "分", "秒鐘", "秒钟", "秒",
    "天", "週間", "週", "周", "星期", "個月", "个月", "か月", "ヶ月", "カ月", "ヵ月", "年前",
    "년", "월", "일", "시간", "시", "분", "초", "주", "개월",
    "วินาที", "นาที", "ชั่วโมง", "ชม", "วัน", "สัปดาห์", "เดือน", "ปี",
    "ນາທີ", "ຊົ່ວໂມງ", "ມື້", "ວັນ", "ອາທິດ", "ເດືອນ",
    "នាទី", "ម៉ោង", "ថ្ងៃ", "សប្ដាហ៍", "ខែ", "ឆ្នាំ",
    "မိနစ်", "နာရီ", "ရက်", "ပတ်", "နှစ်",
];

/// The tokens of `text`.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut number: Option<(i32, usize)> = None;
    for c in normal(text).chars().chain(std::iter::once(' ')) {
        let value = digit(c);
        if value.is_none()
            && let Some((value, digits)) = number.take()
        {
            out.push(Token::Number { value, digits });
        }
        let letter = value.is_none() && (c.is_alphabetic() || is_sign(c));
        if !letter {
            push_word(&mut out, &std::mem::take(&mut word));
        }
        if out.len() >= MAX_TOKENS {
            break;
        }
        match value {
            Some(value) => {
                let (before, digits) = number.unwrap_or_default();
                number = Some((before.saturating_mul(10).saturating_add(value), digits + 1));
            }
            None if letter => word.push(c),
            None if !c.is_whitespace() => out.push(Token::Mark(c)),
            None => {}
        }
    }
    out
}

/// `text` in one spelling: composed, in small letters, without accents and invisible marks, with
/// one letter for those that Arabic, Persian and Urdu write apart.
pub(super) fn normal(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let dropped = |c: &char| {
        matches!(u32::from(*c),
            // Accents, modifier apostrophes, dots below of Indian scripts.
            0x300..=0x36F | 0x2BB..=0x2BF | 0x93C | 0x9BC | 0xA3C | 0xB3C
            // Tatweel and what is invisible.
            | 0x640 | 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2069 | 0xFEFF)
    };
    let composed: String = text.nfkd().filter(|c| !dropped(c)).nfc().collect();
    let one = |c| match c {
        'ی' => 'ي',
        'ک' => 'ك',
        'ہ' | 'ھ' | 'ۃ' => 'ه',
        c => c,
    };
    fold(&composed).chars().map(one).collect()
}

/// Adds the tokens of a run of letters: more than one where no spaces part words.
fn push_word(out: &mut Vec<Token>, word: &str) {
    let mut rest = word;
    while !rest.is_empty() {
        let length = if let Some((number, length)) = han_number(rest) {
            out.push(number);
            length
        } else {
            let after_number = matches!(out.last(), Some(Token::Number { .. }));
            let unit = UNITS.iter().filter(|unit| after_number && rest.starts_with(**unit));
            let length = unit.map(|unit| unit.len()).max().unwrap_or(rest.len());
            out.push(Token::Word(rest.get(..length).unwrap_or(rest).to_owned()));
            length
        };
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// The number in Chinese characters that `word` begins with, if a date's unit follows
/// (二〇二四年, 十月, 二十三日), and its length.
fn han_number(word: &str) -> Option<(Token, usize)> {
    let value = |c| "〇一二三四五六七八九".chars().zip(0..).find_map(|(han, n)| (han == c).then_some(n));
    let run: Vec<char> = word.chars().take_while(|c| value(*c).is_some() || *c == '十').take(5).collect();
    let length: usize = run.iter().map(|c| c.len_utf8()).sum();
    let unit = word.get(length..)?.chars().next()?;
    if run.is_empty() || run.len() > 4 || !matches!(unit, '年' | '月' | '日' | '号' | '號') {
        return None;
    }
    let of = |part: &[char]| part.iter().filter_map(|c| value(*c)).fold(0, |sum, n| sum * 10 + n);
    let (value, digits) = match run.iter().position(|c| *c == '十') {
        Some(ten) => {
            let tens = of(run.get(..ten)?).max(i32::from(ten == 0));
            (tens * 10 + of(run.get(ten + 1..)?), 2)
        }
        None => (of(&run), run.len()),
    };
    Some((Token::Number { value, digits }, length))
}

/// The value of a decimal digit of any script that news is written in.
pub(crate) fn digit(c: char) -> Option<i32> {
    // The first digit of each run of ten.
    #[rustfmt::skip]
    const ZEROS: [char; 17] =
        ['0', '٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '၀', '០', '᠐'];
    ZEROS.iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(*zero))?;
        i32::try_from(value).ok().filter(|value| *value < 10)
    })
}

/// Vowel signs and tone marks, which belong to the word but are no letters.
fn is_sign(c: char) -> bool {
    matches!(u32::from(c),
        0x64B..=0x65F | 0x900..=0x963 | 0x966..=0xDFF | 0xE31..=0xE4E | 0xEB1..=0xECE
        | 0x102B..=0x103E | 0x17B4..=0x17D3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let show = |token: &Token| match token {
            Token::Number { value, .. } => value.to_string(),
            Token::Word(word) => word.clone(),
            Token::Mark(mark) => mark.to_string(),
        };
        tokens(text).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_and_numbers_part_in_any_script() {
        for (text, expected) in [
            ("3rd, May", "3 rd , may"),
            ("２０２４年５月３日", "2024 年 5 月 3 日"),
            ("二〇二四年十二月二十三日星期一", "2024 年 12 月 23 日 星期一"),
            ("3時間前", "3 時間 前"),
            ("٣ ذی‌القعده", "3 ذيالقعده"),
            ("Août FÉVRIER", "aout fevrier"),
            ("3 ชั่วโมงที่แล้ว", "3 ชั่วโมง ที่แล้ว"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
