//! Where hashes were seen: a multimap from 32-bit hashes to numbers of 24 bits, five bytes an entry.

use std::hint::black_box;

/// The most significant byte of a mixed hash chooses a group of shards, the next one a shard; the others are written.
const GROUP: usize = 1 << 8;
/// Shards of all groups.
pub(crate) const SHARDS: usize = GROUP * GROUP;
/// Entries that a shard takes before it sorts them in.
const UNSORTED: usize = 16;
/// Hashes come from the smallest ones of texts, and are spread over all shards: multiplication by an odd number is
/// undone by its inverse.
const FACTOR: u32 = 0x9e37_79b1;
const INVERSE: u32 = inverse(FACTOR);

/// Two bytes of the mixed hash and three of the number, in the order of both.
type Entry = [u8; 5];

/// Numbers are below this: they are written in three bytes.
pub(crate) const NUMBERS: u32 = 1 << 24;

/// A multimap from hashes to numbers below [`NUMBERS`].
pub(crate) struct Postings {
    /// Groups are empty until they are used: a small index is small.
    groups: Vec<Vec<Shard>>,
    /// Entries of one hash; further ones are dropped.
    most: usize,
    /// Shards of the groups that are used.
    shards: usize,
    /// Entries that there is room for.
    room: usize,
}

/// Sorted up to a place, then as they came.
#[derive(Default, Clone)]
struct Shard {
    entries: Vec<Entry>,
    sorted: usize,
}

impl Postings {
    /// An empty one, for at most so many numbers under one hash.
    pub(crate) fn new(most: usize) -> Self {
        Self { groups: vec![Vec::new(); GROUP], most, shards: 0, room: 0 }
    }

    /// The bytes that all of it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.shards * size_of::<Shard>()
            + self.groups.capacity() * size_of::<Vec<Shard>>()
            + self.room * size_of::<Entry>()
    }

    /// Adds `number` under `hash`. What `is_stale` says of a hash and a number does not count among those of the hash.
    pub(crate) fn add(&mut self, hash: u32, number: u32, is_stale: &dyn Fn(u32, u32) -> bool) {
        let (most, mixed) = (self.most, hash.wrapping_mul(FACTOR));
        let Some((shard, room)) = self.shard_mut(mixed) else { return };
        if shard.entries.len() - shard.sorted >= UNSORTED || shard.entries.len() == shard.entries.capacity() {
            shard.sort(most, &|entry| is_stale(hash_of(mixed, entry), number_of(entry)));
            if shard.entries.len() == shard.entries.capacity() {
                shard.make_room(room);
            }
        }
        shard.entries.push(entry(mixed, number));
    }

    /// Adds without putting in order: [`Postings::settle`] is owed before anything is looked up.
    pub(crate) fn add_in_bulk(&mut self, hash: u32, number: u32) {
        let mixed = hash.wrapping_mul(FACTOR);
        let Some((shard, room)) = self.shard_mut(mixed) else { return };
        let before = shard.entries.capacity();
        shard.entries.push(entry(mixed, number));
        *room += shard.entries.capacity() - before;
    }

    /// Puts all that was added in order.
    pub(crate) fn settle(&mut self) {
        for shard in self.groups.iter_mut().flatten() {
            shard.sort(self.most, &|_| false);
            shard.make_room(&mut self.room);
        }
    }

    /// Drops what `is_stale` says of, in one of the [`SHARDS`].
    pub(crate) fn sweep(&mut self, place: usize, is_stale: &dyn Fn(u32, u32) -> bool) {
        let shard = self.groups.get_mut(place / GROUP).and_then(|group| group.get_mut(place % GROUP));
        let (Some(shard), mixed) = (shard, (place as u32) << 16) else { return };
        let before = shard.entries.len();
        shard.sweep(&|entry| is_stale(hash_of(mixed, entry), number_of(entry)));
        if shard.entries.len() < before {
            shard.make_room(&mut self.room);
        }
    }

    /// All hashes and their numbers.
    #[cfg(test)]
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, u32)> {
        let shards = self.groups.iter().enumerate().flat_map(|(group, shards)| {
            shards
                .iter()
                .zip(0..)
                .map(move |(shard, place)| ((group as u32 * GROUP as u32 + place) << 16, shard))
        });
        shards.flat_map(|(mixed, shard)| {
            shard.entries.iter().map(move |entry| (hash_of(mixed, entry), number_of(entry)))
        })
    }

    fn shard_mut(&mut self, mixed: u32) -> Option<(&mut Shard, &mut usize)> {
        let place = (mixed >> 16) as usize;
        let group = self.groups.get_mut(place / GROUP)?;
        if group.is_empty() {
            group.resize(GROUP, Shard::default());
            self.shards += GROUP;
        }
        Some((group.get_mut(place % GROUP)?, &mut self.room))
    }

    /// The numbers under `hash`, in no order, and now and then one twice.
    pub(crate) fn get(&self, hash: u32) -> impl Iterator<Item = u32> {
        let mixed = hash.wrapping_mul(FACTOR);
        self.shard(mixed).into_iter().flat_map(move |shard| shard.get(mixed as u16))
    }

    /// The numbers under any of some hashes, in no order, and some of them twice.
    pub(crate) fn get_all(&self, hashes: impl Iterator<Item = u32>) -> Vec<u32> {
        let shards: Vec<(&Shard, u16)> = hashes
            .map(|hash| hash.wrapping_mul(FACTOR))
            .filter_map(|mixed| Some((self.shard(mixed)?, mixed as u16)))
            .collect();
        // All are far apart in memory. Touched one after the other without looking, they come from there at once.
        let touched = shards.iter().fold(0, |touched, (shard, tag)| touched ^ shard.touch(*tag));
        black_box(touched);
        let mut numbers = Vec::with_capacity(2 * shards.len());
        shards.into_iter().for_each(|(shard, tag)| numbers.extend(shard.get(tag)));
        numbers
    }

    fn shard(&self, mixed: u32) -> Option<&Shard> {
        let place = (mixed >> 16) as usize;
        self.groups.get(place / GROUP)?.get(place % GROUP)
    }
}

impl Shard {
    /// Sorts in what came, and drops what is there twice or is one too many under its hash.
    fn sort(&mut self, most: usize, is_stale: &dyn Fn(&Entry) -> bool) {
        let Some((sorted, tail)) = self.entries.split_at_mut_checked(self.sorted) else { return };
        tail.sort_unstable_by_key(order_of);
        if sorted.is_empty() {
            self.sort_out(most, is_stale);
            return;
        }
        // They are few: each goes to its place, the last one first, and what is behind it moves by as many as come before.
        let mut tail = tail.to_vec();
        tail.dedup();
        tail.retain(|entry| is_wanted(sorted, entry, most, is_stale));
        let mut end = self.sorted;
        self.sorted += tail.len();
        self.entries.truncate(self.sorted);
        while let Some(entry) = tail.pop() {
            let place = place_of(&self.entries, end, &entry);
            let gap = place + tail.len();
            self.entries.copy_within(place..end, gap + 1);
            if let Some(gap) = self.entries.get_mut(gap) {
                *gap = entry;
            }
            end = place;
        }
    }

    /// The same for entries that are sorted already.
    fn sort_out(&mut self, most: usize, is_stale: &dyn Fn(&Entry) -> bool) {
        let (mut before, mut count) = (None, 0);
        self.entries.retain(|entry| {
            let is_there = before == Some(*entry);
            if before.as_ref().map(tag_of) != Some(tag_of(entry)) {
                count = 0;
            }
            before = Some(*entry);
            if is_there || most < usize::MAX && is_stale(entry) {
                return false;
            }
            count += 1;
            count <= most
        });
        self.sorted = self.entries.len();
    }

    fn sweep(&mut self, is_stale: &dyn Fn(&Entry) -> bool) {
        let (end, mut place, mut sorted) = (self.sorted, 0, 0);
        self.entries.retain(|entry| {
            let stays = !is_stale(entry);
            sorted += usize::from(stays && place < end);
            place += 1;
            stays
        });
        self.sorted = sorted;
    }

    /// The numbers of entries with this tag.
    fn get(&self, tag: u16) -> impl Iterator<Item = u32> {
        let (sorted, others) = self.entries.split_at_checked(self.sorted).unwrap_or_default();
        let is_it = move |entry: &&Entry| tag_of(entry) == tag;
        let first = sorted.get(self.first(sorted, tag)..).unwrap_or_default();
        first.iter().take_while(is_it).chain(others.iter().filter(is_it)).map(number_of)
    }

    /// The place of the first of sorted entries with a tag, or where it would be.
    fn first(&self, sorted: &[Entry], tag: u16) -> usize {
        let mut at = self.guess(tag);
        let tag_at = |at: usize| sorted.get(at).map(tag_of);
        while at > 0 && tag_at(at - 1).is_some_and(|before| before >= tag) {
            at -= 1;
        }
        while tag_at(at).is_some_and(|here| here < tag) {
            at += 1;
        }
        at
    }

    /// Hashes are spread evenly: the place is near this.
    fn guess(&self, tag: u16) -> usize {
        usize::from(tag) * self.sorted / SHARDS
    }

    /// Reads what a search will read: a guess is right within some twenty entries.
    fn touch(&self, tag: u16) -> u8 {
        let guess = self.guess(tag);
        let read = |at: usize| self.entries.get(at).map_or(0, |entry| entry[0]);
        read(guess.saturating_sub(12))
            ^ read(guess)
            ^ read(guess + 12)
            ^ read(self.sorted)
            ^ self.entries.last().map_or(0, |entry| entry[0])
    }

    /// Makes some room, and gives what is more than that back.
    fn make_room(&mut self, room: &mut usize) {
        let (before, len) = (self.entries.capacity(), self.entries.len());
        let wanted = with_some_room(len);
        self.entries.reserve_exact(wanted - len);
        self.entries.shrink_to(wanted);
        *room = (*room + self.entries.capacity()).saturating_sub(before);
    }
}

/// A sixteenth at a time: entries take 3 % more than their bytes on average.
fn with_some_room(len: usize) -> usize {
    len + len / 16 + 2
}

const fn inverse(odd: u32) -> u32 {
    // Newton's iteration: each doubles the bits that are right, of which the first has three.
    let mut inverse = odd;
    let mut step = 0;
    while step < 4 {
        inverse = inverse.wrapping_mul(2_u32.wrapping_sub(odd.wrapping_mul(inverse)));
        step += 1;
    }
    inverse
}

fn entry(mixed: u32, number: u32) -> Entry {
    let ([_, _, a, b], [_, c, d, e]) = (mixed.to_be_bytes(), number.to_be_bytes());
    [a, b, c, d, e]
}

fn order_of(&[a, b, c, d, e]: &Entry) -> u64 {
    u64::from_be_bytes([0, 0, 0, a, b, c, d, e])
}

/// Where an entry belongs among the first `end` ones.
fn place_of(entries: &[Entry], end: usize, entry: &Entry) -> usize {
    let sorted = entries.get(..end).unwrap_or(entries);
    sorted.partition_point(|other| order_of(other) < order_of(entry))
}

/// Whether an entry is not among sorted ones, and they have not as many of its hash as there may be.
fn is_wanted(sorted: &[Entry], entry: &Entry, most: usize, is_stale: &dyn Fn(&Entry) -> bool) -> bool {
    let place = place_of(sorted, sorted.len(), entry);
    let of_its_hash = |other: &&Entry| tag_of(other) == tag_of(entry);
    let (before, behind) = sorted.split_at_checked(place).unwrap_or_default();
    let is_there = behind.first() == Some(entry);
    let held = || before.iter().rev().take_while(of_its_hash).chain(behind.iter().take_while(of_its_hash));
    !is_there && (most == usize::MAX || held().filter(|entry| !is_stale(entry)).count() < most)
}

/// The hash of an entry that stands in the shard of `mixed`.
fn hash_of(mixed: u32, entry: &Entry) -> u32 {
    (mixed & 0xffff_0000 | u32::from(tag_of(entry))).wrapping_mul(INVERSE)
}

fn tag_of(&[a, b, ..]: &Entry) -> u16 {
    u16::from_be_bytes([a, b])
}

fn number_of(&[_, _, c, d, e]: &Entry) -> u32 {
    u32::from_be_bytes([0, c, d, e])
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn got(postings: &Postings, hash: u32) -> BTreeSet<u32> {
        postings.get(hash).collect()
    }

    /// The hash that is mixed to this.
    fn unmixed(mixed: u32) -> u32 {
        mixed.wrapping_mul(INVERSE)
    }

    proptest! {
        #[test]
        fn what_was_added_is_found_and_nothing_else(
            added in prop::collection::vec((0..4_u32, 0..64_u32, 0..1_u32 << 24), 0..600),
            in_bulk in 0..600_usize,
        ) {
            let (mut postings, mut model) = (Postings::new(usize::MAX), BTreeMap::<u32, BTreeSet<u32>>::new());
            for (at, (shard, tag, number)) in added.into_iter().enumerate() {
                // Tags far apart and next to each other.
                let hash = unmixed((shard << 16) | (tag * 1_021 % 65_536));
                if at == in_bulk {
                    postings.settle();
                }
                match at < in_bulk {
                    true => postings.add_in_bulk(hash, number),
                    false => postings.add(hash, number, &|_, _| false),
                }
                model.entry(hash).or_default().insert(number);
            }
            postings.settle();
            let room: usize = postings.groups.iter().flatten().map(|shard| shard.entries.capacity()).sum();
            prop_assert_eq!(postings.room, room);
            let hashes: Vec<u32> = model.keys().copied().collect();
            let all: BTreeSet<u32> = model.values().flatten().copied().collect();
            prop_assert_eq!(postings.get_all(hashes.into_iter()).into_iter().collect::<BTreeSet<u32>>(), all);
            for (hash, numbers) in model {
                prop_assert_eq!(got(&postings, hash), numbers);
                let other = unmixed(hash.wrapping_mul(FACTOR) ^ 0x0100_0000);
                prop_assert_eq!(got(&postings, other), BTreeSet::new());
            }
        }
    }

    #[test]
    fn no_hash_has_more_than_its_share() {
        let mut postings = Postings::new(16);
        for number in 0..10_000 {
            postings.add(unmixed(7), number, &|_, _| false);
            postings.add(unmixed(8), number % 3, &|_, _| false);
        }
        assert!(got(&postings, unmixed(7)).len() <= 16 + UNSORTED);
        assert_eq!(got(&postings, unmixed(8)), BTreeSet::from([0, 1, 2]));
        assert!(postings.room < 200, "{}", postings.room);
    }

    #[test]
    fn what_is_stale_takes_the_place_of_nothing() {
        let mut postings = Postings::new(16);
        let of_the_last = |_, number| number < 9_990;
        for number in 0..10_000 {
            postings.add(unmixed(7), number, &of_the_last);
        }
        let got = got(&postings, unmixed(7));
        assert!((9_990..10_000).all(|number| got.contains(&number)), "{got:?}");
    }

    #[test]
    fn what_is_stale_is_swept_away() {
        let mut postings = Postings::new(usize::MAX);
        for number in 0..10_000 {
            postings.add(unmixed((number % 50) << 12), number, &|_, _| false);
        }
        let of_the_last = |hash: u32, number: u32| {
            assert_eq!(hash, unmixed((number % 50) << 12));
            number < 9_900
        };
        (0..SHARDS).for_each(|place| postings.sweep(place, &of_the_last));
        assert!(postings.room < 200, "{}", postings.room);
        (0..50).for_each(|tag| assert_eq!(got(&postings, unmixed(tag << 12)).len(), 2));
    }
}
