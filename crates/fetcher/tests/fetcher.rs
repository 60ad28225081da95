//! The stage in simulated time, without network or broker.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use bytes::Bytes;
use fetcher::{Failure, Fetch, Fetched, Fetcher, Remedy, Settings};
use jiff::{SignedDuration, Timestamp};
use model::{Entry, EntryText, Id, Page};
use stream::testing::Harness;
use stream::topics::{ENTRIES, PAGES};
use stream::{Keep, partition_of};

const LINK: &str = "https://news.example/1";
const PARTITIONS: u32 = 12;

fn harness(change: impl FnOnce(&mut Settings)) -> Harness<Fetcher> {
    let mut settings = Settings::default();
    change(&mut settings);
    Harness::new(fetcher::NAME, ENTRIES, move || Fetcher::new(settings.clone()), "2026-01-02T03:00:00Z")
        .with_topic(ENTRIES, PARTITIONS, 1 << 20)
        .with_topic(PAGES, PARTITIONS, 1 << 20)
}

fn entry(number: u32, link: &str) -> Entry {
    Entry {
        id: Id::of("entry", &[&number.to_string()]),
        feed: Id::of("feed", &["https://news.example/feed"]),
        feed_url: "https://news.example/feed".into(),
        feed_title: None,
        feed_language: None,
        link: link.into(),
        text: EntryText { title: Some(format!("Headline {number}")), ..EntryText::default() },
        seen_at: "2026-01-02T02:59:00Z".parse().unwrap(),
        redirects: 0,
    }
}

fn hand_in(harness: &mut Harness<Fetcher>, entry: &Entry) {
    harness.record(entry.id.to_string(), Some(&serde_json::to_vec(entry).unwrap()));
}

/// Hands in an entry and the outcome of its fetch.
fn fetch(harness: &mut Harness<Fetcher>, entry: &Entry, outcome: Fetched) {
    hand_in(harness, entry);
    answer(harness, outcome);
}

/// Takes the one job that may run, and ends it with `outcome`.
fn answer(harness: &mut Harness<Fetcher>, outcome: Fetched) -> Fetch {
    let jobs = harness.take_jobs();
    let [(job, fetch)] = jobs.as_slice() else { panic!("one job was expected: {jobs:?}") };
    harness.finish(job, outcome);
    fetch.clone()
}

fn html(at: Timestamp, body: &'static str) -> Fetched {
    Fetched::Answer {
        url: LINK.into(),
        status: 200,
        content_type: Some("text/html".into()),
        retry_after: None,
        fetched_at: at,
        body: Bytes::from_static(body.as_bytes()),
    }
}

fn status(status: u16, retry_after_seconds: Option<i64>) -> Fetched {
    Fetched::Answer {
        url: LINK.into(),
        status,
        content_type: None,
        retry_after: retry_after_seconds.map(SignedDuration::from_secs),
        fetched_at: Timestamp::UNIX_EPOCH,
        body: Bytes::new(),
    }
}

fn failed(remedy: Remedy) -> Fetched {
    Fetched::Failed(Failure { reason: "unreachable", message: format!("{LINK}: can't connect"), remedy })
}

/// How long until the waiting try may run, in seconds.
fn pause(harness: &Harness<Fetcher>) -> i64 {
    harness.next_at().expect("a try that waits").duration_since(harness.now()).as_secs()
}

fn sleep(harness: &mut Harness<Fetcher>) {
    let at = harness.next_at().expect("a try that waits");
    harness.advance(at.duration_since(harness.now()));
}

#[test]
fn a_page_is_published_with_its_entry() {
    let mut harness = harness(|_| {});
    let (entry, at) = (entry(1, LINK), harness.now());
    fetch(&mut harness, &entry, html(at, "<p>news"));
    let pages = harness.emitted(PAGES);
    assert_eq!(pages.len(), 1);
    assert_eq!(pages[0].key, LINK.as_bytes());
    let page = Page::from_record(&pages[0].headers, pages[0].value.clone().unwrap()).unwrap();
    assert_eq!((page.url.as_str(), page.status, page.fetched_at), (LINK, 200, at));
    assert_eq!((page.entry, page.body.as_ref()), (entry, &b"<p>news"[..]));
    assert_eq!(harness.dead_letters(), []);
    assert!(harness.take_jobs().is_empty() && harness.next_at().is_none(), "nothing is left to do");
}

#[test]
fn an_unchanged_page_is_not_published_again_until_it_is_forgotten() {
    let mut harness = harness(|settings| settings.page_memory_hours = 24);
    for (after_hours, body, published) in [
        (0, "<p>news", 1),
        (1, "<p>news", 1),
        (1, "<p>news, corrected", 2),
        (1, "<p>news", 3),
        (23, "<p>news", 3),
        (23, "<p>news", 3),
        (25, "<p>news", 4),
    ] {
        harness.advance(SignedDuration::from_hours(after_hours));
        harness.restart();
        let at = harness.now();
        fetch(&mut harness, &entry(1, LINK), html(at, body));
        assert_eq!(harness.emitted(PAGES).len(), published, "at {at}");
    }
}

#[test]
fn the_same_bytes_in_another_charset_are_another_page() {
    let mut harness = harness(|_| {});
    for content_type in ["text/html; charset=utf-8", "text/html; charset=windows-1256"] {
        let Fetched::Answer { url, status, retry_after, fetched_at, body, .. } =
            html(harness.now(), "<p>news")
        else {
            unreachable!()
        };
        let content_type = Some(content_type.to_owned());
        let answer = Fetched::Answer { url, status, content_type, retry_after, fetched_at, body };
        fetch(&mut harness, &entry(1, LINK), answer);
    }
    assert_eq!(harness.emitted(PAGES).len(), 2);
}

#[test]
fn the_memory_of_pages_keeps_its_bounds() {
    let mut harness = harness(|settings| settings.max_remembered_pages = 10);
    for number in 0..30 {
        harness.advance(SignedDuration::from_secs(1));
        let Fetched::Answer { status, content_type, retry_after, fetched_at, body, .. } =
            html(harness.now(), "news")
        else {
            unreachable!()
        };
        let url = format!("https://news.example/{number}");
        let entry = entry(number, &url);
        fetch(
            &mut harness,
            &entry,
            Fetched::Answer { url, status, content_type, retry_after, fetched_at, body },
        );
        if number == 15 {
            harness.restart();
        }
    }
    assert_eq!(harness.task().state().len(), 10);
    harness.advance(SignedDuration::from_hours(24 * 8));
    let at = harness.now();
    fetch(&mut harness, &entry(1, LINK), html(at, "<p>news"));
    fetch(&mut harness, &entry(1, LINK), html(at, "<p>news"));
    assert_eq!(harness.task().state().len(), 1, "forgotten pages are cleared away");
}

#[test]
fn a_redirect_to_another_host_goes_back_to_entries_under_that_host() {
    let mut harness = harness(|_| {});
    let to = "https://Other.example:8443/x";
    fetch(&mut harness, &entry(1, LINK), Fetched::OtherHost { to: to.into() });
    let sent = harness.take_emitted(ENTRIES);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].partition, partition_of(b"other.example:8443", PARTITIONS));
    assert_eq!(sent[0].key, entry(1, LINK).id.to_string().into_bytes());
    let again: Entry = serde_json::from_slice(sent[0].value.as_deref().unwrap()).unwrap();
    assert_eq!(again, Entry { link: to.into(), redirects: 1, ..entry(1, LINK) });
    assert_eq!(harness.dead_letters(), []);
}

#[test]
fn what_will_never_be_a_page_becomes_a_dead_letter() {
    let mut harness = harness(|_| {});
    let at = harness.now();
    let (a, b) = ("https://a.example/".to_owned(), "ftp://b.example/".to_owned());
    for status_code in [404, 410, 403, 418, 304] {
        fetch(&mut harness, &entry(1, LINK), status(status_code, None));
    }
    for outcome in [failed(Remedy::None), html(at, "%PDF-1.7"), html(at, " "), Fetched::OtherHost { to: b }] {
        fetch(&mut harness, &entry(1, LINK), outcome);
    }
    fetch(&mut harness, &Entry { redirects: 5, ..entry(1, LINK) }, Fetched::OtherHost { to: a });
    harness.record("key", Some(b"{}"));
    hand_in(&mut harness, &entry(1, "mailto:a@news.example"));
    assert!(harness.take_jobs().is_empty());
    assert_eq!(harness.next_at(), None);
    insta::assert_debug_snapshot!(harness.dead_letters());
}

#[test]
fn a_dead_letter_holds_the_entry_that_can_be_sent_again() {
    let mut harness = harness(|_| {});
    fetch(&mut harness, &entry(1, LINK), status(404, None));
    let letters = harness.take_emitted("dead-letters");
    let again: Entry = serde_json::from_slice(letters[0].value.as_deref().unwrap()).unwrap();
    assert_eq!(again, entry(1, LINK));
}

#[test]
fn a_tombstone_means_nothing() {
    let mut harness = harness(|_| {});
    harness.record("key", None);
    assert!(harness.take_jobs().is_empty() && harness.dead_letters().is_empty());
}

#[test]
fn a_passing_fault_is_retried_with_growing_pauses_and_then_given_up() {
    for outcome in [status(503, None), status(429, None), status(408, None), failed(Remedy::Retry)] {
        let mut harness = harness(|settings| settings.max_attempts = 4);
        hand_in(&mut harness, &entry(1, LINK));
        let mut pauses = Vec::new();
        for failed_attempts in 0..3 {
            let fetch = answer(&mut harness, outcome.clone());
            assert_eq!(fetch.failed_attempts, failed_attempts);
            harness.restart();
            assert!(harness.take_jobs().is_empty(), "it waits");
            pauses.push(pause(&harness));
            sleep(&mut harness);
        }
        let first = pauses[0];
        assert!((45..=75).contains(&first), "{pauses:?}");
        assert!(pauses[1] - 2 * first <= 1 && pauses[2] - 4 * first <= 3, "{pauses:?}");
        assert_eq!(harness.dead_letters(), []);
        answer(&mut harness, outcome);
        let letters = harness.dead_letters();
        assert!(letters[0].1.ends_with("given up after 4 tries (fetcher.max_attempts)"), "{letters:?}");
        assert!(harness.next_at().is_none() && harness.task().state().is_empty());
    }
}

#[test]
fn a_try_that_succeeds_after_others_publishes_the_page_once() {
    let mut harness = harness(|_| {});
    fetch(&mut harness, &entry(1, LINK), status(500, None));
    sleep(&mut harness);
    let at = harness.now();
    answer(&mut harness, html(at, "<p>news"));
    assert_eq!(harness.emitted(PAGES).len(), 1);
    assert_eq!((harness.next_at(), harness.dead_letters()), (None, vec![]));
}

#[test]
fn a_host_that_names_a_pause_gets_it_within_bounds() {
    for (asked, waited) in [(3600, 3600), (10_000_000, 24 * 3600)] {
        let mut harness = harness(|_| {});
        fetch(&mut harness, &entry(1, LINK), status(429, Some(asked)));
        assert_eq!(pause(&harness), waited);
    }
}

#[test]
fn an_outage_of_our_own_is_sat_out_and_counts_against_nobody() {
    let mut harness = harness(|settings| settings.max_attempts = 2);
    hand_in(&mut harness, &entry(1, LINK));
    for _ in 0..100 {
        let fetch = answer(&mut harness, failed(Remedy::Wait));
        assert_eq!(fetch.failed_attempts, 0);
        assert_eq!(pause(&harness), 30);
        sleep(&mut harness);
    }
    assert_eq!(harness.dead_letters(), []);
    harness.advance(SignedDuration::from_hours(72));
    answer(&mut harness, failed(Remedy::Wait));
    let letters = harness.dead_letters();
    assert!(letters[0].1.ends_with("given up after 72 hours (fetcher.max_retry_hours)"), "{letters:?}");
}

#[test]
fn a_newer_version_of_an_entry_takes_the_place_of_the_one_that_waits() {
    let mut harness = harness(|_| {});
    fetch(&mut harness, &entry(1, LINK), status(503, None));
    let moved = entry(1, "https://news.example/moved");
    hand_in(&mut harness, &moved);
    assert_eq!(harness.next_at().map(|at| at <= harness.now()), Some(true), "only the new job is left");
    let at = harness.now();
    assert_eq!(answer(&mut harness, html(at, "<p>news")).entry, moved);
    assert_eq!(harness.next_at(), None);
}

#[test]
fn tries_beyond_the_bound_wait_as_jobs() {
    let mut harness = harness(|settings| settings.max_waiting_retries = 1);
    for number in 0..3 {
        let entry = entry(number, &format!("https://news.example/{number}"));
        fetch(&mut harness, &entry, failed(Remedy::Wait));
    }
    assert_eq!(harness.task().pending_jobs(), 2);
    harness.restart();
    harness.advance(SignedDuration::from_secs(30));
    let mut tried: Vec<_> = harness.take_jobs().into_iter().map(|(_, fetch)| fetch.entry.link).collect();
    tried.sort_unstable();
    assert_eq!(tried, ["https://news.example/0", "https://news.example/1", "https://news.example/2"]);
}

#[test]
fn fetches_of_one_page_run_one_after_the_other() {
    let mut harness = harness(|_| {});
    hand_in(&mut harness, &entry(1, LINK));
    hand_in(&mut harness, &entry(2, &format!("{LINK}#comments")));
    hand_in(&mut harness, &entry(3, "https://other.example/3"));
    let first = harness.take_jobs();
    let ids: Vec<_> = first.iter().map(|(_, fetch)| fetch.entry.id).collect();
    assert_eq!(ids, [entry(1, "").id, entry(3, "").id]);
    let at = harness.now();
    harness.finish(&first[0].0, html(at, "<p>news"));
    assert_eq!(answer(&mut harness, html(at, "<p>news")).entry.id, entry(2, "").id);
    assert_eq!(harness.emitted(PAGES).len(), 1, "the second found nothing new");
}

#[test]
fn a_host_with_many_entries_leaves_room_for_the_others() {
    let mut harness = harness(|settings| settings.lanes_per_host = 4);
    for number in 0..50 {
        hand_in(&mut harness, &entry(number, &format!("https://news.example/{number}")));
    }
    hand_in(&mut harness, &entry(50, "https://other.example/"));
    let hosts: Vec<_> =
        harness.take_jobs().iter().filter_map(|(_, fetch)| model::host_key(&fetch.entry.link)).collect();
    assert_eq!(hosts.iter().filter(|host| *host == "news.example").count(), 4);
    assert_eq!(hosts.len(), 5);
}

#[test]
fn a_retry_of_another_version_stops_the_stage_by_name() {
    let mut harness = harness(|_| {});
    harness.plant(b"rsome-entry", &[9, b'{', b'}']);
    let fault = harness.try_restart().unwrap_err();
    assert_eq!(fault.remedy(), stream::Remedy::Stop);
    assert!(fault.message.contains("rsome-entry") && fault.message.contains("version 9"), "{fault}");
}

#[test]
fn settings_are_read_by_name_and_unknown_names_refused() {
    let settings: Settings = toml::from_str("max_attempts = 3").unwrap();
    assert_eq!(settings, Settings { max_attempts: 3, ..Settings::default() });
    assert!(toml::from_str::<Settings>("max_attempt = 3").is_err());
}
