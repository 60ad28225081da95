//! Headlines: what belongs to one, and what is the site's name.

use crate::words;

/// `title` without a site's name at its end or start: after a bar, dash or colon that `site` or
/// nothing of the page's own `headline` follows.
pub(crate) fn without_site(title: &str, headline: Option<&str>, site: Option<&str>) -> String {
    if let Some(headline) = headline {
        let (long, short) = (words::normal(title), words::normal(headline));
        if !short.is_empty() && (long.starts_with(&short) || long.ends_with(&short)) {
            return headline.to_owned();
        }
    }
    let site = site.map(words::normal).filter(|site| !site.is_empty());
    for mark in [" | ", " – ", " — ", " - ", " :: ", " » ", " · ", "｜", "|"] {
        if let Some((head, tail)) = title.rsplit_once(mark) {
            let short = words::count(tail) <= 4 && words::count(head) > words::count(tail);
            if (site.as_deref() == Some(&words::normal(tail)) || short) && !head.trim().is_empty() {
                return without_site(head.trim(), None, site.as_deref());
            }
        }
    }
    title.trim().to_owned()
}

/// Whether two headlines say the same: one is the other, or its beginning.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (words::normal(one), words::normal(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    one == other || (one.len().min(other.len()) >= 20 && (one.starts_with(&other) || other.starts_with(&one)))
}
