//! What a story is to the stories seen before.
//!
//! `recognise` finds the story that this is another sighting of, `report` the one whose report it tells; `window`
//! forgets.

mod recognise;
mod report;
mod window;

pub use window::Forgotten;

use jiff::Timestamp;
use model::{DuplicateReason, Id, Story};

use crate::copies::Moved;
use crate::index::{Candidate, Index};
use crate::record::{Known, MAX_ALIASES, Role, Text, key};
use crate::replay::Told;
use crate::sighting::Sighting;
use crate::verdict::{Change, Verdict};

/// Changes of state: none deletes.
pub type Changes = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// One look at a story.
pub(crate) struct Judge<'a> {
    pub(crate) index: &'a Index,
    /// Seconds since 1970.
    now: u32,
    order: u64,
    /// While a story is handled again: what its page has told before it in this replay.
    pub(crate) told: Option<Told>,
    pub(crate) changes: Changes,
    /// Whether the story is a copy that came, or was one that left.
    pub(crate) moved: Option<Moved>,
    /// Slots that have something to do with it: these are not forgotten now.
    touched: Vec<u32>,
}

impl Index {
    /// Says what `story`, seen at `now`, is to the stories seen before. It is remembered once the changes are set.
    pub fn observe(&self, story: &Story, now: Timestamp) -> (Verdict, Changes) {
        let mut judge = Judge::new(self, now, None);
        let verdict = judge.judge(&Sighting::of(story));
        judge.count(story);
        (verdict, judge.changes)
    }
}

impl<'a> Judge<'a> {
    pub(crate) fn new(index: &'a Index, now: Timestamp, told: Option<Told>) -> Self {
        let now = u32::try_from(now.as_second().max(0)).unwrap_or(u32::MAX);
        let (changes, touched) = (Vec::new(), Vec::new());
        Self { index, now, order: index.order, told, changes, moved: None, touched }
    }

    pub(crate) fn judge(&mut self, sighting: &Sighting) -> Verdict {
        let verdict = match self.recognise(sighting) {
            Some(candidate) => self.again(candidate, sighting),
            None => match self.report(sighting, None) {
                Some(report) => self.copy(report, sighting),
                None => self.first(sighting),
            },
        };
        self.sweep(matches!(verdict, Verdict::New { .. } | Verdict::Duplicate { .. }));
        verdict
    }

    /// Whether a story was seen within the window.
    fn is_alive(&self, slot: u32) -> bool {
        self.index.seen(slot).is_some_and(|seen| seen >= self.now.saturating_sub(self.window()))
    }

    /// Whether the article that a story is or repeats was withdrawn: nothing is hidden by it.
    fn is_withdrawn(&self, slot: u32) -> bool {
        let article = self.index.article(slot).and_then(|article| self.index.candidate(article));
        article.is_none_or(|article| article.known.withdrawn)
    }

    fn window(&self) -> u32 {
        self.index.settings.window_seconds()
    }

    /// A story never seen, whose report was never told: a new article.
    fn first(&mut self, sighting: &Sighting) -> Verdict {
        let role = Role::Article { revision: 1, first_fetched_at: sighting.version.fetched_at };
        Verdict::New { id: self.add(role, sighting) }
    }

    /// A story never seen, with the report of a known one.
    fn copy(&mut self, report: (Candidate, f64, DuplicateReason), sighting: &Sighting) -> Verdict {
        let (teller, similarity, reason) = report;
        let of = self.article_of(&teller);
        if self.gives_url_to(&teller, sighting) {
            return self.again(teller, sighting);
        }
        self.touch(teller.slot, false);
        self.add(Role::Copy { of }, sighting);
        Verdict::Duplicate { of, similarity, reason }
    }

    /// Whether this is the own page, on the same site, of an article that was found among others and has no URL yet.
    fn gives_url_to(&self, teller: &Candidate, sighting: &Sighting) -> bool {
        let known = &teller.known;
        matches!(known.role, Role::Article { .. })
            && !known.version.home
            && known.place.own.is_none()
            && sighting.version.home
            && known.place.host == sighting.place.host
            && known.place.host != 0
    }

    /// Another sighting of the known story:
    ///
    /// | | same look | other look |
    /// |---|---|---|
    /// | older or the same version (handled again: fetched earlier) | unchanged | unchanged |
    /// | not from its own page, which is known | unchanged | unchanged |
    /// | newer, an article | unchanged, or a revision when its URL becomes known | revision |
    /// | newer, a copy | unchanged | duplicate of the one it tells now; unchanged while it is near its article; else, or where that is withdrawn, a new article |
    fn again(&mut self, candidate: Candidate, sighting: &Sighting) -> Verdict {
        let article = self.article_of(&candidate);
        let Candidate { slot, id, mut known } = candidate;
        self.tell(id);
        self.touched.push(slot);
        self.touched.extend(self.index.article(slot));
        let is_late = match self.told {
            Some(_) => sighting.version.is_of_an_earlier_fetch_than(&known.version),
            None => sighting.version.is_no_newer_than(&known.version),
        };
        let is_away = known.version.home && !sighting.version.home && known.place.page != sighting.place.page;
        if is_away || is_late {
            self.touch(slot, false);
            return Verdict::Unchanged { id: article };
        }
        let (change, before) = (self.change(slot, &known, sighting), known.role);
        let has_url =
            sighting.place.own.is_some() || sighting.version.home && known.place.page != sighting.place.page;
        let url_known = !known.version.home && known.place.own.is_none() && has_url;
        let verdict = match known.role {
            Role::Article { .. } if !change.title && !change.text && !url_known => Verdict::Unchanged { id },
            Role::Article { revision, first_fetched_at } => {
                let revision = revision.saturating_add(1);
                known.role = Role::Article { revision, first_fetched_at };
                let first_fetched_at = first_fetched_at.map(timestamp);
                Verdict::Revision { id, revision, first_fetched_at, change }
            }
            Role::Copy { of } => self.copy_again(slot, id, of, &mut known, sighting),
        };
        let is_same_text = self.index.text(slot) == sighting.text && !change.text;
        known.aliases.extend(recognise::lost_names(&known.place, &sighting.place));
        known.aliases.drain(..known.aliases.len().saturating_sub(MAX_ALIASES));
        (known.place, known.version, known.look) = (sighting.place, sighting.version, sighting.look);
        self.moved = Moved::between(id, Some(before), known.role);
        if std::mem::take(&mut known.withdrawn) {
            self.count_anew(id);
        }
        match is_same_text {
            true => self.write(id, known, None),
            false => {
                self.changes.push((key(b'm', id), None));
                self.write(id, known, Some(&Text::of(sighting)));
            }
        }
        verdict
    }

    /// What differs from a known story as it was last seen.
    fn change(&self, slot: u32, known: &Known, sighting: &Sighting) -> Change {
        let title = known.withdrawn || known.look.title != sighting.look.title;
        let text = known.withdrawn || known.look.text != sighting.look.text;
        let words = match text {
            true => self.index.share_changed(slot, &sighting.shingles).unwrap_or(1.0),
            false => 0.0,
        };
        Change { title, text, words }
    }

    /// A newer version of a story that repeats the article `of`.
    fn copy_again(&self, slot: u32, id: Id, of: Id, known: &mut Known, sighting: &Sighting) -> Verdict {
        let report = self.report(sighting, Some(slot));
        let article =
            self.index.by_id(of).filter(|article| self.is_alive(*article) && !self.is_withdrawn(*article));
        let is_near = article.is_some_and(|article| self.tells(article, sighting).is_some());
        match report {
            Some((teller, similarity, reason)) => {
                let now_of = self.article_of(&teller);
                if now_of == of || (is_near && reason != DuplicateReason::SameText) {
                    return Verdict::Unchanged { id: of };
                }
                known.role = Role::Copy { of: now_of };
                Verdict::Duplicate { of: now_of, similarity, reason }
            }
            None if is_near || (article.is_some() && self.index.text(slot) == sighting.text) => {
                Verdict::Unchanged { id: of }
            }
            None => {
                known.role = Role::Article { revision: 1, first_fetched_at: sighting.version.fetched_at };
                Verdict::New { id }
            }
        }
    }

    fn add(&mut self, role: Role, sighting: &Sighting) -> Id {
        let id = self.mint(sighting);
        self.tell(id);
        self.forget_copies(id);
        self.moved = Moved::between(id, None, role);
        if let Some(slot) = self.index.by_id(id) {
            // Of a story that is dead and not forgotten yet.
            self.touched.push(slot);
            if self.index.is_patched(slot) {
                self.changes.push((key(b'm', id), None));
            }
        }
        let known = Known {
            role,
            place: sighting.place,
            version: sighting.version,
            look: sighting.look,
            withdrawn: false,
            seen: self.now,
            order: 0,
            aliases: Vec::new(),
        };
        self.write(id, known, Some(&Text::of(sighting)));
        id
    }

    /// An id that no known story has: of the story's name alone if that is free, so that it comes out the same without
    /// the memory.
    fn mint(&self, sighting: &Sighting) -> Id {
        let mut id = sighting.name;
        let text = sighting.look.text.to_string();
        while self.index.by_id(id).is_some_and(|slot| self.is_alive(slot)) {
            id = Id::of("article", &[&id.to_string(), &text]);
        }
        id
    }

    fn article_of(&self, candidate: &Candidate) -> Id {
        match candidate.known.role {
            Role::Article { .. } => candidate.id,
            Role::Copy { of } => of,
        }
    }

    /// Notes that a story was seen. Every sighting would be a write too many: only when the last one noted is older
    /// than an eighth of the window, so stories live up to an eighth shorter than it says.
    fn touch(&mut self, slot: u32, at_once: bool) {
        self.touched.push(slot);
        let Some(Candidate { id, known, .. }) = self.index.candidate(slot) else { return };
        let due = self.now.saturating_sub(known.seen) > self.window() / 8;
        if due || at_once {
            self.write(id, known, None);
        }
    }

    /// Writes what is known of a story by now, and its text where that is new.
    pub(crate) fn write(&mut self, id: Id, mut known: Known, text: Option<&Text<'_>>) {
        self.order += 1;
        (known.seen, known.order) = (self.now, self.order);
        let article = match known.role {
            Role::Article { .. } => None,
            Role::Copy { of } => self.index.by_id(of),
        };
        let entry = match text {
            Some(text) => (key(b's', id), Some(known.to_bytes_with(text))),
            None => (key(b'm', id), Some(known.to_bytes())),
        };
        self.changes.push(entry);
        if let Some(article) = article {
            // No article is forgotten before its copies.
            self.touch(article, true);
        }
    }

    fn tell(&mut self, id: Id) {
        if let Some(told) = &mut self.told {
            told.tell(id);
        }
    }
}

pub(crate) fn timestamp(nanoseconds: i64) -> Timestamp {
    // Every i64 is within a timestamp's range.
    Timestamp::from_nanosecond(nanoseconds.into()).unwrap_or_default()
}
