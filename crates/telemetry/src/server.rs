//! The HTTP server: metrics, health and readiness on one address.

use std::fmt::Write;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::{HttpSettings, Metrics, Readiness};

/// How often recorded observations are sorted into buckets.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// How long to wait when a connection cannot be accepted, as when file descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The format that Prometheus asks for by default.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The server cannot listen. Trying again helps only when something else changes.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another process has the port.
    #[error(
        "{address} is in use: stop what listens there, or choose another address with `http.listen` (port 0 takes any free one)"
    )]
    InUse {
        /// The address as set.
        address: String,
    },
    /// Ports below 1024 may need a privilege.
    #[error("listening on {address} is not permitted: choose a port above 1023 with `http.listen`")]
    NotPermitted {
        /// The address as set.
        address: String,
    },
    /// The setting cannot be listened on for another reason: it is not `host:port`, or no address
    /// of this machine.
    #[error(
        "cannot listen on `{address}` ({source}): set `http.listen` to an address of this machine, such as 127.0.0.1:7070"
    )]
    Address {
        /// The address as set.
        address: String,
        /// What the system says.
        source: io::Error,
    },
}

impl BindError {
    fn new(address: &str, source: io::Error) -> Self {
        let address = address.to_owned();
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::InUse { address },
            io::ErrorKind::PermissionDenied => Self::NotPermitted { address },
            _ => Self::Address { address, source },
        }
    }
}

/// The server, listening: connections wait until [`Server::run`].
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    local_addr: SocketAddr,
    settings: HttpSettings,
    shown: Shown,
}

/// What the pages are made of.
#[derive(Debug, Clone)]
struct Shown {
    metrics: Metrics,
    readiness: Readiness,
}

impl Server {
    /// Listens on [`HttpSettings::listen`] and will show `metrics` and `readiness`.
    ///
    /// # Errors
    /// When the address is in use, not permitted, or no address of this machine.
    pub async fn bind(
        settings: &HttpSettings,
        metrics: Metrics,
        readiness: Readiness,
    ) -> Result<Self, BindError> {
        let fail = |source| BindError::new(&settings.listen, source);
        let listener = TcpListener::bind(&settings.listen).await.map_err(fail)?;
        let local_addr = listener.local_addr().map_err(fail)?;
        Ok(Self { listener, local_addr, settings: settings.clone(), shown: Shown { metrics, readiness } })
    }

    /// The address that is listened on: with the real port where the setting's is 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves until `shutdown` is done; then closes the port and gives running answers
    /// [`HttpSettings::shutdown_grace_ms`] to end. Looks after the metrics meanwhile
    /// ([`Metrics::upkeep`]).
    pub async fn run(self, shutdown: impl Future) {
        let metrics = self.shown.metrics.clone();
        let connections = GracefulShutdown::new();
        // Its drop cuts what is still open.
        let mut tasks = JoinSet::new();
        tokio::select! {
            _ = shutdown => {}
            () = accept(&self.listener, &self.settings, router(self.shown), &connections, &mut tasks) => {}
            () = upkeep(metrics) => {}
        }
        drop(self.listener);
        let grace = Duration::from_millis(self.settings.shutdown_grace_ms);
        if timeout(grace, connections.shutdown()).await.is_err() {
            tracing::debug!("cutting HTTP connections that are still open after {grace:?}");
        }
    }
}

/// Serves each connection on a task of its own, at most [`HttpSettings::max_connections`] at once.
async fn accept(
    listener: &TcpListener,
    settings: &HttpSettings,
    router: Router,
    connections: &GracefulShutdown,
    tasks: &mut JoinSet<()>,
) {
    // A limit of 0 would serve nobody for ever.
    let places = settings.max_connections.clamp(1, Semaphore::MAX_PERMITS);
    let places = Arc::new(Semaphore::new(places));
    // It fails only when the semaphore is closed, and this one never is.
    while let Ok(place) = places.clone().acquire_owned().await {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "cannot accept an HTTP connection");
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let connection = connections.watch(connection(stream, settings, router.clone()));
        let longest = Duration::from_millis(settings.max_connection_ms);
        // Those that have ended; the set holds as many as there are places, and a few.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            // A client that goes away or talks nonsense is its own affair.
            if let Ok(Err(error)) = timeout(longest, connection).await {
                tracing::debug!(%error, "an HTTP connection failed");
            }
            drop(place);
        });
    }
}

type Connection = hyper::server::conn::http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>>;

fn connection(stream: TcpStream, settings: &HttpSettings, router: Router) -> Connection {
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(settings.header_timeout_ms))
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
}

async fn upkeep(metrics: Metrics) {
    let mut ticks = interval(UPKEEP_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        metrics.upkeep();
    }
}

fn router(shown: Shown) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(readyz))
        .fallback(|| async {
            (StatusCode::NOT_FOUND, "not found: there are /, /metrics, /healthz and /readyz\n")
        })
        .with_state(shown)
}

async fn metrics(Shared(shown): Shared<Shown>) -> Response {
    // Rendering reads /proc and can take milliseconds when there are many series.
    match tokio::task::spawn_blocking(move || shown.metrics.render()).await {
        Ok(text) => ([(header::CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

/// One line a component, `name: state`, under a line that says the whole.
async fn readyz(Shared(shown): Shared<Shown>) -> (StatusCode, String) {
    let ready = shown.readiness.is_ready();
    let (status, head) =
        if ready { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    let mut text = format!("{head}\n");
    for (name, state) in shown.readiness.states() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}: {state}");
    }
    (status, text)
}

async fn index() -> Html<&'static str> {
    Html(include_str!("index.html"))
}
