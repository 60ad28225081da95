//! The site as a client sees it: over a socket, with a feed reader that is not ours.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests say what they expect too")]

use std::collections::BTreeSet;
use std::time::Duration;

use demo_site::{Error, MAX_EXTRA_STORIES, Options, Site};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// An answer: status, header lines in lower case, body.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

async fn request(method: &str, url: &str, headers: &[(&str, &str)]) -> Answer {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut socket = TcpStream::connect(host).await.unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    socket.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    Answer { status, headers, body: bytes[end + 4..].to_vec() }
}

async fn get(url: &str) -> Answer {
    request("GET", url, &[]).await
}

fn quick() -> Options {
    Options { slow_page_ms: 0, ..Options::default() }
}

/// The links of all entries in the site's feeds.
async fn links(site: &Site) -> BTreeSet<String> {
    let mut links = BTreeSet::new();
    for url in site.feeds() {
        let answer = get(&url).await;
        assert_eq!(answer.status, 200);
        let feed = feed_rs::parser::parse(&answer.body[..]).unwrap();
        for entry in feed.entries {
            assert!(entry.title.is_some_and(|title| !title.content.is_empty()));
            assert!(entry.published.is_some(), "{}", entry.id);
            links.insert(entry.links[0].href.clone());
        }
    }
    links
}

#[tokio::test]
async fn the_feeds_lead_to_all_that_is_expected_and_to_nothing_else() {
    let site = Site::start(Options { extra_stories: 20, extra_changes: true, ..quick() }).await.unwrap();
    for edition in 1..=3 {
        assert_eq!(site.edition(), edition);
        let expected = site.expected();
        let dead = expected.dead_letters.iter().map(|letter| letter.url.clone());
        let told = expected.reports.iter().flat_map(|report| &report.tellings);
        let all: BTreeSet<_> = told.map(|telling| telling.page.clone()).chain(dead).collect();
        assert_eq!(links(&site).await, all);
        for letter in &expected.dead_letters {
            assert_eq!(get(&letter.url).await.status, letter.status);
        }
        assert_eq!(site.advance(), (edition + 1).min(3));
    }
    site.stop().await;
}

#[tokio::test]
async fn every_page_holds_the_headlines_that_are_expected_of_it() {
    let site = Site::start(Options { extra_stories: 9, ..quick() }).await.unwrap();
    for _ in 0..3 {
        for report in site.expected().reports {
            for telling in report.tellings {
                let answer = get(&telling.page).await;
                assert_eq!(answer.status, 200, "{}", telling.page);
                let text = decoded(&telling.page, &answer.body);
                assert!(text.contains(&telling.title), "{} in {}", telling.title, telling.page);
                assert!(!text.contains("{{"), "{}", telling.page);
            }
        }
        site.advance();
    }
}

/// The body in the charset that it is really in.
fn decoded(url: &str, body: &[u8]) -> String {
    let encoding = match url {
        _ if url.ends_with("/archive/niger.html") || url.ends_with("/palms") => encoding_rs::WINDOWS_1256,
        _ if url.ends_with("/cafe-etoile") => encoding_rs::WINDOWS_1252,
        _ if url.ends_with("/varezhki") => encoding_rs::WINDOWS_1251,
        _ if url.ends_with("/ashiyu") => encoding_rs::SHIFT_JIS,
        _ => encoding_rs::UTF_8,
    };
    let (text, damaged) = encoding.decode_without_bom_handling(body);
    assert_eq!(damaged, url.ends_with("/fr/facteur"), "{url}");
    text.into_owned()
}

#[tokio::test]
async fn charsets_are_declared_as_the_catalogue_says() {
    let site = Site::start(quick()).await.unwrap();
    let [wadi, courier, meridian] = site.base_urls().try_into().unwrap();
    for (url, content_type, utf_8) in [
        (format!("{wadi}/2023/09/16/niger.txt"), "text/plain; charset=utf-8", true),
        (format!("{wadi}/archive/niger.html"), "text/html; charset=windows-1256", false),
        (format!("{wadi}/2026/03/01/palms"), "text/html; charset=utf-8", false),
        (format!("{courier}/food/cafe-etoile"), "text/html; charset=utf-8", false),
        (format!("{meridian}/ru/varezhki"), "text/html", false),
        (format!("{meridian}/ja/ashiyu"), "text/html; charset=Shift_JIS", false),
        (format!("{meridian}/fr/facteur"), "text/html; charset=utf-8", false),
        (format!("{meridian}/hi/vigyan-ghar"), "text/html; charset=utf-8", true),
    ] {
        let answer = get(&url).await;
        assert_eq!(answer.header("content-type"), Some(content_type), "{url}");
        assert_eq!(std::str::from_utf8(&answer.body).is_ok(), utf_8, "{url}");
    }
    let seed = include_bytes!("../pages/wadi/niger.txt");
    assert_eq!(get(&format!("{wadi}/2023/09/16/niger.txt")).await.body, seed);
}

#[tokio::test]
async fn a_feed_answers_304_until_it_has_news() {
    let site = Site::start(quick()).await.unwrap();
    for feed in site.feeds() {
        let first = get(&feed).await;
        let etag = first.header("etag").unwrap();
        let modified = first.header("last-modified").unwrap();
        for (name, value, status) in [
            ("If-None-Match", etag, 304),
            ("If-None-Match", &format!("\"old\", W/{etag}"), 304),
            ("If-None-Match", "\"old\"", 200),
            ("If-Modified-Since", modified, 304),
            ("If-Modified-Since", "Sun, 01 Mar 2026 00:00:00 GMT", 200),
            ("If-Modified-Since", "yesterday", 200),
        ] {
            assert_eq!(request("GET", &feed, &[(name, value)]).await.status, status, "{name}: {value}");
        }
        // The tag decides, whatever the date says.
        let both = [("If-None-Match", "\"old\""), ("If-Modified-Since", modified)];
        assert_eq!(request("GET", &feed, &both).await.status, 200);
        let hits = site.requests()[&feed];
        assert_eq!((hits.requests, hits.not_modified), (8, 3));
    }
    let [wadi, courier, _] = site.feeds().try_into().unwrap();
    let tag = |answer: &Answer| answer.header("etag").unwrap().to_owned();
    let (wadi_1, courier_1) = (tag(&get(&wadi).await), tag(&get(&courier).await));
    site.advance();
    let (wadi_2, courier_2) = (tag(&get(&wadi).await), tag(&get(&courier).await));
    assert!(wadi_1 != wadi_2 && courier_1 != courier_2);
    site.advance();
    assert_eq!(tag(&get(&wadi).await), wadi_2, "Wadi has no news in the third edition");
    assert_ne!(tag(&get(&courier).await), courier_2);
}

// The clock stands still and jumps to the next timer whenever nothing else can go on.
#[tokio::test(start_paused = true)]
async fn the_slow_page_is_answered_after_its_delay() {
    let hour = Duration::from_secs(3600);
    let options = Options { slow_page_ms: 3_600_000, ..Options::default() };
    let site = Site::start(options).await.unwrap();
    let [_, courier, _] = site.base_urls().try_into().unwrap();
    let asked = Instant::now();
    assert_eq!(get(&format!("{courier}/news/slow-train")).await.status, 200);
    assert!(asked.elapsed() >= hour, "{:?}", asked.elapsed());
    let asked = Instant::now();
    assert_eq!(get(&format!("{courier}/news/allotments")).await.status, 200);
    assert!(asked.elapsed() < hour, "{:?}", asked.elapsed());
}

#[tokio::test]
async fn requests_beyond_the_bound_wait_their_turn() {
    let site = Site::start(Options { max_concurrent_requests: 1, ..quick() }).await.unwrap();
    let feed = site.feeds()[0].clone();
    let mut requests = JoinSet::new();
    for _ in 0..20 {
        let feed = feed.clone();
        requests.spawn(async move { get(&feed).await.status });
    }
    assert_eq!(requests.join_all().await, [200; 20]);
    assert_eq!(site.requests()[&feed].requests, 20);
}

#[tokio::test]
async fn the_river_page_changes_with_its_entry() {
    let site = Site::start(quick()).await.unwrap();
    let courier = site.feeds()[1].clone();
    let mut seen = BTreeSet::new();
    for revision in 1..=3 {
        let feed = feed_rs::parser::parse(&get(&courier).await.body[..]).unwrap();
        let entry = feed.entries.into_iter().find(|entry| entry.id.ends_with("/news/river-ard")).unwrap();
        let page = String::from_utf8(get(&entry.links[0].href).await.body).unwrap();
        let title = entry.title.unwrap().content;
        assert!(page.contains(&format!("<h1>{title}</h1>")), "{title}");
        seen.insert((entry.updated, title.clone()));
        let expected = site.expected();
        let report = expected.reports.iter().find(|report| report.name == "river").unwrap();
        assert_eq!((report.revision, &report.tellings[0].title), (revision, &title));
        site.advance();
    }
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn the_copies_of_a_report_have_the_same_words() {
    let site = Site::start(quick()).await.unwrap();
    let expected = site.expected();
    let lens = expected.reports.iter().find(|report| report.name == "lighthouse").unwrap();
    let mut texts = Vec::new();
    for telling in &lens.tellings {
        let page = String::from_utf8(get(&telling.page).await.body).unwrap();
        let lines = page.lines().filter(|line| line.starts_with("<p>") && line.len() > 150);
        texts.push(lines.map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(texts.len(), 2);
    assert_eq!(texts[0].len(), 4);
    assert_eq!(texts[0], texts[1]);
    assert_eq!(expected.duplicates(), 3, "the lens, and the two stories of the seed page");
}

#[tokio::test]
async fn only_reading_is_answered_and_every_request_is_counted() {
    let site = Site::start(quick()).await.unwrap();
    let [_, courier, _] = site.base_urls().try_into().unwrap();
    let page = format!("{courier}/news/allotments");
    assert_eq!(request("POST", &page, &[]).await.status, 405);
    let head = request("HEAD", &page, &[]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(get(&page).await.status, 200);
    assert_eq!(get(&format!("{courier}/nowhere/1")).await.status, 404);
    assert_eq!(get(&format!("{courier}/nowhere/2")).await.status, 404);
    // A page of the next edition is not there yet.
    assert_eq!(get(&format!("{courier}/news/night-bakery")).await.status, 404);
    let requests = site.requests();
    assert_eq!(requests[&page].requests, 2);
    assert_eq!(requests[&courier].requests, 2);
    assert_eq!(requests.len(), 3);
}

#[tokio::test]
async fn a_site_that_was_stopped_or_dropped_frees_its_ports() {
    let site = Site::start(quick()).await.unwrap();
    let taken: u16 = site.base_urls()[0].rsplit(':').next().unwrap().parse().unwrap();
    let ports = [taken, 0, 0];
    let error = Site::start(Options { ports, ..quick() }).await.unwrap_err();
    assert!(matches!(error, Error::Port { port, .. } if port == taken), "{error}");
    site.stop().await;
    Site::start(Options { ports, ..quick() }).await.unwrap().stop().await;
}

#[tokio::test]
async fn options_out_of_range_are_refused_by_name() {
    for (options, named) in [
        (Options { editions: 0, ..quick() }, "`editions`"),
        (Options { max_concurrent_requests: 0, ..quick() }, "`max_concurrent_requests`"),
        (Options { extra_stories: MAX_EXTRA_STORIES + 1, ..quick() }, "`extra_stories`"),
    ] {
        let error = Site::start(options).await.unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}
