//! Pages that are split again: which of their stories they no longer tell.
//!
//! | key | value |
//! |---|---|
//! | `p` + page | ids of the stories of a page that has several |
//! | `r` + page | a page in the middle of its replay: the replay's number, how many stories came, ids of those they are |
//!
//! The second is there from the page's first story to its [`Recount`] only.

use jiff::Timestamp;
use model::{Id, Recount, Story};

use crate::index::{Index, timestamp};
use crate::known::Role;
use crate::memory::{Memory, MemoryError};
use crate::sighting::{Look, nanoseconds, page_id};
use crate::store;
use crate::verdict::Verdict;

/// The first byte of every value under `r`.
const FORMAT: u8 = 1;
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
    fn tell(&mut self, id: Id) {
        if !self.contains(id) {
            self.ids.push(id);
        }
    }

    pub(crate) fn contains(&self, id: Id) -> bool {
        self.ids.contains(&id)
    }

    fn load(memory: &impl Memory, page: Id) -> Result<Option<Self>, MemoryError> {
        memory.get(&store::key(b'r', page)).map(Self::read).transpose()
    }

    fn read(value: &[u8]) -> Result<Self, MemoryError> {
        let damaged = MemoryError::Damaged { what: WHAT, bytes: value.len() };
        let (&format, rest) = value.split_first().ok_or(damaged.clone())?;
        if format > FORMAT {
            return Err(MemoryError::NewerFormat { what: WHAT, format, known: FORMAT });
        }
        let (replay, rest) = rest.split_first_chunk().ok_or(damaged.clone())?;
        let (count, rest) = rest.split_first_chunk().ok_or(damaged.clone())?;
        let (ids, rest) = rest.as_chunks();
        if format != FORMAT || !rest.is_empty() {
            return Err(damaged);
        }
        let ids = ids.iter().map(|id| Id::from_bytes(*id)).collect();
        Ok(Self { replay: i64::from_le_bytes(*replay), count: u32::from_le_bytes(*count), ids })
    }

    fn save(&self, memory: &mut impl Memory, page: Id) {
        let mut value = vec![FORMAT];
        value.extend(self.replay.to_le_bytes());
        value.extend(self.count.to_le_bytes());
        self.ids.iter().for_each(|id| value.extend(id.as_bytes()));
        memory.put(store::key(b'r', page), value);
    }
}

/// Whether a value under `r` can be read.
pub(crate) fn check(value: &[u8]) -> Result<(), MemoryError> {
    Told::read(value).map(drop)
}

impl<M: Memory> Index<'_, M> {
    /// [`Index::observe`] for a story that is handled again: the same version of it counts as newer than before.
    ///
    /// With the number of a replay of pages, the story is counted for the [`Recount`] of its page.
    ///
    /// # Errors
    /// As [`Index::observe`].
    pub fn observe_again(
        &mut self,
        story: &Story,
        replay: Option<i64>,
        now: Timestamp,
    ) -> Result<Verdict, MemoryError> {
        let page = page_id(story.page.url.as_deref());
        // Of another replay: it has ended in the middle, or runs beside this one.
        let before = Told::load(self.memory, page)?.filter(|told| Some(told.replay) == replay);
        let told = before.unwrap_or(Told { replay: replay.unwrap_or_default(), count: 0, ids: Vec::new() });
        self.told = Some(told);
        let verdict = self.observe(story, now);
        let told = self.told.take();
        let verdict = verdict?;
        if let (Some(mut told), Some(_)) = (told, replay) {
            told.count = told.count.saturating_add(1);
            told.save(self.memory, page);
        }
        Ok(verdict)
    }

    /// Notes that the page has told the known story `id` in this replay.
    pub(crate) fn tell(&mut self, id: Id) {
        if let Some(told) = &mut self.told {
            told.tell(id);
        }
    }

    /// Takes the last word of a replay on a page, and says which articles are to be withdrawn: those that were cut
    /// from this very version of the page, and are not among the stories that it has told in this replay.
    ///
    /// Where not all of these stories came here, none is: of two replays at once, neither can tell.
    ///
    /// # Errors
    /// As [`Index::observe`].
    pub fn recount(&mut self, recount: &Recount) -> Result<Vec<Withdrawal>, MemoryError> {
        let page = page_id(Some(&recount.page));
        let told = Told::load(self.memory, page)?;
        if told.is_some() {
            self.memory.delete(store::key(b'r', page));
        }
        let told = told.filter(|told| told.replay == recount.replay);
        if told.as_ref().map_or(0, |told| told.count) != recount.stories {
            return Ok(Vec::new());
        }
        let mut withdrawn = Vec::new();
        for id in store::of_page(self.memory, page, &recount.page)? {
            let Some(mut known) = store::story(self.memory, id)? else { continue };
            let is_of_this_version = known.version.page == page
                && known.version.fetched_at == Some(nanoseconds(recount.fetched_at));
            let is_told = told.as_ref().is_some_and(|told| told.contains(id));
            let Role::Article { revision, first_fetched_at } = known.role else { continue };
            if !is_of_this_version || is_told || known.look.is_withdrawn() {
                continue;
            }
            let revision = revision.saturating_add(1);
            known.role = Role::Article { revision, first_fetched_at };
            // Told again, it looks other than this: that is the next revision.
            known.look = Look::withdrawn();
            store::release_texts(self.memory, id, &mut known);
            store::put_story(self.memory, id, &known);
            withdrawn.push(Withdrawal { id, revision, first_fetched_at: first_fetched_at.map(timestamp) });
        }
        Ok(withdrawn)
    }
}
