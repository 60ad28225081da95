//! Headlines: what belongs to one, and what is the site's name.

use crate::words;

/// `title`, from a `<title>`, without the site's name: the part after (or before) a bar or dash that
/// is the `site`, or in few words stands after the last bar.
pub(crate) fn without_site(title: &str, site: Option<&str>) -> String {
    let site = site.map(words::normal).filter(|site| !site.is_empty());
    let is_site = |part: &str| site.as_deref() == Some(&words::normal(part));
    for mark in ["-", "_", "–"] {
        if let Some((head, tail)) = title.rsplit_once(mark)
            && is_site(tail)
            && !head.trim().is_empty()
        {
            return head.trim().to_owned();
        }
    }
    for mark in [" | ", " – ", " — ", " - ", " :: ", " » ", " · ", "｜", "|"] {
        if let Some((head, tail)) = title.rsplit_once(mark) {
            let short = words::count(tail) <= 4 && words::count(head) > words::count(tail);
            if (is_site(tail) || short) && !head.trim().is_empty() {
                return head.trim().to_owned();
            }
        }
        if let Some((head, tail)) = title.split_once(mark)
            && is_site(head)
        {
            return tail.trim().to_owned();
        }
    }
    title.trim().to_owned()
}

/// The site's name in a `<title>`: what stands behind or before one of the page's `headlines`, or in
/// few words behind a bar.
pub(crate) fn site<'a>(title: &'a str, headlines: &[&str]) -> Option<&'a str> {
    const BARS: [&str; 5] = [" | ", "｜", " :: ", " » ", "|"];
    const OTHERS: [&str; 4] = [" · ", " – ", " — ", " - "];
    let is_headline = |text: &str| headlines.iter().any(|headline| same(headline, text));
    let is_name = |text: &str| {
        (1..=6).contains(&words::count(text)) && !text.chars().any(char::is_numeric) && !is_headline(text)
    };
    let find = |mark: &str, bar: bool| {
        let behind =
            title.rsplit_once(mark).filter(|(head, name)| is_name(name) && (bar || is_headline(head)));
        let before = || title.split_once(mark).filter(|(name, rest)| is_name(name) && is_headline(rest));
        behind.map(|(_, name)| name).or_else(|| before().map(|(name, _)| name)).map(str::trim)
    };
    let others = || OTHERS.iter().find_map(|mark| find(mark, false));
    BARS.iter().find_map(|mark| find(mark, true)).or_else(others)
}

/// Whether two headlines have the same letters; spaces and marks may differ, as where a kicker in
/// a headline stands on a line of its own.
pub(crate) fn same_letters(one: &str, other: &str) -> bool {
    let letters = |text| words::normal_chars(text).filter(|c| *c != ' ');
    letters(one).next().is_some() && letters(one).eq(letters(other))
}

/// Bytes in common from which a headline that is the beginning of another is the same.
const BEGINNING: usize = 20;

/// Whether two headlines say the same: one is the other, or its beginning.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (words::normal_chars(one), words::normal_chars(other));
    let mut common = 0;
    loop {
        match (one.next(), other.next()) {
            (Some(one), Some(other)) if one == other => common += one.len_utf8(),
            (Some(_), Some(_)) => return false,
            (None, None) => return common > 0,
            _ => return common >= BEGINNING,
        }
    }
}

/// Headlines of which no two are the same, among which one is found without comparing it with all.
#[derive(Debug, Default)]
pub(crate) struct Headlines(Vec<String>);

impl Headlines {
    /// Those of `headlines` that differ.
    pub(crate) fn of(headlines: &[&str]) -> Self {
        let mut all = Self::default();
        for headline in headlines {
            all.add(headline);
        }
        all
    }

    /// Adds `headline` where it has letters and none that says the same is there; false otherwise.
    pub(crate) fn add(&mut self, headline: &str) -> bool {
        let normal = words::normal(headline);
        let place = self.place(&normal);
        if normal.is_empty() || self.is_same_near(place, &normal) {
            return false;
        }
        self.0.insert(place, normal);
        true
    }

    /// Whether one of them says the same as `text`.
    pub(crate) fn has(&self, text: &str) -> bool {
        let normal = words::normal(text);
        self.is_same_near(self.place(&normal), &normal)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    fn place(&self, normal: &str) -> usize {
        self.0.partition_point(|known| known.as_str() < normal)
    }

    /// In the order of the alphabet, what begins with `normal` stands at its place or right behind it,
    /// and its own beginning right before: no other can stand between, as it would be the same.
    fn is_same_near(&self, place: usize, normal: &str) -> bool {
        let near = self.0.get(place.saturating_sub(1)..).unwrap_or_default().iter().take(2);
        near.into_iter().any(|known| {
            let begins = known.starts_with(normal) || normal.starts_with(known.as_str());
            known == normal || (begins && known.len().min(normal.len()) >= BEGINNING)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_are_found_by_their_beginning() {
        let mut headlines = Headlines::default();
        let long = "Otters return to the Ard";
        for (headline, added) in [
            ("Otters", true),
            (long, true),
            ("Otters return to the Ard: a visit", false),
            ("otters!", false),
            ("–", false),
        ] {
            assert_eq!(headlines.add(headline), added, "{headline}");
        }
        for (text, found) in [
            ("OTTERS", true),
            ("Otters return", false),
            ("Otters return to the", true),
            ("Otters return to the Art", false),
        ] {
            assert_eq!(headlines.has(text), found, "{text}");
            assert_eq!(same("Otters", text) || same(long, text), found, "{text}");
        }
    }

    #[test]
    fn the_site_is_told_from_the_headline() {
        let headlines = ["Otters return to the Ard"];
        for (title, expected) in [
            ("Otters return to the Ard - The Courier", Some("The Courier")),
            ("The Courier: a paper · Otters return to the Ard", Some("The Courier: a paper")),
            ("Town notes | The Courier", Some("The Courier")),
            ("Peace - a hope", None),
            ("Otters return to the Ard – 4 March 2024", None),
            ("Otters return to the Ard", None),
        ] {
            assert_eq!(site(title, &headlines), expected, "{title}");
        }
    }
}
