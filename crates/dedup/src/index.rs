use jiff::Timestamp;
use model::{DuplicateReason, Id, Story};

use crate::known::{Known, Role};
use crate::memory::{Memory, MemoryError};
use crate::replay::Told;
use crate::settings::Settings;
use crate::sighting::{IdentityKind, Sighting};
use crate::store;
use crate::verdict::{Change, Verdict};
use crate::window::{Stamp, Window};

/// Estimated Jaccard of 4-word shingles from which two texts under one headline, or under an address
/// that another page names, are one story.
const KIN: f64 = 0.1;
/// The same, from which a changed copy still is a copy: the definition of a near-duplicate.
const COPY: f64 = 0.6;
/// How many window entries one observation looks at. It adds three at most, so the window keeps up.
const SWEEP: usize = 8;

/// The stories seen, over a memory.
#[derive(Debug)]
pub struct Index<'a, M> {
    pub(crate) memory: &'a mut M,
    settings: &'a Settings,
    /// While a story is handled again: what its page has told before it in this replay.
    pub(crate) told: Option<Told>,
}

impl<'a, M: Memory> Index<'a, M> {
    /// The index that `memory` holds; an empty memory is an empty index.
    pub fn new(memory: &'a mut M, settings: &'a Settings) -> Self {
        Self { memory, settings, told: None }
    }

    /// Says what `story`, seen at `now`, is to the stories seen before, and remembers it.
    ///
    /// # Errors
    /// When the memory holds something that this version cannot read. Trying again does not help.
    pub fn observe(&mut self, story: &Story, now: Timestamp) -> Result<Verdict, MemoryError> {
        let sighting = Sighting::of(story);
        let now = now.as_second();
        let mut window = Window::load(self.memory)?;
        let before = window;
        let verdict = match self.recognise(&sighting)? {
            Some((id, known)) => self.again(id, known, &sighting, &mut window, now)?,
            None => {
                match sighting.text.map(|text| store::by_text(self.memory, text)).transpose()?.flatten() {
                    Some((id, known)) => self.copy(id, known, &sighting, &mut window, now)?,
                    None => self.first(&sighting, &mut window, now)?,
                }
            }
        };
        self.sweep(&mut window, now)?;
        if window != before {
            window.save(self.memory);
        }
        Ok(verdict)
    }

    /// How many stories are known, articles and copies.
    ///
    /// # Errors
    /// As [`Index::observe`].
    pub fn stories(&self) -> Result<u64, MemoryError> {
        Ok(Window::load(self.memory)?.stories)
    }

    /// The known story that this is another sighting of.
    fn recognise(&self, sighting: &Sighting) -> Result<Option<(Id, Known)>, MemoryError> {
        for identity in &sighting.identities {
            let Some((id, known)) = store::by_identity(self.memory, identity.id)? else { continue };
            // One version of a page tells a story in one place, unless word for word.
            let taken = match &self.told {
                Some(told) => told.contains(id) && sighting.version.is_of_one_fetch(&known.version),
                None => sighting.version.is_beside(&known.version),
            };
            let kin = || sighting.sketch.similarity(&known.sketch) >= KIN;
            let is_it = match identity.kind {
                IdentityKind::Text => true,
                // A careless site calls one address canonical for many stories.
                IdentityKind::Own if !sighting.version.home => !taken && kin(),
                IdentityKind::Headline => !taken && kin(),
                _ => !taken,
            };
            if is_it {
                return Ok(Some((id, known)));
            }
        }
        Ok(None)
    }

    /// A story never seen, with a text never seen: a new article.
    fn first(&mut self, sighting: &Sighting, window: &mut Window, now: i64) -> Result<Verdict, MemoryError> {
        let role = Role::Article { revision: 1, first_fetched_at: sighting.version.fetched_at };
        let id = self.add(role, sighting, window, now)?;
        Ok(Verdict::New { id })
    }

    /// A story never seen, with the text of a known one.
    fn copy(
        &mut self,
        original: Id,
        mut known: Known,
        sighting: &Sighting,
        window: &mut Window,
        now: i64,
    ) -> Result<Verdict, MemoryError> {
        let of = store::article_of(original, &known);
        if self.is_withdrawn(of)? {
            // The copy that told this text first told nothing that can be read: now there is an article for both.
            let verdict = self.first(sighting, window, now)?;
            known.role = Role::Copy { of: verdict.article() };
            store::put_story(self.memory, original, &known);
            return Ok(verdict);
        }
        self.touch(original, known, window, now);
        self.touch_article(of, original, window, now)?;
        self.add(Role::Copy { of }, sighting, window, now)?;
        Ok(Verdict::Duplicate { of, similarity: 1.0, reason: DuplicateReason::SameText })
    }

    /// Another sighting of the known story `id`:
    ///
    /// | | same look | other look |
    /// |---|---|---|
    /// | older or the same version (handled again: fetched earlier) | unchanged | unchanged |
    /// | not from its own page, which is known | unchanged | unchanged |
    /// | newer, an article | unchanged | revision |
    /// | newer, a copy | unchanged | duplicate of the one it tells now; unchanged while it is near its article; else, or where that is withdrawn, a new article |
    fn again(
        &mut self,
        id: Id,
        mut known: Known,
        sighting: &Sighting,
        window: &mut Window,
        now: i64,
    ) -> Result<Verdict, MemoryError> {
        let article = store::article_of(id, &known);
        self.tell(id);
        if article != id {
            self.touch_article(article, id, window, now)?;
        }
        let is_late = match self.told {
            Some(_) => sighting.version.is_of_an_earlier_fetch_than(&known.version),
            None => sighting.version.is_no_newer_than(&known.version),
        };
        if sighting.version.is_away_from(&known.version) || is_late {
            self.touch(id, known, window, now);
            return Ok(Verdict::Unchanged { id: article });
        }
        let change = Change {
            title: known.look.title != sighting.look.title,
            text: known.look.text != sighting.look.text,
        };
        let verdict = match known.role {
            Role::Article { .. } if change == Change::default() => Verdict::Unchanged { id },
            Role::Article { revision, first_fetched_at } => {
                let revision = revision.saturating_add(1);
                known.role = Role::Article { revision, first_fetched_at };
                let first_fetched_at = first_fetched_at.map(timestamp);
                Verdict::Revision { id, revision, first_fetched_at, change }
            }
            Role::Copy { of } => self.copy_again(id, of, &mut known, sighting)?,
        };
        if known.version.page != sighting.version.page {
            store::leave_page(self.memory, known.version.page, id);
        }
        store::add_to_page(self.memory, id, sighting);
        known.version = sighting.version.clone();
        known.look = sighting.look;
        known.sketch = sighting.sketch.clone();
        store::add_identities(self.memory, id, &mut known, &sighting.identities);
        store::add_text(self.memory, id, &mut known, sighting.text);
        self.stamp(id, &mut known, window, now);
        store::put_story(self.memory, id, &known);
        Ok(verdict)
    }

    /// A newer version of a story that repeats the article `of`.
    fn copy_again(
        &mut self,
        id: Id,
        of: Id,
        known: &mut Known,
        sighting: &Sighting,
    ) -> Result<Verdict, MemoryError> {
        if let Some(text) = sighting.text
            && let Some((original, teller)) = store::by_text(self.memory, text)?
        {
            let now_of = store::article_of(original, &teller);
            if !self.is_withdrawn(now_of)? {
                if now_of == of || original == id {
                    return Ok(Verdict::Unchanged { id: of });
                }
                known.role = Role::Copy { of: now_of };
                let reason = DuplicateReason::SameText;
                return Ok(Verdict::Duplicate { of: now_of, similarity: 1.0, reason });
            }
        }
        let article = store::story(self.memory, of)?.filter(|article| !article.look.is_withdrawn());
        let similarity = article.map_or(0.0, |article| sighting.sketch.similarity(&article.sketch));
        if similarity >= COPY {
            return Ok(Verdict::Unchanged { id: of });
        }
        known.role = Role::Article { revision: 1, first_fetched_at: sighting.version.fetched_at };
        Ok(Verdict::New { id })
    }

    fn add(
        &mut self,
        role: Role,
        sighting: &Sighting,
        window: &mut Window,
        now: i64,
    ) -> Result<Id, MemoryError> {
        let id = self.mint(sighting)?;
        self.tell(id);
        let mut known = Known {
            role,
            version: sighting.version.clone(),
            look: sighting.look,
            seen: now,
            sketch: sighting.sketch.clone(),
            texts: Vec::new(),
            identities: Vec::new(),
        };
        // The story first: pointers to a story that is not there count as free.
        store::put_story(self.memory, id, &known);
        store::add_identities(self.memory, id, &mut known, &sighting.identities);
        store::add_text(self.memory, id, &mut known, sighting.text);
        store::add_to_page(self.memory, id, sighting);
        store::put_story(self.memory, id, &known);
        window.push(self.memory, Stamp { seen: now, id });
        window.stories += 1;
        Ok(id)
    }

    /// Whether the article `id` has been withdrawn: nothing is hidden by it.
    fn is_withdrawn(&self, id: Id) -> Result<bool, MemoryError> {
        Ok(store::story(self.memory, id)?.is_some_and(|article| article.look.is_withdrawn()))
    }

    /// An id that no known story has: of the story's name alone if that is free, so that it comes
    /// out the same without the memory.
    fn mint(&self, sighting: &Sighting) -> Result<Id, MemoryError> {
        let mut id = sighting.name;
        let text = sighting.look.text.to_string();
        while store::story(self.memory, id)?.is_some() {
            id = Id::of("article", &[&id.to_string(), &text]);
        }
        Ok(id)
    }

    fn touch_article(
        &mut self,
        article: Id,
        through: Id,
        window: &mut Window,
        now: i64,
    ) -> Result<(), MemoryError> {
        if article != through
            && let Some(known) = store::story(self.memory, article)?
        {
            self.touch(article, known, window, now);
        }
        Ok(())
    }

    /// Notes that the story was seen, and nothing else.
    fn touch(&mut self, id: Id, mut known: Known, window: &mut Window, now: i64) {
        if self.stamp(id, &mut known, window, now) {
            store::put_story(self.memory, id, &known);
        }
    }

    fn stamp(&mut self, id: Id, known: &mut Known, window: &mut Window, now: i64) -> bool {
        let due = now.saturating_sub(known.seen) > self.settings.window_seconds() / 8;
        if due {
            known.seen = now;
            window.push(self.memory, Stamp { seen: now, id });
        }
        due
    }

    /// Forgets what has not been seen for the window's length, and the oldest of too many.
    fn sweep(&mut self, window: &mut Window, now: i64) -> Result<(), MemoryError> {
        for _ in 0..SWEEP {
            let Some(Stamp { seen, id }) = window.first(self.memory)? else { break };
            // None where the story has been seen since, or is forgotten already.
            let current = store::story(self.memory, id)?.filter(|known| known.seen == seen);
            if let Some(known) = current {
                let expired = now.saturating_sub(seen) > self.settings.window_seconds();
                if !expired && window.stories <= self.settings.max_stories {
                    break;
                }
                store::forget(self.memory, id, &known);
                window.stories = window.stories.saturating_sub(1);
            }
            window.drop_first(self.memory);
        }
        Ok(())
    }
}

pub(crate) fn timestamp(nanoseconds: i64) -> Timestamp {
    // Every i64 is within a timestamp's range.
    Timestamp::from_nanosecond(nanoseconds.into()).unwrap_or_default()
}
