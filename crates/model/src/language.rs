use crate::Direction;

/// The direction in which the language `code` (ISO 639) is written.
///
/// Languages written in several scripts (Kurdish, Panjabi, Azerbaijani) get that of most news.
pub fn direction_of(code: &str) -> Direction {
    const RTL: [&str; 16] = [
        "ar", "fa", "he", "ur", "ps", "ug", "sd", "yi", "dv", "ckb", "pes", "prs", "arz", "syr", "ku", "lrc",
    ];
    if RTL.contains(&code) { Direction::Rtl } else { Direction::Ltr }
}

/// The language group of `code` (ISO 639): one name for languages that are easily taken for one
/// another, so that copies of a report meet in one partition whatever the detector called them.
///
/// A language without such neighbours is its own group; an unknown one is `und`.
pub fn language_group(code: Option<&str>) -> &str {
    // Neighbours by mutual confusion of language detectors on short news texts.
    const GROUPS: [(&str, &[&str]); 8] = [
        ("scandinavian", &["no", "nb", "nn", "da", "nob", "nno"]),
        ("malay", &["id", "ms", "jv", "su", "msa", "ind"]),
        ("south-slavic", &["hr", "sr", "bs", "sh", "me", "mk", "bg", "sl"]),
        ("west-slavic", &["cs", "sk"]),
        ("east-slavic", &["ru", "uk", "be"]),
        ("ibero-romance", &["es", "pt", "gl", "ca", "ast"]),
        ("persian", &["fa", "prs", "pes", "tg"]),
        ("dutch", &["nl", "af"]),
    ];
    let Some(code) = code else { return "und" };
    GROUPS.iter().find(|(_, codes)| codes.contains(&code)).map_or(code, |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_group() {
        assert_eq!(language_group(Some("no")), language_group(Some("da")));
        assert_eq!(language_group(Some("id")), language_group(Some("ms")));
        assert_eq!(language_group(Some("ar")), "ar");
        assert_eq!(language_group(None), "und");
    }
}
