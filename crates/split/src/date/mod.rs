//! Dates as pages write them: ISO 8601, month names, digits and orders of the world.
//!
//! A date is as precise as it was written. One that cannot be decided between day and month
//! (01/07/2024 on a page in English) is no date at all: a missing date can be found elsewhere, a
//! wrong one is believed.

mod names;
mod relative;
mod tokens;

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use model::Precision;

use crate::labels::fold;
pub(crate) use names::digit;
use tokens::{Token, tokens};

/// What helps to read a date.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context<'a> {
    /// The language of the text, which orders day and month.
    pub(crate) lang: Option<&'a str>,
    /// When the page was fetched, for "two hours ago".
    pub(crate) fetched_at: Option<Timestamp>,
}

/// A date read from text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    /// ISO 8601, as long as its precision.
    pub(crate) at: String,
    /// How much was known.
    pub(crate) precision: Precision,
    /// Whether it was relative to the fetch.
    pub(crate) relative: bool,
    /// How many tokens of the text it took, out of how many.
    pub(crate) coverage: (usize, usize),
}

static MONTHS: LazyLock<HashMap<String, i8>> = LazyLock::new(|| {
    let months = names::MONTHS.iter().zip(1..);
    months.flat_map(|(names, month)| names.iter().map(move |name| (fold(name), month))).collect()
});

/// The first date in `text`, which should be a short line.
pub(crate) fn find(text: &str, context: &Context<'_>) -> Option<Read> {
    let tokens = tokens(text);
    for start in 0..tokens.len() {
        let rest = tokens.get(start..)?;
        if let Some((date, used)) = calendar(rest, context) {
            let after = rest.get(used..).unwrap_or_default();
            let before = tokens.get(..start).unwrap_or_default();
            // The day was no day: "35 May 2024".
            let odd_day = before.iter().rev().take(2).any(|token| token.number().is_some());
            if odd_day && matches!(date, Day::Month(..)) {
                return None;
            }
            return Some(match date {
                Day::Full(date) => with_time(date, before, after, (used, tokens.len())),
                Day::Month(year, month) => Read {
                    at: format!("{year:04}-{month:02}"),
                    precision: Precision::Month,
                    relative: false,
                    coverage: (used, tokens.len()),
                },
            });
        }
    }
    relative::find(&tokens, context)
}

/// The date of a machine-readable attribute: the same as [`find`], except that what a program has
/// written as digits alone is year first.
pub(crate) fn machine(text: &str, context: &Context<'_>) -> Option<Read> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        if text.len() == 8 {
            let (year, month, day) = (seconds / 10_000, seconds / 100 % 100, seconds % 100);
            let date = date(i32::try_from(year).ok()?, i32::try_from(month).ok()?, i32::try_from(day).ok()?)?;
            return Some(with_time(date, &[], &[], (1, 1)));
        }
        // Seconds or milliseconds since 1970.
        let stamp = match text.len() {
            10 => Timestamp::from_second(seconds).ok()?,
            13 => Timestamp::from_millisecond(seconds).ok()?,
            _ => return None,
        };
        let at = stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        return Some(Read { at, precision: Precision::Second, relative: false, coverage: (1, 1) });
    }
    find(text, context)
}

/// Whether `text` is a time of day and little else: "14:20", "14.20 Uhr", "5:30 م".
pub(crate) fn is_time(text: &str) -> bool {
    let tokens = tokens(text);
    tokens.len() <= 7 && tokens::time_at_start(&tokens).is_some_and(|(_, used)| used + 2 >= tokens.len())
}

/// Whether `word` is the name of a month.
pub(crate) fn is_month(word: &str) -> bool {
    MONTHS.contains_key(&fold(word.trim_matches(|c: char| !c.is_alphanumeric())))
}

enum Day {
    Full(Date),
    Month(i32, i32),
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    if !(1900..=2100).contains(&year) {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn full(year: i32, month: i32, day: i32) -> Option<Day> {
    date(year, month, day).map(Day::Full)
}

/// The month that the words at the start of `tokens` name, and how many tokens that takes.
fn month(tokens: &[Token]) -> Option<(i32, usize)> {
    let word = tokens.first()?.word()?;
    if let Some(second) = tokens.get(1).and_then(Token::word)
        && let Some(month) = MONTHS.get(&format!("{word} {second}"))
    {
        return Some((i32::from(*month), 2));
    }
    MONTHS.get(word).map(|month| (i32::from(*month), 1))
}

/// The year at the start of `tokens`; a Buddhist one in Thai.
fn year(tokens: &[Token], context: &Context<'_>) -> Option<i32> {
    let (value, digits) = tokens.first()?.number()?;
    let thai = context.lang == Some("th") && (2450..2650).contains(&value);
    (digits == 4)
        .then_some(if thai { value - 543 } else { value })
        .filter(|year| (1900..=2100).contains(year))
}

/// What may stand between the parts of a date.
fn skip(tokens: &[Token], max: usize) -> usize {
    const CONNECTORS: [&str; 22] = [
        "st", "nd", "rd", "th", "er", "de", "del", "of", "do", "da", "e", "º", "ª", "le", "ng", "den",
        "tháng", "năm", "pada", "ה", "r", "den",
    ];
    let joins = |token: &&Token| match token {
        Token::Word(word) => CONNECTORS.contains(&word.as_str()),
        Token::Mark(mark) => matches!(mark, '.' | ',' | '،' | '-' | '–' | '/' | 'º' | 'ª' | '(' | ')' | '\''),
        Token::Number { .. } => false,
    };
    tokens.iter().take(max).take_while(joins).count()
}

/// A date that begins with the first of `tokens`, and how many it takes.
fn calendar(tokens: &[Token], context: &Context<'_>) -> Option<(Day, usize)> {
    match tokens.first()? {
        Token::Number { value, digits } => {
            if *digits == 4 || (*digits >= 3 && context.lang == Some("th")) {
                return year_first(tokens, context);
            }
            if *digits > 2 {
                return None;
            }
            day_month_name(*value, tokens, context).or_else(|| numeric(*value, tokens, context))
        }
        Token::Word(_) => {
            let (month, used) = month(tokens)?;
            let at = used + skip(tokens.get(used..)?, 2);
            if let Some(year) = year(tokens.get(at..)?, context) {
                return Some((Day::Month(year, month), at + 1));
            }
            let (day, digits) = tokens.get(at)?.number()?;
            let next = at + 1 + skip(tokens.get(at + 1..)?, 3);
            let year = year(tokens.get(next..)?, context).filter(|_| digits <= 2)?;
            Some((full(year, month, day)?, next + 1))
        }
        Token::Mark(_) => None,
    }
}

/// "16th, September 2023", "3. Mai 2024", "26 تموز (يوليو) 2015".
fn day_month_name(day: i32, tokens: &[Token], context: &Context<'_>) -> Option<(Day, usize)> {
    let at = 1 + skip(tokens.get(1..)?, 4);
    let (number, used) = month(tokens.get(at..)?)?;
    let mut next = at + used;
    next += skip(tokens.get(next..)?, 3);
    // The same month in another calendar's name.
    if let Some((again, used)) = month(tokens.get(next..)?)
        && again == number
    {
        next += used;
        next += skip(tokens.get(next..)?, 3);
    }
    let year = year(tokens.get(next..)?, context)?;
    Some((full(year, number, day)?, next + 1))
}

/// "2024-05-03", "2025年5月15日", "2025. 5. 15.", "2024. május 3."
fn year_first(tokens: &[Token], context: &Context<'_>) -> Option<(Day, usize)> {
    const UNITS: [&str; 9] = ["年", "月", "日", "년", "월", "일", "y", "m", "d"];
    let year = year(tokens, context)?;
    let unit = |at: usize| {
        let joins = |token: &&Token| match token {
            Token::Mark(mark) => matches!(mark, '-' | '/' | '.' | '–'),
            Token::Word(word) => UNITS.contains(&word.as_str()),
            Token::Number { .. } => false,
        };
        tokens.get(at..).unwrap_or_default().iter().take(2).take_while(joins).count()
    };
    let mut at = 1 + unit(1);
    if let Some((number, used)) = month(tokens.get(at..)?) {
        at += used;
        at += skip(tokens.get(at..)?, 2);
        let (day, _) = tokens.get(at)?.number()?;
        return Some((full(year, number, day)?, at + 1));
    }
    if at == 1 {
        return None;
    }
    let (month, digits) = tokens.get(at)?.number()?;
    let gap = unit(at + 1);
    let day = tokens.get(at + 1 + gap).and_then(Token::number).filter(|_| gap > 0 && digits <= 2);
    at += 1 + gap;
    let (day, digits) = day?;
    let date = full(year, month, day).filter(|_| digits <= 2)?;
    Some((date, at + 1 + unit(at + 1).min(1)))
}

/// "27/07/2015": day first where the language says so or the numbers leave no choice.
fn numeric(first: i32, tokens: &[Token], context: &Context<'_>) -> Option<(Day, usize)> {
    let mark = |at: usize| match tokens.get(at)? {
        Token::Mark(mark @ ('/' | '.' | '-')) => Some(*mark),
        _ => None,
    };
    let separator = mark(1)?;
    let (second, digits) = tokens.get(2)?.number()?;
    if mark(3)? != separator || digits > 2 {
        return None;
    }
    let year = year(tokens.get(4..)?, context)?;
    let date = match (first, second) {
        (first, second) if first > 12 => full(year, second, first)?,
        (first, second) if second > 12 => full(year, first, second)?,
        (first, second) if first == second => full(year, first, second)?,
        // Full stops and hyphens stand between day, month and year; a slash in either order.
        (first, second) if separator == '.' => full(year, second, first)?,
        (first, second) => {
            // Most languages put the day first; English does on one side of the ocean.
            let day_first = context.lang.is_some_and(|lang| !matches!(lang, "en" | "fil" | "tl"));
            day_first.then(|| full(year, second, first)).flatten()?
        }
    };
    Some((date, 5))
}

/// `date` with the time that stands near it, after or before.
fn with_time(date: Date, before: &[Token], after: &[Token], coverage: (usize, usize)) -> Read {
    let (used, all) = coverage;
    let time = tokens::time_at_start(after).or_else(|| tokens::time_at_end(before));
    let Some((time, more)) = time else {
        return Read { at: date.to_string(), precision: Precision::Day, relative: false, coverage };
    };
    let precision = if time.second.is_some() { Precision::Second } else { Precision::Minute };
    let seconds = time.second.map(|second| format!(":{second:02}")).unwrap_or_default();
    let at = format!("{date}T{:02}:{:02}{seconds}{}", time.hour, time.minute, time.zone);
    Read { at, precision, relative: false, coverage: (used + more, all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, lang: &str) -> Option<String> {
        find(text, &Context { lang: Some(lang), fetched_at: None }).map(|read| read.at)
    }

    #[test]
    fn dates_of_the_world() {
        for (text, lang, expected) in [
            ("16th, September 2023 GMT", "ar", "2023-09-16"),
            ("Published: 3rd, May 2024 GMT", "de", "2024-05-03"),
            ("27/07/2015", "ar", "2015-07-27"),
            ("27 يوليو 2015", "ar", "2015-07-27"),
            ("٢٧ تموز ٢٠١٥", "ar", "2015-07-27"),
            ("26 تموز (يوليو) 2015", "ar", "2015-07-26"),
            ("12 كانون الثاني 2024", "ar", "2024-01-12"),
            ("5 جويلية 2023", "ar", "2023-07-05"),
            ("3. Mai 2024, 14:05 Uhr", "de", "2024-05-03T14:05"),
            ("2025年1月14日", "ja", "2025-01-14"),
            ("2025년 5월 15일", "ko", "2025-05-15"),
            ("입력 2025.05.15. 오후 3:20", "ko", "2025-05-15T15:20"),
            ("10 Kasım 2025", "tr", "2025-11-10"),
            ("April 25, 2023 10:04 pm", "en", "2023-04-25T22:04"),
            ("4 de março de 2024", "pt", "2024-03-04"),
            ("1er janvier 2024", "fr", "2024-01-01"),
            ("2024. május 3.", "hu", "2024-05-03"),
            ("1 мая 2024 года", "ru", "2024-05-01"),
            ("Sept. 3, 2024", "en", "2024-09-03"),
            ("3 พฤษภาคม 2567", "th", "2024-05-03"),
            ("2023-09-16T10:30:05Z", "ar", "2023-09-16T10:30:05Z"),
            ("2023-09-16T10:30:05.123+02:00", "ar", "2023-09-16T10:30:05+02:00"),
            ("2023-09-16T10:30+0300", "ar", "2023-09-16T10:30+03:00"),
            ("Sat, 16 Sep 2023 10:30:05 GMT", "en", "2023-09-16T10:30:05Z"),
            ("May 2024", "en", "2024-05"),
            ("13/07/2024", "en", "2024-07-13"),
            ("01.07.2024", "de", "2024-07-01"),
            ("18:05 | 12.03.2024", "de", "2024-03-12T18:05"),
        ] {
            assert_eq!(at(text, lang).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_or_undecidable_stays_unknown() {
        for text in [
            "01/07/2024",
            "in 2024 alone",
            "1,234 5.6.7",
            "35 May 2024",
            "31 February 2024",
            "",
            "1445-03-01",
        ] {
            assert_eq!(at(text, "en"), None, "{text}");
        }
    }

    #[test]
    fn machines_write_numbers() {
        let read = |text| machine(text, &Context::default()).map(|read| read.at);
        assert_eq!(read("20240503").as_deref(), Some("2024-05-03"));
        assert_eq!(read("1714730400").as_deref(), Some("2024-05-03T10:00:00Z"));
        assert_eq!(read("1714730400000").as_deref(), Some("2024-05-03T10:00:00Z"));
    }
}
