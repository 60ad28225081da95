use dedup::{Forgotten, Index, Settings};
use jiff::Timestamp;

use crate::story::{Memory, story, word};

const DAY: i64 = 86_400;

fn see(memory: &mut Memory, settings: &Settings, page: u32, day: i64) -> &'static str {
    let text = format!("Report number {page} has words of its own, {page} times.");
    let story = story(&format!("https://a.example/{page}"), "Report", &text, 0);
    let now = Timestamp::from_second(day * DAY).unwrap();
    let mut index = memory.index(settings);
    let (verdict, changes) = index.observe(&story, now);
    memory.set(&mut index, changes);
    word(&verdict)
}

fn stories(memory: &Memory, settings: &Settings) -> usize {
    memory.index(settings).len()
}

#[test]
fn a_story_is_forgotten_when_the_window_has_passed_since_it_was_last_seen() {
    let settings = Settings { window_days: 8, ..Settings::default() };
    let mut memory = Memory::new();
    assert_eq!(see(&mut memory, &settings, 1, 0), "new");
    assert_eq!(see(&mut memory, &settings, 2, 0), "new");
    assert_eq!(see(&mut memory, &settings, 1, 6), "unchanged");
    // Story 2 has not been seen since day 0, story 1 since day 6.
    assert_eq!(see(&mut memory, &settings, 3, 10), "new");
    assert_eq!(stories(&memory, &settings), 2);
    assert_eq!(see(&mut memory, &settings, 1, 10), "unchanged");
    assert_eq!(see(&mut memory, &settings, 2, 10), "new");
}

#[test]
fn of_too_many_stories_the_longest_unseen_go() {
    let settings = Settings { max_stories: 10, ..Settings::default() };
    let mut memory = Memory::new();
    for page in 0..100 {
        assert_eq!(see(&mut memory, &settings, page, 1), "new");
        assert!(stories(&memory, &settings) <= 10);
    }
    assert_eq!(see(&mut memory, &settings, 99, 1), "unchanged");
    assert_eq!(see(&mut memory, &settings, 0, 1), "new");
}

#[test]
fn nothing_is_left_of_forgotten_stories() {
    let settings = Settings { window_days: 1, max_stories: 50, ..Settings::default() };
    let mut memory = Memory::new();
    for page in 0..50 {
        see(&mut memory, &settings, page, 0);
    }
    for day in 2..60 {
        see(&mut memory, &settings, 0, day);
    }
    assert_eq!(stories(&memory, &settings), 1);
    assert_eq!(memory.len(), 2, "the story, and what is known of it by now");
}

#[test]
fn a_copy_that_is_seen_keeps_its_article() {
    let settings = Settings { window_days: 8, ..Settings::default() };
    let mut memory = Memory::new();
    let mut see = |host: &str, day: i64| {
        let story = story(&format!("https://{host}.example/x"), "Report", "The same report everywhere.", 0);
        let now = Timestamp::from_second(day * DAY).unwrap();
        let mut index = memory.index(&settings);
        let (verdict, changes) = index.observe(&story, now);
        memory.set(&mut index, changes);
        word(&verdict)
    };
    assert_eq!(see("a", 0), "new");
    assert_eq!(see("b", 1), "duplicate");
    for day in (2..30).step_by(4) {
        assert_eq!(see("b", day), "unchanged");
    }
    assert_eq!(see("c", 31), "duplicate");
}

#[test]
fn no_article_is_forgotten_before_its_copies() {
    let settings = Settings { window_days: 16, ..Settings::default() };
    let (mut index, mut memory) = (Memory::new().index(&settings), Memory::new());
    let mut see = |host: &str, text: &str, day: i64| {
        let story = story(&format!("https://{host}.example/x"), "Report", text, day * DAY);
        let (verdict, changes) = index.observe(&story, Timestamp::from_second(day * DAY).unwrap());
        memory.set(&mut index, changes);
        (word(&verdict), verdict.article())
    };
    let report =
        "The river rose by two metres in the night, and the mayor asked people to leave the lower town.";
    let (_, article) = see("a", report, 0);
    // The copy is seen when its article is not.
    let changed = format!("{report} More");
    assert_eq!(see("b", report, 0), ("duplicate", article));
    assert_eq!(see("b", &changed, 2), ("unchanged", article));
    // What comes when the article would have gone must not take its place.
    for day in [17, 18] {
        see(&format!("new-{day}"), &format!("Report of day {day}, which has words of its own."), day);
    }
    assert_eq!(see("b", &changed, 18), ("unchanged", article));
}

#[test]
fn memory_is_used_up_to_its_bound_and_not_less() {
    let settings = Settings { max_mib: 6, ..Settings::default() };
    let mut index = Index::new(settings);
    index.restored();
    let (mut most, mut crowded) = (0, 0);
    for page in 0..16_000_u32 {
        let words: Vec<String> = (0..30).map(|word| (page * 31 + word).to_string()).collect();
        let story = story(&format!("https://a.example/{page}"), "Report", &words.join(" "), 0);
        let (_, changes) = index.observe(&story, Timestamp::UNIX_EPOCH);
        let forgotten = index.forgotten(&changes, Timestamp::UNIX_EPOCH);
        assert_eq!(forgotten.unseen, 0);
        crowded += forgotten.crowded;
        for (key, value) in changes {
            index.set(&key, value.as_deref());
        }
        most = most.max(index.len());
        // At so little much of it is for the tables themselves.
        assert!(index.len() * 5 >= most * 3, "{} of {most} stories are left", index.len());
        assert!(index.bytes() <= 8 << 20, "{} bytes", index.bytes());
    }
    assert!(crowded > 1_000, "{crowded}");
}

#[test]
fn what_is_forgotten_for_its_age_is_told_apart() {
    let settings = Settings { window_days: 8, ..Settings::default() };
    let mut memory = Memory::new();
    see(&mut memory, &settings, 1, 0);
    let later = Timestamp::from_second(9 * DAY).unwrap();
    let index = memory.index(&settings);
    let (_, changes) = index.observe(&story("https://a.example/2", "Flood", "It rained.", 0), later);
    assert_eq!(index.forgotten(&changes, later), Forgotten { unseen: 1, crowded: 0 });
}
