use bytes::Bytes;
use jiff::Timestamp;

use crate::Entry;

/// What an entry's link returned.
///
/// The body is the value of a record in `pages`, as decoded from transfer; the rest travels in
/// headers, so that a page in a topic can be read as the file it is. The key is the page's URL.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The final URL, after redirects.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type` header, as it came.
    pub content_type: Option<String>,
    /// When the answer came.
    pub fetched_at: Timestamp,
    /// The entry that led here.
    pub entry: Entry,
    /// The body.
    pub body: Bytes,
}

/// A record in `pages` that is not a page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A header is missing.
    #[error("the page's header `{0}` is missing")]
    Missing(&'static str),
    /// A header cannot be read.
    #[error("the page's header `{name}` can't be read: {reason}")]
    Malformed {
        /// The header's name.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

const URL: &str = "url";
const STATUS: &str = "status";
const CONTENT_TYPE: &str = "content-type";
/// The header of a record in `pages` that tells when the page was fetched (RFC 3339).
pub const FETCHED_AT_HEADER: &str = "fetched-at";
const ENTRY: &str = "entry";

impl Page {
    /// All but the body, as record headers.
    pub fn to_headers(&self) -> Vec<(String, Vec<u8>)> {
        // Serialising an entry into memory fails on no value of its type.
        let entry = serde_json::to_vec(&self.entry).unwrap_or_default();
        let mut headers = vec![
            (URL.to_owned(), self.url.clone().into_bytes()),
            (STATUS.to_owned(), self.status.to_string().into_bytes()),
            (FETCHED_AT_HEADER.to_owned(), self.fetched_at.to_string().into_bytes()),
            (ENTRY.to_owned(), entry),
        ];
        if let Some(content_type) = &self.content_type {
            headers.push((CONTENT_TYPE.to_owned(), content_type.clone().into_bytes()));
        }
        headers
    }

    /// The page whose headers and body these are.
    ///
    /// # Errors
    /// When a header is missing or malformed: the record is bad in itself.
    pub fn from_record(headers: &[(String, Vec<u8>)], body: Bytes) -> Result<Self, PageError> {
        let find =
            |name: &'static str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_slice());
        let text = |name: &'static str| {
            let value = find(name).ok_or(PageError::Missing(name))?;
            std::str::from_utf8(value).map_err(|error| malformed(name, error))
        };
        let entry = find(ENTRY).ok_or(PageError::Missing(ENTRY))?;
        Ok(Self {
            url: text(URL)?.to_owned(),
            status: text(STATUS)?.parse().map_err(|error| malformed(STATUS, error))?,
            content_type: find(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value).into_owned()),
            fetched_at: text(FETCHED_AT_HEADER)?
                .parse()
                .map_err(|error| malformed(FETCHED_AT_HEADER, error))?,
            entry: serde_json::from_slice(entry).map_err(|error| malformed(ENTRY, error))?,
            body,
        })
    }
}

fn malformed(name: &'static str, error: impl std::fmt::Display) -> PageError {
    PageError::Malformed { name, reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EntryText, Id};

    fn page() -> Page {
        let entry = Entry {
            id: Id::of("entry", &["1"]),
            feed: Id::of("feed", &["f"]),
            feed_url: "https://a.example/feed".into(),
            feed_title: None,
            feed_language: Some("ar".into()),
            link: "https://a.example/1".into(),
            text: EntryText { title: Some("خبر".into()), ..EntryText::default() },
            seen_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            redirects: 0,
        };
        Page {
            url: "https://a.example/1".into(),
            status: 200,
            content_type: Some("text/html; charset=utf-8".into()),
            fetched_at: "2026-01-02T03:04:06.5Z".parse().unwrap(),
            entry,
            body: Bytes::from_static(b"<p>\xff"),
        }
    }

    #[test]
    fn a_page_survives_its_record() {
        let page = page();
        assert_eq!(Page::from_record(&page.to_headers(), page.body.clone()).unwrap(), page);
    }

    #[test]
    fn a_missing_or_broken_header_is_named() {
        let mut headers = page().to_headers();
        headers.retain(|(name, _)| name != URL);
        let error = Page::from_record(&headers, Bytes::new()).unwrap_err().to_string();
        assert_eq!(error, "the page's header `url` is missing");
        headers.push((URL.to_owned(), vec![0xff]));
        let error = Page::from_record(&headers, Bytes::new()).unwrap_err().to_string();
        assert!(error.starts_with("the page's header `url` can't be read"), "{error}");
    }
}
