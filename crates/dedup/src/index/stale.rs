//! What postings lead to and should not: by an anchor that a text had, to a story that is forgotten or was revised.
//!
//! What anchors a text had is not kept. So no other story gets a forgotten one's number, and a revised one's anchors are
//! kept beside it, until a round has gone through all postings: a few shards with each number that comes.

use super::slots::Slots;
use super::{Index, of_id, text_and_urls};
use crate::near::SHARDS;

/// With so many numbers, or a number for so many stories, a round has gone through all shards.
const LEAST_OF_A_ROUND: usize = 1 << 10;
const STORIES_FOR_ONE: usize = 32;
/// With each number that comes so many are settled, of those that a round has swept.
const SETTLED_FOR_ONE: usize = 16;

/// Numbers that postings may lead to wrongly.
#[derive(Default)]
pub(super) struct Stale {
    /// Those that were there when this round began: nothing leads to them wrongly when it ends.
    of_this_round: Numbers,
    /// Those that came since.
    of_the_next: Numbers,
    /// Those of the rounds before that are to be settled.
    swept: Vec<u32>,
    /// The shard that is next.
    shard: usize,
    /// What there was of a shard's share beyond whole shards.
    rest: usize,
}

impl Stale {
    /// Whether something may lead wrongly to a number.
    pub(super) fn has(&self, number: u32) -> bool {
        self.of_this_round.has(number) || self.of_the_next.has(number)
    }

    /// The bytes that all of it takes.
    pub(super) fn bytes(&self) -> usize {
        self.of_this_round.bytes() + self.of_the_next.bytes() + self.swept.capacity() * size_of::<u32>()
    }

    /// Whether a number is to be settled.
    #[cfg(test)]
    pub(super) fn waits(&self, number: u32) -> bool {
        self.swept.contains(&number)
    }

    fn is_empty(&self) -> bool {
        self.of_this_round.list.is_empty() && self.of_the_next.list.is_empty()
    }

    /// How many shards are due for one number more, of an index with so many stories.
    fn due(&mut self, stories: usize) -> usize {
        let numbers = (stories / STORIES_FOR_ONE).max(LEAST_OF_A_ROUND);
        let due = self.rest + SHARDS;
        self.rest = due % numbers;
        due / numbers
    }
}

/// A set of numbers.
#[derive(Default)]
struct Numbers {
    list: Vec<u32>,
    bits: Vec<u64>,
}

impl Numbers {
    fn add(&mut self, number: u32) {
        let (word, bit) = place(number);
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        let Some(bits) = self.bits.get_mut(word) else { return };
        if *bits & bit == 0 {
            *bits |= bit;
            self.list.push(number);
        }
    }

    fn has(&self, number: u32) -> bool {
        let (word, bit) = place(number);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn clear(&mut self) {
        for number in self.list.drain(..) {
            if let Some(bits) = self.bits.get_mut(place(number).0) {
                *bits = 0;
            }
        }
    }

    fn bytes(&self) -> usize {
        self.list.capacity() * size_of::<u32>() + self.bits.capacity() * size_of::<u64>()
    }
}

/// The word of a number's bit, and the bit.
fn place(number: u32) -> (usize, u64) {
    ((number / u64::BITS) as usize, 1 << (number % u64::BITS))
}

impl Index {
    /// Postings may lead to a number and should not: its story is forgotten, or has another text.
    pub(super) fn retire(&mut self, number: u32) {
        self.stale.of_the_next.add(number);
        self.settle(SETTLED_FOR_ONE);
        for _ in 0..self.stale.due(self.slots.len()) {
            self.sweep();
        }
    }

    /// Goes through all postings if there is anything that they may lead to wrongly.
    pub(super) fn sweep_all(&mut self) {
        while !self.stale.is_empty() {
            self.sweep();
        }
        self.settle(usize::MAX);
    }

    fn settle(&mut self, most: usize) {
        for _ in 0..most {
            let Some(number) = self.stale.swept.pop() else { return };
            // It may have been revised or forgotten again.
            if !self.stale.has(number) {
                self.slots.settle(number);
            }
        }
    }

    fn sweep(&mut self) {
        let Self { anchors, names, slots, stale, .. } = self;
        anchors.sweep(stale.shard, &|hash, slot| stale.has(slot) && !slots.has_anchor(slot, hash));
        names.sweep(stale.shard, &|hash, slot| stale.has(slot) && !is_name(slots, slot, hash));
        stale.shard += 1;
        if stale.shard == SHARDS {
            stale.shard = 0;
            // None are left but where very many stories went at once.
            self.settle(usize::MAX);
            let Stale { of_this_round, of_the_next, swept, .. } = &mut self.stale;
            swept.extend(&of_this_round.list);
            of_this_round.clear();
            std::mem::swap(of_this_round, of_the_next);
        }
    }
}

fn is_name(slots: &Slots, slot: u32, hash: u32) -> bool {
    slots.id(slot).map(of_id) == Some(hash) || text_and_urls(slots, slot).any(|name| name == hash)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::Timestamp;
    use model::{Id, PageRef, Story};
    use proptest::prelude::*;

    use super::*;
    use crate::near::Shingles;
    use crate::settings::Settings;

    /// A story of some page, which has other words each time.
    fn story(page: u64, version: i64) -> Story {
        let url = format!("https://a.example/{page}");
        let words: Vec<String> = (0..20).map(|word| format!("w{page}-{version}-{word}")).collect();
        Story {
            page: PageRef { url: Some(url.clone()), part: 1, parts: 1 },
            url: Some(url),
            text: words.join(" "),
            fetched_at: Timestamp::from_second(version).ok(),
            ..Story::blank()
        }
    }

    /// Each posting is of its story, or of a number that is known to be stale.
    fn check(index: &Index, anchors: &HashMap<Id, Vec<u32>>) -> Result<(), TestCaseError> {
        for (hash, number) in index.anchors.all().filter(|(_, number)| !index.stale.has(*number)) {
            let id = index.slots.id(number);
            prop_assert!(id.is_some_and(|id| anchors[&id].contains(&hash)), "{hash:x} leads to {id:?}");
        }
        for (hash, number) in index.names.all().filter(|(_, number)| !index.stale.has(*number)) {
            prop_assert!(is_name(&index.slots, number, hash), "{hash:x} leads to {number}");
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { max_shrink_iters: 32, ..ProptestConfig::with_cases(4) })]

        #[test]
        fn no_posting_leads_to_another_story(pages in prop::collection::vec(0..60_u64, 8_000)) {
            let mut index = Index::new(Settings { max_stories: 40, ..Settings::default() });
            index.restored();
            let (mut anchors, mut rounds) = (HashMap::new(), 0);
            for (page, version) in pages.into_iter().zip(0..) {
                let story = story(page, version);
                let (verdict, changes) = index.observe(&story, Timestamp::UNIX_EPOCH);
                anchors.insert(verdict.article(), Shingles::of(&crate::normal(&story.text)).anchors().collect());
                let shard = index.stale.shard;
                changes.iter().for_each(|(key, value)| index.set(key, value.as_deref()));
                if index.stale.shard < shard {
                    rounds += 1;
                    check(&index, &anchors)?;
                }
            }
            prop_assert!(rounds >= 4, "{rounds} rounds");
            index.sweep_all();
            prop_assert!(index.stale.is_empty());
            check(&index, &anchors)?;
        }
    }
}
