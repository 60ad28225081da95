//! The poller in simulated time: no network, no log, no clock.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails here fails its test")]

use jiff::SignedDuration;
use model::{Entry, Feed};
use poller::{Answer, Failure, FeedState, NAME, Outcome, Poll, Poller, Settings};
use stream::Keep;
use stream::testing::Harness;
use stream::topics::{ENTRIES, FEEDS};

const URL: &str = "https://a.example/feed";
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

struct World {
    harness: Harness<Poller>,
    feed: Feed,
}

fn settings() -> Settings {
    Settings {
        poll_interval_seconds: 600,
        jitter_percent: 0,
        move_after_seconds: 1_500,
        ..Settings::default()
    }
}

fn world() -> World {
    world_with(settings())
}

/// One feed, just added.
fn world_with(settings: Settings) -> World {
    let make = move || Poller::new(settings.clone());
    let harness = Harness::new(NAME, FEEDS, make, "2026-01-01T00:00:00Z").with_topic(ENTRIES, 4, 1 << 20);
    let mut world = World { harness, feed: Feed::new(URL, "test") };
    world.define();
    world
}

impl World {
    fn define(&mut self) {
        let value = serde_json::to_vec(&self.feed).unwrap();
        self.harness.record(self.feed.id.to_string(), Some(&value));
    }

    /// The polls that are due now.
    fn polls(&mut self) -> Vec<Poll> {
        self.harness.advance(SignedDuration::ZERO);
        self.harness.take_jobs().into_iter().map(|(_, poll)| poll).collect()
    }

    /// Answers the one poll that is due now.
    fn answer(&mut self, outcome: Outcome) -> Poll {
        self.harness.advance(SignedDuration::ZERO);
        let mut jobs = self.harness.take_jobs();
        let (job, poll) = jobs.pop().expect("a poll is due");
        assert!(jobs.is_empty());
        self.harness.finish(&job, outcome);
        poll
    }

    fn state(&self) -> FeedState {
        let key = format!("feed/{}", self.feed.id);
        FeedState::read(self.harness.task().state().get(key.as_bytes()).unwrap()).unwrap()
    }

    /// Minutes until the next poll.
    fn wait(&self) -> i64 {
        let next = self.state().next_poll_at.unwrap();
        assert_eq!(self.harness.next_at(), Some(next));
        next.duration_since(self.harness.now()).as_mins()
    }

    /// The titles of the entries since the last call.
    fn titles(&mut self) -> Vec<String> {
        self.entries().into_iter().map(|entry| entry.text.title.unwrap_or_default()).collect()
    }

    fn entries(&mut self) -> Vec<Entry> {
        let records = self.harness.take_emitted(ENTRIES);
        let entry = |record: &stream::Output| {
            let entry: Entry = serde_json::from_slice(record.value.as_deref().unwrap()).unwrap();
            assert_eq!(record.key, entry.id.to_string().into_bytes());
            assert_eq!(
                record.partition,
                stream::partition_of(model::host_key(&entry.link).unwrap().as_bytes(), 4)
            );
            entry
        };
        records.iter().map(entry).collect()
    }
}

fn item(id: u32, title: &str) -> String {
    format!(
        "<item><guid isPermaLink='false'>{id}</guid><title>{title}</title><link>https://a.example/{id}</link></item>"
    )
}

fn rss(items: &[String]) -> Outcome {
    let body = format!("<rss version='2.0'><channel><title>A</title>{}</channel></rss>", items.concat());
    ok(body.into_bytes())
}

fn ok(body: Vec<u8>) -> Outcome {
    let answer = Answer {
        status: 200,
        etag: Some("\"1\"".into()),
        last_modified: Some("Thu, 01 Jan 2026 00:00:00 GMT".into()),
        body: body.into(),
        ..status(200)
    };
    Outcome::Answered(answer)
}

fn status(status: u16) -> Answer {
    Answer { url: URL.into(), status, ..Answer::default() }
}

fn fails(is_local: bool) -> Outcome {
    Outcome::Failed(Failure { message: "can't connect".into(), is_local })
}

fn permanently_redirected(outcome: Outcome, to: &str) -> Outcome {
    match outcome {
        Outcome::Answered(answer) => Outcome::Answered(Answer { permanent_url: Some(to.into()), ..answer }),
        Outcome::Failed(_) => outcome,
    }
}

#[test]
fn announces_new_and_changed_entries_and_no_others() {
    let mut world = world();
    let first = world.answer(rss(&[item(2, "Two"), item(1, "One")]));
    assert_eq!((first.url.as_str(), first.etag, first.last_modified), (URL, None, None));
    let entries = world.entries();
    // The oldest first, as it stands at the end of the document.
    let titles: Vec<_> = entries.iter().filter_map(|entry| entry.text.title.as_deref()).collect();
    assert_eq!(titles, ["One", "Two"]);
    assert_eq!((entries[0].feed, entries[0].feed_title.as_deref()), (world.feed.id, Some("A")));
    assert_eq!((entries[0].link.as_str(), entries[0].seen_at), ("https://a.example/1", world.harness.now()));
    assert_eq!(world.wait(), 10);

    world.harness.advance(10 * MINUTE);
    let second = world.answer(rss(&[item(3, "Three"), item(2, "Two, corrected"), item(1, "One")]));
    assert_eq!(second.etag.as_deref(), Some("\"1\""));
    let changed = world.entries();
    assert_eq!(
        changed.iter().map(|e| e.text.title.as_deref().unwrap()).collect::<Vec<_>>(),
        ["Two, corrected", "Three"]
    );
    assert_eq!(changed[0].id, entries[1].id);
}

#[test]
fn an_unchanged_document_announces_nothing_and_stores_its_validators() {
    let mut world = world();
    world.answer(rss(&[item(1, "One")]));
    world.titles();
    for outcome in
        [rss(&[item(1, "One")]), Outcome::Answered(Answer { etag: Some("\"2\"".into()), ..status(304) })]
    {
        world.harness.advance(10 * MINUTE);
        world.answer(outcome);
        assert!(world.titles().is_empty());
        assert_eq!(world.wait(), 10);
    }
    let state = world.state();
    assert_eq!(state.etag.as_deref(), Some("\"2\""));
    assert_eq!(state.last_modified.as_deref(), Some("Thu, 01 Jan 2026 00:00:00 GMT"));
    // Another document is read although the entry is known.
    world.harness.advance(10 * MINUTE);
    world.answer(rss(&[item(1, "One"), item(2, "Two")]));
    assert_eq!(world.titles(), ["Two"]);
}

#[test]
fn failures_are_counted_and_waited_out_and_a_good_answer_ends_them() {
    let mut world = world();
    let html = ok(b"<!doctype html><link rel='alternate' type='application/rss+xml' href='/rss'>".to_vec());
    let unavailable = || Outcome::Answered(status(503));
    let mut waits = Vec::new();
    for outcome in [html, unavailable(), unavailable(), fails(false)] {
        world.answer(outcome);
        waits.push(world.wait());
        world.harness.advance(SignedDuration::from_mins(world.wait()));
    }
    assert_eq!(waits, [20, 40, 80, 160]);
    let error = world.state().last_error.unwrap();
    assert_eq!((error.outcome.as_str(), error.message.as_str()), ("no_answer", "can't connect"));
    // Nothing of what was no feed is remembered: the same request as the first.
    assert_eq!(world.answer(rss(&[item(1, "One")])).etag, None);
    let state = world.state();
    assert_eq!((state.failures, state.last_error, world.wait()), (0, None, 10));
    assert_eq!(world.titles(), ["One"]);
    assert!(world.harness.dead_letters().is_empty());
}

#[test]
fn an_error_stands_since_it_began_and_names_the_way_out() {
    let mut world = world();
    let page = || ok(b"<html><link rel='alternate' type='application/rss+xml' href='/rss'>".to_vec());
    let began = world.harness.now();
    for _ in 0..3 {
        world.answer(page());
        world.harness.advance(SignedDuration::from_mins(world.wait()));
    }
    let error = world.state().last_error.unwrap();
    assert_eq!((error.outcome.as_str(), error.since), ("not_a_feed", began));
    assert!(error.message.ends_with("use a feed that it names: https://a.example/rss"), "{}", error.message);
}

#[test]
fn the_server_is_left_alone_as_long_as_it_asks() {
    let mut world = world();
    let retry_after = Some(SignedDuration::from_hours(3));
    world.answer(Outcome::Answered(Answer { retry_after, ..status(429) }));
    assert_eq!(world.wait(), 180);
}

#[test]
fn an_outage_of_our_own_is_not_held_against_the_feed() {
    let mut world = world();
    world.answer(Outcome::Answered(status(500)));
    world.harness.advance(20 * MINUTE);
    for _ in 0..1_000 {
        world.answer(fails(true));
        assert_eq!(world.wait(), 1);
        world.harness.advance(MINUTE);
    }
    assert_eq!((world.state().failures, world.state().retired_at), (1, None));
    world.answer(rss(&[item(1, "One")]));
    assert_eq!(world.titles(), ["One"]);
}

#[test]
fn a_feed_that_is_gone_is_polled_again_only_when_it_is_added_again() {
    let mut world = world();
    world.answer(rss(&[item(1, "One")]));
    world.titles();
    world.harness.advance(10 * MINUTE);
    world.answer(Outcome::Answered(status(410)));
    assert_eq!(world.state().retired_at, Some(world.harness.now()));
    assert_eq!(world.harness.next_at(), None);
    world.harness.restart();
    world.harness.advance(SignedDuration::from_hours(9_000));
    assert!(world.polls().is_empty());
    world.define();
    world.answer(rss(&[item(1, "One"), item(2, "Two")]));
    assert_eq!((world.titles(), world.state().retired_at), (vec!["Two".to_owned()], None));
}

#[test]
fn a_permanent_redirect_is_kept_when_it_lasts() {
    let mut world = world();
    let moved = || permanently_redirected(rss(&[item(1, "One")]), "https://b.example/feed");
    for expected in [URL, URL, URL, URL] {
        assert_eq!(world.answer(moved()).url, expected);
        world.harness.advance(10 * MINUTE);
    }
    assert_eq!(world.state().moved_to.as_deref(), Some("https://b.example/feed"));
    assert_eq!(world.answer(rss(&[item(1, "One")])).url, "https://b.example/feed");
    assert_eq!(world.state().feed, world.feed);
    assert_eq!(world.titles(), ["One"]);
}

#[test]
fn a_permanent_redirect_that_was_a_slip_is_forgotten() {
    let mut world = world();
    let redirected = || permanently_redirected(rss(&[item(1, "One")]), "https://b.example/feed");
    for outcome in [redirected(), redirected(), rss(&[item(1, "One")]), redirected(), redirected()] {
        world.answer(outcome);
        world.harness.advance(10 * MINUTE);
    }
    assert_eq!(world.state().moved_to, None);
}

#[test]
fn a_feed_that_fails_where_it_had_moved_goes_back_to_its_first_address() {
    for failing in [404, 410] {
        let mut world = world();
        for _ in 0..4 {
            world.answer(permanently_redirected(rss(&[item(1, "One")]), "https://b.example/feed"));
            world.harness.advance(10 * MINUTE);
        }
        let polls = if failing == 410 { 1 } else { 3 };
        for _ in 0..polls {
            assert_eq!(world.answer(Outcome::Answered(status(failing))).url, "https://b.example/feed");
            world.harness.advance(SignedDuration::from_mins(world.wait()));
        }
        let poll = world.answer(rss(&[item(1, "One"), item(2, "Two")]));
        assert_eq!((poll.url.as_str(), poll.etag), (URL, None));
        assert_eq!(world.titles(), ["One", "Two"]);
    }
}

#[test]
fn a_restart_changes_nothing() {
    let mut world = world();
    world.answer(rss(&[item(1, "One")]));
    world.titles();
    world.harness.restart();
    assert_eq!(world.wait(), 10);
    world.harness.advance(10 * MINUTE);
    // It dies while the poll runs: the poll is there again.
    assert_eq!(world.polls().len(), 1);
    world.harness.restart();
    let poll = world.answer(rss(&[item(1, "One"), item(2, "Two")]));
    assert_eq!((poll.etag.as_deref(), world.titles()), (Some("\"1\""), vec!["Two".to_owned()]));
}

#[test]
fn a_removed_feed_leaves_nothing_behind() {
    let mut world = world();
    world.answer(rss(&[item(1, "One")]));
    world.harness.advance(10 * MINUTE);
    let (job, _) = world.harness.take_jobs().pop().unwrap();
    world.harness.record(world.feed.id.to_string(), None);
    world.titles();
    world.harness.finish(&job, rss(&[item(2, "Two")]));
    assert!(world.harness.task().state().is_empty() && world.titles().is_empty());
    assert_eq!(world.harness.next_at(), None);
}

#[test]
fn a_changed_definition_keeps_what_is_known() {
    let mut world = world();
    world.answer(rss(&[item(1, "One")]));
    world.titles();
    world.feed.poll_interval_seconds = Some(3_600);
    world.define();
    world.answer(rss(&[item(1, "One"), item(2, "Two")]));
    assert_eq!((world.titles(), world.wait()), (vec!["Two".to_owned()], 60));
}

#[test]
fn a_poll_that_crashes_for_ever_does_not_stop_its_feed() {
    let mut world = world();
    world.harness.advance(SignedDuration::ZERO);
    for _ in 0..3 {
        let (job, _) = world.harness.take_jobs().pop().unwrap();
        world.harness.crash(&job, "a bug");
    }
    assert_eq!(world.harness.dead_letters().len(), 1);
    world.harness.advance(SignedDuration::from_hours(24));
    world.answer(rss(&[item(1, "One")]));
    assert_eq!(world.titles(), ["One"]);
}

#[test]
fn a_feed_added_again_while_it_is_polled_is_polled_once_more_at_once() {
    for outcome in [rss(&[item(1, "One")]), Outcome::Answered(status(410)), fails(false)] {
        let mut world = world();
        world.harness.advance(SignedDuration::ZERO);
        let (job, _) = world.harness.take_jobs().pop().unwrap();
        world.define();
        world.harness.finish(&job, outcome);
        assert_eq!((world.wait(), world.state().retired_at), (0, None));
        world.answer(rss(&[item(1, "One")]));
        assert_eq!((world.titles(), world.wait()), (vec!["One".to_owned()], 10));
    }
}

#[test]
fn state_of_another_version_stops_the_stage_by_name() {
    for (kind, value) in [("feed", &b"{\"version\":9}"[..]), ("seen", &[9, 1, 2])] {
        let mut world = world();
        let key = format!("{kind}/{}", world.feed.id);
        world.harness.plant(key.as_bytes(), value);
        let fault = world.harness.try_restart().unwrap_err();
        assert_eq!(fault.remedy(), stream::Remedy::Stop);
        assert!(fault.message.contains(&key), "{fault}");
    }
}

#[test]
fn bad_definitions_go_to_dead_letters_with_the_reason() {
    let mut world = world();
    let feed = |url: &str| serde_json::to_vec(&Feed::new(url, "test")).unwrap();
    let id = |url: &str| Feed::id_of(url).to_string();
    world.harness.record("not an id", Some(b"{}"));
    world.harness.record(id(URL), Some(b"{}"));
    world.harness.record(id(URL), Some(&feed("https://b.example/")));
    world.harness.record(id("file:///etc/passwd"), Some(&feed("file:///etc/passwd")));
    let letters = world.harness.dead_letters();
    assert!(letters.iter().all(|(reason, _)| reason == "bad_feed"));
    let said = ["32 hexadecimal digits", "no feed definition", "has the id", "no http or https URL"];
    assert_eq!(letters.len(), said.len());
    for ((_, message), expected) in letters.iter().zip(said) {
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn entries_without_an_address_are_counted_and_large_ones_shortened() {
    let mut world = world_with(Settings { max_entry_bytes: 2_000, ..settings() });
    let large = item(1, "Large").replace(
        "</item>",
        &format!("<description>kept</description><content>{}</content></item>", "x".repeat(3_000)),
    );
    world.answer(rss(&[
        "<item><guid isPermaLink='false'>2</guid><title>No link</title></item>".into(),
        large,
    ]));
    let entries = world.entries();
    assert_eq!((entries.len(), world.state().without_link), (1, 1));
    assert_eq!(
        (entries[0].text.content.as_deref(), entries[0].text.summary.as_deref()),
        (None, Some("kept"))
    );
}

#[test]
fn a_year_of_polls_announces_each_entry_once() {
    let mut world = world_with(Settings { seen_max_entries: 5, ..settings() });
    world.feed.poll_interval_seconds = Some(24 * 3600);
    world.define();
    let mut titles = Vec::new();
    for day in 0..365_u32 {
        // Ten entries are in the document at a time, and one stays in it for good.
        let mut items: Vec<_> = (day..day + 10).rev().map(|n| item(n, &format!("Day {n}"))).collect();
        items.push(item(100_000, "Pinned"));
        world.answer(rss(&items));
        titles.extend(world.titles());
        world.harness.advance(SignedDuration::from_mins(world.wait()));
    }
    let distinct: std::collections::HashSet<_> = titles.iter().collect();
    assert_eq!((distinct.len(), titles.len()), (375, 375));
}
