//! A line of text as numbers, words and marks, and the times of day among them.

use super::names::digit;
use crate::labels::fold;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// Decimal digits of any script.
    Number { value: i32, digits: usize },
    /// Letters, folded.
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
}

/// A line that names a date has fewer.
const MAX_TOKENS: usize = 80;

/// The tokens of `text`. CJK date units are words of their own: in 2025年1月 no space parts them.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut number: Option<(i32, usize)> = None;
    for c in text.chars().chain(std::iter::once(' ')) {
        let value = digit(c);
        if value.is_none()
            && let Some((value, digits)) = number.take()
        {
            out.push(Token::Number { value, digits });
        }
        let unit = matches!(c, '年' | '月' | '日' | '년' | '월' | '일' | '時' | '时' | '分' | '시' | '분');
        let letter = (c.is_alphabetic() || is_mark_of_word(c)) && !unit;
        if !letter && !word.is_empty() {
            out.push(Token::Word(fold(&std::mem::take(&mut word))));
        }
        if out.len() >= MAX_TOKENS {
            break;
        }
        match value {
            Some(value) => {
                let (before, digits) = number.unwrap_or_default();
                number = Some((before.saturating_mul(10).saturating_add(i32::from(value)), digits + 1));
            }
            None if unit => out.push(Token::Word(c.to_string())),
            None if letter => word.push(c),
            None if !c.is_whitespace() => out.push(Token::Mark(c)),
            None => {}
        }
    }
    out
}

/// Vowel signs and joiners, which belong to the word.
fn is_mark_of_word(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36F | 0x64B..=0x65F | 0x900..=0xDFF | 0xE31..=0xE4E | 0x200C)
}

/// A time of day.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) hour: i32,
    pub(super) minute: i32,
    pub(super) second: Option<i32>,
    /// `Z`, an offset, or nothing.
    pub(super) zone: String,
}

/// The time at the start of `tokens`, past a few marks and words such as "at", and how many tokens
/// it takes.
pub(super) fn time_at_start(tokens: &[Token]) -> Option<(Time, usize)> {
    for start in 0..tokens.len().min(6) {
        let rest = tokens.get(start..)?;
        if let Some((time, used)) = time(rest, tokens.get(..start)?) {
            return Some((time, start + used));
        }
        // Another number than an hour: whatever it is, no time follows.
        if rest.first()?.number().is_some() {
            return None;
        }
    }
    None
}

/// The time that stands within the last tokens before a date.
pub(super) fn time_at_end(tokens: &[Token]) -> Option<(Time, usize)> {
    let from = tokens.len().saturating_sub(9);
    (from..tokens.len()).find_map(|start| {
        let (time, used) = time(tokens.get(start..)?, tokens.get(..start)?)?;
        (start + used + 2 >= tokens.len()).then_some((time, used))
    })
}

fn time(tokens: &[Token], before: &[Token]) -> Option<(Time, usize)> {
    let (hour, digits) = tokens.first()?.number()?;
    let parts = match tokens.get(1)? {
        Token::Mark(':' | '.' | '：') => true,
        Token::Word(word) => matches!(word.as_str(), "h" | "時" | "时" | "시"),
        _ => false,
    };
    let (minute, minute_digits) = tokens.get(2)?.number()?;
    if !parts || digits > 2 || minute_digits != 2 || hour > 23 || minute > 59 {
        return None;
    }
    let mut used = 3;
    let mut second = None;
    if tokens.get(3) == Some(&Token::Mark(':'))
        && let Some((value, 2)) = tokens.get(4).and_then(Token::number)
    {
        second = Some(value).filter(|value| *value < 60);
        used = 5;
        // A fraction of a second.
        if tokens.get(5) == Some(&Token::Mark('.')) && tokens.get(6).and_then(Token::number).is_some() {
            used = 7;
        }
    }
    let mut hour = hour;
    if matches!(tokens.get(used), Some(Token::Word(word)) if matches!(word.as_str(), "分" | "분")) {
        used += 1;
    }
    let half = tokens.get(used).and_then(Token::word).and_then(half_of_day);
    let dotted = matches!((tokens.get(used), tokens.get(used + 1), tokens.get(used + 2)),
        (Some(Token::Word(a)), Some(Token::Mark('.')), Some(Token::Word(m))) if (a == "a" || a == "p") && m == "m");
    if let Some(afternoon) = half.or_else(|| before.last().and_then(Token::word).and_then(half_of_day)) {
        hour = twelve(hour, afternoon);
        used += usize::from(half.is_some());
    } else if dotted {
        hour = twelve(hour, tokens.get(used).and_then(Token::word) == Some("p"));
        used += 4;
    }
    let (zone, more) = zone(tokens.get(used..).unwrap_or_default());
    Some((Time { hour, minute, second, zone }, used + more))
}

fn twelve(hour: i32, afternoon: bool) -> i32 {
    match (hour, afternoon) {
        (12, false) => 0,
        (hour, true) if hour < 12 => hour + 12,
        (hour, _) => hour,
    }
}

/// Whether a word says that it is afternoon.
fn half_of_day(word: &str) -> Option<bool> {
    match word {
        "am" | "ص" | "صباحا" | "午前" | "上午" | "오전" | "πμ" | "öö" | "de" => {
            (word != "de").then_some(false)
        }
        "pm" | "م" | "مساء" | "午後" | "下午" | "오후" | "μμ" => Some(true),
        _ => None,
    }
}

/// The zone at the start of `tokens`. Abbreviations that stand for more than one zone are unknown.
fn zone(tokens: &[Token]) -> (String, usize) {
    const NAMES: [(&str, &str); 16] = [
        ("z", "Z"),
        ("gmt", "Z"),
        ("utc", "Z"),
        ("ut", "Z"),
        ("cet", "+01:00"),
        ("cest", "+02:00"),
        ("bst", "+01:00"),
        ("mez", "+01:00"),
        ("mesz", "+02:00"),
        ("msk", "+03:00"),
        ("jst", "+09:00"),
        ("kst", "+09:00"),
        ("edt", "-04:00"),
        ("est", "-05:00"),
        ("pdt", "-07:00"),
        ("pst", "-08:00"),
    ];
    let named =
        tokens.first().and_then(Token::word).and_then(|word| NAMES.iter().find(|(name, _)| *name == word));
    let at = usize::from(named.is_some());
    // GMT+3 is an offset too; other names are not followed by one.
    let offset = match (named, tokens.get(at)) {
        (None | Some((_, "Z")), Some(Token::Mark(sign @ ('+' | '-' | '−')))) => {
            let sign = if *sign == '+' { '+' } else { '-' };
            match (
                tokens.get(at + 1).and_then(Token::number),
                tokens.get(at + 2),
                tokens.get(at + 3).and_then(Token::number),
            ) {
                (Some((hours, 1..=2)), Some(Token::Mark(':')), Some((minutes, 2)))
                    if hours < 15 && minutes < 60 =>
                {
                    Some((format!("{sign}{hours:02}:{minutes:02}"), at + 4))
                }
                (Some((both, 4)), ..) if both / 100 < 15 && both % 100 < 60 => {
                    Some((format!("{sign}{:02}:{:02}", both / 100, both % 100), at + 2))
                }
                (Some((hours, 1..=2)), ..) if hours < 15 => Some((format!("{sign}{hours:02}:00"), at + 2)),
                _ => None,
            }
        }
        _ => None,
    };
    offset.unwrap_or_else(|| named.map_or((String::new(), 0), |(_, zone)| ((*zone).to_owned(), 1)))
}
