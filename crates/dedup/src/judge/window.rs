//! What is forgotten: stories that were not seen for the window's length, and the longest unseen of too many.

use jiff::Timestamp;
use model::Id;

use super::{Changes, Judge};
use crate::index::Index;
use crate::record::key;

/// How many stories one observation forgets at the most. It adds one, so forgetting keeps up.
const SWEEP: usize = 8;

/// How many stories changes of state forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Those that were not seen for the window's length.
    pub unseen: u64,
    /// Those for which there was no room: the settings allow no more stories, or no more memory.
    pub crowded: u64,
}

impl Index {
    /// How many stories `changes`, made at `now`, forget: before they are set.
    pub fn forgotten(&self, changes: &Changes, now: Timestamp) -> Forgotten {
        let judge = Judge::new(self, now, None);
        let slot = |key: &[u8]| self.by_id(Id::from_bytes(key.strip_prefix(b"s")?.try_into().ok()?));
        let mut forgotten = Forgotten::default();
        for slot in changes.iter().filter(|(_, value)| value.is_none()).filter_map(|(key, _)| slot(key)) {
            match judge.is_alive(slot) {
                true => forgotten.crowded += 1,
                false => forgotten.unseen += 1,
            }
        }
        forgotten
    }
}

impl Judge<'_> {
    pub(super) fn sweep(&mut self, adds: bool) {
        let settings = &self.index.settings;
        let (most, most_bytes) = (settings.most_stories(), settings.max_bytes());
        let mut stories = self.index.len() as u64 + u64::from(adds);
        let (all, mut used) = (self.index.bytes() as u64, self.index.used_bytes() as u64);
        let each = used / stories.max(1);
        // What stories leave behind is for others: there is room for these before there is more in all.
        let most_used = if all > most_bytes { most_bytes / 10 * 9 } else { most_bytes };
        let mut gone = Vec::new();
        for slot in self.index.by_last_seen().filter(|slot| !self.touched.contains(slot)).take(SWEEP) {
            if self.is_alive(slot) && stories <= most && used <= most_used {
                break;
            }
            stories = stories.saturating_sub(1);
            used = used.saturating_sub(each);
            gone.push(slot);
        }
        for slot in gone {
            let Some(id) = self.index.candidate(slot).map(|candidate| candidate.id) else { continue };
            // What is written in the same breath stays.
            let is_written = |kind: u8| self.changes.iter().any(|(changed, _)| *changed == key(kind, id));
            let deleted = [(b's', true), (b'm', self.index.is_patched(slot))];
            let deleted = deleted.into_iter().filter(|(kind, is_there)| *is_there && !is_written(*kind));
            let deleted: Vec<_> = deleted.map(|(kind, _)| (key(kind, id), None)).collect();
            self.changes.extend(deleted);
            self.forget_copies(id);
        }
    }
}
