//! The language of a story.

use whatlang::Lang;

/// Enough text to be sure of, little enough to cost nothing.
const SAMPLE_CHARACTERS: usize = 1200;

/// The language of `text`: as detected where that is reliable, else as the page `declared` it.
pub(crate) fn of(text: &str, declared: Option<&str>) -> Option<String> {
    let end = text.char_indices().nth(SAMPLE_CHARACTERS).map_or(text.len(), |(at, _)| at);
    let detected = text.get(..end).and_then(whatlang::detect);
    let declared = declared.and_then(primary);
    match (detected, declared) {
        (Some(info), Some(declared)) => {
            let code = code(info.lang());
            // Neighbours such as Norwegian and Danish are told apart better by who wrote the page.
            let neighbours = model::language_group(Some(code)) == model::language_group(Some(&declared));
            let sure = info.is_reliable() && info.confidence() > 0.6;
            Some(if neighbours || !sure { declared } else { code.to_owned() })
        }
        (Some(info), None) if info.is_reliable() || text.len() > 200 => Some(code(info.lang()).to_owned()),
        (_, declared) => declared,
    }
}

/// The language of a tag such as `pt-BR`, in lower case.
fn primary(tag: &str) -> Option<String> {
    let code = tag.split(['-', '_']).next()?.trim().to_ascii_lowercase();
    let known = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    match code.as_str() {
        "nb" | "nn" => Some("no".to_owned()),
        "und" | "mul" | "zxx" => None,
        _ => known.then_some(code),
    }
}

/// ISO 639-1 for the languages that whatlang tells apart.
fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    }
}
