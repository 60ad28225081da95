use url::Url;

/// Query parameters that say where a reader came from, not what is read. A name that ends in `_` is
/// a prefix. After the lists of Miniflux and of the tools' own makers.
const TRACKING: [&str; 32] = [
    "utm_",
    "mtm_",
    "pk_",
    "hsa_",
    "vero_",
    "oly_",
    "campaign_",
    "_branch_",
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "srsltid",
    "yclid",
    "ysclid",
    "twclid",
    "msclkid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "hsctatracking",
    "__hstc",
    "__hssc",
    "__hsfp",
    "_openstat",
    "xtor",
    "at_campaign",
];

/// `url` in the form in which it is compared with others: a key, not an address to fetch.
///
/// Two addresses that differ only in these lead to the same page: scheme `http` or `https`, a
/// leading `www.`, the case of the host, a default port, user information, tracking parameters
/// (`ref` where it names the URL's own host), the order of the parameters, needless or lower-case
/// percent-encoding, a slash at the end of the path, the fragment.
///
/// `None` for text that is not an absolute URL with a host.
pub fn comparable_url(url: &str) -> Option<String> {
    let url = Url::parse(url.trim()).ok()?;
    let host = bare(url.host_str()?);
    let scheme = match url.scheme() {
        "http" | "https" => "https",
        other => other,
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = plain_percent(url.path());
    let path = path.trim_end_matches('/');
    let mut parameters: Vec<_> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|parameter| !parameter.is_empty() && !is_tracking(parameter, host))
        .map(plain_percent)
        .collect();
    parameters.sort_unstable();
    let query = if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
    Some(format!("{scheme}://{host}{port}{path}{query}"))
}

/// The same, where the fragment tells things apart too, as among the entries of a feed that link to
/// places in one page. A fragment that only tracks counts for nothing.
pub fn comparable_url_with_fragment(url: &str) -> Option<String> {
    let key = comparable_url(url)?;
    let parsed = Url::parse(url.trim()).ok()?;
    let host = bare(parsed.host_str()?);
    match parsed.fragment().filter(|fragment| !fragment.is_empty() && !is_tracking(fragment, host)) {
        Some(fragment) => Some(format!("{key}#{fragment}")),
        None => Some(key),
    }
}

fn bare(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host)
}

fn is_tracking(parameter: &str, host: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let name = name.to_ascii_lowercase();
    if name == "ref" {
        return bare(&value.to_ascii_lowercase()) == host;
    }
    TRACKING.iter().any(|known| match known.ends_with('_') {
        true => name.starts_with(known),
        false => name == *known,
    })
}

/// Percent-encodes alike what is encoded alike (RFC 3986, 6.2.2): unreserved characters plainly,
/// all others with upper-case digits.
fn plain_percent(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, piece.get(2..)) {
            (Some(byte), Some(rest)) => {
                match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    true => plain.push(char::from(byte)),
                    false => plain.push_str(&format!("%{byte:02X}")),
                }
                plain.push_str(rest);
            }
            _ => {
                plain.push('%');
                plain.push_str(piece);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_the_same_page_compares_equal() {
        for (one, other) in [
            ("http://www.A.example:80/x/", "https://a.example/x"),
            ("https://a.example/x?utm_source=rss&id=7&fbclid=z", "https://a.example/x?id=7"),
            ("https://a.example/x?b=2&a=1#top", "https://a.example/x?a=1&b=2"),
            ("https://a.example/x?ref=www.a.example", "https://a.example/x"),
            ("https://a.example/%d8%ae%7e", "https://a.example/خ~"),
            ("https://a.example", "https://a.example/?"),
            (" https://u:p@a.example./x ", "https://a.example/x"),
        ] {
            assert_eq!(comparable_url(one), comparable_url(other), "{one} and {other}");
            assert!(comparable_url(one).is_some(), "{one}");
        }
    }

    #[test]
    fn what_leads_elsewhere_does_not() {
        for (one, other) in [
            ("https://a.example/x?id=7", "https://a.example/x?id=8"),
            ("https://a.example/x?ref=b.example", "https://a.example/x"),
            ("https://a.example:8080/x", "https://a.example/x"),
            ("https://a.example/X", "https://a.example/x"),
            ("https://a.example/a%2Fb", "https://a.example/a/b"),
            ("https://www.example/", "https://example/"),
        ] {
            assert_ne!(comparable_url(one), comparable_url(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_fragment_tells_places_apart_unless_it_tracks() {
        let key = |url| comparable_url_with_fragment(url).unwrap();
        assert_ne!(key("https://a.example/x#one"), key("https://a.example/x#two"));
        assert_eq!(key("https://a.example/x#xtor=RSS-1"), key("https://a.example/x"));
        assert_eq!(key("https://a.example/x#utm_medium=feed"), key("https://a.example/x#"));
    }

    #[test]
    fn a_key_is_its_own_key() {
        for url in
            ["http://www.A.example/x/?b=%e2&a&gclid=1", "https://a.example/%zz%4", "https://[::1]:8/%41/"]
        {
            let key = comparable_url(url).unwrap();
            assert_eq!(comparable_url(&key), Some(key));
        }
    }

    #[test]
    fn other_text_has_no_key() {
        for text in ["", "a.example/x", "/x", "mailto:a@b.example", "https://"] {
            assert_eq!(comparable_url(text), None, "{text}");
        }
    }
}
