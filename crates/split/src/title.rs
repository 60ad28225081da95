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
    let squash = |text: &str| words::normal(text).replace(' ', "");
    let (one, other) = (squash(one), squash(other));
    !one.is_empty() && one == other
}

/// Whether two headlines say the same: one is the other, or its beginning.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (words::normal(one), words::normal(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    one == other || (one.len().min(other.len()) >= 20 && (one.starts_with(&other) || other.starts_with(&one)))
}

#[cfg(test)]
mod tests {
    use super::site;

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
