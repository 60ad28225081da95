//! What is kept under which key:
//!
//! | key | value |
//! |---|---|
//! | `s` + story id | the story: [`Known`] |
//! | `i` + identity | id of the story it belongs to, or the mark of a [`Holder`] shared by several, which it no longer tells apart |
//! | `t` + hash of a normal text | id of the story that told it first |
//! | `p`, `r` + page | [pages of several stories](crate::replay) |
//! | `w`, `q` + number | the [window](crate::window) |

use model::Id;

use crate::known::{Known, Role};
use crate::memory::{Memory, MemoryError};
use crate::replay;
use crate::sighting::{Identity, IdentityKind, Sighting, only_story_id};
use crate::window;

/// How many identities of a story are remembered, the newest.
const MAX_IDENTITIES: usize = 24;
/// How many texts of a story are remembered, the newest.
const MAX_TEXTS: usize = 8;
/// How many stories of a page are remembered, the newest.
const MAX_PAGE_STORIES: usize = 1000;
/// What 12 bytes of a shared pointer are; the number of its holders follows. No id begins like this.
const SHARED: [u8; 12] = [0; 12];

/// Whom a pointer leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Story(Id),
    /// So many stories have the identity: it leads to none of them until the last has gone.
    Shared(u32),
}

impl Holder {
    fn from_bytes(bytes: [u8; 16]) -> Self {
        match bytes.split_first_chunk() {
            Some((&SHARED, count)) => Self::Shared(count.try_into().map_or(0, u32::from_le_bytes)),
            _ => Self::Story(Id::from_bytes(bytes)),
        }
    }

    fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Story(id) => id.as_bytes().to_vec(),
            Self::Shared(count) => [SHARED.as_slice(), &count.to_le_bytes()].concat(),
        }
    }
}

/// Whether this version can read what a memory holds under `key`: all of it is checked before the
/// first story is seen.
///
/// # Errors
/// When it can't.
pub fn check(key: &[u8], value: &[u8]) -> Result<(), MemoryError> {
    match key.first() {
        Some(b's') => Known::from_bytes(value).map(drop),
        Some(b'w' | b'q') => window::check(value),
        Some(b'i' | b't') if value.len() == size_of::<Id>() => Ok(()),
        Some(b'p') if value.len().is_multiple_of(size_of::<Id>()) => Ok(()),
        Some(b'r') => replay::check(value),
        _ => Err(MemoryError::Damaged { what: "entry", bytes: value.len() }),
    }
}

pub(crate) fn story(memory: &impl Memory, id: Id) -> Result<Option<Known>, MemoryError> {
    memory.get(&key(b's', id)).map(Known::from_bytes).transpose()
}

pub(crate) fn put_story(memory: &mut impl Memory, id: Id, known: &Known) {
    memory.put(key(b's', id), known.to_bytes());
}

/// Whether the story `id` is remembered.
pub(crate) fn is_known(memory: &impl Memory, id: Id) -> bool {
    memory.get(&key(b's', id)).is_some()
}

/// Who has an identity, or told a text: a story may be forgotten by now.
fn pointer(memory: &impl Memory, key: &[u8]) -> Option<Holder> {
    memory.get(key)?.try_into().ok().map(Holder::from_bytes)
}

pub(crate) fn by_identity(memory: &impl Memory, identity: Id) -> Result<Option<(Id, Known)>, MemoryError> {
    follow(memory, &key(b'i', identity))
}

pub(crate) fn by_text(memory: &impl Memory, text: Id) -> Result<Option<(Id, Known)>, MemoryError> {
    follow(memory, &key(b't', text))
}

fn follow(memory: &impl Memory, key: &[u8]) -> Result<Option<(Id, Known)>, MemoryError> {
    let Some(Holder::Story(id)) = pointer(memory, key) else { return Ok(None) };
    Ok(story(memory, id)?.map(|known| (id, known)))
}

/// The id of the article that a known story is or repeats.
pub(crate) fn article_of(id: Id, known: &Known) -> Id {
    match known.role {
        Role::Article { .. } => id,
        Role::Copy { of } => of,
    }
}

/// Maps the identities to the story `id`, so that it is known by them from now on.
pub(crate) fn add_identities(memory: &mut impl Memory, id: Id, known: &mut Known, identities: &[Identity]) {
    for identity in identities.iter().rev() {
        let at = key(b'i', identity.id);
        let holder = pointer(memory, &at);
        let other = holder.filter(|holder| match holder {
            Holder::Story(other) => *other != id && is_known(memory, *other),
            Holder::Shared(_) => true,
        });
        let value = match (other, identity.kind) {
            // The story that is there now has the page to itself.
            (None, _) | (_, IdentityKind::Page) => Holder::Story(id),
            // The first one keeps what tells stories apart for certain.
            (_, IdentityKind::Text | IdentityKind::Own) => continue,
            (Some(Holder::Story(_)), _) => Holder::Shared(2),
            (Some(Holder::Shared(count)), _) => {
                Holder::Shared(count.saturating_add((!known.identities.contains(&identity.id)).into()))
            }
        };
        if holder != Some(value) {
            memory.put(at, value.to_bytes());
        }
        remember(&mut known.identities, identity.id, MAX_IDENTITIES, |forgotten| {
            release(memory, b'i', forgotten, id);
        });
    }
}

/// Maps a text to the story `id`, unless another told it before.
pub(crate) fn add_text(memory: &mut impl Memory, id: Id, known: &mut Known, text: Option<Id>) {
    let Some(text) = text else { return };
    let at = key(b't', text);
    let alive = matches!(pointer(memory, &at), Some(Holder::Story(holder)) if is_known(memory, holder));
    if !alive {
        memory.put(at, Holder::Story(id).to_bytes());
    }
    remember(&mut known.texts, text, MAX_TEXTS, |forgotten| release(memory, b't', forgotten, id));
}

/// Forgets the story `id` and all that leads to it.
pub(crate) fn forget(memory: &mut impl Memory, id: Id, known: &Known) {
    for identity in &known.identities {
        release(memory, b'i', *identity, id);
    }
    for text in &known.texts {
        release(memory, b't', *text, id);
    }
    leave_page(memory, known.version.page, id);
    memory.delete(key(b's', id));
}

/// From now on the texts of the story `id` are another's to tell.
pub(crate) fn release_texts(memory: &mut impl Memory, id: Id, known: &mut Known) {
    for text in std::mem::take(&mut known.texts) {
        release(memory, b't', text, id);
    }
}

/// Notes that a page tells the story `id` among others. That of its only story leads to it already.
pub(crate) fn add_to_page(memory: &mut impl Memory, id: Id, sighting: &Sighting) {
    if sighting.alone {
        return;
    }
    let at = key(b'p', sighting.version.page);
    let mut ids = ids(memory, &at);
    if !ids.contains(&id) {
        remember(&mut ids, id, MAX_PAGE_STORIES, |_| ());
        put_ids(memory, at, &ids);
    }
}

/// Notes that the story `id` is no longer among those of a page.
pub(crate) fn leave_page(memory: &mut impl Memory, page: Id, id: Id) {
    let at = key(b'p', page);
    let mut ids = ids(memory, &at);
    if let Some(place) = ids.iter().position(|known| *known == id) {
        ids.remove(place);
        put_ids(memory, at, &ids);
    }
}

/// The stories that a page is known to tell or to have told.
pub(crate) fn of_page(memory: &impl Memory, page: Id, url: &str) -> Result<Vec<Id>, MemoryError> {
    let mut ids = ids(memory, &key(b'p', page));
    let only = by_identity(memory, only_story_id(url))?.map(|(id, _)| id);
    ids.extend(only.filter(|id| !ids.contains(id)));
    Ok(ids)
}

fn ids(memory: &impl Memory, key: &[u8]) -> Vec<Id> {
    let (ids, _) = memory.get(key).unwrap_or_default().as_chunks();
    ids.iter().map(|id| Id::from_bytes(*id)).collect()
}

fn put_ids(memory: &mut impl Memory, key: Vec<u8>, ids: &[Id]) {
    match ids {
        [] => memory.delete(key),
        ids => memory.put(key, ids.iter().flat_map(|id| *id.as_bytes()).collect()),
    }
}

/// Moves `id` to the end of `list`, or adds it there, and says which one had to go.
fn remember(list: &mut Vec<Id>, id: Id, max: usize, forgotten: impl FnOnce(Id)) {
    list.retain(|known| *known != id);
    if list.len() >= max {
        forgotten(list.remove(0));
    }
    list.push(id);
}

/// Deletes a pointer that only the story `id` holds; of a shared one it gives up its share.
fn release(memory: &mut impl Memory, kind: u8, pointer_id: Id, id: Id) {
    let at = key(kind, pointer_id);
    match pointer(memory, &at) {
        Some(Holder::Story(holder)) if holder == id => memory.delete(at),
        Some(Holder::Shared(count)) if count > 1 => memory.put(at, Holder::Shared(count - 1).to_bytes()),
        Some(Holder::Shared(_)) => memory.delete(at),
        _ => {}
    }
}

pub(crate) fn key(kind: u8, id: Id) -> Vec<u8> {
    [&[kind], id.as_bytes().as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::sighting::{Look, Version};
    use crate::sketch::Sketch;

    fn known() -> Known {
        let none = Id::of("none", &[]);
        Known {
            role: Role::Article { revision: 1, first_fetched_at: None },
            version: Version { page: none, part: 1, home: true, fetched_at: None, splitter: 1 },
            look: Look { title: none, text: none },
            seen: 0,
            sketch: Sketch::of("words"),
            texts: Vec::new(),
            identities: Vec::new(),
        }
    }

    #[test]
    fn a_shared_identity_leads_nowhere_until_its_last_holder_is_forgotten() {
        let mut memory = HashMap::new();
        let headline = Identity { id: Id::of("headline", &[]), kind: IdentityKind::Headline };
        let ids = ["a", "b", "c"].map(|name| Id::of("story", &[name]));
        let mut stories = ids.map(|id| (id, known()));
        for (id, known) in &mut stories {
            put_story(&mut memory, *id, known);
            // A second sighting counts no further holder.
            for _ in 0..2 {
                add_identities(&mut memory, *id, known, &[headline]);
            }
        }
        for (id, known) in &stories {
            assert_eq!(by_identity(&memory, headline.id), Ok(None));
            assert!(memory.contains_key(&key(b'i', headline.id)));
            forget(&mut memory, *id, known);
        }
        assert!(memory.is_empty(), "{memory:?}");
        let (id, mut next) = (ids[0], known());
        put_story(&mut memory, id, &next);
        add_identities(&mut memory, id, &mut next, &[headline]);
        assert_eq!(by_identity(&memory, headline.id).unwrap().map(|(id, _)| id), Some(id));
    }
}
