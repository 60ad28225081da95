//! Headlines: what belongs to one, and what is the site's name.

use crate::words;

/// `title`, from a `<title>`, without the site's name: the part after (or before) a bar or dash that
/// is the `site`, or in few words stands after the last bar.
pub(crate) fn without_site(title: &str, site: Option<&str>) -> String {
    let site = site.map(words::normal).filter(|site| !site.is_empty());
    let is_site = |part: &str| site.as_deref() == Some(&words::normal(part));
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
