//! The stage in simulated time.
#![allow(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

use dedup::Settings;
use deduper::Deduper;
use jiff::SignedDuration;
use model::{Article, Duplicate, DuplicateReason, PageRef, Source, Status, Story};
use stream::testing::Harness;
use stream::topics::{ARTICLES, DUPLICATES};

const FLOOD: &str =
    "The river rose by two metres in the night, and the mayor asked people to leave the lower town.";
const START: &str = "2026-01-02T00:00:00Z";

fn harness() -> Harness<Deduper> {
    Harness::new("deduper", "stories", || Deduper::new(Settings::default()), START)
        .with_topic(ARTICLES, 4, 1 << 20)
        .with_topic(DUPLICATES, 4, 1 << 20)
}

fn story(page: &str, text: &str, fetched_at: &str) -> Story {
    Story {
        page: PageRef { url: Some(page.into()), part: 1, parts: 1 },
        url: Some(page.into()),
        source: Source { host: Some("a.example".into()), name: None },
        title: Some("Flood".into()),
        text: text.into(),
        lang: Some("en".into()),
        fetched_at: Some(fetched_at.parse().unwrap()),
        words: 19,
        splitter: 1,
        ..Story::blank()
    }
}

fn hand_in(harness: &mut Harness<Deduper>, story: &Story) {
    let page = story.page.url.clone().unwrap_or_default();
    harness.record(page, Some(&serde_json::to_vec(story).unwrap()));
}

fn articles(harness: &mut Harness<Deduper>) -> Vec<Article> {
    let outputs = harness.take_emitted(ARTICLES);
    let read = |output: stream::Output| {
        let article: Article = serde_json::from_slice(&output.value.unwrap()).unwrap();
        assert_eq!(output.key, article.id.to_string().into_bytes());
        article
    };
    outputs.into_iter().map(read).collect()
}

#[test]
fn a_story_is_published_and_its_change_is_the_next_revision() {
    let mut harness = harness();
    let first = story("https://a.example/1", FLOOD, "2026-01-01T23:59:00Z");
    let longer = story("https://a.example/1", &format!("{FLOOD} No one was hurt."), "2026-01-02T01:00:00Z");
    hand_in(&mut harness, &first);
    harness.advance(SignedDuration::from_hours(1));
    hand_in(&mut harness, &longer);
    let articles = articles(&mut harness);
    let [one, two] = articles.as_slice() else { panic!("{articles:?}") };
    assert_eq!((one.revision, two.revision), (1, 2));
    assert_eq!(one.id, two.id);
    assert_eq!((one.status, two.status), (Status::Published, Status::Published));
    assert_eq!((one.first_fetched_at, two.first_fetched_at), (first.fetched_at, first.fetched_at));
    assert_eq!((&one.story, &two.story), (&first, &longer));
}

#[test]
fn a_copy_goes_to_the_duplicates_under_its_article() {
    let mut harness = harness();
    hand_in(&mut harness, &story("https://a.example/1", FLOOD, START));
    hand_in(&mut harness, &story("https://b.example/9", &FLOOD.to_uppercase(), START));
    let of = articles(&mut harness)[0].id;
    let outputs = harness.take_emitted(DUPLICATES);
    assert_eq!(outputs.len(), 1);
    assert_eq!(outputs[0].key, of.to_string().into_bytes());
    let duplicate: Duplicate = serde_json::from_slice(outputs[0].value.as_ref().unwrap()).unwrap();
    assert_eq!((duplicate.of, duplicate.similarity, duplicate.reason), (of, 1.0, DuplicateReason::SameText));
    assert_eq!(duplicate.url.as_deref(), Some("https://b.example/9"));
}

#[test]
fn a_replay_after_a_restart_publishes_nothing() {
    let mut harness = harness();
    let stories = [
        story("https://a.example/1", FLOOD, "2026-01-01T00:00:00Z"),
        story("https://b.example/9", FLOOD, "2026-01-01T00:00:01Z"),
        story("https://a.example/1", &format!("{FLOOD} No one was hurt."), "2026-01-01T00:00:02Z"),
    ];
    stories.iter().for_each(|story| hand_in(&mut harness, story));
    assert_eq!(articles(&mut harness).len(), 2);
    assert_eq!(harness.take_emitted(DUPLICATES).len(), 1);
    harness.restart();
    stories.iter().for_each(|story| hand_in(&mut harness, story));
    assert_eq!(articles(&mut harness), []);
    assert_eq!(harness.take_emitted(DUPLICATES), []);
}

#[test]
fn a_story_is_published_anew_when_the_window_has_passed() {
    let mut harness = harness();
    hand_in(&mut harness, &story("https://a.example/1", FLOOD, START));
    harness.advance(SignedDuration::from_hours(24 * 31));
    hand_in(&mut harness, &story("https://c.example/2", "Another report altogether.", START));
    hand_in(&mut harness, &story("https://b.example/9", FLOOD, START));
    assert_eq!(articles(&mut harness).iter().map(|article| article.revision).collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn what_is_no_story_goes_to_the_dead_letters_with_the_reason() {
    let mut harness = harness();
    harness.record("https://a.example/1", None);
    harness.record("https://a.example/1", Some(b"{\"kind\":\"article\"}"));
    hand_in(&mut harness, &story("https://a.example/1", " – ", START));
    hand_in(&mut harness, &story("https://a.example/1", FLOOD, START));
    let letters = harness.dead_letters();
    assert!(letters.iter().all(|(reason, _)| reason == "malformed_story"), "{letters:?}");
    let messages: Vec<_> = letters.iter().map(|(_, message)| message.as_str()).collect();
    insta::assert_debug_snapshot!(messages);
    assert_eq!(articles(&mut harness).len(), 1);
}

#[test]
fn state_of_another_version_stops_the_stage_and_spares_the_stories() {
    let mut harness = harness();
    hand_in(&mut harness, &story("https://a.example/1", FLOOD, "2026-01-02T00:00:00Z"));
    harness.restart();
    harness.plant(b"w", &[2; 25]);
    let fault = harness.try_restart().unwrap_err();
    assert_eq!(fault.remedy(), stream::Remedy::Stop);
    assert!(fault.message.contains("format 2"), "{fault}");
}
