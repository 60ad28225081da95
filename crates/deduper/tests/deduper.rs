//! The stage in simulated time.
#![allow(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

use dedup::Settings;
use deduper::Deduper;
use jiff::SignedDuration;
use model::{
    Article, Change, Changed, Duplicate, DuplicateReason, PageRef, Recount, Replay, Source, Status, Story,
};
use stream::Keep;
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
    assert_eq!((one.updated_at, two.updated_at), (None, longer.fetched_at));
    assert_eq!(one.change, None);
    let Some(Change { what: Changed::Text, words }) = two.change else { panic!("{:?}", two.change) };
    assert!((0.16..0.19).contains(&words), "4 of 23 words: {words}");
}

#[test]
fn a_revision_says_what_changed() {
    let told = |title: &str, text: &str, url: &str| {
        let mut harness = harness();
        hand_in(&mut harness, &part(1, "Flood", FLOOD));
        let later = Story {
            title: Some(title.into()),
            text: text.into(),
            url: Some(url.into()).filter(|url: &String| !url.is_empty()),
            fetched_at: Some("2026-01-02T01:00:00Z".parse().unwrap()),
            ..part(1, "", "")
        };
        hand_in(&mut harness, &later);
        let articles = articles(&mut harness);
        let [_, two] = articles.as_slice() else { panic!("{articles:?}") };
        assert_eq!((two.revision, two.updated_at), (2, later.fetched_at));
        two.change
    };
    let moved = FLOOD.replace("lower town", "old harbour");
    assert_eq!(told("The flood", FLOOD, ""), Some(Change { what: Changed::Title, words: 0.0 }));
    for (title, what) in [("Flood", Changed::Text), ("The flood", Changed::Both)] {
        let change = told(title, &moved, "").unwrap();
        assert_eq!(change.what, what);
        assert!(change.words > 0.0 && change.words < 0.3, "2 of 19 words: {change:?}");
    }
    // Its own address is all that is new.
    assert_eq!(told("Flood", FLOOD, "https://a.example/flood"), None);
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
    harness.plant(&[b"s".as_slice(), &[7; 16]].concat(), &[4; 25]);
    let fault = harness.try_restart().unwrap_err();
    assert_eq!(fault.remedy(), stream::Remedy::Stop);
    assert!(fault.message.contains("format 4"), "{fault}");
}

/// A story of a page of several, by its place.
fn part(part: u32, title: &str, text: &str) -> Story {
    Story {
        page: PageRef { url: Some("https://a.example/news".into()), part, parts: 3 },
        url: None,
        title: Some(title.into()),
        ..story("https://a.example/news", text, "2026-01-01T23:59:00Z")
    }
}

fn hand_in_again(harness: &mut Harness<Deduper>, story: &Story, replay: Replay) {
    let mut headers = model::json_headers("story");
    headers.push(replay.header());
    let page = story.page.url.clone().unwrap_or_default();
    harness.record_with_headers(page, headers, Some(&serde_json::to_vec(story).unwrap()));
}

fn recount(harness: &mut Harness<Deduper>, replay: i64, stories: u32) {
    let page = "https://a.example/news".to_owned();
    let recount =
        Recount { page: page.clone(), fetched_at: "2026-01-01T23:59:00Z".parse().unwrap(), replay, stories };
    let value = serde_json::to_vec(&recount).unwrap();
    harness.record_with_headers(page, model::json_headers("recount"), Some(&value));
}

/// Number, status and title of each article that came out.
fn told(harness: &mut Harness<Deduper>) -> Vec<(u32, Status, Option<String>)> {
    articles(harness)
        .into_iter()
        .map(|article| (article.revision, article.status, article.story.title))
        .collect()
}

const FIRE: &str = "A fire in the old mill was put out before noon, and nobody was hurt, the brigade said.";
const MARKET: &str =
    "The market on the square will open an hour earlier from June, the council decided today.";

#[test]
fn a_replay_publishes_what_changed_and_withdraws_what_is_told_no_more() {
    use Status::{Published, Withdrawn};
    let mut harness = harness();
    let (flood, fire, market) = (part(1, "Flood", FLOOD), part(2, "Fire", FIRE), part(3, "Market", MARKET));
    for story in [&flood, &fire, &market] {
        hand_in(&mut harness, story);
    }
    assert_eq!(told(&mut harness).len(), 3);
    // Cut anew: another title, another text and place, one story fewer; all by the same splitter.
    let flood = Story { title: Some("The flood".into()), ..flood };
    let market = Story { text: format!("{MARKET} Stalls are let on Monday."), ..part(2, "Market", MARKET) };
    for (replay, expected) in [
        (
            1,
            vec![
                (2, Published, Some("The flood".into())),
                (2, Published, Some("Market".into())),
                (2, Withdrawn, None),
            ],
        ),
        // The same again: nothing.
        (2, vec![]),
    ] {
        hand_in_again(&mut harness, &flood, Replay::Pages(replay));
        hand_in_again(&mut harness, &market, Replay::Pages(replay));
        recount(&mut harness, replay, 2);
        assert_eq!(told(&mut harness), expected);
    }
    // It was a story after all.
    hand_in_again(&mut harness, &fire, Replay::Pages(3));
    assert_eq!(told(&mut harness), [(3, Published, Some("Fire".into()))]);
    assert!(harness.dead_letters().is_empty());
}

#[test]
fn a_page_without_stories_withdraws_all_that_it_told() {
    let mut harness = harness();
    for story in [part(1, "Flood", FLOOD), part(2, "Fire", FIRE)] {
        hand_in(&mut harness, &story);
    }
    let alone =
        Story { page: PageRef { part: 1, parts: 1, ..part(1, "", "").page }, ..part(1, "Market", MARKET) };
    hand_in(&mut harness, &alone);
    told(&mut harness);
    recount(&mut harness, 1, 0);
    let withdrawn = articles(&mut harness);
    assert_eq!(withdrawn.len(), 3);
    for article in withdrawn {
        // The fetch of the page that was split again.
        assert_eq!((article.updated_at, article.change), (part(1, "", "").fetched_at, None));
    }
    recount(&mut harness, 2, 0);
    assert_eq!(told(&mut harness).len(), 0);
}

#[test]
fn a_withdrawn_text_is_anothers_to_tell() {
    let mut harness = harness();
    hand_in(&mut harness, &part(1, "Flood", FLOOD));
    recount(&mut harness, 1, 0);
    hand_in(&mut harness, &story("https://b.example/9", FLOOD, START));
    let told = told(&mut harness);
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[2], (1, Status::Published, Some("Flood".into())));
}

#[test]
fn nothing_is_withdrawn_where_not_all_came_or_a_newer_version_is_known() {
    let mut harness = harness();
    let (flood, fire) = (part(1, "Flood", FLOOD), part(2, "Fire", FIRE));
    hand_in(&mut harness, &flood);
    hand_in(&mut harness, &fire);
    told(&mut harness);
    // Two replays at once.
    hand_in_again(&mut harness, &flood, Replay::Pages(1));
    hand_in_again(&mut harness, &flood, Replay::Pages(2));
    recount(&mut harness, 1, 1);
    recount(&mut harness, 2, 1);
    assert_eq!(told(&mut harness), []);
    // The page was fetched again since.
    let later = Story { fetched_at: Some("2026-01-02T00:30:00Z".parse().unwrap()), ..fire };
    hand_in(&mut harness, &later);
    hand_in_again(&mut harness, &Story { title: Some("Old".into()), ..part(2, "", FIRE) }, Replay::Stories);
    recount(&mut harness, 3, 0);
    let told = told(&mut harness);
    assert_eq!(told, [(2, Status::Withdrawn, None)], "the flood, which only the old version tells");
}

#[test]
fn a_story_that_is_handled_again_alone_leaves_no_trace_of_its_replay() {
    let mut harness = harness();
    let flood = part(1, "Flood", FLOOD);
    hand_in(&mut harness, &flood);
    told(&mut harness);
    let entries = harness.task().state().len();
    hand_in_again(&mut harness, &flood, Replay::Stories);
    assert_eq!(harness.task().state().len(), entries);
    hand_in_again(&mut harness, &Story { title: Some("A flood".into()), ..flood }, Replay::Stories);
    assert_eq!(told(&mut harness), [(2, Status::Published, Some("A flood".into()))]);
}
