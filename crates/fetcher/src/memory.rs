//! What the pages fetched of late held.
//!
//! State: key `p` and 16 bytes of the hash of the page's URL; value a version, the time of the last
//! fetch in milliseconds (8 bytes, little-endian) and 16 bytes of the hash of what it held.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use stream::{Context, State};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::{Fetch, Settings};

const KIND: u8 = b'p';
const VERSION: u8 = 1;

/// How many forgotten pages one fetch clears away: more than it adds, so that the memory shrinks to
/// its bounds, and few, so that no fetch waits for a great clearing.
const CLEARED_AT_ONCE: usize = 8;

/// The pages in the state by the time of their last fetch.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    by_time: BTreeSet<(i64, [u8; 16])>,
}

/// What the memory holds of one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    fetched_at_ms: i64,
    content: [u8; 16],
}

impl Memory {
    pub(crate) fn of(state: &State) -> Self {
        let page = |(key, value): (&[u8], &[u8])| Some((Seen::read(value)?.fetched_at_ms, page_of(key)?));
        Self { by_time: state.iter().filter_map(page).collect() }
    }

    /// Notes that `url` held `body` at `fetched_at`, and says whether that is news: whether it held
    /// something else at the last fetch, or is not remembered.
    pub(crate) fn note(
        &mut self,
        url: &str,
        content_type: Option<&str>,
        body: &[u8],
        fetched_at: Timestamp,
        settings: &Settings,
        context: &mut Context<'_, Fetch>,
    ) -> bool {
        let page = xxh3_128(url.as_bytes()).to_le_bytes();
        let seen =
            Seen { fetched_at_ms: fetched_at.as_millisecond(), content: content_hash(content_type, body) };
        let before = context.get(&key(page)).and_then(Seen::read);
        let oldest_ms = (fetched_at.as_millisecond()).saturating_sub(millis(settings.page_memory()));
        let is_news =
            before.is_none_or(|before| before.content != seen.content || before.fetched_at_ms < oldest_ms);
        if let Some(before) = before {
            self.by_time.remove(&(before.fetched_at_ms, page));
        }
        context.put(key(page), seen.written());
        self.by_time.insert((seen.fetched_at_ms, page));
        self.clear(oldest_ms, settings.max_remembered_pages, context);
        is_news
    }

    fn clear(&mut self, oldest_ms: i64, max: usize, context: &mut Context<'_, Fetch>) {
        for _ in 0..CLEARED_AT_ONCE {
            let Some(&(fetched_at_ms, page)) = self.by_time.first() else { return };
            if fetched_at_ms >= oldest_ms && self.by_time.len() <= max {
                return;
            }
            self.by_time.pop_first();
            context.delete(key(page));
        }
    }
}

/// The charset is in the type: the same bytes under another one are another page.
fn content_hash(content_type: Option<&str>, body: &[u8]) -> [u8; 16] {
    let content_type = content_type.unwrap_or_default().as_bytes();
    let mut hasher = Xxh3::new();
    hasher.update(&(content_type.len() as u64).to_le_bytes());
    hasher.update(content_type);
    hasher.update(body);
    hasher.digest128().to_le_bytes()
}

fn key(page: [u8; 16]) -> Vec<u8> {
    let mut key = vec![KIND];
    key.extend_from_slice(&page);
    key
}

fn page_of(key: &[u8]) -> Option<[u8; 16]> {
    match key.split_first() {
        Some((&KIND, page)) => page.try_into().ok(),
        _ => None,
    }
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Seen {
    fn written(self) -> Vec<u8> {
        let mut value = vec![VERSION];
        value.extend_from_slice(&self.fetched_at_ms.to_le_bytes());
        value.extend_from_slice(&self.content);
        value
    }

    /// A page whose entry is of another form counts as not remembered.
    fn read(value: &[u8]) -> Option<Self> {
        let (&version, rest) = value.split_first()?;
        let (time, content) = rest.split_first_chunk()?;
        if version != VERSION {
            return None;
        }
        Some(Self { fetched_at_ms: i64::from_le_bytes(*time), content: content.try_into().ok()? })
    }
}
