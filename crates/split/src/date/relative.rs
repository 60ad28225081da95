//! Times relative to the fetch: "2 hours ago", "vor 3 Stunden", "منذ ساعتين", "昨日 14:05".

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use model::Precision;

use super::clock;
use super::lexicon::{Lexicon, rows};
use super::phrases;
use super::tokens::{Token, normal};
use super::{Context, Read, at_time, day_of};

/// What a phrase of the table means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Now,
    Unit(Unit),
    /// A day, so many before the fetch.
    Day(i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

const FIELDS: [Meaning; 11] = [
    Meaning::Now,
    Meaning::Unit(Unit::Second),
    Meaning::Unit(Unit::Minute),
    Meaning::Unit(Unit::Hour),
    Meaning::Unit(Unit::Day),
    Meaning::Unit(Unit::Week),
    Meaning::Unit(Unit::Month),
    Meaning::Unit(Unit::Year),
    Meaning::Day(0),
    Meaning::Day(1),
    Meaning::Day(2),
];

static AGO: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let ago = rows(phrases::ROWS).filter(|(_, field, _)| *field == 0);
    Lexicon::new(ago.map(|(lang, _, phrase)| (lang, phrase, ())))
});

static UNITS: LazyLock<Lexicon<Unit>> = LazyLock::new(|| {
    Lexicon::new(meanings().filter_map(|(lang, phrase, meaning)| match meaning {
        Meaning::Unit(unit) => Some((lang, phrase, unit)),
        _ => None,
    }))
});

static DAYS: LazyLock<Lexicon<Meaning>> =
    LazyLock::new(|| Lexicon::new(meanings().filter(|(_, _, meaning)| !matches!(meaning, Meaning::Unit(_)))));

fn meanings() -> impl Iterator<Item = (&'static str, &'static str, Meaning)> {
    rows(phrases::ROWS).filter_map(|(lang, field, phrase)| {
        let meaning = FIELDS.get(field.checked_sub(1)?)?;
        Some((lang, phrase, *meaning))
    })
}

/// Duals, which carry the number two.
const DUALS: &[(&str, Unit)] = &[
    ("دقيقتين", Unit::Minute),
    ("ساعتين", Unit::Hour),
    ("يومين", Unit::Day),
    ("أسبوعين", Unit::Week),
    ("شهرين", Unit::Month),
    ("سنتين", Unit::Year),
    ("שעתיים", Unit::Hour),
    ("יומיים", Unit::Day),
    ("שבועיים", Unit::Week),
    ("חודשיים", Unit::Month),
    ("שנתיים", Unit::Year),
];

/// Words that may stand for the number one, or say that it is not exact.
#[rustfmt::skip]
const ONES: &[&str] = &[
    "a", "an", "one", "about", "around", "over", "einer", "einem", "une", "un", "una", "uma", "um", "één", "een", "en", "ett", "et",
    "jedną", "jeden", "jednou", "jedním", "jednu", "jedan", "bir", "واحدة", "واحد", "نحو", "حوالي", "یک", "ایک", "एक", "এক", "egy", 
    "одну", "один", "ಒಂದು", "ஒரு", "ഒരു", "ఒక", "isang", "ካለፈ", "אחת", "אחד", "yang", "de", "από", "som",
];

static ONE_WORDS: LazyLock<HashSet<String>> =
    LazyLock::new(|| ONES.iter().map(|word| normal(word)).collect());

/// The time that `tokens` name relative to the fetch.
pub(super) fn find(tokens: &[Token], context: &Context<'_>) -> Option<Read> {
    let fetched = context.fetched_at?;
    // In a longer line "two days ago" is part of what it tells.
    if tokens.len() > 14 {
        return None;
    }
    let (read, used) = ago(tokens, context, fetched).or_else(|| day_or_now(tokens, context, fetched))?;
    let (at, precision) = read;
    Some(Read { at, precision, relative: true, coverage: (used, tokens.len()) })
}

/// A date as far as it is known, and how many tokens it took.
type Known = ((String, Precision), usize);

/// "3 hours ago", "an hour ago"; "12 min" and no more.
fn ago(tokens: &[Token], context: &Context<'_>, fetched: Timestamp) -> Option<Known> {
    let starts = || (0..tokens.len()).filter_map(|at| Some((at, tokens.get(at..)?)));
    let says_ago = starts().find_map(|(_, rest)| AGO.at(rest, context.lang)).map(|(_, used)| used);
    let dual = tokens
        .iter()
        .filter_map(Token::word)
        .find_map(|word| DUALS.iter().find(|(dual, _)| normal(dual) == word).map(|(_, unit)| (2, *unit, 1)));
    // The story's own words for units go before those of other languages: "an" is a year in French.
    let unit = |rest: &[Token], own: bool| {
        if own { UNITS.own_at(rest, context.lang) } else { UNITS.at(rest, context.lang) }
    };
    let counted = |own| {
        starts().find_map(|(at, rest)| {
            let (unit, used) = unit(rest, own)?;
            let amount =
                |at: usize| tokens.get(at).and_then(Token::number).filter(|(_, digits)| *digits <= 2);
            // "5 minutes", "20 de minute" in Romanian, "dakika 5" in Swahili.
            let before = at.checked_sub(1).and_then(amount);
            let apart = || {
                let joined = tokens.get(at.checked_sub(1)?)?.is(&["de"]);
                at.checked_sub(2).filter(|_| joined).and_then(amount)
            };
            let (amount, _) = before.or_else(apart).or_else(|| amount(at + used))?;
            Some((i64::from(amount), unit, used + 1))
        })
    };
    let single = |own| {
        let (unit, used) = starts().find_map(|(_, rest)| unit(rest, own))?;
        let is_one = |token: &&Token| token.word().is_some_and(|word| ONE_WORDS.contains(word));
        let ones = tokens.iter().filter(is_one).count();
        let words = tokens.iter().filter(|token| token.word().is_some()).count();
        let numbers = tokens.iter().any(|token| token.number().is_some());
        (!numbers && words <= used + says_ago? + ones).then_some((1, unit, used + ones))
    };
    let either = |own| counted(own).or_else(|| single(own));
    let (amount, unit, used) = dual.or_else(|| either(true)).or_else(|| either(false))?;
    let used = used + says_ago.unwrap_or_default();
    // Without "ago" it may be a length of time: only if it is the whole line.
    let short = matches!(unit, Unit::Minute | Unit::Hour | Unit::Day);
    if says_ago.is_none()
        && !(short && tokens.iter().filter(|token| !matches!(token, Token::Mark(_))).count() == used)
    {
        return None;
    }
    Some((back(fetched, amount, unit)?, used))
}

/// "yesterday", "today 14:05", "just now".
fn day_or_now(tokens: &[Token], context: &Context<'_>, fetched: Timestamp) -> Option<Known> {
    let (at, (meaning, used)) = (0..tokens.len())
        .find_map(|at| DAYS.own_at(tokens.get(at..)?, context.lang).map(|found| (at, found)))?;
    let after = tokens.get(at + used..).unwrap_or_default();
    let time =
        clock::at_start(after, context.lang).or_else(|| clock::at_end(tokens.get(..at)?, context.lang));
    let words = tokens.iter().filter(|token| token.word().is_some()).count();
    let numbers = tokens.iter().any(|token| token.number().is_some());
    // It is the whole line, but for a label, or beside a time a name.
    let bare = words <= used + 1 && !numbers;
    if !bare && (time.is_none() || words > used + 6) {
        return None;
    }
    let Meaning::Day(days) = meaning else {
        return bare.then(|| (minute_of(fetched), used));
    };
    let date = day_of(fetched).checked_sub(Span::new().try_days(days).ok()?).ok()?;
    Some(match time {
        Some((time, more)) => (at_time(date, &time), used + more),
        None => ((date.to_string(), Precision::Day), used),
    })
}

/// The time `amount` units before `fetched`, as far as that is known.
///
/// Minutes are told exactly. Hours and days are rounded, and say the day. "3 weeks ago" was from 21
/// to 27 days before: as much as both ends have in common is known.
fn back(fetched: Timestamp, amount: i64, unit: Unit) -> Option<(String, Precision)> {
    let before = |span: Result<Span, jiff::Error>| day_of(fetched).checked_sub(span.ok()?).ok();
    let (latest, earliest) = match unit {
        Unit::Second | Unit::Minute | Unit::Hour => {
            let seconds = match unit {
                Unit::Second => 1,
                Unit::Minute => 60,
                _ => 3600,
            };
            let at = fetched.checked_sub(SignedDuration::from_secs(amount * seconds)).ok()?;
            return Some(match unit {
                Unit::Hour => (day_of(at).to_string(), Precision::Day),
                _ => minute_of(at),
            });
        }
        Unit::Day => {
            let day = before(Span::new().try_days(amount))?;
            (day, day)
        }
        Unit::Week => (before(Span::new().try_weeks(amount))?, before(Span::new().try_days(amount * 7 + 6))?),
        Unit::Month => (before(Span::new().try_months(amount))?, before(Span::new().try_months(amount + 1))?),
        Unit::Year => (before(Span::new().try_years(amount))?, before(Span::new().try_years(amount + 1))?),
    };
    in_common(latest, earliest)
}

fn in_common(one: Date, other: Date) -> Option<(String, Precision)> {
    if one == other {
        return Some((one.to_string(), Precision::Day));
    }
    if one.year() != other.year() {
        return None;
    }
    Some(if one.month() == other.month() {
        (format!("{:04}-{:02}", one.year(), one.month()), Precision::Month)
    } else {
        (format!("{:04}", one.year()), Precision::Year)
    })
}

fn minute_of(at: Timestamp) -> (String, Precision) {
    (at.strftime("%Y-%m-%dT%H:%MZ").to_string(), Precision::Minute)
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;

    fn read(text: &str, lang: Option<&str>) -> Option<String> {
        let context = Context { lang, fetched_at: "2024-05-03T12:00:00Z".parse().ok(), ..Context::default() };
        find(text, &context).map(|read| {
            assert!(read.relative, "{text}");
            read.at
        })
    }

    #[test]
    fn relative_times_count_back_from_the_fetch() {
        let mut wrong = Vec::new();
        for (text, lang, expected) in [
            ("2 hours ago", "en", "2024-05-03"),
            ("an hour ago", "en", "2024-05-03"),
            ("about one hour ago", "en", "2024-05-03"),
            ("15 minutes ago", "en", "2024-05-03T11:45Z"),
            ("12 min", "en", "2024-05-03T11:48Z"),
            ("2h ago", "en", "2024-05-03"),
            ("14h", "en", "2024-05-02"),
            ("3 weeks ago", "en", "2024-04"),
            ("2 months ago", "en", "2024"),
            ("just now", "en", "2024-05-03T12:00Z"),
            ("yesterday", "en", "2024-05-02"),
            ("Yesterday at 14:05", "en", "2024-05-02T14:05"),
            ("Today, 2:05 p.m.", "en", "2024-05-03T14:05"),
            ("vor 3 Tagen", "de", "2024-04-30"),
            ("vor 5 Min.", "de", "2024-05-03T11:55Z"),
            ("vor einer Stunde", "de", "2024-05-03"),
            ("heute, 14:05 Uhr", "de", "2024-05-03T14:05"),
            ("vorgestern", "de", "2024-05-01"),
            ("hier à 14h05", "fr", "2024-05-02T14:05"),
            ("il y a 2 heures", "fr", "2024-05-03"),
            ("aujourd’hui à 9h05", "fr", "2024-05-03T09:05"),
            ("hace 3 días", "es", "2024-04-30"),
            ("ayer", "es", "2024-05-02"),
            ("há 2 horas", "pt", "2024-05-03"),
            ("2 ore fa", "it", "2024-05-03"),
            ("acum 20 de minute", "ro", "2024-05-03T11:40Z"),
            ("för 2 timmar sedan", "sv", "2024-05-03"),
            ("I går 14.05", "no", "2024-05-02T14:05"),
            ("5 perccel ezelőtt", "hu", "2024-05-03T11:55Z"),
            ("2 órája", "hu", "2024-05-03"),
            ("вчера, 14:05", "ru", "2024-05-02T14:05"),
            ("час назад", "ru", "2024-05-03"),
            ("5 годин тому", "uk", "2024-05-03"),
            ("пре 13 сати", "sr", "2024-05-02"),
            ("dün 14:05", "tr", "2024-05-02T14:05"),
            ("13 saat önce", "tr", "2024-05-02"),
            ("منذ ساعتين", "ar", "2024-05-03"),
            ("منذ ساعة", "ar", "2024-05-03"),
            ("منذ 5 أيام", "ar", "2024-04-28"),
            ("أمس", "ar", "2024-05-02"),
            ("اليوم 14:05", "ar", "2024-05-03T14:05"),
            ("۵ دقیقه پیش", "fa", "2024-05-03T11:55Z"),
            ("לפני שעתיים", "he", "2024-05-03"),
            ("לפני יומיים", "he", "2024-05-01"),
            ("5 घंटे पहले", "hi", "2024-05-03"),
            ("২০ মিনিট আগে", "bn", "2024-05-03T11:40Z"),
            ("3 ชั่วโมงที่แล้ว", "th", "2024-05-03"),
            ("2 ngày trước", "vi", "2024-05-01"),
            ("2 jam yang lalu", "id", "2024-05-03"),
            ("dakika 20 zilizopita", "sw", "2024-05-03T11:40Z"),
            ("3時間前", "ja", "2024-05-03"),
            ("昨日 14:05", "ja", "2024-05-02T14:05"),
            ("3小时前", "zh", "2024-05-03"),
            ("昨天14:05", "zh", "2024-05-02T14:05"),
            ("2일 전", "ko", "2024-05-01"),
            ("어제", "ko", "2024-05-02"),
            ("5 րոպե առաջ", "hy", "2024-05-03T11:55Z"),
            ("2 საათის წინ", "ka", "2024-05-03"),
        ] {
            let read = read(text, Some(lang));
            if read.as_deref() != Some(expected) {
                wrong.push((text, read, expected));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(find("2 hours ago", &Context::default()), None);
    }

    #[test]
    fn what_only_sounds_so_is_no_time() {
        for text in [
            "2 years ago",
            "2 hours of talks",
            "5 min read",
            "What we know about the storm today so far",
            "Two days ago",
            "today 3 died",
        ] {
            assert_eq!(read(text, Some("en")), None, "{text}");
        }
        // Hungarian for today, in Italian "but".
        assert_eq!(read("ma", Some("it")), None);
    }
}
