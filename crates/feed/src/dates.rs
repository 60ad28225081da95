//! Dates as feeds write them: RFC 3339, RFC 822 with its hundred variants, and other languages.
//!
//! Only what is unambiguous is read. A day without a time is its midnight and a time without a zone
//! is in UTC, since a feed's dates are moments; but the order of day and month, a two-letter zone or
//! an unknown month is never guessed.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// The names of the months, lower case, in the languages of the world; names that mean different
/// months in different languages (`listopad`) are left out.
const MONTHS: [&str; 12] = [
    "jan january januar jänner janvier janv enero ene gennaio gen janeiro januari januari ocak oca styczeń stycznia sty января январь янв січня يناير جانفي ژانویه ianuarie ιανουαρίου जनवरी জানুয়ারি",
    "feb february februar febrero febbraio fevereiro fev février févr fév februari şubat şub luty lutego lut февраля февраль фев лютого فبراير شباط فيفري فوریه februarie φεβρουαρίου फ़रवरी फरवरी ফেব্রুয়ারি",
    "mar march märz mär mrz mars marzo março maart mrt maret mart marzec marca марта март мар березня مارس آذار martie μαρτίου मार्च মার্চ",
    "apr april avril avr abril abr aprile april nisan nis kwiecień kwietnia kwi апреля апрель апр квітня أبريل ابريل إبريل نيسان أفريل آوریل aprilie απριλίου अप्रैल এপ্রিল",
    "may mai mayo maggio mag maio mei maj mayıs maja мая май травня مايو أيار ماي مه μαΐου मई মে",
    "jun june juni juin junio giugno giu junho juni haziran haz czerwiec czerwca cze июня июнь июн червня يونيو حزيران جوان ژوئن iunie ιουνίου जून জুন",
    "jul july juli juillet juil julio luglio lug julho juli temmuz tem lipiec lipca lip июля июль июл липня يوليو تموز جويلية يوليوز ژوئیه iulie ιουλίου जुलाई জুলাই",
    "aug august août aout agosto ago augustus agustus augusti ağustos ağu sierpień sierpnia sie августа август авг серпня أغسطس اغسطس آب أوت غشت اوت αυγούστου अगस्त আগস্ট",
    "sep sept september septembre septiembre settembre set setembro eylül eyl wrzesień września wrz сентября сентябрь сен вересня سبتمبر أيلول شتنبر سپتامبر septembrie σεπτεμβρίου सितंबर সেপ্টেম্বর",
    "oct october oktober okt octobre octubre ottobre ott outubro out oktober ekim eki październik października paź октября октябрь окт жовтня أكتوبر اكتوبر اکتبر octombrie οκτωβρίου अक्टूबर অক্টোবর",
    "nov november novembre noviembre novembro nopember kasım kas ноября ноябрь ноя نوفمبر نونبر نوامبر noiembrie νοεμβρίου नवंबर নভেম্বর",
    "dec december dezember dez décembre déc diciembre dic dicembre dezembro desember desember aralık ara grudzień grudnia gru декабря декабрь дек грудня ديسمبر دجنبر دسامبر decembrie δεκεμβρίου दिसंबर ডিসেম্বর",
];

/// Month names of two words, as one of a single word.
const TWO_WORDS: [(&str, &str); 4] = [
    ("كانون الثاني", "يناير"),
    ("كانون الأول", "ديسمبر"),
    ("تشرين الأول", "أكتوبر"),
    ("تشرين الثاني", "نوفمبر"),
];

const AFTERNOON: [&str; 8] = ["pm", "下午", "午後", "오후", "م", "مساء", "مساءً", "μμ"];
const MORNING: [&str; 8] = ["am", "上午", "午前", "오전", "ص", "صباحا", "صباحاً", "πμ"];

/// Zones of news feeds, in minutes east of UTC. Those that name several (`IST`, `CST` of China) are
/// read as RFC 822 has them, or not at all.
const ZONES: [(&str, i32); 28] = [
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("bst", 60),
    ("west", 60),
    ("cet", 60),
    ("mez", 60),
    ("cest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("trt", 180),
    ("pkt", 300),
    ("wib", 420),
    ("jst", 540),
    ("kst", 540),
    ("edt", -240),
    ("est", -300),
    ("cdt", -300),
    ("cst", -360),
    ("mdt", -360),
    ("mst", -420),
    ("pdt", -420),
    ("pst", -480),
    ("brt", -180),
];

#[derive(Debug, PartialEq)]
enum Token {
    /// A number, and how many digits it has.
    Number(i64, usize),
    /// A word, lower case.
    Word(String),
    Sign(char),
}

use Token::{Number, Sign, Word};

/// The moment that `text` names.
///
/// `None` when it names none, or more than one: `05/06/2024` is in May or in June.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let mut tokens = tokens(text)?;
    if let [Number(number, digits)] = tokens.as_slice() {
        match digits {
            10 => return Timestamp::from_second(*number).ok(),
            13 => return Timestamp::from_millisecond(*number).ok(),
            _ => {}
        }
    }
    let time = take_time(&mut tokens)?;
    let (year, month, day) = date_of(&tokens)?;
    let [year, month, day] = [i16::try_from(year).ok()?, i16::from(month), i16::try_from(day).ok()?];
    if year < 1900 {
        return None;
    }
    let date = DateTime::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?, 0, 0, 0, 0).ok()?;
    // Hour 24 and second 60 are added, not set: they are the next day's and the next minute's first.
    let moment = date.checked_add(jiff::SignedDuration::new(time.seconds, time.nanoseconds)).ok()?;
    let zone = TimeZone::fixed(Offset::from_seconds(time.zone_minutes * 60).ok()?);
    moment.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    // The longest date of a feed has some 60 characters.
    let mut text: String = text.trim().chars().take(100).collect::<String>().to_lowercase();
    for (two, one) in TWO_WORDS {
        if text.contains(two) {
            text = text.replace(two, one);
        }
    }
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(digit) = digit(c) {
            let (mut number, mut digits) = (digit, 1);
            while let Some(digit) = chars.peek().copied().and_then(self::digit) {
                number = number.checked_mul(10)?.checked_add(digit)?;
                digits += 1;
                chars.next();
            }
            tokens.push(Number(number, digits));
        } else if matches!(c, '年' | '月' | '日' | '년' | '월' | '일') {
            tokens.push(Sign(c));
        } else if is_of_word(c) {
            let mut word = String::from(c);
            while let Some(c) = chars.next_if(|c| is_of_word(*c) && digit(*c).is_none()) {
                word.push(c);
            }
            tokens.push(Word(word));
        } else if matches!(c, ':' | '+' | '-' | '/' | '.' | '\u{2212}') {
            tokens.push(Sign(if c == '\u{2212}' { '-' } else { c }));
        }
    }
    Some(tokens)
}

/// Letters and the marks of scripts that write vowels as marks.
fn is_of_word(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{64b}'..='\u{652}' | '\u{900}'..='\u{9ff}')
}

/// The value of a decimal digit: Latin, Arabic-Indic, Persian, Devanagari, Bengali or full-width.
fn digit(c: char) -> Option<i64> {
    let zero = ['0', '٠', '۰', '०', '০', '０'].into_iter().find(|zero| (*zero..).take(10).any(|d| d == c))?;
    Some(i64::from(u32::from(c) - u32::from(zero)))
}

struct Time {
    seconds: i64,
    nanoseconds: i32,
    zone_minutes: i32,
}

/// Takes time and zone out of `tokens`; midnight UTC when there are none. `None` when they make no
/// sense.
fn take_time(tokens: &mut Vec<Token>) -> Option<Time> {
    let colon = tokens.windows(3).position(|w| matches!(w, [Number(..), Sign(':'), Number(..)]));
    let compact =
        || tokens.windows(3).position(|w| matches!(w, [Number(_, 8), Word(t), Number(_, 4 | 6)] if t == "t"));
    let (start, mut rest, mut hour, minute, mut second) = match (colon, compact()) {
        (Some(at), _) => match tokens.get(at..)? {
            [Number(hour, _), _, Number(minute, _), Sign(':' | '.'), Number(second, 1 | 2), ..] => {
                (at, at + 5, *hour, *minute, *second)
            }
            [Number(hour, _), _, Number(minute, _), ..] => (at, at + 3, *hour, *minute, 0),
            _ => return None,
        },
        (None, Some(at)) => match tokens.get(at + 2)? {
            Number(number, 6) => (at + 2, at + 3, number / 10_000, number / 100 % 100, number % 100),
            Number(number, _) => (at + 2, at + 3, number / 100, number % 100, 0),
            _ => return None,
        },
        (None, None) => return Some(Time { seconds: 0, nanoseconds: 0, zone_minutes: 0 }),
    };
    let mut nanoseconds = 0;
    if let Some([Sign('.'), Number(fraction, digits)]) = tokens.get(rest..rest + 2) {
        let scale = 9_u32.checked_sub(u32::try_from(*digits).ok()?);
        nanoseconds = i32::try_from(fraction * 10_i64.pow(scale.unwrap_or(0))).unwrap_or(0);
        rest += 2;
    }
    let half = half_of_day(tokens.get(rest..).unwrap_or_default()).or_else(|| {
        // Chinese, Japanese and Korean say the half before the hour.
        half_of_day(tokens.get(start.checked_sub(1)?..start)?)
    });
    if let Some((afternoon, length)) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        rest += length;
    }
    if hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute, second) != (0, 0)) {
        return None;
    }
    second = second.min(59);
    let (zone_minutes, length) = zone_of(tokens.get(rest..).unwrap_or_default())?;
    tokens.drain(start..(rest + length).min(tokens.len()));
    Some(Time { seconds: hour * 3600 + minute * 60 + second, nanoseconds, zone_minutes })
}

/// Whether it is afternoon, and how many tokens say so.
fn half_of_day(tokens: &[Token]) -> Option<(bool, usize)> {
    match tokens {
        [Word(a), Sign('.'), Word(m), Sign('.'), ..] if m == "m" => Some((a == "p", 4)),
        [Word(word), ..] if AFTERNOON.contains(&word.as_str()) => Some((true, 1)),
        [Word(word), ..] if MORNING.contains(&word.as_str()) => Some((false, 1)),
        _ => None,
    }
}

/// The zone in minutes east of UTC that `tokens` begin with, and how many they are. `None` when it is
/// a zone that is not known.
fn zone_of(tokens: &[Token]) -> Option<(i32, usize)> {
    let (named, after) = match tokens {
        // The year, or a date, follows: no zone at all.
        [] | [Number(..), ..] => return Some((0, 0)),
        [Word(word), ..] => (Some(word.as_str()), 1),
        _ => (None, 0),
    };
    let offset = match tokens.get(after..).unwrap_or_default() {
        [Sign(sign @ ('+' | '-')), Number(hours, 1 | 2), Sign(':'), Number(minutes, 2), ..] => {
            Some((*sign, hours * 60 + minutes, 4))
        }
        [Sign(sign @ ('+' | '-')), Number(hours, 1 | 2), ..] => Some((*sign, hours * 60, 2)),
        [Sign(sign @ ('+' | '-')), Number(number, 3 | 4), ..] => {
            Some((*sign, number / 100 * 60 + number % 100, 2))
        }
        _ => None,
    };
    match (named, offset) {
        (None | Some("gmt" | "utc" | "ut" | "z"), Some((sign, minutes, length))) => {
            let minutes = i32::try_from(minutes).ok()?;
            Some((if sign == '-' { -minutes } else { minutes }, after + length))
        }
        (Some(name), _) => {
            // `+0100 (CET)` and a date after the time have no zone here.
            if month_of(name).is_some() {
                return Some((0, 0));
            }
            ZONES.iter().find(|(known, _)| *known == name).map(|(_, minutes)| (*minutes, 1))
        }
        (None, None) => Some((0, 0)),
    }
}

/// Year, month and day.
fn date_of(tokens: &[Token]) -> Option<(i64, u8, i64)> {
    if let Some(date) = tokens.windows(5).find_map(year_first) {
        return Some(date);
    }
    if let Some(Number(number, 8)) = tokens.first() {
        return Some((number / 10_000, u8::try_from(number / 100 % 100).ok()?, number % 100));
    }
    named_month(tokens).or_else(|| tokens.windows(5).find_map(day_and_month))
}

fn year_first(window: &[Token]) -> Option<(i64, u8, i64)> {
    match window {
        [Number(year, 4), Sign(one), Number(month, 1 | 2), Sign(other), Number(day, 1 | 2)]
            if one == other || (matches!(one, '年' | '년') && matches!(other, '月' | '월')) =>
        {
            Some((*year, u8::try_from(*month).ok()?, *day))
        }
        _ => None,
    }
}

/// `13/06/2024` and `06/13/2024`: only where one of the numbers cannot be the month.
fn day_and_month(window: &[Token]) -> Option<(i64, u8, i64)> {
    let [
        Number(one, 1 | 2),
        Sign(sign @ ('/' | '.' | '-')),
        Number(other, 1 | 2),
        Sign(second),
        Number(year, 4),
    ] = window
    else {
        return None;
    };
    let (month, day) = match (*one, *other) {
        (day, month) if day == month || (day > 12 && month <= 12) => (month, day),
        (month, day) if day > 12 && month <= 12 => (month, day),
        // Points stand between day and month only where the day comes first.
        (day, month) if *sign == '.' => (month, day),
        _ => return None,
    };
    (sign == second).then_some((*year, u8::try_from(month).ok()?, day))
}

/// A day, the name of its month and a year, in any order that has the year last or alone.
fn named_month(tokens: &[Token]) -> Option<(i64, u8, i64)> {
    // The day is the first number; the month is the word after it, else the one before it: `mar, 5 mar`
    // is a Tuesday in March, and connecting words (`de`, `of`) and ordinals (`5th`) are passed over.
    let numbers: Vec<(usize, i64, usize)> = tokens.iter().enumerate().filter_map(number_at).collect();
    let [(at, first, digits), rest @ ..] = numbers.as_slice() else { return None };
    let named = |token: &Token| match token {
        Word(word) => month_of(word),
        _ => None,
    };
    let (_, second, second_digits) = rest.first()?;
    let after = tokens.get(at + 1..).unwrap_or_default();
    let before = tokens.get(..*at).unwrap_or_default();
    let month = after.iter().find_map(named).or_else(|| before.iter().rev().find_map(named))?;
    match (digits, second_digits) {
        (1 | 2, 4) => Some((*second, month, *first)),
        (4, 1 | 2) => Some((*first, month, *second)),
        // RFC 2822, section 4.3: two digits below 50 are of this century.
        (1 | 2, 2) => Some((second + if *second < 50 { 2000 } else { 1900 }, month, *first)),
        _ => None,
    }
}

fn number_at((at, token): (usize, &Token)) -> Option<(usize, i64, usize)> {
    match token {
        Number(number, digits) => Some((at, *number, *digits)),
        _ => None,
    }
}

fn month_of(word: &str) -> Option<u8> {
    let is_named = |names: &&str| names.split(' ').any(|name| name == word);
    (1..).zip(&MONTHS).find(|(_, names)| is_named(names)).map(|(month, _)| month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_unambiguous() {
        for (text, expected) in [
            ("2024-03-05T10:30:05Z", "2024-03-05T10:30:05Z"),
            ("2024-03-05T10:30:05.123+05:30", "2024-03-05T05:00:05.123Z"),
            ("2024-03-05 10:30", "2024-03-05T10:30:00Z"),
            ("2024-03-05", "2024-03-05T00:00:00Z"),
            ("20240305T103005Z", "2024-03-05T10:30:05Z"),
            ("2024/3/5 10:30:05 +0100", "2024-03-05T09:30:05Z"),
            ("Tue, 05 Mar 2024 10:30:05 GMT", "2024-03-05T10:30:05Z"),
            ("Tue, 5 Mar 24 10:30 EST", "2024-03-05T15:30:00Z"),
            ("Tuesday, March 5, 2024 10:30:05 PM +0000", "2024-03-05T22:30:05Z"),
            ("March 5th, 2024 at 12:05 a.m.", "2024-03-05T00:05:00Z"),
            ("Tue Mar  5 10:30:05 CET 2024", "2024-03-05T09:30:05Z"),
            ("05 Mar 2024 10:30:05 GMT+3", "2024-03-05T07:30:05Z"),
            ("Tue, 05 Mar 2024 24:00:00 +0000", "2024-03-06T00:00:00Z"),
            ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z"),
            ("mar., 05 mar. 2024 10:30:05 +0100", "2024-03-05T09:30:05Z"),
            ("Di, 5. März 2024, 10:30 MEZ", "2024-03-05T09:30:00Z"),
            ("5 de marzo de 2024", "2024-03-05T00:00:00Z"),
            ("Вт, 05 марта 2024 10:30:05 +0300", "2024-03-05T07:30:05Z"),
            ("الثلاثاء، ٥ مارس ٢٠٢٤ ١٠:٣٠ م", "2024-03-05T22:30:00Z"),
            ("5 كانون الثاني 2024", "2024-01-05T00:00:00Z"),
            ("2024年3月5日 下午10:30", "2024-03-05T22:30:00Z"),
            ("13/06/2024 08:00", "2024-06-13T08:00:00Z"),
            ("06/13/2024", "2024-06-13T00:00:00Z"),
            ("05.03.2024", "2024-03-05T00:00:00Z"),
            ("1709634605", "2024-03-05T10:30:05Z"),
            ("1709634605000", "2024-03-05T10:30:05Z"),
        ] {
            let read = parse_date(text).map(|at| at.to_string());
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn guesses_nothing() {
        for text in [
            "",
            "soon",
            "05/06/2024",
            "0000-00-00T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "2024-13-01",
            "Tue, 31 Feb 2024 10:00:00 GMT",
            "2024-03-05T25:00:00Z",
            "5 Foo 2024",
            "10:30",
            "2024",
            "Tue, 05 Mar 2024 10:30:05 XYZ",
            "99999999999999999999999",
            "5 listopad 2024",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reads_every_moment_in_both_standard_forms(second in 0_i64..4_000_000_000) {
            let moment = Timestamp::from_second(second).unwrap();
            proptest::prop_assert_eq!(parse_date(&moment.to_string()), Some(moment));
            let rfc2822 = moment.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
            proptest::prop_assert_eq!(parse_date(&rfc2822), Some(moment));
        }

        #[test]
        fn survives_any_text(text in "\\PC{0,80}|[0-9:+./ TZa-z-]{0,40}") {
            let _ = parse_date(&text);
        }
    }
}
