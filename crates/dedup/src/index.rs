//! The stories seen, in memory: what a stage's state comes down to.

mod arena;
mod restore;
mod slots;
mod stale;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashMapExt};
use model::Id;

use crate::error::StateError;
use crate::near::{Likeness, Postings, Shingles, is_hopeless, share_changed};
use crate::record::{Known, Role, Text};
use crate::settings::Settings;
use crate::{copies, replay};
use restore::Restoring;
use slots::Slots;
use stale::Stale;

/// Stories under one anchor. What very many texts have tells nothing; of a report that very many carry, some suffice.
const UNDER_AN_ANCHOR: usize = 16;
/// No more candidates than this are looked at, of a very long text fewer: with each all of it may be compared.
const MOST_CANDIDATES: usize = 512;
const LEAST_CANDIDATES: usize = 16;
/// Of stories with the same text no more are looked at: pages that ask to subscribe are many.
const MOST_OF_A_TEXT: usize = 32;
const MOST_COMPARED: usize = 1 << 20;

/// The stories seen, on one partition: fed with entries of state, asked for verdicts.
///
/// It is a function of the entries set: about 200 bytes for a story, none of which is the entry itself. But for one thing:
/// of more stories that have one anchor than [`UNDER_AN_ANCHOR`], which ones it leads to hangs on what came first.
pub struct Index {
    pub(crate) settings: Settings,
    slots: Slots,
    /// Anchors of texts to slots.
    anchors: Postings,
    /// Hashes of ids, texts and URLs to slots.
    names: Postings,
    /// Former identities, and the slots of those that had them.
    aliases: BTreeSet<(u64, u32)>,
    /// Entries of articles' copies, and of pages in the middle of a replay, as they are.
    others: HashMap<Box<[u8]>, Box<[u8]>>,
    other_bytes: usize,
    /// While entries are restored.
    restoring: Option<Restoring>,
    /// The order of the story that was seen last.
    pub(crate) order: u64,
    /// Copies whose article's slot was not known when they were set.
    unlinked: Vec<(u32, Id)>,
    /// Slots that postings lead to and should not.
    stale: Stale,
    /// Entries that can't be read.
    unreadable: BTreeMap<Vec<u8>, StateError>,
}

/// A known story as a verdict needs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) slot: u32,
    pub(crate) id: Id,
    pub(crate) known: Known,
}

impl Index {
    /// An empty one.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            slots: Slots::default(),
            anchors: Postings::new(UNDER_AN_ANCHOR),
            names: Postings::new(usize::MAX),
            aliases: BTreeSet::new(),
            others: HashMap::new(),
            other_bytes: 0,
            restoring: Some(Restoring::default()),
            order: 0,
            unlinked: Vec::new(),
            stale: Stale::default(),
            unreadable: BTreeMap::new(),
        }
    }

    /// How many stories are known, articles and copies.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of memory that all of it takes.
    pub fn bytes(&self) -> usize {
        self.slots.bytes()
            + self.anchors.bytes()
            + self.names.bytes()
            // With the tree's own share.
            + self.aliases.len() * size_of::<(u64, u32)>() * 3 / 2
            + self.other_bytes
            + self.stale.bytes()
            + self.restoring.as_ref().map_or(0, Restoring::bytes)
    }

    /// The bytes of them that would not be there for other stories when these were forgotten.
    pub(crate) fn used_bytes(&self) -> usize {
        self.bytes() - self.slots.bytes() + self.slots.used_bytes()
    }

    /// Takes an entry of state, or a change of one: none deletes it. [`Index::restored`] is owed after the last one of
    /// what was stored.
    pub fn set(&mut self, key: &[u8], value: Option<&[u8]>) {
        let id = |rest: &[u8]| rest.try_into().ok().map(Id::from_bytes);
        let set = match key.split_first() {
            Some((b's', rest)) if let Some(id) = id(rest) => self.set_story(id, value),
            Some((b'm', rest)) if let Some(id) = id(rest) => self.set_known(id, value),
            Some((b'c', rest)) if id(rest).is_some() => {
                value.map_or(Ok(()), copies::check).map(|()| self.set_other(key, value))
            }
            Some((b'r', _)) => value.map_or(Ok(()), replay::check).map(|()| self.set_other(key, value)),
            _ => Err(StateError::Unknown),
        };
        match set {
            Err(error) if value.is_some() => _ = self.unreadable.insert(key.to_vec(), error),
            _ if self.unreadable.is_empty() => {}
            _ => _ = self.unreadable.remove(key),
        }
    }

    /// Whether all entries can be read.
    ///
    /// # Errors
    /// The key of one that can't be, and why.
    pub fn check(&self) -> Result<(), (&[u8], &StateError)> {
        self.unreadable.first_key_value().map_or(Ok(()), |(key, error)| Err((key, error)))
    }

    fn set_story(&mut self, id: Id, value: Option<&[u8]>) -> Result<(), StateError> {
        let slot = self.by_id(id);
        let Some(value) = value else {
            if let Some(slot) = slot {
                self.forget(slot);
            }
            return Ok(());
        };
        let (known, text) = Known::read_with_text(value)?;
        let is_known = slot.is_some();
        let taken = slot.or_else(|| self.slots.take(id)).or_else(|| {
            // Some may have been given back since.
            self.sweep_all();
            self.slots.take(id)
        });
        // There is no room: the bound in the settings is lower, and keeps it from coming to this.
        let Some(slot) = taken else { return Ok(()) };
        self.put(slot, &known);
        self.slots.set_patched(slot, false);
        self.slots.put_text(slot, &text, is_known);
        self.post(slot, id, &text, is_known);
        if is_known {
            self.retire(slot);
        }
        if self.restoring.is_none() && !self.unlinked.is_empty() {
            self.link();
        }
        Ok(())
    }

    fn set_known(&mut self, id: Id, value: Option<&[u8]>) -> Result<(), StateError> {
        let known = value.map(Known::read).transpose()?;
        if let Some(restoring) = &mut self.restoring {
            restoring.set_known(id, known);
            return Ok(());
        }
        let Some(slot) = self.by_id(id) else { return Ok(()) };
        self.slots.set_patched(slot, known.is_some());
        if let Some(known) = known {
            self.put(slot, &known);
            text_and_urls(&self.slots, slot).for_each(|hash| self.name(hash, slot));
        }
        Ok(())
    }

    fn set_other(&mut self, key: &[u8], value: Option<&[u8]>) {
        // With the map's own share.
        let weight = |key: &[u8], value: &[u8]| key.len() + value.len() + 64;
        let before = match value {
            Some(value) => {
                self.other_bytes += weight(key, value);
                self.others.insert(key.into(), value.into())
            }
            None => self.others.remove(key),
        };
        self.other_bytes -= before.map_or(0, |value| weight(key, &value));
    }

    /// An entry of another kind than stories.
    pub(crate) fn other(&self, key: &[u8]) -> Option<&[u8]> {
        self.others.get(key).map(AsRef::as_ref)
    }

    fn put(&mut self, slot: u32, known: &Known) {
        let of = match known.role {
            Role::Article { .. } => None,
            Role::Copy { of } => self.by_id(of),
        };
        self.drop_aliases(slot);
        self.slots.put(slot, known, of);
        self.aliases.extend(known.aliases.iter().map(|alias| (*alias, slot)));
        if let (None, None, Role::Copy { of }) = (of, &self.restoring, known.role) {
            self.unlinked.push((slot, of));
        }
        match &mut self.restoring {
            Some(restoring) => restoring.see(known.order, slot),
            None => self.order = self.order.max(known.order),
        }
    }

    fn post(&mut self, slot: u32, id: Id, text: &Text<'_>, is_known: bool) {
        if self.restoring.is_some() {
            self.names.add(of_id(id), slot, &|_, _| false);
            // The other names come when all is there: nothing is looked up by them before.
            text.anchors().for_each(|anchor| self.anchors.add_in_bulk(anchor, slot));
            return;
        }
        self.name(of_id(id), slot);
        text_and_urls(&self.slots, slot).for_each(|hash| self.name(hash, slot));
        let Self { anchors, slots, stale, .. } = self;
        let is_stale = |hash, slot| stale.has(slot) && !slots.has_anchor(slot, hash);
        for anchor in text.anchors() {
            let is_held = is_known && anchors.get(anchor).any(|held| held == slot);
            if !is_held {
                anchors.add(anchor, slot, &is_stale);
            }
        }
    }

    /// Makes a slot known under a hash of its id, its text or one of its URLs.
    fn name(&mut self, hash: u32, slot: u32) {
        let held = self.names.get(hash).any(|held| held == slot);
        if !held {
            // There may be any number under a hash, so none is asked about.
            self.names.add(hash, slot, &|_, _| false);
        }
    }

    fn forget(&mut self, slot: u32) {
        self.drop_aliases(slot);
        self.slots.forget(slot);
        self.retire(slot);
    }

    fn drop_aliases(&mut self, slot: u32) {
        for alias in self.slots.aliases(slot) {
            self.aliases.remove(&(*alias, slot));
        }
    }
}

/// What verdicts ask for.
impl Index {
    /// Slots in the order of their ids, each once: in which one a story is, hangs on what was before it.
    fn in_order(&self, mut slots: Vec<u32>) -> Vec<u32> {
        slots.sort_by_key(|slot| self.slots.id(*slot));
        slots.dedup();
        slots
    }

    /// The slot of the story `id`.
    pub(crate) fn by_id(&self, id: Id) -> Option<u32> {
        self.names.get(of_id(id)).find(|slot| self.slots.id(*slot) == Some(id))
    }

    /// The stories whose page or own URL has this hash.
    pub(crate) fn by_url(&self, url: u64) -> Vec<u32> {
        let has = |slot: &u32| {
            let (page, own) = self.slots.urls(*slot);
            page == Some(url) || own == Some(url)
        };
        self.in_order(self.names.get(of_url(url)).filter(has).collect())
    }

    /// Stories whose text has this hash, articles first, and of very many some. Texts are to be compared: a hash of 32
    /// bits is not enough.
    pub(crate) fn by_text(&self, text: u32) -> Vec<u32> {
        let order = |slot: &u32| (self.slots.article(*slot) != Some(*slot), self.slots.id(*slot));
        let mut all: Vec<u32> = self.names.get(text).filter(|slot| self.slots.text(*slot) == text).collect();
        all.sort_unstable();
        all.dedup();
        if all.len() > MOST_OF_A_TEXT {
            all.select_nth_unstable_by_key(MOST_OF_A_TEXT, order);
            all.truncate(MOST_OF_A_TEXT);
        }
        all.sort_unstable_by_key(order);
        all
    }

    /// The story that was known by this before.
    pub(crate) fn by_alias(&self, alias: u64) -> Option<u32> {
        let holders = self.aliases.range((alias, 0)..=(alias, u32::MAX)).map(|(_, slot)| *slot);
        holders.min_by_key(|slot| self.slots.id(*slot))
    }

    /// Stories that have anchors in common with a text; of more than can be looked at, those that have the most.
    pub(crate) fn candidates(&self, shingles: &Shingles) -> Vec<u32> {
        let mut found = self.anchors.get_all(shingles.probes());
        found.sort_unstable();
        let runs = found.chunk_by(|one, other| one == other);
        let counted = runs.filter_map(|run| {
            let slot = *run.first()?;
            Some((slot, self.slots.anchors_among(slot, run.len(), shingles)))
        });
        let mut slots: Vec<_> = counted.filter(|(_, shared)| *shared > 0).collect();
        let most = (MOST_COMPARED / shingles.len().max(1)).clamp(LEAST_CANDIDATES, MOST_CANDIDATES);
        if slots.len() > most {
            slots.sort_by_key(|(slot, shared)| (std::cmp::Reverse(*shared), self.slots.id(*slot)));
            slots.truncate(most);
        }
        self.in_order(slots.into_iter().map(|(slot, _)| slot).collect())
    }

    /// Whether a few shingles tell already that a story's text and another are not alike.
    pub(crate) fn is_hopeless(&self, slot: u32, shingles: &Shingles, least: f64) -> bool {
        self.slots.sketch(slot).is_none_or(|(sketch, count)| is_hopeless(&sketch, count, shingles, least))
    }

    /// How alike a story's text and another are, and whether their numbers are others.
    pub(crate) fn likeness(&self, slot: u32, shingles: &Shingles) -> Option<(Likeness, bool)> {
        let (sketch, count) = self.slots.sketch(slot)?;
        Some((Likeness::of(&sketch, count, shingles), sketch.has_other_numbers_than(shingles)))
    }

    /// The estimated share of words that changed from a story's text to another.
    pub(crate) fn share_changed(&self, slot: u32, shingles: &Shingles) -> Option<f64> {
        let (sketch, count) = self.slots.sketch(slot)?;
        Some(share_changed(&sketch, count, shingles))
    }

    /// What is known of a story.
    pub(crate) fn candidate(&self, slot: u32) -> Option<Candidate> {
        Some(Candidate { slot, id: self.slots.id(slot)?, known: self.slots.known(slot)? })
    }

    /// Hash of a story's text.
    pub(crate) fn text(&self, slot: u32) -> Option<u32> {
        Some(self.slots.text(slot)).filter(|text| *text != 0)
    }

    /// The slot of the article that a story is or repeats.
    pub(crate) fn article(&self, slot: u32) -> Option<u32> {
        self.slots.article(slot)
    }

    /// When a story was last seen.
    pub(crate) fn seen(&self, slot: u32) -> Option<u32> {
        self.slots.seen(slot)
    }

    /// Whether the story has a value under `m`.
    pub(crate) fn is_patched(&self, slot: u32) -> bool {
        self.slots.is_patched(slot)
    }

    /// The stories from the one that was not seen the longest on.
    pub(crate) fn by_last_seen(&self) -> impl Iterator<Item = u32> {
        self.slots.by_last_seen()
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("stories", &self.len()).finish_non_exhaustive()
    }
}

fn of_id(id: Id) -> u32 {
    let [a, b, c, d, ..] = *id.as_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The same as of an id that was minted from it.
fn of_url(hash: u64) -> u32 {
    hash as u32
}

/// By what a story is named beside its id: of its page only where its id was not minted from that.
fn text_and_urls(slots: &Slots, slot: u32) -> impl Iterator<Item = u32> + use<> {
    let (page, own) = slots.urls(slot);
    let text = Some(slots.text(slot)).filter(|text| *text != 0);
    let id = slots.id(slot).map(of_id);
    let page = page.map(of_url).filter(|page| id != Some(*page));
    [text, page, own.map(of_url)].into_iter().flatten()
}
