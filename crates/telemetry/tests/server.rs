//! The server as its clients see it: over real sockets.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use std::net::SocketAddr;

use telemetry::server::BindError;
use telemetry::{HttpSettings, Metrics, Readiness, Server, State};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Running {
    address: SocketAddr,
    readiness: Readiness,
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

fn settings() -> HttpSettings {
    HttpSettings { listen: "127.0.0.1:0".into(), ..HttpSettings::default() }
}

async fn start(settings: HttpSettings, metrics: Metrics) -> Running {
    let readiness = Readiness::new();
    let server = Server::bind(&settings, metrics, readiness.clone()).await.unwrap();
    let address = server.local_addr();
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(server.run(stopped));
    Running { address, readiness, stop, done }
}

/// The whole answer to a request, head and body.
async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let answer = ask(address, &format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[tokio::test]
async fn shows_metrics_and_health() {
    let (recorder, metrics) = Metrics::detached();
    metrics::with_local_recorder(&recorder, || metrics::counter!("khabar_stories_total").increment(3));
    let running = start(settings(), metrics).await;

    let (status, text) = get(running.address, "/metrics").await;
    assert_eq!(status, 200);
    assert!(text.contains("# TYPE khabar_stories_total counter\nkhabar_stories_total 3\n"), "{text}");
    assert!(!cfg!(target_os = "linux") || text.contains("\nprocess_resident_memory_bytes "), "{text}");

    assert_eq!(get(running.address, "/healthz").await, (200, "alive\n".to_owned()));
    let (status, page) = get(running.address, "/").await;
    assert_eq!(status, 200);
    for path in ["/metrics", "/healthz", "/readyz"] {
        assert!(page.contains(path), "{path} is missing in {page}");
    }
    let (status, text) = get(running.address, "/metricz").await;
    assert_eq!((status, text.contains("/metrics")), (404, true));
    let answer = ask(running.address, "POST /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
}

#[tokio::test]
async fn readiness_names_what_is_not_ready() {
    let running = start(settings(), Metrics::detached().1).await;
    assert_eq!(get(running.address, "/readyz").await, (503, "not ready\n".to_owned()));

    let poller = running.readiness.component("poller");
    let deduper = running.readiness.component("deduper");
    poller.set(State::Ready);
    deduper.set(State::Restoring);
    assert_eq!(
        get(running.address, "/readyz").await,
        (503, "not ready\ndeduper: restoring\npoller: ready\n".to_owned())
    );
    deduper.set(State::Ready);
    assert_eq!(
        get(running.address, "/readyz").await,
        (200, "ready\ndeduper: ready\npoller: ready\n".to_owned())
    );
    poller.set(State::Failing { reason: "no broker at kafka:9092".into() });
    assert_eq!(
        get(running.address, "/readyz").await,
        (503, "not ready\ndeduper: ready\npoller: failing: no broker at kafka:9092\n".to_owned())
    );
}

#[tokio::test]
async fn a_port_in_use_is_named_with_the_way_out() {
    let running = start(settings(), Metrics::detached().1).await;
    let address = running.address.to_string();
    let settings = HttpSettings { listen: address.clone(), ..HttpSettings::default() };
    let error = Server::bind(&settings, Metrics::detached().1, Readiness::new()).await.unwrap_err();
    assert!(matches!(error, BindError::InUse { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains(&address) && message.contains("`http.listen`"), "{message}");
}

#[tokio::test]
async fn an_address_that_is_none_is_named() {
    // 192.0.2.1 is reserved for documentation (RFC 5737): no machine has it.
    for address in ["7070", "", "127.0.0.1:", "127.0.0.1:99999", "192.0.2.1:7070"] {
        let settings = HttpSettings { listen: address.into(), ..HttpSettings::default() };
        let error = Server::bind(&settings, Metrics::detached().1, Readiness::new()).await.unwrap_err();
        assert!(matches!(error, BindError::Address { .. }), "{error:?}");
        let message = error.to_string();
        assert!(message.contains(&format!("`{address}`")) && message.contains("`http.listen`"), "{message}");
    }
}

#[tokio::test]
async fn stops_when_asked_in_spite_of_idle_connections() {
    let running = start(settings(), Metrics::detached().1).await;
    let mut idle = TcpStream::connect(running.address).await.unwrap();
    // Half a request: the server has taken the connection once a second one is answered.
    idle.write_all(b"GET / HT").await.unwrap();
    assert_eq!(get(running.address, "/healthz").await.0, 200);

    running.stop.send(()).unwrap();
    running.done.await.unwrap();
    assert!(TcpStream::connect(running.address).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn no_more_connections_than_set_are_served_at_once() {
    let settings = HttpSettings { max_connections: 1, ..settings() };
    let running = start(settings, Metrics::detached().1).await;

    let mut first = TcpStream::connect(running.address).await.unwrap();
    once_more(&mut first).await;
    let mut second = TcpStream::connect(running.address).await.unwrap();
    second.write_all(HEALTH).await.unwrap();
    // The first one keeps its place, and time enough passes for the second to be answered.
    for _ in 0..20 {
        once_more(&mut first).await;
    }
    let early = second.try_read(&mut [0; 1]).unwrap_err();
    assert_eq!(early.kind(), std::io::ErrorKind::WouldBlock);
    drop(first);
    read_answer(&mut second).await;
}

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

async fn once_more(stream: &mut TcpStream) {
    stream.write_all(HEALTH).await.unwrap();
    read_answer(stream).await;
}

/// Reads one answer of a connection that stays open.
async fn read_answer(stream: &mut TcpStream) {
    let mut answer = Vec::new();
    while !answer.ends_with(b"alive\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_client_that_says_nothing_loses_its_place() {
    let settings = HttpSettings { max_connections: 1, header_timeout_ms: 50, ..settings() };
    let running = start(settings, Metrics::detached().1).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    silent.write_all(b"GET / HT").await.unwrap();
    assert_eq!(get(running.address, "/healthz").await.0, 200);
    let mut rest = Vec::new();
    silent.read_to_end(&mut rest).await.unwrap();
}
