//! An index made of the stored entries says and changes what the one would that lived on.

use std::collections::BTreeMap;

use dedup::{Changes, Index, Settings};
use jiff::Timestamp;
use model::Story;
use proptest::prelude::*;

use crate::story::{Memory, part, story};

/// A story of a few reports, headlines and pages, and the seconds since the one before.
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
