use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use model::host_key;
use reqwest::header::HeaderValue;
use tokio::time::{Instant, timeout};
use tracing::{Instrument, field};
use url::Url;

use crate::contact::Contact;
use crate::exchange::{Answer, exchange};
use crate::resolver::{Guard, Resolver};
use crate::turns::{NoTurn, Turns};
use crate::{BuildError, Error, Outcome, Request, Response, Settings};

/// How many bytes of headers one HTTP/2 answer may have. HTTP/1 answers are bounded by hyper, to
/// 100 headers and about 400 KiB.
const MAX_HEADER_LIST_BYTES: u32 = 64 * 1024;

/// The client: cheap to clone, all clones share its connections and bounds.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: Settings,
    http: reqwest::Client,
    guard: Arc<Guard>,
    turns: Turns,
    contact: Contact,
}

impl Client {
    /// A client with these settings. Installs ring as the process' TLS provider, unless one is
    /// installed already.
    ///
    /// # Errors
    /// When a bound is zero, a setting cannot be sent as a header, or TLS cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, BuildError> {
        if let Some(name) = settings.zero() {
            return Err(BuildError::Zero(name));
        }
        let user_agent = settings.user_agent_header();
        for (name, value) in [
            ("user_agent", &settings.user_agent),
            ("contact", &user_agent),
            ("accept_language", &settings.accept_language),
        ] {
            HeaderValue::try_from(value).map_err(|_| BuildError::NotAHeader(name))?;
        }
        // It fails only where one is installed, which then is the one to use.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Arc::new(Guard::new(&settings));
        let http = reqwest::Client::builder()
            .user_agent(user_agent)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .dns_resolver(Resolver::new(guard.clone(), settings.max_concurrent_lookups))
            .connect_timeout(settings.connect_timeout())
            .pool_idle_timeout(Duration::from_millis(settings.idle_connection_ms))
            .pool_max_idle_per_host(settings.max_per_host)
            .http2_max_header_list_size(MAX_HEADER_LIST_BYTES)
            .http1_ignore_invalid_headers_in_responses(true)
            // Its decoder takes windows of up to 128 MiB for an answer, whatever the body's bound.
            .no_zstd()
            .build()
            .map_err(|error| BuildError::Setup(error.to_string()))?;
        let turns = Turns::new(&settings);
        let contact = Contact::new(Duration::from_millis(settings.local_outage_after_ms));
        Ok(Self { inner: Arc::new(Inner { settings, http, guard, turns, contact }) })
    }

    /// Gets what `request` names. Dropping the future ends the request.
    ///
    /// # Errors
    /// When there is no answer that can be used: see [`Error`]. A status such as 404 or 503 is an
    /// answer: [`Outcome::Refused`].
    pub async fn get(&self, request: Request) -> Result<Response, Error> {
        let span = tracing::info_span!(
            "http",
            url = %without_secrets(&request.url),
            status = field::Empty,
            bytes = field::Empty,
            outcome = field::Empty,
        );
        let result = self.inner.follow(&request).instrument(span.clone()).await;
        let outcome = match &result {
            Ok(response) => {
                span.record("status", response.status).record("bytes", response.body.len());
                response.outcome.label()
            }
            Err(error) => error.label(),
        };
        span.record("outcome", outcome);
        metrics::counter!("khabar_http_requests_total", "outcome" => outcome).increment(1);
        result
    }
}

impl Inner {
    /// Asks hop after hop, until one answers with something else than a redirect to follow.
    async fn follow(&self, request: &Request) -> Result<Response, Error> {
        let first = self.target(Url::parse(&request.url)).map_err(|reason| match reason {
            Unfit::Reason(reason) => Error::Url { url: without_secrets(&request.url), reason },
            Unfit::Private(error) => error,
        })?;
        let mut visited = HashSet::from([first.clone()]);
        let mut permanent: Option<Url> = None;
        let mut all_permanent = true;
        let mut left = self.settings.total_timeout();
        let mut url = first.clone();
        loop {
            let answer = self.ask(&url, request, &mut left).await?;
            let Some((location, is_permanent)) = answer.redirect() else {
                let outcome = answer.outcome();
                return Ok(self.respond(answer, &url, permanent.as_ref(), outcome));
            };
            let next = self.target(url.join(&location)).map_err(|reason| match reason {
                Unfit::Reason(reason) => {
                    Error::BadRedirect { url: url.to_string(), location: self.shortened(&location), reason }
                }
                Unfit::Private(error) => error,
            })?;
            all_permanent &= is_permanent;
            if all_permanent {
                permanent = Some(next.clone());
            }
            if request.stay_on_host && host_key(next.as_str()) != host_key(url.as_str()) {
                let outcome = Outcome::RedirectedToOtherHost { to: next.to_string() };
                return Ok(self.respond(answer, &url, permanent.as_ref(), outcome));
            }
            if visited.len() > self.settings.max_redirects as usize {
                return Err(Error::TooManyRedirects {
                    url: first.to_string(),
                    limit: self.settings.max_redirects,
                });
            }
            if !visited.insert(next.clone()) {
                return Err(Error::RedirectLoop { url: first.to_string(), back_to: next.to_string() });
            }
            url = next;
        }
    }

    /// One hop: waits for its turn, then asks, in what is `left` of the time.
    async fn ask(&self, url: &Url, request: &Request, left: &mut Duration) -> Result<Answer, Error> {
        let key = host_key(url.as_str()).unwrap_or_default();
        let _turn = self.turns.take(&key).await.map_err(|no_turn| match no_turn {
            NoTurn::Busy(setting) => Error::Busy { url: url.to_string(), setting },
            NoTurn::Paused(left) => Error::HostPaused { url: url.to_string(), seconds: left.as_secs() },
        })?;
        let start = Instant::now();
        let exchange = exchange(&self.http, &self.contact, &self.settings, url, request);
        let result = timeout(*left, exchange).await.unwrap_or_else(|_| {
            Err(Error::Timeout { url: url.to_string(), limit_ms: self.settings.total_timeout_ms })
        });
        let taken = start.elapsed();
        *left = left.saturating_sub(taken);
        metrics::histogram!("khabar_http_seconds").record(taken.as_secs_f64());
        if let Some(pause) = result.as_ref().ok().and_then(|answer| answer.wants_pause(&self.settings)) {
            self.turns.pause(&key, pause);
        }
        result
    }

    /// A URL as it is asked for: checked, without user, password and fragment.
    fn target(&self, url: Result<Url, url::ParseError>) -> Result<Url, Unfit> {
        let mut url = url.map_err(|error| Unfit::Reason(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Unfit::Reason(format!("only http and https are fetched, not {}", url.scheme())));
        }
        let limit = self.settings.max_url_bytes;
        if url.as_str().len() > limit {
            return Err(Unfit::Reason(format!("it is longer than {limit} bytes (web.max_url_bytes)")));
        }
        if host_key(url.as_str()).is_none() {
            return Err(Unfit::Reason("it names no host".to_owned()));
        }
        url.set_fragment(None);
        // They fail on URLs without a host only.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        match self.guard.check_literal(&url) {
            Ok(()) => Ok(url),
            Err(found) => {
                Err(Unfit::Private(Error::PrivateAddress { url: url.to_string(), address: found.0 }))
            }
        }
    }

    fn respond(&self, answer: Answer, url: &Url, permanent: Option<&Url>, outcome: Outcome) -> Response {
        answer.into_response(url, permanent, outcome, self.settings.max_header_value_bytes)
    }

    fn shortened(&self, text: &str) -> String {
        text.chars().take(self.settings.max_header_value_bytes).collect()
    }
}

/// Why a URL is not asked for.
enum Unfit {
    Reason(String),
    Private(Error),
}

/// A URL for people and logs: without user and password, and not too long to read.
fn without_secrets(url: &str) -> String {
    const MAX_CHARS: usize = 300;
    let mut shown = match Url::parse(url) {
        Ok(mut url) => {
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.to_string()
        }
        Err(_) => url.to_owned(),
    };
    if let Some((cut, _)) = shown.char_indices().nth(MAX_CHARS) {
        shown.truncate(cut);
        shown.push('…');
    }
    shown
}
