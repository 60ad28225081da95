//! Addresses: made absolute, and made comparable.

use url::Url;

/// The address that `link` stands for: absolute, `http` or `https`, otherwise none.
///
/// An absolute link stays as the feed has it. A relative one is resolved against `base`.
pub(crate) fn resolve(link: &str, base: Option<&Url>) -> Option<String> {
    let link = link.trim();
    if link.is_empty() {
        return None;
    }
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.host().is_some();
    match Url::parse(link) {
        Ok(url) if is_web(&url) => {
            let has_scheme_and_slashes = link.split_once("://").is_some_and(|(scheme, _)| scheme.len() <= 5);
            let as_given = has_scheme_and_slashes && !link.contains(char::is_whitespace);
            Some(if as_given { link.to_owned() } else { url.into() })
        }
        Ok(_) => None,
        Err(_) => {
            let url = base?.join(link).ok()?;
            is_web(&url).then(|| url.into())
        }
    }
}

/// Parameters that say how a reader came, not what he reads: whole names.
const TRACKING: [&str; 20] = [
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "gclsrc",
    "srsltid",
    "yclid",
    "ysclid",
    "twclid",
    "msclkid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_openstat",
    "_hsenc",
    "_hsmi",
    "hsctatracking",
    "igshid",
    "xtor",
];

/// The same: beginnings of names.
const TRACKING_PREFIXES: [&str; 8] =
    ["utm_", "mtm_", "hsa_", "vero_", "oly_", "campaign_", "_branch_", "at_campaign"];

/// `url` without what does not tell pages apart: for comparing, never for fetching.
///
/// Without scheme, `www.`, default port, tracking parameters, a fragment that only tracks, and the
/// slash at the end; `ref` goes where it names the page's own site. What is no URL is given back
/// trimmed.
pub fn comparable_url(url: &str) -> String {
    let Ok(parsed) = Url::parse(url.trim()) else { return url.trim().to_owned() };
    let Some(host) = parsed.host_str() else { return parsed.into() };
    let host = host.strip_prefix("www.").unwrap_or(host);
    let query: Vec<&str> = parsed.query().unwrap_or_default().split('&').collect();
    let query = query.into_iter().filter(|pair| !pair.is_empty() && !is_tracking(pair, host));
    let query = query.collect::<Vec<_>>().join("&");
    let mut comparable = host.to_owned();
    if let Some(port) = parsed.port() {
        comparable.push_str(&format!(":{port}"));
    }
    comparable.push_str(parsed.path().trim_end_matches('/'));
    if !query.is_empty() {
        comparable.push('?');
        comparable.push_str(&query);
    }
    if let Some(fragment) = parsed.fragment().filter(|f| !f.is_empty() && !is_tracking(f, host)) {
        comparable.push('#');
        comparable.push_str(fragment);
    }
    comparable
}

fn is_tracking(pair: &str, host: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    TRACKING.contains(&name.as_str())
        || TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || (name == "ref" && value.strip_prefix("www.").unwrap_or(value).eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_what_can_be_fetched_and_nothing_else() {
        let base = Url::parse("https://a.example/blog/feed.xml").unwrap();
        for (link, expected) in [
            (" https://b.example ", Some("https://b.example")),
            ("HTTP://B.example/x", Some("HTTP://B.example/x")),
            ("https://b.example/a\n b", Some("https://b.example/a%20b")),
            ("/x", Some("https://a.example/x")),
            ("x?y", Some("https://a.example/blog/x?y")),
            ("//b.example/x", Some("https://b.example/x")),
            ("mailto:a@b.example", None),
            ("javascript:alert(1)", None),
            ("", None),
        ] {
            assert_eq!(resolve(link, Some(&base)).as_deref(), expected, "{link}");
        }
        assert_eq!(resolve("/x", None), None);
    }

    #[test]
    fn tells_pages_apart_and_not_ways_to_them() {
        let same = [
            "https://www.a.example/x/?utm_source=rss&id=7&fbclid=1",
            "http://a.example:80/x?id=7",
            "https://A.example/x?id=7&ref=a.example#utm_medium=feed",
            "https://a.example/x?id=7#xtor=RSS-1",
        ];
        for url in same {
            assert_eq!(comparable_url(url), "a.example/x?id=7", "{url}");
        }
        for (one, other) in [
            ("https://a.example/x?id=7", "https://a.example/x?id=8"),
            ("https://a.example/x#one", "https://a.example/x#two"),
            ("https://a.example/x?ref=b.example", "https://a.example/x"),
            ("https://a.example:81/x", "https://a.example/x"),
        ] {
            assert_ne!(comparable_url(one), comparable_url(other));
        }
    }
}
