//! The stories in memory: 64 bytes each, the sketch, and what only some have.

#[cfg(test)]
mod check;
mod order;
mod place;

use foldhash::{HashMap, HashMapExt};
use model::Id;

use place::Elsewhere;

use super::arena::Arena;
use crate::near::{NUMBERS, Shingles, Sketch};
use crate::record::{Known, Role, Text};
use crate::sighting::{Look, Version};

/// Slots of a block.
const BLOCK: usize = 1 << 12;
/// More than [`Postings`](crate::near::Postings) can name.
const NONE: u32 = u32::MAX;

const USED: u16 = 1;
const ARTICLE: u16 = 2;
const HOME: u16 = 4;
const ALONE: u16 = 8;
const WITHDRAWN: u16 = 16;
/// The story has a value under `m`.
const PATCHED: u16 = 32;
/// It stands elsewhere than alone on the page that its id was minted from.
const ELSEWHERE: u16 = 64;
/// There is more of it among the extras.
const EXTRA: u16 = 128;
/// Above this many bits is the length of the sketch.
const LENGTH_SHIFT: u32 = 8;

#[derive(Clone, Copy)]
struct Slot {
    id: [u8; 16],
    /// The least stands for none.
    fetched_at: i64,
    /// An article's last revision, or the slot of the article that a copy repeats.
    link: u32,
    text: u32,
    title_look: u32,
    text_look: u32,
    seen: u32,
    sketch: u32,
    /// The story that was seen before, and the one that was seen after this.
    before: u32,
    after: u32,
    shingles: u16,
    part: u16,
    splitter: u16,
    bits: u16,
}

const EMPTY: Slot = Slot {
    id: [0; 16],
    fetched_at: i64::MIN,
    link: NONE,
    text: 0,
    title_look: 0,
    text_look: 0,
    seen: 0,
    sketch: 0,
    before: NONE,
    after: NONE,
    shingles: 0,
    part: 0,
    splitter: 0,
    bits: 0,
};

/// What few stories have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Extra {
    aliases: Vec<u64>,
    /// Of an article whose last version is not its first.
    first_fetched_at: Option<Option<i64>>,
    /// The article of a copy, as long as its slot is not known.
    of: Option<Id>,
    /// The anchors of a text that took the place of another, as long as it may be found by those of the other.
    anchors: Option<Box<[u32]>>,
}

/// The stories by number, in the order in which they were seen.
pub(super) struct Slots {
    blocks: Vec<Box<[Slot; BLOCK]>>,
    free: Vec<u32>,
    /// Numbers below this were given out.
    next: u32,
    len: usize,
    elsewhere: HashMap<u32, Elsewhere>,
    extras: HashMap<u32, Extra>,
    extra_bytes: usize,
    sketches: Arena,
    first_seen: u32,
    last_seen: u32,
}

impl Default for Slots {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            free: Vec::new(),
            next: 0,
            len: 0,
            elsewhere: HashMap::new(),
            extras: HashMap::new(),
            extra_bytes: 0,
            sketches: Arena::default(),
            first_seen: NONE,
            last_seen: NONE,
        }
    }
}

impl Slots {
    /// How many stories there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The bytes that all of it takes.
    pub(super) fn bytes(&self) -> usize {
        let extras = self.extras.capacity() * (size_of::<(u32, Extra)>() + 1) + self.extra_bytes;
        let elsewhere = self.elsewhere.capacity() * (size_of::<(u32, Elsewhere)>() + 1);
        self.blocks.len() * size_of::<[Slot; BLOCK]>()
            + self.free.capacity() * size_of::<u32>()
            + self.sketches.bytes()
            + elsewhere
            + extras
    }

    /// Those of them that would not be there for other stories.
    pub(super) fn used_bytes(&self) -> usize {
        let extras = self.extras.len() * (size_of::<(u32, Extra)>() + 1) + self.extra_bytes;
        let elsewhere = self.elsewhere.len() * (size_of::<(u32, Elsewhere)>() + 1);
        self.len * size_of::<Slot>() + self.sketches.used_bytes() + elsewhere + extras
    }

    /// A number for a new story; none when there are as many as there can be.
    pub(super) fn take(&mut self, id: Id) -> Option<u32> {
        let number = match self.free.pop() {
            Some(number) => number,
            None if self.next < NUMBERS => {
                if self.next as usize == self.blocks.len() * BLOCK {
                    self.blocks.push(Box::new([EMPTY; BLOCK]));
                }
                self.next += 1;
                self.next - 1
            }
            None => return None,
        };
        *self.slot_mut(number)? = Slot { id: *id.as_bytes(), bits: USED, ..EMPTY };
        self.len += 1;
        Some(number)
    }

    /// Forgets a story. Its number is to be [settled](Self::settle).
    pub(super) fn forget(&mut self, number: u32) {
        if !self.is_used(number) {
            return;
        }
        self.unlink(number);
        self.drop_sketch(number);
        self.set_extra(number, Extra::default());
        self.elsewhere.remove(&number);
        if let Some(slot) = self.slot_mut(number) {
            *slot = EMPTY;
        }
        self.len -= 1;
    }

    /// No posting leads to the number any longer that is not of its story: where that is forgotten, another may have it.
    pub(super) fn settle(&mut self, number: u32) {
        if !self.is_used(number) {
            self.free.push(number);
        } else if let Some(extra) = self.extra(number).cloned() {
            self.set_extra(number, Extra { anchors: None, ..extra });
        }
    }

    /// Writes what is known of a story, which counts as the last one seen. `of` is the slot of a copy's article.
    pub(super) fn put(&mut self, number: u32, known: &Known, of: Option<u32>) {
        let Known { role, place, version, look, withdrawn, seen, order: _, aliases } = known;
        let anchors = self.extra(number).and_then(|extra| extra.anchors.clone());
        let mut extra = Extra { aliases: aliases.clone(), anchors, ..Extra::default() };
        let (link, article) = match role {
            Role::Article { revision, first_fetched_at } => {
                extra.first_fetched_at =
                    (*first_fetched_at != version.fetched_at).then_some(*first_fetched_at);
                (*revision, ARTICLE)
            }
            Role::Copy { of: id } => {
                extra.of = of.is_none().then_some(*id);
                (of.unwrap_or(NONE), 0)
            }
        };
        self.set_extra(number, extra);
        let is_elsewhere = self.set_place(number, place);
        let Some(slot) = self.slot_mut(number) else { return };
        let flag = |is: bool, flag: u16| if is { flag } else { 0 };
        let kept = slot.bits & !(ARTICLE | HOME | ALONE | WITHDRAWN | ELSEWHERE);
        *slot = Slot {
            fetched_at: version.fetched_at.unwrap_or(i64::MIN),
            link,
            title_look: look.title,
            text_look: look.text,
            seen: *seen,
            part: version.part,
            splitter: version.splitter,
            bits: kept
                | article
                | flag(version.home, HOME)
                | flag(place.alone, ALONE)
                | flag(is_elsewhere, ELSEWHERE)
                | flag(*withdrawn, WITHDRAWN),
            ..*slot
        };
        self.see(number);
    }

    /// Writes what is left of a story's text, the first one or a `later` one.
    pub(super) fn put_text(&mut self, number: u32, text: &Text<'_>, later: bool) {
        self.drop_sketch(number);
        if later {
            let extra = self.extra(number).cloned().unwrap_or_default();
            self.set_extra(number, Extra { anchors: Some(text.anchors().collect()), ..extra });
        }
        let place = self.sketches.put(&text.sketch);
        let Some(slot) = self.slot_mut(number) else { return };
        slot.text = text.hash.unwrap_or(0);
        slot.shingles = text.shingles;
        slot.sketch = place;
        slot.bits |= (text.sketch.len() as u16) << LENGTH_SHIFT;
    }

    /// What is known of a story, the order aside.
    pub(super) fn known(&self, number: u32) -> Option<Known> {
        let slot = self.used(number)?;
        let is = |flag: u16| slot.bits & flag != 0;
        let extra = self.extra(number);
        let fetched_at = self.fetched_at(slot);
        let role = match is(ARTICLE) {
            true => Role::Article {
                revision: slot.link,
                first_fetched_at: extra.and_then(|extra| extra.first_fetched_at).unwrap_or(fetched_at),
            },
            false => Role::Copy { of: self.article_id(number)? },
        };
        Some(Known {
            role,
            place: self.place(number, slot),
            version: Version { part: slot.part, home: is(HOME), fetched_at, splitter: slot.splitter },
            look: Look { title: slot.title_look, text: slot.text_look },
            withdrawn: is(WITHDRAWN),
            seen: slot.seen,
            order: 0,
            aliases: extra.map(|extra| extra.aliases.clone()).unwrap_or_default(),
        })
    }

    fn fetched_at(&self, slot: &Slot) -> Option<i64> {
        (slot.fetched_at != i64::MIN).then_some(slot.fetched_at)
    }

    /// A story's id.
    pub(super) fn id(&self, number: u32) -> Option<Id> {
        self.used(number).map(|slot| Id::from_bytes(slot.id))
    }

    /// The slot of the article that a story is or repeats.
    pub(super) fn article(&self, number: u32) -> Option<u32> {
        let slot = self.used(number)?;
        if slot.bits & ARTICLE != 0 { Some(number) } else { self.used(slot.link).map(|_| slot.link) }
    }

    /// The id of the article that a story is or repeats.
    pub(super) fn article_id(&self, number: u32) -> Option<Id> {
        let known = self.article(number).and_then(|article| self.id(article));
        known.or_else(|| self.extra(number)?.of)
    }

    /// Copies whose article's slot is not known, and the articles.
    pub(super) fn unlinked(&self) -> Vec<(u32, Id)> {
        self.extras.iter().filter_map(|(number, extra)| Some((*number, extra.of?))).collect()
    }

    /// Notes the slot of the article `of`, if it is that of a copy whose article's slot was not known.
    pub(super) fn link(&mut self, number: u32, article: u32, of: Id) {
        let Some(extra) = self.extra(number).filter(|extra| extra.of == Some(of)).cloned() else { return };
        self.set_extra(number, Extra { of: None, ..extra });
        if let Some(slot) = self.slot_mut(number) {
            slot.link = article;
        }
    }

    /// Hash of all words of a story's text; 0 where there are none.
    pub(super) fn text(&self, number: u32) -> u32 {
        self.used(number).map_or(0, |slot| slot.text)
    }

    /// When a story was last seen.
    pub(super) fn seen(&self, number: u32) -> Option<u32> {
        self.used(number).map(|slot| slot.seen)
    }

    /// A story's page, and its own URL where that is another.
    pub(super) fn urls(&self, number: u32) -> (Option<u64>, Option<u64>) {
        let place = self.used(number).map(|slot| self.place(number, slot));
        place.map_or((None, None), |place| (place.page, place.own))
    }

    /// By what a story could be known before.
    pub(super) fn aliases(&self, number: u32) -> &[u64] {
        self.extra(number).map_or(&[], |extra| &extra.aliases)
    }

    /// A story's sketch, and how many shingles were sketched.
    pub(super) fn sketch(&self, number: u32) -> Option<(Sketch<'_>, usize)> {
        let slot = self.used(number)?;
        let bytes = self.sketches.get(slot.sketch, usize::from(slot.bits >> LENGTH_SHIFT));
        Some((Sketch::read(bytes)?, usize::from(slot.shingles)))
    }

    /// Whether a story's text has an anchor by which it is found.
    pub(super) fn has_anchor(&self, number: u32, anchor: u32) -> bool {
        let anchors = |extra: &'_ Extra| extra.anchors.as_ref().is_none_or(|all| all.contains(&anchor));
        self.is_used(number) && self.extra(number).is_none_or(anchors)
    }

    /// How many of its anchors a text that was found by `found` ones has among the probes of another.
    pub(super) fn anchors_among(&self, number: u32, found: usize, other: &Shingles) -> usize {
        let among = |anchors: &[u32]| anchors.iter().filter(|anchor| other.has_probe(**anchor)).count();
        let anchors = self.extra(number).and_then(|extra| extra.anchors.as_deref());
        if self.is_used(number) { anchors.map_or(found, among) } else { 0 }
    }

    /// Whether the story has a value under `m`.
    pub(super) fn is_patched(&self, number: u32) -> bool {
        self.used(number).is_some_and(|slot| slot.bits & PATCHED != 0)
    }

    /// Notes that it has, or has no longer.
    pub(super) fn set_patched(&mut self, number: u32, patched: bool) {
        if let Some(slot) = self.slot_mut(number) {
            slot.bits = if patched { slot.bits | PATCHED } else { slot.bits & !PATCHED };
        }
    }

    /// Whether there is such a story.
    pub(super) fn is_used(&self, number: u32) -> bool {
        self.used(number).is_some()
    }

    fn drop_sketch(&mut self, number: u32) {
        let Some(slot) = self.slot_mut(number) else { return };
        let (place, len) = (slot.sketch, usize::from(slot.bits >> LENGTH_SHIFT));
        slot.bits &= (1 << LENGTH_SHIFT) - 1;
        self.sketches.free(place, len);
    }

    fn extra(&self, number: u32) -> Option<&Extra> {
        let slot = self.used(number)?;
        if slot.bits & EXTRA == 0 { None } else { self.extras.get(&number) }
    }

    fn set_extra(&mut self, number: u32, extra: Extra) {
        let is_there = extra != Extra::default();
        if !is_there && self.extra(number).is_none() {
            return;
        }
        let anchors = |extra: &Extra| extra.anchors.as_ref().map_or(0, |anchors| anchors.len());
        let bytes =
            |extra: &Extra| extra.aliases.capacity() * size_of::<u64>() + anchors(extra) * size_of::<u32>();
        let before = match is_there {
            true => {
                self.extra_bytes += bytes(&extra);
                self.extras.insert(number, extra)
            }
            false => self.extras.remove(&number),
        };
        self.extra_bytes -= before.as_ref().map_or(0, bytes);
        if let Some(slot) = self.slot_mut(number) {
            slot.bits = if is_there { slot.bits | EXTRA } else { slot.bits & !EXTRA };
        }
    }

    fn used(&self, number: u32) -> Option<&Slot> {
        let slot = self.blocks.get(number as usize / BLOCK)?.get(number as usize % BLOCK)?;
        (slot.bits & USED != 0).then_some(slot)
    }

    fn slot_mut(&mut self, number: u32) -> Option<&mut Slot> {
        self.blocks.get_mut(number as usize / BLOCK)?.get_mut(number as usize % BLOCK)
    }
}

const _: () = assert!(size_of::<Slot>() == 64, "a story takes a line of the processor's cache");
