use std::net::IpAddr;

/// A client cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A bound is zero.
    #[error("web.{0} is 0: nothing could ever be fetched; set it to at least 1")]
    Zero(&'static str),
    /// A setting cannot be sent as a header.
    #[error("web.{0} holds a character that no HTTP header may hold; use visible ASCII")]
    NotAHeader(&'static str),
    /// TLS or the like cannot be set up.
    #[error("the HTTP client can't be set up: {0} (are the system's CA certificates installed?)")]
    Setup(String),
}

/// A request had no answer that could be used. Each names the URL (without user and password).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The URL cannot be requested.
    #[error("{url}: not a URL to fetch: {reason}")]
    Url {
        /// The text that was to be a URL.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The host is not on the public Internet.
    #[error(
        "{url}: the address {address} is not public; to fetch it all the same, add its host to \
         web.allow_private_hosts or set web.allow_private_addresses = true"
    )]
    PrivateAddress {
        /// The hop that was refused.
        url: String,
        /// The address that its host has.
        address: IpAddr,
    },
    /// The body is larger than allowed.
    #[error("{url}: the body has more than the {limit_bytes} bytes that {bound_by} allows")]
    TooLarge {
        /// The hop whose body it is.
        url: String,
        /// The bound, in bytes after decompression.
        limit_bytes: usize,
        /// Who sets the bound: a setting, or the request.
        bound_by: &'static str,
    },
    /// More redirects than allowed.
    #[error("{url}: more than {limit} redirects; web.max_redirects can raise that")]
    TooManyRedirects {
        /// The URL that was asked for first.
        url: String,
        /// The bound.
        limit: u32,
    },
    /// A redirect leads back.
    #[error("{url}: redirected in a circle, back to {back_to}")]
    RedirectLoop {
        /// The URL that was asked for first.
        url: String,
        /// The URL that came twice.
        back_to: String,
    },
    /// A redirect leads to no URL that can be requested.
    #[error("{url}: redirected to `{location}`: {reason}")]
    BadRedirect {
        /// The hop that redirected.
        url: String,
        /// Where to, as the server wrote it.
        location: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No turn came in time, or too many wait already: nothing was sent.
    #[error("{url}: not asked yet, since web.{setting} was reached; try again, or raise it")]
    Busy {
        /// The hop that was to be asked.
        url: String,
        /// The setting that bounds the waiting.
        setting: &'static str,
    },
    /// The host has asked to be left alone for a while: nothing was sent.
    #[error("{url}: not asked yet, since its host asked to be left alone for another {seconds} s")]
    HostPaused {
        /// The hop that was to be asked.
        url: String,
        /// For how long, from now on.
        seconds: u64,
    },
    /// The answer was not complete in time.
    #[error("{url}: no complete answer within {limit_ms} ms (web.total_timeout_ms)")]
    Timeout {
        /// The hop that was asked.
        url: String,
        /// The bound.
        limit_ms: u64,
    },
    /// The host could not be reached.
    #[error("{url}: can't connect: {reason}")]
    Connect {
        /// The hop that was asked.
        url: String,
        /// What happened.
        reason: String,
        /// Whether nobody else answers either.
        local: bool,
    },
    /// The host was reached, and its answer broke off or made no sense.
    #[error("{url}: broken answer: {reason}")]
    Broken {
        /// The hop that was asked.
        url: String,
        /// What happened.
        reason: String,
    },
}

impl Error {
    /// Whether the same request can succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Busy { .. }
                | Self::HostPaused { .. }
                | Self::Timeout { .. }
                | Self::Connect { .. }
                | Self::Broken { .. }
        )
    }

    /// Whether the attempt does not count against the host: the fault is on this side, or nothing was
    /// sent.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::HostPaused { .. } | Self::Connect { local: true, .. })
    }

    /// A short name for the kind of fault, for metrics and dead letters: one of few.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Url { .. } => "bad_url",
            Self::PrivateAddress { .. } => "private_address",
            Self::TooLarge { .. } => "too_large",
            Self::TooManyRedirects { .. } | Self::RedirectLoop { .. } | Self::BadRedirect { .. } => {
                "bad_redirect"
            }
            Self::Busy { .. } => "busy",
            Self::HostPaused { .. } => "host_paused",
            Self::Timeout { .. } => "timeout",
            Self::Connect { local: true, .. } => "local_outage",
            Self::Connect { .. } => "unreachable",
            Self::Broken { .. } => "broken",
        }
    }
}
