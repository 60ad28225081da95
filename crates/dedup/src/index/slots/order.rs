//! The order in which stories were seen: a list through their slots.

use super::{NONE, Slot, Slots};

impl Slots {
    /// The stories from the one that was not seen the longest on.
    pub(in crate::index) fn by_last_seen(&self) -> impl Iterator<Item = u32> {
        let first = (self.first_seen != NONE).then_some(self.first_seen);
        std::iter::successors(first, |number| Some(self.used(*number)?.after).filter(|after| *after != NONE))
    }

    /// Puts the stories in this order.
    pub(in crate::index) fn arrange(&mut self, numbers: impl Iterator<Item = u32>) {
        numbers.for_each(|number| self.see(number));
    }

    /// From now on the story is the one that was seen last.
    pub(super) fn see(&mut self, number: u32) {
        self.unlink(number);
        let last = std::mem::replace(&mut self.last_seen, number);
        match self.slot_mut(last) {
            Some(slot) => slot.after = number,
            None => self.first_seen = number,
        }
        if let Some(slot) = self.slot_mut(number) {
            (slot.before, slot.after) = (last, NONE);
        }
    }

    pub(super) fn unlink(&mut self, number: u32) {
        let Some(&Slot { before, after, .. }) = self.used(number) else { return };
        if before == NONE && self.first_seen != number {
            return;
        }
        match self.slot_mut(before) {
            Some(slot) => slot.after = after,
            None => self.first_seen = after,
        }
        match self.slot_mut(after) {
            Some(slot) => slot.before = before,
            None => self.last_seen = before,
        }
        if let Some(slot) = self.slot_mut(number) {
            (slot.before, slot.after) = (NONE, NONE);
        }
    }
}
