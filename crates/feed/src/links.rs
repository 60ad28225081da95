//! Addresses: made absolute.

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
}
