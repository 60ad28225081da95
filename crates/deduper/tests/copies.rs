//! How widely a report ran, in simulated time.
#![allow(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

use dedup::Settings;
use deduper::Deduper;
use jiff::SignedDuration;
use model::{Copies, PageRef, Pickup, Recount, Replay, Source, Story};
use stream::testing::Harness;
use stream::topics::{ARTICLES, COPIES, DUPLICATES};

const FLOOD: &str =
    "The river rose by two metres in the night, and the mayor asked people to leave the lower town.";
const FIRE: &str = "A fire in the old mill was put out before noon, and nobody was hurt, the brigade said.";
const START: &str = "2026-01-02T00:00:00Z";

fn harness_with(settings: Settings) -> Harness<Deduper> {
    Harness::new("deduper", "stories", move || Deduper::new(settings.clone()), START)
        .with_topic(ARTICLES, 4, 1 << 20)
        .with_topic(DUPLICATES, 4, 1 << 20)
        .with_topic(COPIES, 4, 1 << 20)
}

fn harness() -> Harness<Deduper> {
    harness_with(Settings::default())
}

/// The story of a site's one page, fetched now.
fn story(harness: &Harness<Deduper>, site: &str, text: &str) -> Story {
    let page = format!("https://{site}.example/1");
    Story {
        page: PageRef { url: Some(page.clone()), part: 1, parts: 1 },
        url: Some(page),
        source: Source { host: Some(format!("{site}.example")), name: Some(site.to_uppercase()) },
        title: Some("News".into()),
        text: text.into(),
        published_at: Some("2026-01-01".into()),
        fetched_at: Some(harness.now()),
        splitter: 1,
        ..Story::blank()
    }
}

fn hand_in(harness: &mut Harness<Deduper>, story: &Story) {
    harness.record(story.page.url.clone().unwrap(), Some(&serde_json::to_vec(story).unwrap()));
}

fn tell(harness: &mut Harness<Deduper>, site: &str, text: &str) {
    let story = story(harness, site, text);
    hand_in(harness, &story);
}

/// What came out since: when, how many copies, and on which sites.
fn copies(harness: &mut Harness<Deduper>) -> Vec<(String, u32, Vec<String>)> {
    let read = |output: stream::Output| {
        let copies: Copies = serde_json::from_slice(&output.value.unwrap()).unwrap();
        assert_eq!(output.key, copies.of.to_string().into_bytes());
        let sites = copies.also_at.into_iter().map(|copy| copy.source.host.unwrap()).collect();
        (copies.as_of.strftime("%H:%M:%S").to_string(), copies.copies, sites)
    };
    harness.take_emitted(COPIES).into_iter().map(read).collect()
}

fn sites(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{name}.example")).collect()
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

#[test]
fn copies_are_gathered_and_counted_once_in_an_interval() {
    let mut harness = harness();
    tell(&mut harness, "a", FLOOD);
    harness.advance(minutes(60));
    assert_eq!(copies(&mut harness), [], "no copies, nothing to tell");
    tell(&mut harness, "b", FLOOD);
    harness.advance(minutes(4));
    tell(&mut harness, "c", FLOOD);
    harness.advance(minutes(5));
    assert_eq!(copies(&mut harness), []);
    harness.advance(minutes(60));
    assert_eq!(copies(&mut harness), [("01:10:00".into(), 2, sites(&["b", "c"]))]);
    // Nothing comes, and nothing is set.
    assert_eq!(harness.next_at(), None);
    tell(&mut harness, "d", FLOOD);
    harness.advance(minutes(60));
    assert_eq!(copies(&mut harness), [("02:19:00".into(), 3, sites(&["b", "c", "d"]))]);
    assert!(harness.dead_letters().is_empty());
}

#[test]
fn who_carried_it_is_told_as_far_as_known() {
    let mut harness = harness();
    tell(&mut harness, "a", FLOOD);
    let copy = story(&harness, "b", FLOOD);
    hand_in(&mut harness, &copy);
    harness.advance(minutes(10));
    let output = harness.take_emitted(COPIES).remove(0);
    for header in model::json_headers("copies") {
        assert!(output.headers.contains(&header), "{:?}", output.headers);
    }
    let copies: Copies = serde_json::from_slice(output.value.as_deref().unwrap()).unwrap();
    let Story { url, source, published_at, fetched_at, .. } = copy;
    assert_eq!(copies.also_at, [Pickup { url, source, published_at, fetched_at }]);
    assert_eq!(copies.as_of, harness.now());
}

#[test]
fn a_copy_seen_again_is_counted_once_and_one_that_goes_its_own_way_is_taken_off() {
    let mut harness = harness();
    for site in ["a", "b", "c"] {
        tell(&mut harness, site, FLOOD);
    }
    harness.advance(minutes(10));
    assert_eq!(copies(&mut harness).len(), 1);
    tell(&mut harness, "b", FLOOD);
    tell(&mut harness, "c", &format!("{FLOOD} More follows."));
    assert_eq!(harness.next_at(), None);
    harness.advance(minutes(10));
    assert_eq!(copies(&mut harness), []);
    tell(&mut harness, "b", FIRE);
    harness.advance(minutes(10));
    assert_eq!(copies(&mut harness), [("00:30:00".into(), 1, sites(&["c"]))]);
    // Of one that comes and goes within an interval nothing is said, but where it went.
    tell(&mut harness, "d", FLOOD);
    harness.advance(minutes(5));
    tell(&mut harness, "d", FIRE);
    harness.advance(minutes(10));
    assert_eq!(copies(&mut harness), [("00:45:00".into(), 1, sites(&["d"]))]);
}

#[test]
fn a_restart_and_a_replay_change_nothing() {
    let told = |restarts: bool| {
        let mut harness = harness();
        let mut stories = Vec::new();
        for site in ["a", "b", "c"] {
            stories.push(story(&harness, site, FLOOD));
            hand_in(&mut harness, stories.last().unwrap());
            harness.advance(minutes(3));
            if restarts {
                harness.restart();
            }
        }
        harness.advance(minutes(10));
        if restarts {
            harness.restart();
            for replay in [None, Some(Replay::Stories)] {
                for story in &stories {
                    let mut headers = model::json_headers("story");
                    headers.extend(replay.map(Replay::header));
                    let page = story.page.url.clone().unwrap();
                    harness.record_with_headers(page, headers, Some(&serde_json::to_vec(story).unwrap()));
                }
            }
        }
        harness.advance(minutes(60));
        copies(&mut harness)
    };
    assert_eq!(told(false), [("00:13:00".into(), 2, sites(&["b", "c"]))]);
    assert_eq!(told(true), told(false));
}

#[test]
fn the_list_is_as_long_as_the_settings_say_and_the_interval_too() {
    let mut harness =
        harness_with(Settings { max_also_at: 2, copies_interval_seconds: 0, ..Settings::default() });
    for site in ["a", "b", "c", "d"] {
        tell(&mut harness, site, FLOOD);
        harness.advance(minutes(1));
    }
    let expected = [
        ("00:01:00".into(), 1, sites(&["b"])),
        ("00:02:00".into(), 2, sites(&["b", "c"])),
        ("00:03:00".into(), 3, sites(&["b", "c"])),
    ];
    assert_eq!(copies(&mut harness), expected);
}

#[test]
fn a_withdrawn_article_and_a_forgotten_one_are_told_of_no_more() {
    let mut harness = harness_with(Settings { window_days: 1, ..Settings::default() });
    tell(&mut harness, "a", FLOOD);
    tell(&mut harness, "b", FLOOD);
    let page = "https://a.example/1".to_owned();
    let recount = Recount { page: page.clone(), fetched_at: harness.now(), replay: 1, stories: 0 };
    let value = serde_json::to_vec(&recount).unwrap();
    harness.record_with_headers(page, model::json_headers("recount"), Some(&value));
    harness.advance(minutes(10));
    assert_eq!((copies(&mut harness), harness.next_at()), (vec![], None));
    // Told again, with what came meanwhile.
    harness.restart();
    tell(&mut harness, "a", FLOOD);
    harness.advance(minutes(10));
    assert_eq!(copies(&mut harness), [("00:20:00".into(), 1, sites(&["b"]))]);
    harness.advance(SignedDuration::from_hours(48));
    for number in 0..3 {
        tell(&mut harness, "c", &format!("{FIRE} That was the fire of day {number}, of which more is told."));
    }
    tell(&mut harness, "d", FLOOD);
    tell(&mut harness, "b", FLOOD);
    harness.advance(minutes(10));
    assert_eq!(copies(&mut harness).len(), 1, "of the article at d");
    assert!(harness.dead_letters().is_empty());
}

#[test]
fn a_count_that_cannot_be_published_is_tried_again() {
    let harness = Harness::new("deduper", "stories", || Deduper::new(Settings::default()), START);
    let mut harness = harness.with_topic(ARTICLES, 4, 1 << 20).with_topic(DUPLICATES, 4, 1 << 20);
    tell(&mut harness, "a", FLOOD);
    tell(&mut harness, "b", FLOOD);
    harness.advance(minutes(10));
    let letters = harness.dead_letters();
    assert!(letters.iter().map(|(reason, _)| reason).eq(["unknown_topic"]), "{letters:?}");
    let mut harness = harness.with_topic(COPIES, 4, 1 << 20);
    harness.advance(minutes(60));
    assert_eq!(copies(&mut harness), [("01:10:00".into(), 1, sites(&["b"]))]);
}

#[test]
fn a_count_of_another_version_stops_the_stage() {
    let mut harness = harness();
    tell(&mut harness, "a", FLOOD);
    harness.plant(&[b"c".as_slice(), &[7; 16]].concat(), &[4; 25]);
    let fault = harness.try_restart().unwrap_err();
    assert_eq!(fault.remedy(), stream::Remedy::Stop);
    assert!(fault.message.contains("count of copies has format 4"), "{fault}");
}
