//! Datelines: where, and perhaps when and for which agency, a report was written: "PARIS (AFP) — …",
//! "BERLIN, 3 May (dpa) - …".

use crate::words;

/// Agencies that many papers print, as they sign datelines.
#[rustfmt::skip]
const AGENCIES: &[&str] = &[
    "AFP", "AP", "REUTERS", "DPA", "APA", "SDA", "ATS", "AWP", "KNA", "EPD", "SID", "PAP", "TASS", "ТАСС", "INTERFAX", "ИНТЕРФАКС",
    "РИА", "УНІАН", "УКРІНФОРМ", "БЕЛТА", "UPI", "PTI", "ANI", "IANS", "UNI", "XINHUA", "EFE", "ANSA", "AGI", "ADNKRONOS", "LUSA", "ANP",
    "BELGA", "TT", "NTB", "RITZAU", "STT", "ČTK", "CTK", "TASR", "SITA", "MTI", "AGERPRES", "MEDIAFAX", "BTA", "БТА", "TANJUG", "HINA",
    "STA", "ΑΠΕ", "AA", "DHA", "IHA", "İHA", "ANADOLU", "رويترز", "أ ف ب", "أ.ف.ب", "د ب أ", "د.ب.أ", "أ ب", "وام", "واس", "سانا", "قنا",
    "بترا", "كونا", "وكالات", "وفا", "SPA", "WAM", "KUNA", "QNA", "MENA", "MAP", "APS", "TAP", "IRNA", "ISNA", "ایرنا", "ایسنا", "ANTARA",
    "BERNAMA", "YONHAP", "KYODO", "JIJI", "CNA", "VNA", "PNA", "NAN", "GNA", "CP", "AAP", "PA", "新华社", "新華社", "共同", "時事", "연합뉴스",
];

/// What stands before the dash with which a report begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dateline<'a> {
    /// What follows the place: a date, an agency, both or nothing.
    pub(crate) behind_place: &'a str,
    /// Whether it ends with a known agency in brackets.
    pub(crate) has_agency: bool,
}

impl<'a> Dateline<'a> {
    /// The dateline that `text` begins with.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        const LONGEST: usize = 70;
        let head = text.char_indices().nth(LONGEST).map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
        let dash = [" — ", " – ", " - ", " -- "].iter().filter_map(|dash| head.find(dash)).min()?;
        let before = head.get(..dash)?;
        let brackets = before.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
        let brackets = brackets.map(|(_, name)| name.trim());
        // "(Northwire)", "(Our Paper)"; not "(the mayor)", "(1997)".
        let signs = |name: &str| {
            (words::count(name) == 1 || !name.starts_with(char::is_lowercase))
                && !name.contains(char::is_numeric)
        };
        let is_signed = brackets.is_some_and(signs);
        let known = |name: &str| AGENCIES.contains(&name.trim().to_uppercase().as_str());
        let has_agency = brackets.is_some_and(|name| known(name) || name.split([',', '/', '-']).any(known));
        let (place, behind_place) = before.split_at(before.find(['(', ',']).unwrap_or(before.len()));
        let place = place.trim();
        // "READ ALSO: A headline – …" names no place.
        let is_label = before.trim_end().ends_with([':', '：']) || before.contains(": ");
        let cased = place.chars().any(|c| c.is_lowercase() || c.is_uppercase());
        let capitals =
            place.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) && place.chars().count() >= 3;
        let named = place.chars().next().is_some_and(|c| !c.is_lowercase());
        let is_place = !place.is_empty() && words::count(place) <= 4 && !is_label;
        (is_place && ((capitals && cased) || (is_signed && named)))
            .then_some(Self { behind_place, has_agency })
    }

    /// How much it counts for a story's beginning here: no chapter begins with an agency's name.
    pub(crate) fn counts(&self) -> f64 {
        if self.has_agency { 3.0 } else { 2.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_an_agency_before_a_dash_are_a_dateline() {
        for (text, behind, agency) in [
            ("PARIS (AFP) — The minister", "(AFP)", true),
            ("BERLIN, 3 May (dpa) - The", ", 3 May (dpa)", true),
            ("NEW YORK – The", "", false),
            ("Gdynia, 17 marca 2020 (PAP) – Po", ", 17 marca 2020 (PAP)", true),
            ("القاهرة (رويترز) - قال", "(رويترز)", true),
            ("ROM (dpa/AFP) – Der", "(dpa/AFP)", true),
            ("Ardlow (Northwire) – The", "(Northwire)", false),
        ] {
            let found = Dateline::of(text);
            assert_eq!(found, Some(Dateline { behind_place: behind, has_agency: agency }), "{text}");
        }
        for text in [
            "LES OGSÅ: - Angsten vil øke",
            "READ ALSO: A HEADLINE - more",
            "The harbour - closed since May - reopens",
            "She (the mayor) - who said so - left",
            "Titanic (1997) – the film that",
            "Paris. The minister",
        ] {
            assert_eq!(Dateline::of(text), None, "{text}");
        }
    }
}
