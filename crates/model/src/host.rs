use url::Url;

/// The host key of an `http` or `https` URL: the host in lower case (an international name in its
/// ASCII form, without a closing dot) and the port where it is not the scheme's own.
///
/// Feeds and entries are partitioned by it, and politeness is kept by it: `http` and `https` of one
/// host are the same host. `None` for text that is no such URL.
pub fn host_key(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = url.host_str()?.trim_end_matches('.');
    if host.is_empty() {
        return None;
    }
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_has_one_key() {
        for (url, key) in [
            ("http://News.Example/a", "news.example"),
            ("https://news.example:443/b#c", "news.example"),
            ("https://user:secret@news.example./", "news.example"),
            ("http://news.example:443/", "news.example:443"),
            ("http://news.example:8080/", "news.example:8080"),
            ("https://خبر.example/", "xn--ngblk.example"),
            ("http://2130706433/", "127.0.0.1"),
            ("http://[::FFFF:127.0.0.1]:81/", "[::ffff:7f00:1]:81"),
        ] {
            assert_eq!(host_key(url).as_deref(), Some(key), "{url}");
        }
    }

    #[test]
    fn other_text_has_none() {
        for url in
            ["", "news.example", "ftp://news.example/", "mailto:a@news.example", "http://./", "http:///"]
        {
            assert_eq!(host_key(url), None, "{url}");
        }
    }
}
