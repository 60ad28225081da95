/// What to get, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The absolute URL. User and password in it are not sent.
    pub url: String,
    /// The `ETag` of the version that is known already.
    pub etag: Option<String>,
    /// The `Last-Modified` of the version that is known already, as the server wrote it.
    pub last_modified: Option<String>,
    /// How many bytes the body may have, where that is less than
    /// [`Settings::max_body_bytes`](crate::Settings::max_body_bytes).
    pub max_body_bytes: Option<usize>,
    /// What kind of document is asked for.
    pub accept: Accept,
    /// Whether a redirect to another host is returned
    /// ([`Outcome::RedirectedToOtherHost`](crate::Outcome::RedirectedToOtherHost)) instead of followed.
    pub stay_on_host: bool,
}

impl Request {
    /// A request for the feed at `url`: redirects are followed to any host.
    pub fn feed(url: impl Into<String>) -> Self {
        Self { url: url.into(), accept: Accept::Feed, ..Self::default() }
    }

    /// A request for the page at `url`: redirects are followed within the host.
    pub fn page(url: impl Into<String>) -> Self {
        Self { url: url.into(), accept: Accept::Page, stay_on_host: true, ..Self::default() }
    }
}

/// What kind of document a request asks for: its `Accept` header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Accept {
    /// Anything.
    #[default]
    Any,
    /// A feed: Atom, RSS, RDF or JSON Feed, before anything else.
    Feed,
    /// A page: HTML or plain text, before anything else.
    Page,
}

impl Accept {
    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::Any => "*/*",
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, \
                 application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
            }
            Self::Page => "text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.5",
        }
    }
}
