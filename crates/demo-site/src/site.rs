//! The servers.

use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::{
    ALLOW, CONTENT_TYPE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::expected::Expected;
use crate::page::Publisher;
use crate::paper::{Paper, Validators};
use crate::{catalogue, generated};

/// The most that [`Options::extra_stories`] can be.
pub const MAX_EXTRA_STORIES: usize = 60_000;

/// How long [`Site::stop`] waits for answers under way.
const GRACE: Duration = Duration::from_secs(2);

/// How the site is served and what is on it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The ports of the three publishers on 127.0.0.1; 0 takes a free one.
    pub ports: [u16; 3],
    /// How late the slow page is answered, in milliseconds.
    pub slow_page_ms: u64,
    /// How many further pages of one story each are made up, at most [`MAX_EXTRA_STORIES`]. They
    /// are dealt evenly to the editions and publishers.
    pub extra_stories: usize,
    /// Whether of each ten of them one changes in the edition after its own, and one is also told by
    /// another publisher.
    pub extra_changes: bool,
    /// For how many editions an entry stays in its feed after it came or changed.
    pub feed_editions: u32,
    /// How many editions there are; the written pages have news for three.
    pub editions: u32,
    /// How many requests to one publisher are answered at the same time; further ones wait.
    pub max_concurrent_requests: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ports: [0; 3],
            slow_page_ms: 1500,
            extra_stories: 0,
            extra_changes: false,
            feed_editions: u32::MAX,
            editions: 3,
            max_concurrent_requests: 64,
        }
    }
}

/// Why the site cannot be served. None of these goes away by itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A port cannot be listened on.
    #[error(
        "port {port} of 127.0.0.1 can't be used for the demo site: {source}; choose another, or 0 for a free one"
    )]
    Port {
        /// The port.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// [`Options::editions`] is 0.
    #[error("a site of 0 editions has no pages: `editions` must be at least 1")]
    NoEdition,
    /// [`Options::max_concurrent_requests`] is 0.
    #[error(
        "with 0 requests at a time nothing is ever answered: `max_concurrent_requests` must be at least 1"
    )]
    NoRequests,
    /// [`Options::extra_stories`] is too large.
    #[error("{asked} extra stories are too many: `extra_stories` can be up to {MAX_EXTRA_STORIES}")]
    TooManyStories {
        /// How many were asked for.
        asked: usize,
    },
}

/// How often something was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hits {
    /// All requests.
    pub requests: u64,
    /// Those among them that were answered with 304 Not Modified.
    pub not_modified: u64,
}

/// Three publishers on loopback.
///
/// They are served until [`Site::stop`], or until the site is dropped.
#[derive(Debug)]
pub struct Site {
    desks: Vec<Arc<Desk>>,
    edition: Arc<AtomicU32>,
    editions: u32,
    stop: watch::Sender<bool>,
    servers: JoinSet<()>,
}

/// What answers for one publisher.
#[derive(Debug)]
struct Desk {
    paper: Paper,
    edition: Arc<AtomicU32>,
    slow: Duration,
    slots: Semaphore,
    /// By URL; all that lead nowhere and are in no feed are counted as one.
    hits: Mutex<BTreeMap<String, Hits>>,
}

impl Site {
    /// Serves the first edition.
    ///
    /// # Errors
    /// When an option is out of its range, or a port is taken.
    pub async fn start(options: Options) -> Result<Self, Error> {
        if options.editions == 0 {
            return Err(Error::NoEdition);
        }
        if options.max_concurrent_requests == 0 {
            return Err(Error::NoRequests);
        }
        if options.extra_stories > MAX_EXTRA_STORIES {
            return Err(Error::TooManyStories { asked: options.extra_stories });
        }
        let mut pages = catalogue::pages();
        pages.extend(generated::pages(options.extra_stories, options.editions, options.extra_changes));

        let edition = Arc::new(AtomicU32::new(1));
        let (stop, stopped) = watch::channel(false);
        let mut desks = Vec::new();
        let mut servers = JoinSet::new();
        for (publisher, port) in Publisher::ALL.into_iter().zip(options.ports) {
            let failed = |source| Error::Port { port, source };
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
            let base = format!("http://{}", listener.local_addr().map_err(failed)?);
            let desk = Arc::new(Desk {
                paper: Paper {
                    publisher,
                    base,
                    feed_editions: options.feed_editions,
                    pages: pages.extract_if(.., |page| page.publisher == publisher).collect(),
                },
                edition: Arc::clone(&edition),
                slow: Duration::from_millis(options.slow_page_ms),
                slots: Semaphore::new(options.max_concurrent_requests.min(Semaphore::MAX_PERMITS)),
                hits: Mutex::default(),
            });
            let router = Router::new().fallback(answer).with_state(Arc::clone(&desk));
            let mut stopped = stopped.clone();
            let server = axum::serve(listener, router).with_graceful_shutdown(async move {
                // An error means that the site was dropped, which stops it too.
                let _ = stopped.wait_for(|stop| *stop).await;
            });
            servers.spawn(async move {
                // axum's accept loop retries and never returns an error.
                let _ = server.await;
            });
            desks.push(desk);
        }
        Ok(Self { desks, edition, editions: options.editions, stop, servers })
    }

    /// The URLs of the three feeds: RSS, Atom, JSON Feed.
    pub fn feeds(&self) -> Vec<String> {
        self.desks.iter().map(|desk| desk.paper.feed_url()).collect()
    }

    /// The addresses of the three publishers, `http://127.0.0.1:PORT` each.
    pub fn base_urls(&self) -> Vec<String> {
        self.desks.iter().map(|desk| desk.paper.base.clone()).collect()
    }

    /// Puts out the next edition and returns its number; after the last one nothing changes.
    pub fn advance(&self) -> u32 {
        let next = |edition| (edition < self.editions).then_some(edition + 1);
        match self.edition.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next) {
            Ok(before) => before + 1,
            Err(last) => last,
        }
    }

    /// The current edition, from 1.
    pub fn edition(&self) -> u32 {
        self.edition.load(Ordering::SeqCst)
    }

    /// How often each URL was asked for. Requests for what is in no feed and no page of the
    /// catalogue are counted under the publisher's address.
    pub fn requests(&self) -> BTreeMap<String, Hits> {
        let mut all = BTreeMap::new();
        for desk in &self.desks {
            all.extend(desk.hits.lock().unwrap_or_else(PoisonError::into_inner).clone());
        }
        all
    }

    /// What must have been published once the current edition is polled and handled.
    pub fn expected(&self) -> Expected {
        Expected::of(self.desks.iter().map(|desk| &desk.paper), self.edition())
    }

    /// Takes no new connections, gives answers under way two seconds, and ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let ended = async { while self.servers.join_next().await.is_some() {} };
        // What is still running after that is cut off when the site is dropped.
        let _ = tokio::time::timeout(GRACE, ended).await;
    }
}

impl Desk {
    /// The URL under which a request for `path` is counted: known ones only, so that the counts are
    /// bounded whatever is asked for.
    fn counted_as(&self, path: &str) -> String {
        let known = path == self.paper.feed_path() || self.paper.pages.iter().any(|page| page.path == path);
        format!("{}{}", self.paper.base, if known { path } else { "" })
    }

    fn count(&self, path: &str, status: StatusCode) {
        let mut hits = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        let hits = hits.entry(self.counted_as(path)).or_default();
        hits.requests += 1;
        hits.not_modified += u64::from(status == StatusCode::NOT_MODIFIED);
    }
}

async fn answer(State(desk): State<Arc<Desk>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response();
    }
    let Ok(_slot) = desk.slots.acquire().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let Some(document) = desk.paper.document(uri.path(), desk.edition.load(Ordering::SeqCst)) else {
        desk.count(uri.path(), StatusCode::NOT_FOUND);
        return not_found();
    };
    let fresh = document.validators.as_ref().is_some_and(|validators| is_fresh(validators, &headers));
    let status = if fresh { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    desk.count(uri.path(), status);
    if document.slow {
        tokio::time::sleep(desk.slow).await;
    }
    let mut response = if fresh {
        status.into_response()
    } else {
        (status, [(CONTENT_TYPE, document.content_type)], document.body).into_response()
    };
    if let Some(Validators { etag, last_modified }) = document.validators {
        let date = last_modified.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        for (name, value) in [(ETAG, etag), (LAST_MODIFIED, date)] {
            if let Ok(value) = value.parse() {
                response.headers_mut().insert(name, value);
            }
        }
    }
    response
}

fn not_found() -> Response {
    let page =
        "<!doctype html>\n<title>404</title>\n<h1>Page not found</h1>\n<p>There is nothing here.</p>\n";
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// Whether the client's copy is still the current one: by its entity tag if it names one, and only
/// otherwise by its date (RFC 9110, section 13.2.2).
fn is_fresh(validators: &Validators, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = text(IF_NONE_MATCH) {
        let mut tags = tags.split(',').map(|tag| tag.trim());
        return tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == validators.etag);
    }
    let since: Option<Timestamp> =
        text(IF_MODIFIED_SINCE).and_then(|date| rfc2822::parse(date).ok()).map(|zoned| zoned.timestamp());
    since.is_some_and(|since| validators.last_modified <= since)
}
