//! An index made of the stored entries says and changes what the one would that lived on.

use std::collections::BTreeMap;

use dedup::{Changes, Index, Settings};
use jiff::Timestamp;
use model::Story;
use proptest::prelude::*;

use crate::story::{Memory, part, story, word};

/// Stories of a few reports, headlines and pages, each with when it is seen, at most `step` seconds after the one before.
fn sightings(step: i64) -> impl Strategy<Value = Vec<(Story, i64)>> {
    let words = |report: u64, count: u64| (0..count).map(move |word| format!("w{}", report * 1_000 + word));
    let text = (0..8_u64, 0..8_u64, 0..5_u8, 0..40_usize).prop_map(move |(report, other, edit, at)| {
        let mut text: Vec<String> = words(report, 40).collect();
        match edit {
            0 => text.iter_mut().skip(at).take(1).for_each(|word| *word = "changed".to_owned()),
            1 => text.extend(words(report + 20, 8)),
            2 => text.extend(words(other, 30)),
            _ => {}
        }
        text.join(" ")
    });
    let one = (text, 0..3_u8, 0..6_u8, prop::option::of((1..4_u32, 0..3_u32)), 0..3_i64, 0..step);
    prop::collection::vec(one, 1..60).prop_map(|all| {
        let mut now = 100;
        let sighting =
            |(text, title, page, place, before, step): (String, u8, u8, Option<(u32, u32)>, i64, i64)| {
                now += step;
                let (page, title) = (format!("https://{page}.example/x"), format!("Title {title}"));
                let story = match place {
                    Some((number, further)) => {
                        part(&page, number, number + further, &title, &text, now - before)
                    }
                    None => story(&page, &title, &text, now - before),
                };
                (story, now)
            };
        all.into_iter().map(sighting).collect()
    })
}

/// A log of transactions, each in the order of its keys, and what comes of it.
fn of_log(log: &[BTreeMap<Vec<u8>, Option<Vec<u8>>>], settings: &Settings) -> Index {
    let mut index = Index::new(settings.clone());
    log.iter().flatten().for_each(|(key, value)| index.set(key, value.as_deref()));
    index.restored();
    index
}

fn lives_on_as_restored(sightings: &[(Story, i64)], settings: &Settings) -> Result<(), TestCaseError> {
    let mut memory = Memory::new();
    let mut living = memory.index(settings);
    let mut log = Vec::<BTreeMap<Vec<u8>, Option<Vec<u8>>>>::new();
    for (number, (story, now)) in sightings.iter().enumerate() {
        let now = Timestamp::from_second(*now).unwrap();
        let said: (_, Changes) = living.observe(story, now);
        prop_assert_eq!(&memory.index(settings).observe(story, now), &said, "by key, story {}", number);
        prop_assert_eq!(&of_log(&log, settings).observe(story, now), &said, "by log, story {}", number);
        if number % 4 == 0 {
            log.push(BTreeMap::new());
        }
        log.last_mut().unwrap().extend(said.1.iter().cloned());
        memory.set(&mut living, said.1);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_restart_changes_nothing(sightings in sightings(3)) {
        lives_on_as_restored(&sightings, &Settings::default())?;
    }

    #[test]
    fn nor_where_there_is_no_room(sightings in sightings(3)) {
        lives_on_as_restored(&sightings, &Settings { max_stories: 8, ..Settings::default() })?;
    }

    #[test]
    fn nor_where_the_window_passes(sightings in sightings(30_000)) {
        lives_on_as_restored(&sightings, &Settings { window_days: 1, ..Settings::default() })?;
    }
}

/// Observes stories of these hosts and texts, and says what came of the last one, also after a restart.
fn last_of(stories: &[(&str, &str)], settings: &Settings) -> [(&'static str, Changes); 2] {
    let mut memory = Memory::new();
    let mut index = memory.index(settings);
    let mut last = None;
    for ((host, text), at) in stories.iter().zip(100..) {
        let (story, now) = (
            story(&format!("https://{host}.example/x"), "Title", text, at),
            Timestamp::from_second(at).unwrap(),
        );
        let [said, restored] = [&index, &memory.index(settings)].map(|index| {
            let (verdict, changes) = index.observe(&story, now);
            (word(&verdict), changes)
        });
        memory.set(&mut index, said.1.clone());
        last = Some([said, restored]);
    }
    last.unwrap()
}

/// A brief text, and a long one that has most of it and none of its anchors.
fn brief_and_long() -> (String, String) {
    let words =
        |from: u32, count: u32| (from..from + count).map(|word| format!(" w{word}")).collect::<String>();
    let brief = format!("changed{}", words(1001, 39));
    (brief, format!("w1000{}{}", words(1001, 39), words(3000, 30)))
}

#[test]
fn a_revised_story_is_not_found_by_what_it_told_before() {
    let (brief, long) = brief_and_long();
    let [said, restored] = last_of(&[("a", &brief), ("a", &long)], &Settings::default());
    assert_eq!((said.0, &said), ("revision", &restored));
    let [said, restored] = last_of(&[("a", &brief), ("a", &long), ("b", &brief)], &Settings::default());
    assert_eq!((said.0, &said), ("new", &restored));
}

#[test]
fn nor_is_a_story_by_what_a_forgotten_one_told() {
    let (brief, long) = brief_and_long();
    let settings = Settings { max_stories: 1, ..Settings::default() };
    // The third would get the first one's place in memory.
    let stories = [("a", brief.as_str()), ("b", "Nothing else."), ("c", &long), ("d", &brief)];
    let [said, restored] = last_of(&stories, &settings);
    assert_eq!((said.0, &said), ("new", &restored));
}
