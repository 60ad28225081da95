//! What is put off until all that was stored has been set.

use foldhash::HashMap;
use model::Id;

use super::{Index, text_and_urls};
use crate::record::Known;

/// What has come of stored entries and is not in its place yet.
#[derive(Default)]
pub(super) struct Restoring {
    /// Values under `m`. Each is newer than the story's value under `s`, whichever comes first: where a new text was
    /// written, the old value under `m` was deleted.
    known: HashMap<Id, Known>,
    /// The order in which stories were seen, and their slots.
    seen: Vec<(u64, u32)>,
}

impl Restoring {
    pub(super) fn set_known(&mut self, id: Id, known: Option<Known>) {
        match known {
            Some(known) => _ = self.known.insert(id, known),
            None => _ = self.known.remove(&id),
        }
    }

    pub(super) fn see(&mut self, order: u64, slot: u32) {
        self.seen.push((order, slot));
    }

    pub(super) fn bytes(&self) -> usize {
        self.known.capacity() * size_of::<(Id, Known)>() + self.seen.capacity() * size_of::<(u64, u32)>()
    }
}

impl Index {
    /// All that was stored has been set.
    pub fn restored(&mut self) {
        let Some(restoring) = &mut self.restoring else { return };
        for (id, known) in std::mem::take(&mut restoring.known) {
            if let Some(slot) = self.by_id(id) {
                self.put(slot, &known);
                self.slots.set_patched(slot, true);
            }
        }
        let Some(Restoring { mut seen, .. }) = self.restoring.take() else { return };
        self.unlinked = self.slots.unlinked();
        self.link();
        // The articles of the others are not there, and do not come.
        self.unlinked.clear();
        self.sweep_all();
        self.anchors.settle();
        // Some were deleted again, some seen again.
        seen.retain(|(_, slot)| self.slots.is_used(*slot));
        seen.sort_unstable();
        for (_, slot) in &seen {
            let hashes = text_and_urls(&self.slots, *slot);
            hashes.for_each(|hash| self.names.add_in_bulk(hash, *slot));
        }
        self.names.settle();
        self.order = seen.last().map_or(0, |(order, _)| *order);
        self.slots.arrange(seen.into_iter().map(|(_, slot)| slot));
    }

    /// Links copies whose article has come since.
    pub(super) fn link(&mut self) {
        let unlinked = std::mem::take(&mut self.unlinked);
        for (copy, article) in unlinked {
            match self.by_id(article) {
                Some(slot) => self.slots.link(copy, slot, article),
                None => self.unlinked.push((copy, article)),
            }
        }
    }
}
