//! The stage in simulated time.
#![allow(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

use bytes::Bytes;
use model::{DateOrigin, Entry, EntryText, Id, Page, REPLAY_HEADER, Recount, Replay, SCHEMA_HEADER, Story};
use split::Limits;
use splitter::{Rules, Splitter};
use stream::partition_of;
use stream::testing::Harness;
use stream::topics::STORIES;

const PARTITIONS: u32 = 12;
const URL: &str = "https://a.example/news";

const HARBOUR: &str = "The harbour of the old town opened again on Monday after two weeks of repairs, the port's \
    office said. Three ships were unloaded before noon, and five more are expected by the end of the week. The \
    director thanked the crews for their patience and promised that the second crane would be ready in spring.";
const LIBRARY: &str = "The city's largest library will stay open until midnight from September, the council decided \
    on Tuesday. Students had asked for longer hours for years, and more than four thousand of them had signed a \
    letter to the mayor. The extra hours cost about as much as one new bus, a member of the council reckoned.";
const NORSK: &str = "Havnen i den gamle byen åpnet igjen på mandag etter to uker med reparasjoner, opplyser \
    havnekontoret. Tre skip ble losset før klokken tolv, og fem til er ventet innen utgangen av uken. Direktøren \
    takket mannskapene for tålmodigheten og lovet at den andre kranen skulle være klar til våren.";

fn harness() -> Harness<Splitter> {
    harness_within(Limits::default())
}

fn harness_within(limits: Limits) -> Harness<Splitter> {
    let make = move || Splitter::new(limits.clone(), Rules::default());
    Harness::new("splitter", "pages", make, "2026-01-02T03:05:00Z").with_topic(STORIES, PARTITIONS, 1 << 20)
}

fn page(body: impl Into<Bytes>) -> Page {
    let text = EntryText {
        title: Some(" What the feed calls it ".into()),
        authors: vec!["Rana Odeh".into()],
        published_at: Some("2026-01-02T03:04:05.678Z".parse().unwrap()),
        ..EntryText::default()
    };
    let entry = Entry {
        id: Id::of("entry", &["1"]),
        feed: Id::of("feed", &["f"]),
        feed_url: "https://a.example/feed".into(),
        feed_title: None,
        feed_language: None,
        link: URL.into(),
        text,
        seen_at: "2026-01-02T03:04:06Z".parse().unwrap(),
        redirects: 0,
    };
    Page {
        url: URL.into(),
        status: 200,
        content_type: Some("text/html; charset=utf-8".into()),
        fetched_at: "2026-01-02T03:04:07Z".parse().unwrap(),
        entry,
        body: body.into(),
    }
}

fn articles(stories: &[(&str, &str)]) -> String {
    let article = |(title, text): &(&str, &str)| format!("<article><h2>{title}</h2><p>{text}</p></article>");
    format!("<html><body><main>{}</main></body></html>", stories.iter().map(article).collect::<String>())
}

fn hand_in(harness: &mut Harness<Splitter>, page: &Page) {
    harness.record_with_headers(page.url.clone(), page.to_headers(), Some(&page.body));
}

fn stories(harness: &Harness<Splitter>) -> Vec<Story> {
    let read = |output: &&stream::Output| serde_json::from_slice(output.value.as_ref().unwrap()).unwrap();
    harness.emitted(STORIES).iter().map(read).collect()
}

fn partitions(harness: &Harness<Splitter>) -> Vec<u32> {
    harness.emitted(STORIES).iter().map(|output| output.partition).collect()
}

#[test]
fn a_page_gives_its_stories_in_order_under_its_url() {
    let mut harness = harness();
    hand_in(&mut harness, &page(articles(&[("Harbour opens", HARBOUR), ("Library stays open", LIBRARY)])));
    let stories = stories(&harness);
    let titles: Vec<_> = stories.iter().map(|story| story.title.as_deref()).collect();
    assert_eq!(titles, [Some("Harbour opens"), Some("Library stays open")]);
    let places: Vec<_> = stories.iter().map(|story| (story.page.part, story.page.parts)).collect();
    assert_eq!(places, [(1, 2), (2, 2)]);
    for (story, output) in stories.iter().zip(harness.emitted(STORIES)) {
        assert_eq!(output.key, URL.as_bytes());
        assert_eq!(story.page.url.as_deref(), Some(URL));
        assert_eq!(story.feed, Some(Id::of("feed", &["f"])));
        assert_eq!(story.fetched_at, Some("2026-01-02T03:04:07Z".parse().unwrap()));
        assert_eq!(story.splitter, split::VERSION);
        // The entry may mean either.
        assert_eq!((story.published.as_ref(), story.authors.as_slice()), (None, [].as_slice()));
    }
}

#[test]
fn what_the_page_does_not_say_of_its_only_story_the_feed_does() {
    let mut harness = harness();
    hand_in(&mut harness, &page(format!("<html><body><p>{HARBOUR}</p></body></html>")));
    let stories = stories(&harness);
    let [story] = stories.as_slice() else { panic!("{stories:?}") };
    assert_eq!(story.title.as_deref(), Some("What the feed calls it"));
    assert_eq!(story.authors, ["Rana Odeh"]);
    assert_eq!(story.published_at.as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(story.published.as_ref().map(|date| date.origin), Some(DateOrigin::Feed));
}

#[test]
fn what_the_page_says_counts() {
    let mut harness = harness();
    let body = format!(
        "<html><head><meta property='article:published_time' content='2026-01-01'></head>\
         <body><article><h1>Harbour opens</h1><p>{HARBOUR}</p></article></body></html>"
    );
    hand_in(&mut harness, &page(body));
    let stories = stories(&harness);
    assert_eq!(stories[0].title.as_deref(), Some("Harbour opens"));
    assert_eq!(stories[0].published_at.as_deref(), Some("2026-01-01"));
}

#[test]
fn stories_go_where_most_of_their_page_goes() {
    let mut harness = harness();
    let twice = format!("{HARBOUR} {LIBRARY}");
    hand_in(&mut harness, &page(articles(&[("Havnen åpner", NORSK), ("Harbour opens", &twice)])));
    let langs: Vec<_> = stories(&harness).into_iter().map(|story| story.lang).collect();
    assert_eq!(langs, [Some("no".to_owned()), Some("en".to_owned())]);
    assert_eq!(partitions(&harness), [partition_of(b"en", PARTITIONS); 2]);
}

#[test]
fn languages_taken_for_one_another_go_the_same_way() {
    let mut harness = harness();
    hand_in(&mut harness, &page(articles(&[("Havnen åpner", NORSK)])));
    assert_eq!(partitions(&harness), [partition_of(b"scandinavian", PARTITIONS)]);
}

#[test]
fn what_is_no_page_or_has_no_story_goes_to_the_dead_letters_with_the_reason() {
    let mut harness = harness();
    harness.record(URL, Some(b"<p>no headers"));
    harness.record_with_headers(URL, page("").to_headers(), None);
    for body in [
        &b" \n "[..],
        b"%PDF-1.7 \x00\x01",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"<html><body><a href='/x'>More</a></body></html>",
    ] {
        hand_in(&mut harness, &page(Bytes::from_static(body)));
    }
    hand_in(&mut harness, &page(articles(&[("Harbour opens", HARBOUR)])));
    let letters: Vec<_> =
        harness.dead_letters().iter().map(|(reason, message)| format!("{reason}: {message}")).collect();
    insta::assert_debug_snapshot!(letters);
    assert_eq!(stories(&harness).len(), 1);
}

#[test]
fn rules_for_the_host_hold_from_the_page_after_they_came() {
    let rules = Rules::default();
    let handle = rules.clone();
    let make = move || Splitter::new(Limits::default(), handle.clone());
    let mut harness = Harness::new("splitter", "pages", make, "2026-01-02T03:05:00Z").with_topic(
        STORIES,
        PARTITIONS,
        1 << 20,
    );
    let page = page(articles(&[("Harbour reopens", HARBOUR), ("Library open late", LIBRARY)]));
    hand_in(&mut harness, &page);
    let text = "hosts = \"a.example\"\nremove = \"article:first-child\"\n";
    rules.replace(split::Sites::parse([("a.toml", text)]).unwrap());
    hand_in(&mut harness, &page);
    let titles: Vec<_> = stories(&harness).into_iter().filter_map(|story| story.title).collect();
    assert_eq!(titles, ["Harbour reopens", "Library open late", "Library open late"]);
}

fn recounts(harness: &Harness<Splitter>) -> Vec<(u32, Recount)> {
    let outputs = harness.emitted(STORIES);
    let recounts = outputs.iter().filter(|output| header(output, SCHEMA_HEADER) == Some(b"recount"));
    recounts
        .map(|output| (output.partition, serde_json::from_slice(output.value.as_ref().unwrap()).unwrap()))
        .collect()
}

fn header<'a>(output: &'a stream::Output, name: &str) -> Option<&'a [u8]> {
    let found = output.headers.iter().find(|(own, _)| own == name);
    found.map(|(_, value)| value.as_slice())
}

fn hand_in_again(harness: &mut Harness<Splitter>, page: &Page, replay: Replay) {
    let mut headers = page.to_headers();
    headers.push(replay.header());
    harness.record_with_headers(page.url.clone(), headers, Some(&page.body));
}

#[test]
fn a_page_that_is_split_again_tells_how_many_stories_it_has() {
    let mut harness = harness();
    let page = page(articles(&[("Harbour", HARBOUR), ("Library", LIBRARY)]));
    hand_in_again(&mut harness, &page, Replay::Pages(7));
    let outputs = harness.emitted(STORIES);
    assert_eq!(outputs.len(), 3);
    for story in &outputs[..2] {
        assert_eq!(header(story, REPLAY_HEADER), Some(&b"7"[..]));
    }
    let fetched_at = page.fetched_at;
    let expected = Recount { page: URL.into(), fetched_at, replay: 7, stories: 2 };
    assert_eq!(recounts(&harness), [(outputs[0].partition, expected)]);
    assert_eq!(outputs[2].partition, outputs[0].partition, "behind the stories");
}

#[test]
fn a_page_that_has_no_story_when_it_is_split_again_says_so_to_all() {
    let mut harness = harness();
    let page = page("<html><body><nav><a href=/>Home</a></nav></body></html>");
    hand_in_again(&mut harness, &page, Replay::Pages(7));
    let told: Vec<(u32, u32)> =
        recounts(&harness).iter().map(|(partition, recount)| (*partition, recount.stories)).collect();
    assert_eq!(told, (0..PARTITIONS).map(|partition| (partition, 0)).collect::<Vec<_>>());
    assert!(harness.dead_letters().is_empty(), "that was told when it came first");
}

#[test]
fn a_page_that_is_too_large_to_be_split_again_says_nothing_of_its_stories() {
    let mut harness = harness_within(Limits { max_bytes: 100, ..Limits::default() });
    hand_in_again(&mut harness, &page(articles(&[("Harbour", HARBOUR)])), Replay::Pages(7));
    assert_eq!(recounts(&harness), []);
    let reasons: Vec<String> = harness.dead_letters().into_iter().map(|(reason, _)| reason).collect();
    assert_eq!(reasons, ["page_too_large"]);
}
