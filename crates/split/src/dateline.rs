//! Datelines: where, and perhaps when and for which agency, a report was written: "PARIS (AFP) — …",
//! "BERLIN, 3 May (dpa) - …".

use crate::words;

/// What stands before the dash with which a report begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dateline<'a> {
    /// What follows the place: a date, an agency, both or nothing.
    pub(crate) behind_place: &'a str,
    /// Whether it ends with an agency in brackets.
    pub(crate) has_agency: bool,
}

impl<'a> Dateline<'a> {
    /// The dateline that `text` begins with.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        const LONGEST: usize = 70;
        let head = text.char_indices().nth(LONGEST).map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
        let dash = [" — ", " – ", " - ", " -- "].iter().filter_map(|dash| head.find(dash)).min()?;
        let before = head.get(..dash)?;
        let agency =
            before.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(_, name)| name);
        // "(dpa)", "(Xinhua News)"; not "(the mayor)".
        let has_agency =
            agency.is_some_and(|name| words::count(name) == 1 || !name.starts_with(char::is_lowercase));
        let (place, behind_place) = before.split_at(before.find(['(', ',']).unwrap_or(before.len()));
        let place = place.trim();
        // "READ ALSO: A headline – …" names no place.
        let is_label = before.trim_end().ends_with([':', '：']) || before.contains(": ");
        let cased = place.chars().any(|c| c.is_lowercase() || c.is_uppercase());
        let capitals =
            place.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) && place.chars().count() >= 3;
        let named = place.chars().next().is_some_and(|c| !c.is_lowercase());
        let is_place = !place.is_empty() && words::count(place) <= 4 && !is_label;
        (is_place && ((capitals && cased) || (has_agency && named)))
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
        ] {
            let found = Dateline::of(text);
            assert_eq!(found, Some(Dateline { behind_place: behind, has_agency: agency }), "{text}");
        }
        for text in [
            "LES OGSÅ: - Angsten vil øke",
            "READ ALSO: A HEADLINE - more",
            "The harbour - closed since May - reopens",
            "She (the mayor) - who said so - left",
            "Paris. The minister",
        ] {
            assert_eq!(Dateline::of(text), None, "{text}");
        }
    }
}
