use std::fmt;

/// The hosts that a rule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// One host.
    Exact(String),
    /// All hosts below a domain, itself not included.
    Below(String),
}

impl Host {
    /// Reads `news.example` or `*.news.example`; none where it is no host.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // The root's dot names the same host.
        let text = text.trim_end_matches('.');
        match text.strip_prefix("*.") {
            Some(domain) => match url::Host::parse(domain).ok()? {
                // Nothing is below an address.
                url::Host::Domain(name) => Some(Self::Below(name)),
                _ => None,
            },
            None => {
                Some(Self::Exact(url::Host::parse(text).ok()?.to_string())).filter(|_| !text.contains('*'))
            }
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) => f.write_str(name),
            Self::Below(domain) => write!(f, "*.{domain}"),
        }
    }
}
