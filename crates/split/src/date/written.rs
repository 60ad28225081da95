//! Dates with the month in words, and those whose parts are told by words: 年, tháng, gada.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::Context;
use super::calendar::Calendar;
use super::clock::{self, Time};
use super::lexicon::{Lexicon, rows};
use super::names;
use super::tokens::{Token, normal};

pub(super) static MONTHS: LazyLock<Lexicon<(Calendar, i32)>> = LazyLock::new(|| {
    let tables = [
        (Calendar::Gregorian, names::GREGORIAN),
        (Calendar::Hijri, names::HIJRI),
        (Calendar::Jalali, names::JALALI),
        (Calendar::Ethiopian, names::ETHIOPIAN),
    ];
    let entries = tables.into_iter().flat_map(|(calendar, table)| {
        rows(table).zip(std::iter::repeat(calendar)).map(|((lang, month, name), calendar)| {
            (lang, name, (calendar, i32::try_from(month).unwrap_or(i32::MAX).saturating_add(1)))
        })
    });
    Lexicon::new(entries)
});

/// Words that may stand between day, month and year: endings of ordinals, prepositions, the words
/// for day, month and year, epithets of Islamic months.
#[rustfmt::skip]
const JOINTS: &[&str] = &[
    "st", "nd", "rd", "th", "of", "er", "re", "e", "de", "del", "d", "do", "da", "dem", "den", "der", "a", "o", "le", "r", "i", "y", "m",
    "ng", "ika", "ya", "wa", "mwezi", "ga", "ee", "án", "én", "ei", "ai", "ta", "ko", "ren", "gada", "г", "года", "р", "року", "год", "године",
    "ж", "жыл", "жылғы", "жылдын", "жылы", "й", "yil", "yilning", "il", "ci", "cü", "cı", "cu", "оны", "он", "сарын",
    "წელი", "წლის", "წ", "թ", "թվականի", "թվականին", "ה", "ב", "ی", "من", "سنة", "عام", "لعام", "لسنة", "الحرام", "المبارك", "المعظم", "المكرم",
    "المظفر", "الخير", "المرجب", "ماه", "سال", "میں", "को", "महीना", "ቀን", "ዓ", "ም", "ngày", "năm", "pada", "bulan", "tahun",
    "วันที่", "เดือน", "ปี", "พ", "ศ", "ค", "ວັນທີ", "ເດືອນ", "ປີ", "ថ្ងៃ", "ថ្ងៃទី", "ទី", "ខែ", "ឆ្នាំ", "ရက်", "ခုနှစ်", "နှစ်", "ခု", "လ",
    "年", "月", "日", "号", "號", "년", "월", "일", "jaar", "år", "anul", "viti", "sare",
];

static JOINT_WORDS: LazyLock<HashSet<String>> =
    LazyLock::new(|| JOINTS.iter().map(|word| normal(word)).collect());

/// A date found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) calendar: Calendar,
    pub(super) day: Day,
    /// How many tokens it takes.
    pub(super) used: usize,
    /// A time in the midst of it: "May 3 14:05:00 UTC 2024".
    pub(super) time: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Full(Date),
    /// A Gregorian month of a year.
    Month(i32, i32),
}

/// The date that begins with the first of `tokens`.
pub(super) fn at(tokens: &[Token], context: &Context<'_>) -> Option<Found> {
    let number = tokens.first()?.number();
    let year_first = || {
        let year = number.filter(|(_, digits)| *digits == 4).map(|(year, _)| (year, 1));
        let (year, used) = year.or_else(|| era(tokens))?;
        after_year(tokens, used, year, context)
    };
    let day_first = || {
        let (day, _) = number.filter(|(_, digits)| *digits <= 2)?;
        let ((calendar, month), end) = month_near(tokens, 1, 5, context.lang)?;
        before_year(tokens, end, context, (calendar, month, day))
    };
    let month_first = || {
        let ((calendar, month), used) = month(tokens, context.lang)?;
        month_then(tokens, used, context, (calendar, month))
    };
    if number.is_some_and(|(_, digits)| digits == 4) {
        year_first()
    } else {
        month_first().or_else(day_first).or_else(year_first)
    }
}

/// The month and day that `tokens` begin with, of no year.
pub(super) fn without_year(tokens: &[Token], lang: Option<&str>) -> Option<(Calendar, i32, i32, usize)> {
    let number = |token: &Token| token.number().filter(|(_, digits)| *digits <= 2).map(|(value, _)| value);
    if let Some(((calendar, of), used)) = month(tokens, lang) {
        let at = used + joints(tokens.get(used..)?, 2);
        let day = number(tokens.get(at)?)?;
        // A time's hour is no day.
        let clock = matches!(tokens.get(at + 1), Some(Token::Mark(':')));
        let end = at
            + 1
            + tokens
                .get(at + 1..)?
                .iter()
                .take(1)
                .filter(|token| token.is(&["日", "일", "st", "nd", "rd", "th"]))
                .count();
        return (!clock).then_some((calendar, of, day, end));
    }
    let day = number(tokens.first()?)?;
    let ((calendar, of), end) = month_near(tokens, 1, 3, lang)?;
    Some((calendar, of, day, end))
}

/// How many of `tokens`, `max` at most, are marks or words that may stand between a date's parts.
pub(super) fn joints(tokens: &[Token], max: usize) -> usize {
    let joins = |token: &&Token| match token {
        Token::Word(word) => JOINT_WORDS.contains(word),
        Token::Mark(mark) => {
            matches!(mark, '.' | ',' | '،' | '、' | '-' | '–' | '/' | '(' | ')' | '\'' | '’')
        }
        Token::Number { .. } => false,
    };
    tokens.iter().take(max).take_while(joins).count()
}

/// The first month from `from` on, past `max` joints at most, and where it ends. Not past all at
/// once: the short months of Thai are made of letters that stand between the parts too.
fn month_near(
    tokens: &[Token],
    from: usize,
    max: usize,
    lang: Option<&str>,
) -> Option<((Calendar, i32), usize)> {
    let last = from + joints(tokens.get(from..)?, max);
    (from..=last).find_map(|at| month(tokens.get(at..)?, lang).map(|(found, used)| (found, at + used)))
}

/// The month that `tokens` begin with, by name or as "5月", "tháng 5", "5-р сар".
fn month(tokens: &[Token], lang: Option<&str>) -> Option<((Calendar, i32), usize)> {
    if let Some(found) = MONTHS.at(tokens, lang) {
        return Some(found);
    }
    let numbered = |at: usize| {
        tokens.get(at).and_then(Token::number).filter(|(n, digits)| (1..=12).contains(n) && *digits <= 2)
    };
    let first = tokens.first()?;
    let (number, used) = if first.is(&["thang", "thg"]) || (first.is(&["th"]) && lang == Some("vi")) {
        (numbered(1)?, 2)
    } else if tokens.get(1)?.is(&["月", "월", "сар", "сарын"]) {
        (numbered(0)?, 2)
    } else {
        let third = tokens.get(3).is_some_and(|token| token.is(&["сар", "сарын"]));
        (numbered(0).filter(|_| third && tokens.get(2).is_some_and(|token| token.is(&["р"])))?, 4)
    };
    Some(((Calendar::Gregorian, number.0), used))
}

/// The year that `tokens` begin with, in `calendar`.
fn year(tokens: &[Token], calendar: Calendar, context: &Context<'_>) -> Option<i32> {
    let (value, digits) = tokens.first()?.number()?;
    // The short form of a Buddhist year, unless it is an hour.
    let buddhist = context.lang == Some("th") && digits == 2 && (55..=80).contains(&value);
    let value = if buddhist { value + 2500 } else { value };
    (digits == 4 || buddhist).then(|| year_in(value, calendar)).flatten()
}

/// The year of `calendar` that `value` names.
fn year_in(value: i32, calendar: Calendar) -> Option<i32> {
    let buddhist = calendar == Calendar::Gregorian && (2450..=2650).contains(&value);
    Some(if buddhist { value - 543 } else { value }).filter(|year| calendar.years().contains(year))
}

/// "令和6年", "民國113年": years counted from an emperor or a republic.
fn era(tokens: &[Token]) -> Option<(i32, usize)> {
    const ERAS: [(&str, i32); 6] =
        [("令和", 2018), ("平成", 1988), ("昭和", 1925), ("大正", 1911), ("民國", 1911), ("民国", 1911)];
    let word = tokens.first()?.word()?;
    // The first year has a name of its own.
    let (name, first) = word.strip_suffix("元年").map_or((word, false), |name| (name, true));
    let (_, before) = ERAS.iter().find(|(era, _)| name.ends_with(era))?;
    if first {
        return Some((before + 1, 1));
    }
    let (value, digits) = tokens.get(1)?.number()?;
    (digits <= 3).then(|| (before + value, 2)).filter(|(year, _)| Calendar::Gregorian.years().contains(year))
}

/// "2024年5月3日", "2024. május 3.", "2024 жылғы 3 мамыр": what follows a year.
fn after_year(tokens: &[Token], used: usize, year: i32, context: &Context<'_>) -> Option<Found> {
    let number = |at: usize| tokens.get(at).and_then(Token::number).filter(|(_, digits)| *digits <= 2);
    let found = |calendar: Calendar, month, day, end: usize| {
        let date = calendar.date(year_in(year, calendar)?, month, day)?;
        let unit = tokens.get(end).is_some_and(|token| token.is(&["日", "일", "号", "號", "d", "ရက်"]));
        Some(Found { calendar, day: Day::Full(date), used: end + usize::from(unit), time: None })
    };
    if let Some(((calendar, of), end)) = month_near(tokens, used, 3, context.lang) {
        let next = end + joints(tokens.get(end..)?, 4);
        return match number(next) {
            // An hour is no day.
            Some((day, _)) if tokens.get(next + 1) != Some(&Token::Mark(':')) => {
                found(calendar, of, day, next + 1)
            }
            _ if calendar == Calendar::Gregorian => {
                Some(Found { calendar, day: Day::Month(year_in(year, calendar)?, of), used: end, time: None })
            }
            _ => None,
        };
    }
    let at = used + joints(tokens.get(used..)?, 3);
    let (day, _) = number(at)?;
    let ((calendar, of), end) = month_near(tokens, at + 1, 3, context.lang)?;
    found(calendar, of, day, end)
}

/// "3 May 2024", "26 تموز (يوليو) 2015", "03-May-24": the year that follows day and month.
fn before_year(
    tokens: &[Token],
    end: usize,
    context: &Context<'_>,
    (calendar, month_number, day): (Calendar, i32, i32),
) -> Option<Found> {
    let mut at = end + joints(tokens.get(end..)?, 4);
    // The same month in another language or spelling.
    if let Some((again, used)) = month(tokens.get(at..)?, context.lang)
        && again == (calendar, month_number)
    {
        at += used;
        at += joints(tokens.get(at..)?, 3);
    }
    let hyphens = tokens.get(1) == Some(&Token::Mark('-')) && tokens.get(end) == Some(&Token::Mark('-'));
    let short = || {
        let (value, digits) = tokens.get(at)?.number()?;
        (hyphens && digits == 2 && value <= 30).then(|| value + 2000)
    };
    let year = year(tokens.get(at..)?, calendar, context).or_else(short)?;
    let date = calendar.date(year, month_number, day)?;
    Some(Found { calendar, day: Day::Full(date), used: at + 1, time: None })
}

/// "May 3, 2024", "May 3 14:05:00 UTC 2024", "May 2024": what follows a month.
fn month_then(
    tokens: &[Token],
    used: usize,
    context: &Context<'_>,
    (calendar, month): (Calendar, i32),
) -> Option<Found> {
    let at = used + joints(tokens.get(used..)?, 2);
    let (day, digits) = tokens.get(at)?.number()?;
    if digits == 4 && calendar == Calendar::Gregorian {
        let year = year_in(day, calendar)?;
        return Some(Found { calendar, day: Day::Month(year, month), used: at + 1, time: None });
    }
    if digits > 2 {
        return None;
    }
    let next = at + 1 + joints(tokens.get(at + 1..)?, 4);
    let (year, end, time) = match year(tokens.get(next..)?, calendar, context) {
        Some(year) => (year, next + 1, None),
        None => {
            let (time, used) = clock::at_start(tokens.get(at + 1..)?, context.lang)?;
            let after = at + 1 + used;
            // A zone that is none of ours.
            let after = after + usize::from(tokens.get(after).is_some_and(|token| token.word().is_some()));
            (year(tokens.get(after..)?, calendar, context)?, after + 1, Some(time))
        }
    };
    let date = calendar.date(year, month, day)?;
    Some(Found { calendar, day: Day::Full(date), used: end, time })
}
