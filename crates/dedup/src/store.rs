//! What is kept under which key:
//!
//! | key | value |
//! |---|---|
//! | `s` + story id | the story: [`Known`] |
//! | `i` + identity | id of the story it belongs to, or [`SHARED`] where it tells several apart no more |
//! | `t` + hash of a normal text | id of the story that told it first |
//! | `w`, `q` + number | the [window](crate::window) |

use model::Id;

use crate::known::{Known, Role};
use crate::memory::{Memory, MemoryError};
use crate::sighting::{Identity, IdentityKind};
use crate::window;

/// How many identities of a story are remembered, the newest.
const MAX_IDENTITIES: usize = 24;
/// How many texts of a story are remembered, the newest.
const MAX_TEXTS: usize = 8;
/// Stands for no story: several have the identity.
const SHARED: [u8; 16] = [0; 16];

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

/// The id of the story that has `identity`, or that told a text: it may be forgotten by now.
fn pointer(memory: &impl Memory, key: &[u8]) -> Option<[u8; 16]> {
    memory.get(key)?.try_into().ok()
}

pub(crate) fn by_identity(memory: &impl Memory, identity: Id) -> Result<Option<(Id, Known)>, MemoryError> {
    follow(memory, &key(b'i', identity))
}

pub(crate) fn by_text(memory: &impl Memory, text: Id) -> Result<Option<(Id, Known)>, MemoryError> {
    follow(memory, &key(b't', text))
}

fn follow(memory: &impl Memory, key: &[u8]) -> Result<Option<(Id, Known)>, MemoryError> {
    let Some(id) = pointer(memory, key).filter(|id| *id != SHARED).map(Id::from_bytes) else {
        return Ok(None);
    };
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
        let alive = holder.is_some_and(|holder| holder == SHARED || is_known(memory, Id::from_bytes(holder)));
        let value = match identity.kind {
            _ if !alive || holder == Some(*id.as_bytes()) => *id.as_bytes(),
            // The story that is there now has the page to itself.
            IdentityKind::Page => *id.as_bytes(),
            // The first one keeps what tells stories apart for certain.
            IdentityKind::Text | IdentityKind::Own => continue,
            _ => SHARED,
        };
        if holder != Some(value) {
            memory.put(at, value.to_vec());
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
    let alive = pointer(memory, &at).is_some_and(|holder| is_known(memory, Id::from_bytes(holder)));
    if !alive {
        memory.put(at, id.as_bytes().to_vec());
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
    memory.delete(key(b's', id));
}

/// Moves `id` to the end of `list`, or adds it there, and says which one had to go.
fn remember(list: &mut Vec<Id>, id: Id, max: usize, forgotten: impl FnOnce(Id)) {
    list.retain(|known| *known != id);
    if list.len() >= max {
        forgotten(list.remove(0));
    }
    list.push(id);
}

/// Deletes a pointer to the story `id`, or one that points to no story.
fn release(memory: &mut impl Memory, kind: u8, pointer_id: Id, id: Id) {
    let at = key(kind, pointer_id);
    if pointer(memory, &at).is_some_and(|holder| holder == *id.as_bytes() || holder == SHARED) {
        memory.delete(at);
    }
}

fn key(kind: u8, id: Id) -> Vec<u8> {
    [&[kind], id.as_bytes().as_slice()].concat()
}
