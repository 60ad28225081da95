//! How widely a report ran.

use std::collections::{BTreeMap, BTreeSet};

use dedup::{Changes, Index, Settings, Verdict};
use jiff::Timestamp;
use model::{Copies, Id, Recount, Story};
use proptest::prelude::*;

use crate::story::{Memory, story};

/// An index with its state, and what somebody who waits for its copies knows.
struct Desk {
    settings: Settings,
    memory: Memory,
    index: Index,
    waits: BTreeSet<Id>,
    published: BTreeMap<Id, Copies>,
    /// Which article each page's story repeats by its last verdict.
    repeats: BTreeMap<String, Id>,
}

impl Desk {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let memory = Memory::new();
        let index = memory.index(&settings);
        Self {
            settings,
            memory,
            index,
            waits: BTreeSet::new(),
            published: BTreeMap::new(),
            repeats: BTreeMap::new(),
        }
    }

    fn restart(&mut self) {
        self.index = self.memory.index(&self.settings);
    }

    fn set(&mut self, changes: Changes) {
        self.waits.extend(self.index.to_publish(&changes));
        self.memory.set(&mut self.index, changes);
    }

    fn see(&mut self, story: &Story) -> Verdict {
        let (verdict, changes) = self.index.observe(story, story.fetched_at.unwrap_or_default());
        self.set(changes);
        self.note(story, verdict);
        verdict
    }

    fn note(&mut self, story: &Story, verdict: Verdict) {
        let page = story.page.url.clone().unwrap();
        match verdict {
            Verdict::New { .. } => _ = self.repeats.remove(&page),
            Verdict::Duplicate { of, .. } => _ = self.repeats.insert(page, of),
            Verdict::Revision { .. } | Verdict::Unchanged { .. } => {}
        }
    }

    /// The time has come: everything is published for which somebody waits. Says how much that was.
    fn publish(&mut self) -> usize {
        let waits = std::mem::take(&mut self.waits);
        let mut told = 0;
        for article in waits {
            let Some((copies, changes)) = self.index.copies(article, Timestamp::UNIX_EPOCH) else { continue };
            assert!(self.index.to_publish(&changes).is_empty());
            self.set(changes);
            assert_ne!(self.published.insert(article, copies.clone()), Some(copies), "nothing twice");
            told += 1;
        }
        told
    }

    /// How many stories repeat each article.
    fn counts(&self) -> BTreeMap<Id, u32> {
        let mut counts = BTreeMap::new();
        self.repeats.values().for_each(|of| *counts.entry(*of).or_default() += 1);
        counts
    }

    fn assert_all_is_published(&self) {
        let published = self.published.iter().map(|(id, copies)| (*id, copies.copies));
        assert_eq!(published.filter(|(_, copies)| *copies > 0).collect::<BTreeMap<_, _>>(), self.counts());
        for (id, copies) in &self.published {
            assert_eq!(copies.of, *id);
            let pages: BTreeSet<_> = copies.also_at.iter().map(|copy| copy.url.clone().unwrap()).collect();
            assert_eq!(pages.len(), copies.also_at.len(), "each once: {copies:#?}");
            assert!(pages.iter().all(|page| self.repeats.get(page) == Some(id)), "{copies:#?}");
        }
    }
}

/// Reports that have nothing in common, each with a few versions that are one report.
fn report(number: u8, version: u8) -> String {
    let words: Vec<String> = (0..30).map(|word| format!("word{number}x{word}")).collect();
    format!("{}{}", words.join(" "), " and more".repeat(version.into()))
}

fn page(number: u8, text: &str, at: i64) -> Story {
    story(&format!("https://{number}.example/x"), &format!("Title {number}"), text, at)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn each_copy_is_counted_once_while_it_is_one(
        steps in prop::collection::vec((0..8_u8, 0..4_u8, 0..3_u8, 0..6_u8), 1..40),
    ) {
        let mut desk = Desk::new();
        for (at, (number, told, version, then)) in (1..).zip(steps) {
            desk.see(&page(number, &report(told, version), at));
            match then {
                0 => _ = desk.publish(),
                1 => desk.restart(),
                _ => {}
            }
        }
        desk.publish();
        desk.assert_all_is_published();
        prop_assert_eq!(desk.publish(), 0);
    }

    #[test]
    fn a_replay_has_nothing_to_publish(
        steps in prop::collection::vec((0..8_u8, 0..4_u8, 0..3_u8), 1..30),
    ) {
        let stories: Vec<Story> = (1..).zip(steps)
            .map(|(at, (number, told, version))| page(number, &report(told, version), at))
            .collect();
        let mut desk = Desk::new();
        stories.iter().for_each(|story| _ = desk.see(story));
        desk.publish();
        stories.iter().for_each(|story| _ = desk.see(story));
        prop_assert!(desk.waits.is_empty());
        desk.assert_all_is_published();
    }

    #[test]
    fn the_first_to_carry_it_are_listed(order in Just((1..30_u8).collect::<Vec<_>>()).prop_shuffle()) {
        let mut desk = Desk::new();
        let of = desk.see(&page(0, &report(0, 0), 0)).article();
        for number in order {
            desk.see(&page(number, &report(0, 0), number.into()));
        }
        desk.publish();
        let copies = &desk.published[&of];
        prop_assert_eq!(copies.copies, 29);
        let listed: Vec<_> = copies.also_at.iter().map(|copy| copy.fetched_at.unwrap().as_second()).collect();
        prop_assert_eq!(listed, (1..=20).collect::<Vec<_>>());
    }
}

#[test]
fn a_copy_that_becomes_an_article_or_moves_is_taken_off() {
    let mut desk = Desk::new();
    let (one, two) =
        (desk.see(&page(0, &report(0, 0), 1)).article(), desk.see(&page(1, &report(1, 0), 1)).article());
    for number in 2..5 {
        desk.see(&page(number, &report(0, 0), 2));
    }
    assert_eq!(desk.publish(), 1);
    assert_eq!(desk.published[&one].copies, 3);
    // A little changed it stays a copy, and there is nothing to say.
    assert!(matches!(desk.see(&page(2, &report(0, 1), 3)), Verdict::Unchanged { .. }));
    assert_eq!(desk.publish(), 0);
    assert!(matches!(desk.see(&page(3, &report(1, 0), 3)), Verdict::Duplicate { of, .. } if of == two));
    assert!(matches!(desk.see(&page(4, &report(2, 0), 3)), Verdict::New { .. }));
    assert_eq!(desk.publish(), 2);
    assert_eq!((desk.published[&one].copies, desk.published[&two].copies), (1, 1));
    desk.assert_all_is_published();
    // The last one goes too: there is none, which is said, and nothing is left of it.
    desk.see(&page(2, &report(3, 0), 4));
    desk.see(&page(3, &report(4, 0), 4));
    let entries = desk.memory.len();
    assert_eq!(desk.publish(), 2);
    assert_eq!((desk.published[&one].copies, &desk.published[&one].also_at), (0, &Vec::new()));
    assert_eq!(desk.memory.len(), entries - 2);
}

#[test]
fn what_came_and_left_before_it_was_published_leaves_nothing() {
    let mut desk = Desk::new();
    desk.see(&page(0, &report(0, 0), 1));
    let before = desk.memory.len();
    desk.see(&page(1, &report(0, 0), 1));
    assert_eq!(desk.memory.len(), before + 3, "the copy, its article as it was seen, and the count");
    desk.see(&page(1, &report(1, 0), 2));
    assert_eq!(desk.publish(), 0);
    assert_eq!(desk.memory.len(), before + 2, "its article as it was seen, and the article that it is now");
}

#[test]
fn what_is_listed_counts_as_memory() {
    let bytes = |max_also_at: u32| {
        let mut desk = Desk::with(Settings { max_also_at, ..Settings::default() });
        for number in 0..9 {
            desk.see(&page(number, &report(0, 0), number.into()));
        }
        desk.index.bytes()
    };
    let listed = bytes(8) - bytes(0);
    assert!((8 * 40..8 * 200).contains(&listed), "{listed} bytes for 8 copies");
}

#[test]
fn the_count_goes_with_its_article() {
    let mut desk = Desk::new();
    let of = desk.see(&page(0, &report(0, 0), 1)).article();
    desk.see(&page(1, &report(0, 0), 1));
    assert_eq!(desk.publish(), 1);
    let later = 40 * 86_400;
    for (number, at) in (2..6).zip(later..) {
        desk.see(&page(number, &report(number, 0), at));
    }
    assert_eq!(desk.memory.len(), 4, "the later stories");
    // The same article once more begins anew.
    desk.repeats.clear();
    assert_eq!(desk.see(&page(0, &report(0, 0), later + 9)).article(), of);
    desk.see(&page(7, &report(0, 0), later + 9));
    assert_eq!(desk.publish(), 1);
    assert_eq!(desk.published[&of].copies, 1);
}

#[test]
fn a_story_that_takes_the_name_of_a_forgotten_one_does_not_take_its_copies() {
    let mut desk = Desk::new();
    let of = desk.see(&page(0, &report(0, 0), 1)).article();
    desk.see(&page(1, &report(0, 0), 1));
    desk.publish();
    // It would be swept out at the end of this very look.
    assert!(matches!(desk.see(&page(0, &report(1, 0), 40 * 86_400)), Verdict::New { id } if id == of));
    desk.repeats.clear();
    desk.see(&page(2, &report(1, 0), 40 * 86_400));
    desk.publish();
    assert_eq!(desk.published[&of].copies, 1);
}

#[test]
fn of_a_withdrawn_article_nothing_is_said_until_it_is_told_again() {
    let mut desk = Desk::new();
    let first = page(0, &report(0, 0), 1);
    let of = desk.see(&first).article();
    desk.see(&page(1, &report(0, 0), 1));
    desk.see(&page(2, &report(0, 0), 1));
    desk.publish();
    let page_url = first.page.url.clone().unwrap();
    let recount = Recount { page: page_url, fetched_at: first.fetched_at.unwrap(), replay: 1, stories: 0 };
    let (withdrawn, changes) = desk.index.recount(&recount, Timestamp::from_second(2).unwrap());
    assert_eq!(withdrawn.len(), 1);
    desk.set(changes);
    // A copy goes its own way.
    assert!(matches!(desk.see(&page(1, &report(1, 0), 3)), Verdict::New { .. }));
    assert_eq!(desk.publish(), 0);
    desk.restart();
    assert!(matches!(desk.see(&page(0, &report(0, 0), 4)), Verdict::Revision { id, .. } if id == of));
    assert_eq!(desk.publish(), 1);
    assert_eq!(desk.published[&of].copies, 1);
    desk.assert_all_is_published();
}
