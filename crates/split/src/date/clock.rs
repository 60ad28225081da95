//! Times of day, and the zones they are told in.

use std::sync::LazyLock;

use super::lexicon::{Lexicon, rows};
use super::tokens::Token;

/// A time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) hour: i32,
    pub(super) minute: i32,
    pub(super) second: Option<i32>,
    /// `Z`, an offset, or nothing.
    pub(super) zone: String,
}

/// The words for the parts of the day that hours are counted in: morning, afternoon, night, noon.
#[rustfmt::skip]
const HALVES: &[&str] = &[
    "en: am | pm", "es: de la mañana | de la tarde | de la noche", "pt: da manhã | da tarde | da noite",
    "el: πμ | μμ", "hu: de | du", "tr: öö | ös", "sq: pd, paradite | md, pasdite", "vi: sa, sáng | ch, chiều | tối | trưa",
    "ar: ص, صباحا | م, مساء, مساءا | ليلا | ظهرا", "fa: ق.ظ, صبح, قبل از ظهر | ب.ظ, عصر, بعد از ظهر | شب | ظهر",
    "ur: صبح | شام, سہ پہر | رات | دوپہر", "ps: غ.م, سهار | غ.و, ماسپښين | د شپې | غرمه",
    "hi: सुबह, पूर्वाह्न | शाम, अपराह्न | रात | दोपहर", "mr: सकाळी, म.पू | सायंकाळी, म.उ | रात्री | दुपारी",
    "ne: बिहान, पूर्वाह्न | साँझ, अपराह्न, बेलुका | राति | दिउँसो", "bn: সকাল, পূর্বাহ্ণ | বিকাল, বিকেল, সন্ধ্যা, অপরাহ্ণ | রাত | দুপুর",
    "gu: સવારે | સાંજે | રાત્રે | બપોરે", "pa: ਸਵੇਰੇ, ਪੂ.ਦੁ | ਸ਼ਾਮ, ਬਾ.ਦੁ | ਰਾਤ | ਦੁਪਹਿਰ", "ta: முற்பகல், காலை | பிற்பகல், மாலை | இரவு | மதியம்",
    "te: ఉదయం | సాయంత్రం | రాత్రి | మధ్యాహ్నం", "kn: ಪೂರ್ವಾಹ್ನ, ಬೆಳಗ್ಗೆ | ಅಪರಾಹ್ನ, ಸಂಜೆ | ರಾತ್ರಿ | ಮಧ್ಯಾಹ್ನ",
    "ml: രാവിലെ | വൈകുന്നേരം, വൈകിട്ട് | രാത്രി | ഉച്ചയ്ക്ക്", "si: පෙ.ව | ප.ව", "km: ព្រឹក | ល្ងាច, រសៀល | យប់", "my: နံနက် | ညနေ, မွန်းလွဲ | ည",
    "am: ጥዋት, ጠዋት | ከሰዓት", "sw: asubuhi | alasiri, mchana, jioni | usiku", "so: subaxnimo, gh, sn | galabnimo, gd | habeenimo",
    "zh: 上午, 早上, 凌晨, 清晨 | 下午, 傍晚 | 晚上, 夜间, 晚间 | 中午", "ja: 午前 | 午後 | 夜 | 正午", "ko: 오전, 새벽, 아침 | 오후, 저녁 | 밤 | 낮",
    "id: pagi | sore | malam | siang", "ms: pagi, pg | petang, ptg | malam, mlm | tengah hari",
];

static PARTS: LazyLock<Lexicon<usize>> =
    LazyLock::new(|| Lexicon::new(rows(HALVES).map(|(lang, part, word)| (lang, word, part))));

/// Names of zones that stand for one zone alone.
#[rustfmt::skip]
const ZONES: [(&str, &str); 48] = [
    ("z", "Z"), ("gmt", "Z"), ("utc", "Z"), ("ut", "Z"), ("wet", "Z"), ("غرينتش", "Z"), ("جرينتش", "Z"), ("гринвичу", "Z"),
    ("cet", "+01:00"), ("cest", "+02:00"), ("bst", "+01:00"), ("mez", "+01:00"), ("mesz", "+02:00"), ("wat", "+01:00"),
    ("west", "+01:00"), ("eet", "+02:00"), ("eest", "+03:00"), ("cat", "+02:00"), ("sast", "+02:00"), ("msk", "+03:00"),
    ("мск", "+03:00"), ("eat", "+03:00"), ("trt", "+03:00"), ("pkt", "+05:00"), ("npt", "+05:45"), ("wib", "+07:00"),
    ("ict", "+07:00"), ("wita", "+08:00"), ("hkt", "+08:00"), ("sgt", "+08:00"), ("myt", "+08:00"), ("wit", "+09:00"),
    ("jst", "+09:00"), ("kst", "+09:00"), ("aest", "+10:00"), ("aedt", "+11:00"), ("nzst", "+12:00"), ("nzdt", "+13:00"),
    ("brt", "-03:00"), ("art", "-03:00"), ("edt", "-04:00"), ("est", "-05:00"), ("cdt", "-05:00"), ("mdt", "-06:00"),
    ("mst", "-07:00"), ("pdt", "-07:00"), ("pst", "-08:00"), ("akdt", "-08:00"),
];

/// The time at the start of `tokens`, past a few marks and words such as "at", and how many tokens
/// it takes.
pub(super) fn at_start(tokens: &[Token], lang: Option<&str>) -> Option<(Time, usize)> {
    for start in 0..tokens.len().min(7) {
        let rest = tokens.get(start..)?;
        if let Some((time, used)) = time(rest, tokens.get(..start)?, lang) {
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
pub(super) fn at_end(tokens: &[Token], lang: Option<&str>) -> Option<(Time, usize)> {
    let from = tokens.len().saturating_sub(10);
    (from..tokens.len()).find_map(|start| {
        let (time, used) = time(tokens.get(start..)?, tokens.get(..start)?, lang)?;
        (start + used + 2 >= tokens.len()).then_some((time, used))
    })
}

/// The time that `tokens` begin with, all but the part of the day, which may stand `before`.
fn time(tokens: &[Token], before: &[Token], lang: Option<&str>) -> Option<(Time, usize)> {
    let machine = before.last().is_some_and(|token| token.is(&["t"]));
    let (hour, digits) = tokens.first()?.number()?;
    if digits == 4 || (digits == 6 && machine) {
        return packed(tokens, machine);
    }
    let hours = ["h", "時", "时", "點", "点", "시", "gio", "ч", "u", "ώρα"];
    let parts = matches!(tokens.get(1)?, Token::Mark(':' | '.')) || tokens.get(1)?.is(&hours);
    let (minute, minute_digits) = tokens.get(2)?.number()?;
    if !parts || digits > 2 || minute_digits != 2 || hour > 23 || minute > 59 {
        return None;
    }
    let mut used = 3;
    let mut second = None;
    if matches!(tokens.get(3), Some(Token::Mark(':' | '.')))
        && tokens.get(3) == tokens.get(1)
        && let Some((value, 2)) = tokens.get(4).and_then(Token::number)
    {
        second = Some(value).filter(|value| *value < 60);
        used = 5;
    }
    let fraction = matches!(tokens.get(used), Some(Token::Mark('.' | ','))) && second.is_some();
    if fraction && tokens.get(used + 1).and_then(Token::number).is_some() {
        used += 2;
    }
    used += usize::from(tokens.get(used).is_some_and(|token| token.is(&["分", "분", "phut", "min"])));
    let rest = tokens.get(used..).unwrap_or_default();
    let after = PARTS.own_at(rest, lang);
    let earlier = || {
        let words = (1..=3).rev().filter_map(|n| before.get(before.len().checked_sub(n)?..));
        // A letter alone is another abbreviation.
        let words = words
            .filter(|words| words.iter().filter_map(Token::word).any(|word| word.chars().nth(1).is_some()));
        words.filter_map(|words| PARTS.own_at(words, lang).filter(|(_, used)| *used == words.len())).next()
    };
    let part = after.or_else(earlier).map(|(part, _)| part);
    used += after.map_or(0, |(_, used)| used);
    // The last full stop of "p.m."
    used += usize::from(after.is_some() && tokens.get(used) == Some(&Token::Mark('.')));
    let hour = part.map_or(hour, |part| on_the_clock(hour, part));
    let (zone, more) = zone(tokens.get(used..).unwrap_or_default(), machine || second.is_some());
    Some((Time { hour, minute, second, zone }, used + more))
}

/// "1405 GMT", "T140500Z".
fn packed(tokens: &[Token], machine: bool) -> Option<(Time, usize)> {
    let (value, digits) = tokens.first()?.number()?;
    let (zone, used) = zone(tokens.get(1..)?, machine);
    let (hours, second) = if digits == 6 { (value / 100, Some(value % 100)) } else { (value, None) };
    let (hour, minute) = (hours / 100, hours % 100);
    let valid = hour < 24 && minute < 60 && second.is_none_or(|second| second < 60);
    (valid && (machine || !zone.is_empty())).then_some((Time { hour, minute, second, zone }, 1 + used))
}

/// The hour of 24 for one of twelve in a part of the day.
fn on_the_clock(hour: i32, part: usize) -> i32 {
    match (part, hour) {
        (0, 12) => 0,
        (1, 1..=11) => hour + 12,
        (2, 12) => 0,
        (2, 6..=11) => hour + 12,
        (3, 1..=5) => hour + 12,
        _ => hour,
    }
}

/// The zone at the start of `tokens`. Names that stand for more than one zone (IST, CST, ET) are
/// unknown. Where the time is not `exact`, a hyphen is more often one than a minus.
fn zone(tokens: &[Token], exact: bool) -> (String, usize) {
    let named =
        tokens.first().and_then(Token::word).and_then(|word| ZONES.iter().find(|(name, _)| *name == word));
    let at = usize::from(named.is_some());
    let number = |n: usize| tokens.get(at + n).and_then(Token::number);
    // GMT+3 is an offset too; other names are not followed by one.
    let greenwich = matches!(named, Some((_, "Z")));
    let sign = match tokens.get(at) {
        Some(Token::Mark('+')) if greenwich || named.is_none() => Some('+'),
        Some(Token::Mark('-' | '−')) if greenwich || named.is_none() => Some('-'),
        _ => None,
    };
    let parts = match (number(1), tokens.get(at + 2), number(3)) {
        (Some((hours, 1..=2)), Some(Token::Mark(':')), Some((minutes, 2))) if greenwich || exact => {
            Some((hours, minutes, at + 4))
        }
        (Some((both, 4)), ..) => Some((both / 100, both % 100, at + 2)),
        (Some((hours, digits)), ..) if (greenwich && digits <= 2) || (exact && digits == 2) => {
            Some((hours, 0, at + 2))
        }
        _ => None,
    };
    match (sign, parts.filter(|(hours, minutes, _)| *hours < 15 && minutes % 15 == 0 && *minutes < 60)) {
        (Some(sign), Some((hours, minutes, used))) => (format!("{sign}{hours:02}:{minutes:02}"), used),
        _ => named.map_or((String::new(), 0), |(_, zone)| ((*zone).to_owned(), 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn read(text: &str, lang: &str) -> Option<String> {
        let (time, _) = at_start(&tokens(text), Some(lang))?;
        Some(format!("{:02}:{:02}{}", time.hour, time.minute, time.zone))
    }

    #[test]
    fn times_of_the_world() {
        for (text, lang, expected) in [
            ("14h05", "fr", "14:05"),
            ("à 14 h 05", "fr", "14:05"),
            ("14.05 Uhr", "de", "14:05"),
            ("um 14:05 Uhr", "de", "14:05"),
            ("2:05 p.m. ET", "en", "14:05"),
            ("12:05 am", "en", "00:05"),
            ("at 1405 GMT", "en", "14:05Z"),
            ("- الساعة 5:30 م", "ar", "17:30"),
            ("05:30 مساءً بتوقيت غرينتش", "ar", "17:30"),
            ("۵:۳۰ ب.ظ", "fa", "17:30"),
            ("下午3:20", "zh", "15:20"),
            ("上午10点05分", "zh", "10:05"),
            ("오후 3시 20분", "ko", "15:20"),
            ("15時20分", "ja", "15:20"),
            ("शाम 5:30 बजे", "hi", "17:30"),
            ("रात 9:30 बजे", "hi", "21:30"),
            ("14 giờ 05 phút", "vi", "14:05"),
            ("5:30 CH", "vi", "17:30"),
            ("14:05 WIB", "id", "14:05+07:00"),
            ("14:05 (GMT+3)", "tr", "14:05"),
            ("14:05 GMT+3", "tr", "14:05+03:00"),
            ("14:05:10 -0400", "en", "14:05-04:00"),
            ("09:05 - 10:30", "en", "09:05"),
        ] {
            assert_eq!(read(text, lang).as_deref(), Some(expected), "{text}");
        }
        for text in ["24:05", "14:65", "14", "5.6.7", "2024"] {
            assert_eq!(read(text, "en"), None, "{text}");
        }
    }
}
