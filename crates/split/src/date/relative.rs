//! Times relative to the fetch: "2 hours ago", "vor 3 Stunden", "منذ ساعتين", "3時間前".

use jiff::SignedDuration;
use model::Precision;

use super::tokens::Token;
use super::{Context, Read};

/// Words that say a time lies back, before or after the amount.
const AGO: &[&str] = &[
    "ago",
    "vor",
    "hace",
    "atrás",
    "há",
    "fa",
    "geleden",
    "sedan",
    "siden",
    "sitten",
    "temu",
    "назад",
    "тому",
    "önce",
    "منذ",
    "قبل",
    "پیش",
    "לפני",
    "पहले",
    "আগে",
    "前",
    "전",
    "yang",
    "lalu",
    "trước",
    "πριν",
    "il",
    "přede",
    "před",
    "acum",
    "ezelőtt",
    "пре",
    "prije",
    "for",
];

/// Stems of units and their seconds; the longest that a word starts with counts.
const UNITS: &[(&[&str], i64)] = &[
    (
        &[
            "min",
            "минут",
            "хвилин",
            "دقيق",
            "دقاي",
            "دقائق",
            "دقیقه",
            "منٹ",
            "דקות",
            "דקה",
            "मिनट",
            "মিনিট",
            "分",
            "분",
            "dakika",
            "dk",
            "λεπτ",
            "menit",
            "phút",
            "perc",
            "minut",
        ],
        60,
    ),
    (
        &[
            "hour",
            "hr",
            "stunde",
            "std",
            "hora",
            "heure",
            "ora",
            "ore",
            "uur",
            "uren",
            "timme",
            "timma",
            "tim",
            "time",
            "tunti",
            "tuntia",
            "godzin",
            "hodin",
            "час",
            "годин",
            "ساعه",
            "ساعات",
            "ساعت",
            "گھنٹ",
            "שעות",
            "שעה",
            "घंट",
            "ঘণ্টা",
            "时",
            "時",
            "시간",
            "小",
            "saat",
            "ώρ",
            "jam",
            "giờ",
            "óra",
            "órá",
            "sat",
        ],
        3600,
    ),
    (
        &[
            "day",
            "tag",
            "día",
            "dia",
            "jour",
            "giorn",
            "dag",
            "päiv",
            "dni",
            "dzień",
            "den",
            "дн",
            "день",
            "дня",
            "يوم",
            "ايام",
            "روز",
            "دن",
            "ימים",
            "יום",
            "दिन",
            "দিন",
            "天",
            "日",
            "일",
            "gün",
            "μέρ",
            "ημέρ",
            "hari",
            "ngày",
            "nap",
            "zi",
        ],
        86_400,
    ),
];

/// Arabic and Hebrew duals, which carry the number two.
const DUALS: &[(&str, i64)] = &[
    ("ساعتين", 2 * 3600),
    ("يومين", 2 * 86_400),
    ("دقيقتين", 120),
    ("שעתיים", 2 * 3600),
    ("יומיים", 2 * 86_400),
];

/// The time that `tokens` name relative to the fetch.
pub(super) fn find(tokens: &[Token], context: &Context<'_>) -> Option<Read> {
    let fetched = context.fetched_at?;
    // In a longer line "two days ago" is part of what it tells.
    if tokens.len() > 12
        || !tokens
            .iter()
            .filter_map(Token::word)
            .any(|word| AGO.iter().any(|ago| *ago == word || word.ends_with('前') || word.ends_with('전')))
    {
        return None;
    }
    let (seconds, used) = tokens.iter().enumerate().find_map(|(at, token)| {
        if let Some(word) = token.word()
            && let Some((_, seconds)) = DUALS.iter().find(|(dual, _)| *dual == word)
        {
            return Some((*seconds, 2));
        }
        let unit = unit(tokens.get(at + 1)?.word()?)?;
        let (amount, digits) = token.number()?;
        (digits <= 2).then_some((i64::from(amount) * unit, 3))
    })?;
    let at = fetched.checked_sub(SignedDuration::from_secs(seconds)).ok()?;
    // "3 hours ago" is an hour wide, and says the day at best within that.
    let (format, precision) =
        if seconds < 3600 { ("%Y-%m-%dT%H:%MZ", Precision::Minute) } else { ("%Y-%m-%d", Precision::Day) };
    Some(Read {
        at: at.strftime(format).to_string(),
        precision,
        relative: true,
        coverage: (used, tokens.len()),
    })
}

fn unit(word: &str) -> Option<i64> {
    let candidates =
        UNITS.iter().flat_map(|(stems, seconds)| stems.iter().map(move |stem| (*stem, *seconds)));
    candidates
        .filter(|(stem, _)| word.starts_with(stem))
        .max_by_key(|(stem, _)| stem.len())
        .map(|(_, seconds)| seconds)
}

#[cfg(test)]
mod tests {
    use super::super::{Context, find};

    #[test]
    fn relative_times_count_back_from_the_fetch() {
        let context = Context { lang: None, fetched_at: "2024-05-03T12:00:00Z".parse().ok() };
        for (text, expected) in [
            ("2 hours ago", "2024-05-03"),
            ("vor 3 Tagen", "2024-04-30"),
            ("منذ ساعتين", "2024-05-03"),
            ("منذ 5 أيام", "2024-04-28"),
            ("3時間前", "2024-05-03"),
            ("15 minutes ago", "2024-05-03T11:45Z"),
            ("13 saat önce", "2024-05-02"),
        ] {
            assert_eq!(find(text, &context).map(|read| read.at).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(find("2 hours ago", &Context::default()), None);
        assert_eq!(find("2 hours", &context), None);
    }
}
