//! Pages that are split again: which of their stories they no longer tell.
//!
//! | key | value |
//! |---|---|
//! | `r` + page | a page in the middle of its replay: the replay's number, how many stories came, ids of those they are |
//!
//! It is there from the page's first story to its [`Recount`] only.

use jiff::Timestamp;
use model::{Id, Recount, Story};

use crate::error::StateError;
use crate::index::{Candidate, Index};
use crate::judge::{Changes, Judge, timestamp};
use crate::record::{FORMAT, Role, body};
use crate::sighting::{Sighting, nanoseconds, page_hash};
use crate::verdict::Verdict;

const WHAT: &str = "replayed page";

/// An article that its page does not tell after all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    /// The article's id.
    pub id: Id,
    /// The number of its last revision.
    pub revision: u32,
    /// When the page of revision 1 was fetched.
    pub first_fetched_at: Option<Timestamp>,
}

/// What a page in the middle of its replay has told so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    replay: i64,
    count: u32,
    ids: Vec<Id>,
}

impl Told {
    pub(crate) fn tell(&mut self, id: Id) {
        if !self.contains(id) {
            self.ids.push(id);
        }
    }

    pub(crate) fn contains(&self, id: Id) -> bool {
        self.ids.contains(&id)
    }

    fn load(index: &Index, page: u64) -> Option<Self> {
        // What can't be read was refused when it was set.
        Self::read(index.other(&key(page))?).ok()
    }

    fn read(value: &[u8]) -> Result<Self, StateError> {
        let fields = |body: &[u8]| {
            let (replay, rest) = body.split_first_chunk()?;
            let (count, rest) = rest.split_first_chunk()?;
            let (ids, rest) = rest.as_chunks();
            let ids = ids.iter().map(|id| Id::from_bytes(*id)).collect();
            let told = Self { replay: i64::from_le_bytes(*replay), count: u32::from_le_bytes(*count), ids };
            rest.is_empty().then_some(told)
        };
        fields(body(value, WHAT)?).ok_or(StateError::Damaged { what: WHAT, bytes: value.len() })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut value = vec![FORMAT];
        value.extend(self.replay.to_le_bytes());
        value.extend(self.count.to_le_bytes());
        self.ids.iter().for_each(|id| value.extend(id.as_bytes()));
        value
    }
}

/// Whether a value under `r` can be read.
pub(crate) fn check(value: &[u8]) -> Result<(), StateError> {
    Told::read(value).map(drop)
}

fn key(page: u64) -> Vec<u8> {
    [b"r".as_slice(), &page.to_le_bytes()].concat()
}

impl Index {
    /// [`Index::observe`] for a story that is handled again: the same version of it counts as newer than before.
    ///
    /// With the number of a replay of pages, the story is counted for the [`Recount`] of its page.
    pub fn observe_again(&self, story: &Story, replay: Option<i64>, now: Timestamp) -> (Verdict, Changes) {
        let sighting = Sighting::of(story);
        let page = sighting.place.page.unwrap_or(0);
        // Of another replay: it has ended in the middle, or runs beside this one.
        let before = Told::load(self, page).filter(|told| Some(told.replay) == replay);
        let told = before.unwrap_or(Told { replay: replay.unwrap_or_default(), count: 0, ids: Vec::new() });
        let mut judge = Judge::new(self, now, Some(told));
        let verdict = judge.judge(&sighting);
        judge.count(story);
        let Judge { told, mut changes, .. } = judge;
        if let (Some(mut told), Some(_)) = (told, replay) {
            told.count = told.count.saturating_add(1);
            changes.push((key(page), Some(told.to_bytes())));
        }
        (verdict, changes)
    }

    /// Takes the last word of a replay on a page, and says which articles are to be withdrawn: those that were cut
    /// from this very version of the page, and are not among the stories that it has told in this replay.
    ///
    /// Where not all of these stories came here, none is: of two replays at once, neither can tell.
    pub fn recount(&self, recount: &Recount, now: Timestamp) -> (Vec<Withdrawal>, Changes) {
        let page = page_hash(&recount.page);
        let mut judge = Judge::new(self, now, None);
        let told = Told::load(self, page);
        if told.is_some() {
            judge.changes.push((key(page), None));
        }
        let told = told.filter(|told| told.replay == recount.replay);
        if told.as_ref().map_or(0, |told| told.count) != recount.stories {
            return (Vec::new(), judge.changes);
        }
        let mut withdrawn = Vec::new();
        for slot in self.by_url(page) {
            let Some(Candidate { id, mut known, .. }) = self.candidate(slot) else { continue };
            let is_of_this_version = known.place.page == Some(page)
                && known.version.fetched_at == Some(nanoseconds(recount.fetched_at));
            let is_told = told.as_ref().is_some_and(|told| told.contains(id));
            let Role::Article { revision, first_fetched_at } = known.role else { continue };
            if !is_of_this_version || is_told || known.withdrawn {
                continue;
            }
            let revision = revision.saturating_add(1);
            known.role = Role::Article { revision, first_fetched_at };
            // Told again, that is the next revision.
            known.withdrawn = true;
            judge.write(id, known, None);
            withdrawn.push(Withdrawal { id, revision, first_fetched_at: first_fetched_at.map(timestamp) });
        }
        (withdrawn, judge.changes)
    }
}
