//! The stories in the order in which they were last seen: what is to be forgotten next.
//!
//! A queue in keyed state. Every sighting would be a write too many, so a story is stamped and
//! queued anew only when its stamp is older than an eighth of the window: stories live up to an
//! eighth shorter than the window says. Entries whose story has a newer stamp are dropped unread.

use model::Id;

use crate::memory::{Memory, MemoryError};

/// The first byte of every value.
const FORMAT: u8 = 1;
const ENDS: &[u8] = b"w";

/// Both ends of the queue, and how many stories are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Window {
    head: u64,
    tail: u64,
    pub(crate) stories: u64,
}

/// An entry: the story `id` was seen at `seen`, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) seen: i64,
    pub(crate) id: Id,
}

impl Window {
    pub(crate) fn load(memory: &impl Memory) -> Result<Self, MemoryError> {
        let Some(value) = memory.get(ENDS) else { return Ok(Self::default()) };
        let [head, tail, stories] = fields(value, "window")?.map(u64::from_le_bytes);
        Ok(Self { head, tail, stories })
    }

    pub(crate) fn save(self, memory: &mut impl Memory) {
        let fields = [self.head, self.tail, self.stories].map(u64::to_le_bytes);
        memory.put(ENDS.to_vec(), [&[FORMAT], fields.as_flattened()].concat());
    }

    pub(crate) fn push(&mut self, memory: &mut impl Memory, stamp: Stamp) {
        let value = [&[FORMAT], stamp.seen.to_le_bytes().as_slice(), stamp.id.as_bytes()].concat();
        memory.put(entry(self.tail), value);
        self.tail += 1;
    }

    /// The oldest entry.
    pub(crate) fn first(self, memory: &impl Memory) -> Result<Option<Stamp>, MemoryError> {
        let Some(value) = memory.get(&entry(self.head)) else { return Ok(None) };
        let [seen, first, second] = fields(value, "window entry")?;
        let mut id = [0; 16];
        id.copy_from_slice([first, second].as_flattened());
        Ok(Some(Stamp { seen: i64::from_le_bytes(seen), id: Id::from_bytes(id) }))
    }

    /// Takes the oldest entry out.
    pub(crate) fn drop_first(&mut self, memory: &mut impl Memory) {
        memory.delete(entry(self.head));
        self.head += 1;
    }
}

/// Whether a value under a key of the window can be read.
pub(crate) fn check(value: &[u8]) -> Result<(), MemoryError> {
    fields(value, "window").map(drop)
}

fn entry(number: u64) -> Vec<u8> {
    [b"q".as_slice(), &number.to_be_bytes()].concat()
}

fn fields(value: &[u8], what: &'static str) -> Result<[[u8; 8]; 3], MemoryError> {
    let damaged = MemoryError::Damaged { what, bytes: value.len() };
    match value.split_first() {
        Some((&FORMAT, fields)) => {
            let (fields, rest) = fields.as_chunks();
            <[[u8; 8]; 3]>::try_from(fields).ok().filter(|_| rest.is_empty()).ok_or(damaged)
        }
        Some((&format, _)) if format > FORMAT => {
            Err(MemoryError::NewerFormat { what, format, known: FORMAT })
        }
        _ => Err(damaged),
    }
}
