//! Dates in digits alone.

use jiff::civil::Date;

use super::Context;
use super::calendar::Calendar;
use super::tokens::Token;

/// The day at the start of `tokens`, its calendar, and how many tokens it takes.
pub(super) fn at(tokens: &[Token], context: &Context<'_>) -> Option<(Calendar, Date, usize)> {
    match tokens.first()?.number()? {
        (_, 1..=2) => year_last(tokens, context),
        _ => year_first(tokens, context),
    }
}

/// The region of a language tag such as `en-GB`.
pub(crate) fn region(tag: &str) -> Option<&str> {
    tag.split(['-', '_']).skip(1).find(|part| part.len() == 2)
}

/// "2024-05-03", "2024. 5. 15.", "1403/02/24", "113/05/03".
fn year_first(tokens: &[Token], context: &Context<'_>) -> Option<(Calendar, Date, usize)> {
    let separator = mark(tokens, 1)?;
    let (calendar, year) = year(tokens.first()?, context)?;
    let (month, 1..=2) = tokens.get(2)?.number()? else { return None };
    let (day, 1..=2) = tokens.get(4)?.number()? else { return None };
    let date = calendar.date(year, month, day).filter(|_| mark(tokens, 3) == Some(separator))?;
    // The full stop after the day of "2024. 5. 15." is its own; that of "2024.05.15." does no harm.
    let stop = separator == '.' && tokens.get(5) == Some(&Token::Mark('.'));
    Some((calendar, date, 5 + usize::from(stop)))
}

/// "27/07/2015": the page, the language or the region says which is the day, or the numbers leave
/// no choice.
fn year_last(tokens: &[Token], context: &Context<'_>) -> Option<(Calendar, Date, usize)> {
    let separator = mark(tokens, 1)?;
    let (first, _) = tokens.first()?.number()?;
    let (second, 1..=2) = tokens.get(2)?.number()? else { return None };
    if mark(tokens, 3) != Some(separator) {
        return None;
    }
    let (calendar, year, short) = match tokens.get(4)? {
        Token::Number { value, digits: 2 } => {
            // More numbers make it a version or an address.
            let more = mark(tokens, 5) == Some('.') && tokens.get(6).and_then(Token::number).is_some();
            let dotted = separator == '.' && *value <= 30 && is_dotted(context.lang?) && !more;
            (Calendar::Gregorian, dotted.then(|| 2000 + value)?, true)
        }
        token => year(token, context).map(|(calendar, year)| (calendar, year, false))?,
    };
    let day_first = match (first, second) {
        (13.., _) => true,
        (_, 13..) => separator != '.' || !short,
        (first, second) if first == second => true,
        _ => day_first(separator, context)?,
    };
    let day_first = day_first && second <= 12;
    let (month, day) = if day_first { (second, first) } else { (first, second) };
    let date = calendar.date(year, month, day)?;
    // Two digits are only taken for a year that makes a likely date.
    let latest = context.fetched_at.map(super::day_of).and_then(|day| day.tomorrow().ok());
    if short && latest.is_some_and(|latest| date > latest) {
        return None;
    }
    Some((calendar, date, 5))
}

fn mark(tokens: &[Token], at: usize) -> Option<char> {
    match tokens.get(at)? {
        Token::Mark('-' | '–' | '‐' | '‑') => Some('-'),
        Token::Mark(mark @ ('/' | '.' | '·')) => Some(*mark),
        _ => None,
    }
}

/// The year that a number names, and its calendar.
fn year(token: &Token, context: &Context<'_>) -> Option<(Calendar, i32)> {
    let lang = context.lang.unwrap_or_default();
    match token.number()? {
        // Nepal counts 57 years more, in months of its own.
        (2051..=2100, 4) if lang == "ne" => None,
        (value @ 1900..=2100, 4) => Some((Calendar::Gregorian, value)),
        // Buddhist years.
        (value @ 2450..=2650, 4) => Some((Calendar::Gregorian, value - 543)),
        (value @ 1300..=1500, 4) => match lang {
            "fa" | "ps" | "ku" | "ckb" | "prs" => Some((Calendar::Jalali, value)),
            "ar" | "ur" => Some((Calendar::Hijri, value)),
            _ => None,
        },
        // Years of the Republic in Taiwan.
        (value @ 100..=150, 3) if lang == "zh" => Some((Calendar::Gregorian, value + 1911)),
        _ => None,
    }
}

/// Whether the day stands before the month, where both could be either.
fn day_first(separator: char, context: &Context<'_>) -> Option<bool> {
    // Full stops stand between day, month and year in that order alone.
    let dotted = (separator == '.').then_some(true);
    dotted.or(context.day_first).or_else(|| match context.lang? {
        "en" => match context.region?.to_ascii_uppercase().as_str() {
            "US" | "PH" | "PR" | "GU" | "VI" | "AS" | "MP" | "PW" | "FM" | "MH" => Some(false),
            // Both are usual in Canada.
            "CA" => None,
            _ => Some(true),
        },
        // The Philippines follow America; where the year goes first, the rest has no usual order.
        "fil" | "tl" | "zh" | "ja" | "ko" => None,
        _ => Some(true),
    })
}

/// Whether `lang` writes 03.05.24 for the third of May.
fn is_dotted(lang: &str) -> bool {
    #[rustfmt::skip]
    const DOTTED: [&str; 30] = [
        "de", "ru", "uk", "be", "bg", "mk", "sr", "hr", "bs", "sl", "cs", "sk", "pl", "ro", "fi", "et", "lv", "no", "da", "is",
        "tr", "az", "kk", "ky", "uz", "tg", "ka", "hy", "he", "sq",
    ];
    DOTTED.contains(&lang)
}
