//! Dates as pages write them: ISO 8601, the months, digits, orders and calendars of the world.
//!
//! A date is as precise as it was written. One that cannot be decided between day and month
//! (01/07/2024 on a page in English) is no date at all: a missing date can be found elsewhere, a
//! wrong one is believed. Where a line has a day in two calendars, the Gregorian one counts.
//!
//! - [`tokens`] makes a line numbers, words and marks in one spelling; [`lexicon`] knows phrases by
//!   what they mean in which language, out of the tables [`names`] and [`phrases`].
//! - [`numeric`] reads dates in digits, [`written`] those with words, in any [`calendar`];
//!   [`clock`] the time of day beside them; [`relative`] what counts from the fetch.
//! - [`shown`] finds the date of a page that tells it neither to machines nor beside its headline.

mod calendar;
mod clock;
mod lexicon;
mod names;
mod numeric;
mod phrases;
mod relative;
mod shown;
mod tokens;
mod written;

use jiff::Timestamp;
use jiff::civil::Date;
use model::Precision;

pub(crate) use numeric::region;
pub(crate) use shown::{in_path, near};
pub(crate) use tokens::digit;

use calendar::Calendar;
use clock::Time;
use tokens::{Token, tokens};
use written::{Day, Found};

/// What helps to read a date.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context<'a> {
    /// The language of the text, which orders day and month.
    pub(crate) lang: Option<&'a str>,
    /// The region that the page declares beside it (`GB` of `en-GB`): English orders them by it.
    pub(crate) region: Option<&'a str>,
    /// Which of both comes first, where the page itself shows it: 27/07/2024 stands elsewhere on it.
    pub(crate) day_first: Option<bool>,
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

/// The first date in `text`, which should be a short line.
pub(crate) fn find(text: &str, context: &Context<'_>) -> Option<Read> {
    find_in(&tokens(text), context)
}

fn find_in(tokens: &[Token], context: &Context<'_>) -> Option<Read> {
    let mut other = None;
    let mut start = 0;
    while start < tokens.len() {
        let Some(found) = day(tokens.get(start..)?, context) else {
            start += 1;
            continue;
        };
        let before = tokens.get(..start)?;
        // The day was no day: "35 May 2024".
        let odd_day = before.iter().rev().take(2).any(|token| token.number().is_some());
        if odd_day && matches!(found.day, Day::Month(..)) {
            return None;
        }
        start += found.used.max(1);
        let gregorian = found.calendar == Calendar::Gregorian;
        let read = read(found, before, tokens.get(start..).unwrap_or_default(), context, tokens.len());
        if gregorian {
            return Some(read);
        }
        other.get_or_insert(read);
    }
    other.or_else(|| without_year(tokens, context)).or_else(|| relative::find(tokens, context))
}

/// The date of a machine-readable attribute: the same as [`find`], except that what a program has
/// written as digits alone is year first.
pub(crate) fn machine(text: &str, context: &Context<'_>) -> Option<Read> {
    let text = text.trim();
    // Programs write 03/05/2024 the American way on pages in any language: it is left to the page.
    let slashed = text.split_once('/').is_some_and(|(first, _)| (1..=2).contains(&first.trim().len()));
    let undecided = Context { lang: None, region: None, ..*context };
    let context = if slashed { &undecided } else { context };
    let Ok(number) = text.parse::<i64>() else { return find(text, context) };
    // Seconds or milliseconds since 1970.
    let stamp = match text.len() {
        8 => return find(&format!("{text}T"), context),
        14 => return find(&format!("{}T{}", text.get(..8)?, text.get(8..)?), context),
        10 => Timestamp::from_second(number).ok()?,
        13 => Timestamp::from_millisecond(number).ok()?,
        _ => return None,
    };
    let at = stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Some(Read { at, precision: Precision::Second, relative: false, coverage: (1, 1) })
}

/// A line that is a date has fewer bytes.
const LONGEST_LINE: usize = 120;

/// Whether `text` is a date or a time of day and little else: "3 May 2024, 14:20", "5:30 م", "2 hours ago".
pub(crate) fn is_line(text: &str) -> bool {
    if text.len() >= LONGEST_LINE || !text.chars().any(char::is_numeric) {
        return false;
    }
    // Any language that puts the day first, and any time, will do to see that it is one.
    let context = Context { lang: Some("de"), fetched_at: Some(Timestamp::UNIX_EPOCH), ..Context::default() };
    let tokens = tokens(text);
    let timed =
        tokens.len() <= 7 && clock::at_start(&tokens, None).is_some_and(|(_, used)| used + 2 >= tokens.len());
    timed || find_in(&tokens, &context).is_some_and(|read| read.coverage.0 * 3 >= read.coverage.1)
}

/// Whether `day`, in ISO 8601, is within a month of `time`.
pub(crate) fn is_near(day: &str, time: Timestamp) -> bool {
    const DAYS: i32 = 31;
    let day = day.get(..10).and_then(|day| day.parse::<Date>().ok());
    let fetched = time.to_zoned(jiff::tz::TimeZone::UTC).date();
    day.is_some_and(|day| day.until(fetched).is_ok_and(|span| span.get_days().abs() <= DAYS))
}

/// Whether `word` is the name of a month.
pub(crate) fn is_month(word: &str) -> bool {
    written::MONTHS.contains(word.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// The day or month that `tokens` begin with.
fn day(tokens: &[Token], context: &Context<'_>) -> Option<Found> {
    let found = |calendar, date, used| Found { calendar, day: Day::Full(date), used, time: None };
    if let Some((calendar, date, used)) = numeric::at(tokens, context) {
        return Some(found(calendar, date, used));
    }
    // "20240503T140500Z".
    if let Some((value, 8)) = tokens.first()?.number()
        && tokens.get(1).is_some_and(|token| token.is(&["t"]))
    {
        let date = Calendar::Gregorian.date(value / 10_000, value / 100 % 100, value % 100)?;
        return Some(found(Calendar::Gregorian, date, 1));
    }
    written::at(tokens, context)
}

/// What was `found`, with the time that stands near it, after or before.
fn read(found: Found, before: &[Token], after: &[Token], context: &Context<'_>, all: usize) -> Read {
    let date = match found.day {
        Day::Full(date) => date,
        Day::Month(year, month) => {
            let at = format!("{year:04}-{month:02}");
            return Read { at, precision: Precision::Month, relative: false, coverage: (found.used, all) };
        }
    };
    let within = found.time.map(|time| (time, 0));
    let time = within
        .or_else(|| clock::at_start(after, context.lang))
        .or_else(|| clock::at_end(before, context.lang));
    let more = time.as_ref().map_or(0, |(_, more)| *more);
    let (at, precision) =
        time.map_or_else(|| (date.to_string(), Precision::Day), |(time, _)| at_time(date, &time));
    Read { at, precision, relative: false, coverage: (found.used + more, all) }
}

/// "3 мая, 14:20": a day of the year before the fetch, if the line says little else.
fn without_year(tokens: &[Token], context: &Context<'_>) -> Option<Read> {
    let now = day_of(context.fetched_at?);
    let (start, (calendar, month, day, used)) = (0..tokens.len())
        .find_map(|at| Some((at, written::without_year(tokens.get(at..)?, context.lang)?)))?;
    let (before, after) = (tokens.get(..start)?, tokens.get(start + used..)?);
    let time = clock::at_start(after, context.lang).map(|(_, more)| (true, more));
    let time = time.or_else(|| clock::at_end(before, context.lang).map(|(_, more)| (false, more)));
    let more = time.map_or(0, |(_, more)| more);
    let others = |tokens: &[Token]| tokens.iter().filter(|token| !matches!(token, Token::Mark(_))).count();
    let rest = match time {
        Some((true, more)) => others(before) + others(after.get(more..).unwrap_or_default()),
        Some((false, more)) => others(before).saturating_sub(more) + others(after),
        None => others(before) + others(after),
    };
    // A weekday, a label or "at".
    if rest > 1 {
        return None;
    }
    let date = calendar.last(month, day, now)?;
    let coverage = (used + more, tokens.len());
    Some(Read { at: date.to_string(), precision: Precision::Day, relative: true, coverage })
}

/// `date` at `time`, in ISO 8601.
fn at_time(date: Date, time: &Time) -> (String, Precision) {
    let precision = if time.second.is_some() { Precision::Second } else { Precision::Minute };
    let seconds = time.second.map(|second| format!(":{second:02}")).unwrap_or_default();
    (format!("{date}T{:02}:{:02}{seconds}{}", time.hour, time.minute, time.zone), precision)
}

/// The day of `at` in Greenwich.
fn day_of(at: Timestamp) -> Date {
    jiff::tz::Offset::UTC.to_datetime(at).date()
}

#[cfg(test)]
mod tests;
