//! The client against real servers on loopback: well-behaved ones, and ones that are not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::SignedDuration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use web::{BuildError, Client, Error, Outcome, Request, Response, Settings};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn settings() -> Settings {
    Settings { allow_private_addresses: true, min_host_delay_ms: 0, ..Settings::default() }
}

fn client(change: impl FnOnce(&mut Settings)) -> Client {
    let mut settings = settings();
    change(&mut settings);
    Client::new(settings).unwrap()
}

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(server).await;
}

fn redirect(status: u16, to: impl AsRef<str>) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("location", to.as_ref())
}

async fn get(request: Request) -> Result<Response, Error> {
    client(|_| {}).get(request).await
}

/// A server that answers every connection with `head` and then with `chunk` for ever; it waits for
/// `pause` between two chunks.
async fn raw_server(head: &'static [u8], chunk: &'static [u8], pause: std::time::Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                read_request(&mut stream).await;
                if stream.write_all(head).await.is_ok() && !chunk.is_empty() {
                    while stream.write_all(chunk).await.is_ok() {
                        tokio::time::sleep(pause).await;
                    }
                }
            });
        }
    });
    url
}

async fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(n) if n > 0 => request.extend_from_slice(&buffer[..n]),
            _ => return,
        }
    }
}

const NO_PAUSE: std::time::Duration = std::time::Duration::ZERO;

#[tokio::test]
async fn a_page_comes_with_what_its_headers_say() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200)
        .set_body_raw(b"<p>\xc7\xe1".to_vec(), "text/html; charset=windows-1256")
        .insert_header("etag", "W/\"1\"")
        .insert_header("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT")
        .insert_header("cache-control", "max-age=300");
    serve(&server, "/a", answer).await;
    let url = format!("{}/a", server.uri());
    let response = get(Request::page(format!("{url}#part"))).await.unwrap();
    assert_eq!(response.outcome, Outcome::Body);
    assert_eq!(response.url, url);
    assert_eq!(response.body.as_ref(), b"<p>\xc7\xe1");
    assert_eq!(response.content_type.as_deref(), Some("text/html; charset=windows-1256"));
    assert_eq!(response.etag.as_deref(), Some("W/\"1\""));
    assert_eq!(response.last_modified.as_deref(), Some("Fri, 02 Jan 2026 03:04:05 GMT"));
    assert_eq!(response.max_age, Some(SignedDuration::from_secs(300)));
    assert_eq!((response.permanent_url, response.retry_after), (None, None));
}

#[tokio::test]
async fn a_request_says_who_asks_for_what_and_no_more() {
    let server = MockServer::start().await;
    serve(&server, "/", ResponseTemplate::new(200)).await;
    let client = client(|settings| {
        settings.user_agent = "khabar/test".to_owned();
        settings.contact = Some("https://news.example/about".to_owned());
        settings.accept_language = "ar, en;q=0.5".to_owned();
    });
    let url = server.uri().replace("http://", "http://user:secret@");
    client.get(Request::feed(url)).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let mut headers: Vec<_> = requests[0]
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .filter(|(name, _)| *name != "host")
        .collect();
    headers.sort_unstable();
    let accept = "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, \
                  application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";
    assert_eq!(
        headers,
        [
            ("accept", accept),
            ("accept-encoding", "gzip,deflate,br"),
            ("accept-language", "ar, en;q=0.5"),
            ("user-agent", "khabar/test (+https://news.example/about)"),
        ]
    );
}

#[tokio::test]
async fn a_known_version_is_not_sent_again() {
    let server = MockServer::start().await;
    serve(&server, "/", ResponseTemplate::new(304).insert_header("etag", "\"1\"")).await;
    let request = Request {
        etag: Some("\"1\"".to_owned()),
        last_modified: Some("Fri, 02 Jan 2026 03:04:05 GMT".to_owned()),
        ..Request::feed(server.uri())
    };
    let response = get(request).await.unwrap();
    assert_eq!((response.status, response.outcome), (304, Outcome::NotModified));
    assert_eq!(response.etag.as_deref(), Some("\"1\""));
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].headers["if-none-match"], "\"1\"");
    assert_eq!(requests[0].headers["if-modified-since"], "Fri, 02 Jan 2026 03:04:05 GMT");
}

#[tokio::test]
async fn validators_that_are_no_headers_are_left_out() {
    let server = MockServer::start().await;
    serve(&server, "/", ResponseTemplate::new(200)).await;
    let request = Request { etag: Some("\"1\"\r\nx: y".to_owned()), ..Request::feed(server.uri()) };
    assert_eq!(get(request).await.unwrap().outcome, Outcome::Body);
    assert!(!server.received_requests().await.unwrap()[0].headers.contains_key("if-none-match"));
}

#[tokio::test]
async fn a_refusal_is_an_answer_without_body() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(429).insert_header("retry-after", "120").set_body_string("no");
    serve(&server, "/", answer).await;
    let response = get(Request::page(server.uri())).await.unwrap();
    assert_eq!((response.status, &response.outcome), (429, &Outcome::Refused));
    assert_eq!(response.retry_after, Some(SignedDuration::from_secs(120)));
    assert!(response.body.is_empty());
}

#[tokio::test]
async fn a_host_that_is_asked_too_often_is_left_alone() {
    let server = MockServer::start().await;
    serve(&server, "/often", ResponseTemplate::new(429)).await;
    serve(&server, "/down", ResponseTemplate::new(503)).await;
    let url = |at: &str| format!("{}{at}", server.uri());
    let client = client(|settings| {
        settings.host_pause_ms = 3_600_000;
        settings.max_wait_ms = 1_000;
    });
    for at in ["/down", "/down", "/often"] {
        let response = client.get(Request::page(url(at))).await.unwrap();
        assert_eq!(response.outcome, Outcome::Refused);
    }
    let error = client.get(Request::page(url("/down"))).await.unwrap_err();
    assert!(matches!(error, Error::HostPaused { .. }), "{error}");
    assert!(error.is_retryable() && error.is_local());
    assert_eq!(server.received_requests().await.unwrap().len(), 3);
}

#[tokio::test]
async fn compressed_bodies_are_decoded() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200)
        .insert_header("content-encoding", "gzip")
        .set_body_raw(gzip(b"news"), "text/plain");
    serve(&server, "/", answer).await;
    assert_eq!(get(Request::page(server.uri())).await.unwrap().body.as_ref(), b"news");
}

#[tokio::test]
async fn an_encoding_that_was_not_asked_for_is_a_broken_answer() {
    let server = MockServer::start().await;
    serve(&server, "/", ResponseTemplate::new(200).insert_header("content-encoding", "zstd")).await;
    let error = get(Request::page(server.uri())).await.unwrap_err();
    assert!(matches!(error, Error::Broken { .. }), "{error}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_compression_bomb_ends_at_the_bound() {
    let server = MockServer::start().await;
    let bomb = gzip(&vec![0; 20_000_000]);
    assert!(bomb.len() < 100_000);
    let answer =
        ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_raw(bomb, "text/html");
    serve(&server, "/", answer).await;
    let client = client(|settings| settings.max_body_bytes = 1_000_000);
    let error = client.get(Request::page(server.uri())).await.unwrap_err();
    assert_eq!(
        error,
        Error::TooLarge {
            url: format!("{}/", server.uri()),
            limit_bytes: 1_000_000,
            bound_by: "web.max_body_bytes"
        }
    );
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_body_may_have_as_many_bytes_as_the_bound_and_no_more() {
    let server = MockServer::start().await;
    serve(&server, "/", ResponseTemplate::new(200).set_body_string("12345")).await;
    let bounded = |bytes| Request { max_body_bytes: Some(bytes), ..Request::page(server.uri()) };
    assert_eq!(get(bounded(5)).await.unwrap().body.as_ref(), b"12345");
    assert!(matches!(get(bounded(4)).await, Err(Error::TooLarge { limit_bytes: 4, .. })));
}

#[tokio::test]
async fn an_endless_body_ends_at_the_bound() {
    let url = raw_server(b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 4096], NO_PAUSE).await;
    let client = client(|settings| settings.max_body_bytes = 100_000);
    assert!(matches!(client.get(Request::page(url)).await, Err(Error::TooLarge { .. })));
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read() {
    // The body never comes: the answer must be known without it.
    let url = raw_server(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n", b"", NO_PAUSE).await;
    let error = get(Request::page(url)).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn a_dripping_body_ends_at_the_timeout() {
    let pause = std::time::Duration::from_millis(5);
    let url = raw_server(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", b"x", pause).await;
    let client = client(|settings| settings.total_timeout_ms = 300);
    let error = client.get(Request::page(url.clone())).await.unwrap_err();
    assert_eq!(error, Error::Timeout { url, limit_ms: 300 });
    assert!(error.is_retryable() && !error.is_local());
}

#[tokio::test]
async fn endless_headers_are_a_broken_answer() {
    let url = raw_server(b"HTTP/1.1 200 OK\r\nx-more: ", &[b'x'; 4096], NO_PAUSE).await;
    let error = get(Request::page(url)).await.unwrap_err();
    assert!(matches!(error, Error::Broken { .. }), "{error}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_broken_answer() {
    let url = raw_server(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", b"", NO_PAUSE).await;
    let error = get(Request::page(url)).await.unwrap_err();
    assert!(matches!(error, Error::Broken { .. }) && error.is_retryable(), "{error}");
}

#[tokio::test]
async fn an_answer_in_another_protocol_is_broken() {
    let url = raw_server(b"220 mail.example ESMTP\r\n", b"", NO_PAUSE).await;
    assert!(matches!(get(Request::page(url)).await, Err(Error::Broken { .. })));
}

#[tokio::test]
async fn redirects_are_followed_and_the_permanent_ones_remembered() {
    let server = MockServer::start().await;
    for (at, status, to) in [("/a", 301, "/b"), ("/b", 308, "c?d=1#e"), ("/c", 302, "/f"), ("/f", 301, "/g")]
    {
        serve(&server, at, redirect(status, to)).await;
    }
    serve(&server, "/g", ResponseTemplate::new(200)).await;
    let response = get(Request::page(format!("{}/a", server.uri()))).await.unwrap();
    assert_eq!(response.url, format!("{}/g", server.uri()));
    assert_eq!(response.permanent_url, Some(format!("{}/c?d=1", server.uri())));
}

#[tokio::test]
async fn too_many_redirects_and_circles_end() {
    let server = MockServer::start().await;
    for n in 0..5 {
        serve(&server, &format!("/{n}"), redirect(302, format!("/{}", n + 1))).await;
    }
    serve(&server, "/5", ResponseTemplate::new(200)).await;
    serve(&server, "/circle", redirect(302, "/round")).await;
    serve(&server, "/round", redirect(302, "/circle")).await;
    let url = |at: &str| format!("{}{at}", server.uri());
    assert!(client(|settings| settings.max_redirects = 5).get(Request::page(url("/0"))).await.is_ok());
    let error =
        client(|settings| settings.max_redirects = 4).get(Request::page(url("/0"))).await.unwrap_err();
    assert_eq!(error, Error::TooManyRedirects { url: url("/0"), limit: 4 });
    let error = get(Request::page(url("/circle"))).await.unwrap_err();
    assert_eq!(error, Error::RedirectLoop { url: url("/circle"), back_to: url("/circle") });
}

#[tokio::test]
async fn a_redirect_to_another_host_is_returned_or_followed_as_asked() {
    let (here, there) = (MockServer::start().await, MockServer::start().await);
    serve(&here, "/a", redirect(301, format!("{}/b", there.uri()))).await;
    serve(&there, "/b", ResponseTemplate::new(200)).await;
    let (from, to) = (format!("{}/a", here.uri()), format!("{}/b", there.uri()));
    let response = get(Request::page(&from)).await.unwrap();
    assert_eq!(response.outcome, Outcome::RedirectedToOtherHost { to: to.clone() });
    assert_eq!(
        (response.url.as_str(), response.permanent_url.as_deref()),
        (from.as_str(), Some(to.as_str()))
    );
    assert_eq!(there.received_requests().await.unwrap().len(), 0);
    let response = get(Request::feed(&from)).await.unwrap();
    assert_eq!((response.outcome, response.url), (Outcome::Body, to));
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_names_where() {
    let server = MockServer::start().await;
    for (at, to, reason) in [
        ("/file", "file:///etc/passwd", "only http and https are fetched, not file"),
        ("/port", "http://news.example:99999/", "invalid port number"),
    ] {
        serve(&server, at, redirect(302, to)).await;
        let url = format!("{}{at}", server.uri());
        let error = get(Request::page(&url)).await.unwrap_err();
        let expected = Error::BadRedirect { url, location: to.to_owned(), reason: reason.to_owned() };
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn private_addresses_are_refused_as_literals_and_by_name() {
    let server = MockServer::start().await;
    serve(&server, "/", ResponseTemplate::new(200)).await;
    let port = server.address().port();
    let client = client(|settings| settings.allow_private_addresses = false);
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost"] {
        let error = client.get(Request::page(format!("http://{host}:{port}/"))).await.unwrap_err();
        assert!(matches!(&error, Error::PrivateAddress { .. }), "{host}: {error}");
        assert!(!error.is_retryable(), "{host}");
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    let server = MockServer::start().await;
    let port = server.address().port();
    serve(&server, "/a", redirect(302, format!("http://127.0.0.1:{port}/b"))).await;
    serve(&server, "/b", ResponseTemplate::new(200)).await;
    let client = client(|settings| {
        settings.allow_private_addresses = false;
        settings.allow_private_hosts = vec!["localhost".to_owned()];
    });
    for stay_on_host in [false, true] {
        let request = Request { stay_on_host, ..Request::page(format!("http://localhost:{port}/a")) };
        let error = client.get(request).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "http://127.0.0.1:{port}/b: the address 127.0.0.1 is not public; to fetch it all the same, add \
                 its host to web.allow_private_hosts or set web.allow_private_addresses = true"
            )
        );
    }
}

#[tokio::test]
async fn what_is_no_url_to_fetch_is_refused() {
    for url in ["", "news.example", "ftp://news.example/", "data:text/html,x", "http://./"] {
        let error = get(Request::page(url)).await.unwrap_err();
        assert!(matches!(&error, Error::Url { .. }) && !error.is_retryable(), "{url}: {error}");
    }
    let long = format!("http://127.0.0.1/{}", "x".repeat(10_000));
    let error = get(Request::page(long)).await.unwrap_err().to_string();
    assert!(error.len() < 500 && error.contains("web.max_url_bytes"), "{error}");
    let error = get(Request::page("ftp://user:secret@news.example/")).await.unwrap_err().to_string();
    assert!(!error.contains("secret"), "{error}");
}

#[tokio::test]
async fn a_closed_port_is_the_hosts_fault_and_a_lost_network_our_own() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let error = get(Request::page(url)).await.unwrap_err();
    assert!(matches!(error, Error::Connect { local: false, .. }) && error.is_retryable(), "{error}");

    // `.invalid` never resolves (RFC 2606).
    let nowhere = Request::page("http://news.invalid/");
    let client = client(|settings| settings.connect_timeout_ms = 200);
    let error = client.get(nowhere.clone()).await.unwrap_err();
    assert!(error.is_local() && error.is_retryable(), "nobody has answered yet: {error}");
    let server = MockServer::start().await;
    serve(&server, "/", ResponseTemplate::new(200)).await;
    client.get(Request::page(server.uri())).await.unwrap();
    let error = client.get(nowhere).await.unwrap_err();
    assert!(!error.is_local() && error.is_retryable(), "somebody else answers: {error}");
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let build = |change: fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        Client::new(settings).map(|_| ()).unwrap_err()
    };
    assert!(matches!(build(|settings| settings.max_per_host = 0), BuildError::Zero("max_per_host")));
    let error = build(|settings| settings.contact = Some("a\nb".to_owned()));
    assert!(matches!(error, BuildError::NotAHeader("contact")), "{error}");
}

#[test]
fn settings_are_read_by_name_and_unknown_names_refused() {
    let settings: Settings = toml::from_str("max_per_host = 4\ncontact = 'a@news.example'").unwrap();
    assert_eq!(
        settings,
        Settings { max_per_host: 4, contact: Some("a@news.example".into()), ..Settings::default() }
    );
    assert!(toml::from_str::<Settings>("max_per_hosts = 4").is_err());
}
