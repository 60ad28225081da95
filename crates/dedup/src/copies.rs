//! How widely a report ran: how many copies an article has, and who carried it first.
//!
//! | key | value |
//! |---|---|
//! | `c` + article id | of an article with copies: how many, the first of them, and what of that was published |
//!
//! It is there as long as its article is known, and only where there is something to tell.
//!
//! | a copy | of its article is |
//! |---|---|
//! | comes | counted |
//! | is seen again, changed or not | – |
//! | moves to another article | taken off, and counted for the other |
//! | becomes an article of its own | taken off |
//! | is forgotten | – : the report did run there |
//!
//! What is counted is published later: [`Index::to_publish`] tells when to begin to wait, [`Index::copies`] what there
//! is to say when the time has come. A withdrawn article is counted on, and says nothing until it is told again.

use jiff::Timestamp;
use model::{Copies, Id, Pickup, Source, Story};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::StateError;
use crate::index::Index;
use crate::judge::{Changes, Judge, timestamp};
use crate::record::{FORMAT, Reader, Role, key, put_time};
use crate::sighting::nanoseconds;

const WHAT: &str = "count of copies";

/// A longer URL is left out: cut short it would lead elsewhere.
const MAX_URL_BYTES: usize = 2048;
/// A longer name is cut short.
const MAX_NAME_BYTES: usize = 256;
/// A longer host or date is none.
const MAX_WORD_BYTES: usize = 256;

/// What a copy is to articles, from now on and until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moved {
    copy: Id,
    from: Option<Id>,
    to: Option<Id>,
}

impl Moved {
    /// That of the story `copy`, which was one thing and is another.
    pub(crate) fn between(copy: Id, before: Option<Role>, after: Role) -> Option<Self> {
        let of = |role| match role {
            Role::Article { .. } => None,
            Role::Copy { of } => Some(of),
        };
        let (from, to) = (before.and_then(of), of(after));
        (from != to).then_some(Self { copy, from, to })
    }
}

/// The copies of one article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Carried {
    count: u32,
    /// The first of them, in the order of their fetches; where that is not known, behind all others.
    first: Vec<(Id, Pickup)>,
    /// Hash of what was published last.
    published: u64,
}

impl Carried {
    /// Counts a copy; one that is among the first is counted already.
    fn add(&mut self, copy: Id, pickup: Pickup, most: usize) {
        if self.first.iter().any(|(id, _)| *id == copy) {
            return;
        }
        self.count = self.count.saturating_add(1);
        let order = |(id, pickup): &(Id, Pickup)| (pickup.fetched_at.is_none(), pickup.fetched_at, *id);
        let entry = (copy, pickup);
        let place = self.first.partition_point(|earlier| order(earlier) < order(&entry));
        if place < most {
            self.first.insert(place, entry);
        }
        self.first.truncate(most);
    }

    /// Takes a copy off.
    fn take_off(&mut self, copy: Id) {
        self.count = self.count.saturating_sub(1);
        self.first.retain(|(id, _)| *id != copy);
    }

    /// Whether there is something else to tell than was published.
    fn is_news(&self) -> bool {
        self.published != self.told()
    }

    /// Hash of what there is to tell; 0 when there is nothing.
    fn told(&self) -> u64 {
        if self.count == 0 { 0 } else { xxh3_64(&self.body()) }
    }

    fn load(index: &Index, article: Id) -> Option<Self> {
        // What can't be read was refused when it was set.
        Self::read(index.other(&key(b'c', article))?).ok()
    }

    /// The entry of state; none deletes it.
    fn entry(&self, article: Id) -> (Vec<u8>, Option<Vec<u8>>) {
        let says_nothing = self.count == 0 && self.published == 0;
        (key(b'c', article), (!says_nothing).then(|| self.to_bytes()))
    }

    fn read(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::begin(bytes, WHAT)?;
        let read = |reader: &mut Reader<'_>| {
            let (published, count, len) = (reader.u64()?, reader.u32()?, reader.u16()?);
            let first = (0..len).map(|_| Some((Id::from_bytes(reader.array()?), pickup(reader)?)));
            Some(Self { count, first: first.collect::<Option<_>>()?, published })
        };
        read(&mut reader).filter(|_| reader.is_at_end()).ok_or(reader.damaged())
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![FORMAT];
        out.extend(self.published.to_le_bytes());
        out.extend(self.body());
        out
    }

    fn body(&self) -> Vec<u8> {
        let mut out = self.count.to_le_bytes().to_vec();
        let first = self.first.get(..usize::from(u16::MAX)).unwrap_or(&self.first);
        out.extend((first.len() as u16).to_le_bytes());
        for (id, Pickup { url, source, published_at, fetched_at }) in first {
            out.extend(id.as_bytes());
            for text in [url, &source.host, &source.name, published_at] {
                let text = text.as_deref().unwrap_or_default();
                out.extend((text.len() as u16).to_le_bytes());
                out.extend(text.as_bytes());
            }
            put_time(&mut out, fetched_at.map(nanoseconds));
        }
        out
    }
}

fn pickup(reader: &mut Reader<'_>) -> Option<Pickup> {
    let mut text = || {
        let len = reader.u16()?;
        let text = String::from_utf8(reader.bytes(len.into())?.to_vec()).ok()?;
        Some(Some(text).filter(|text| !text.is_empty()))
    };
    let (url, host, name, published_at) = (text()?, text()?, text()?, text()?);
    let fetched_at = reader.time()?.map(timestamp);
    Some(Pickup { url, source: Source { host, name }, published_at, fetched_at })
}

/// Who carries a report, in bounded words.
fn carrier(story: &Story) -> Pickup {
    let no_longer = |text: Option<&String>, most: usize| text.filter(|text| text.len() <= most).cloned();
    let cut_short = |name: &String| name.get(..name.floor_char_boundary(MAX_NAME_BYTES)).map(str::to_owned);
    Pickup {
        url: no_longer(story.url.as_ref().or(story.page.url.as_ref()), MAX_URL_BYTES),
        source: Source {
            host: no_longer(story.source.host.as_ref(), MAX_WORD_BYTES),
            name: story.source.name.as_ref().and_then(cut_short),
        },
        published_at: no_longer(story.published_at.as_ref(), MAX_WORD_BYTES),
        fetched_at: story.fetched_at,
    }
}

/// Whether a value under `c` can be read.
pub(crate) fn check(value: &[u8]) -> Result<(), StateError> {
    Carried::read(value).map(drop)
}

impl Judge<'_> {
    /// Counts the story that was judged, and takes it off where it was counted before.
    pub(crate) fn count(&mut self, story: &Story) {
        let Some(Moved { copy, from, to }) = self.moved else { return };
        if let Some(from) = from
            && let Some(mut carried) = Carried::load(self.index, from)
        {
            carried.take_off(copy);
            self.changes.push(carried.entry(from));
        }
        if let Some(to) = to {
            let mut carried = Carried::load(self.index, to).unwrap_or_default();
            carried.add(copy, carrier(story), self.index.settings.max_also_at as usize);
            self.changes.push(carried.entry(to));
        }
    }

    /// Of an article that is told again after it was withdrawn: what was not said of its copies meanwhile.
    pub(crate) fn count_anew(&mut self, article: Id) {
        if let Some(carried) = Carried::load(self.index, article).filter(Carried::is_news) {
            self.changes.push(carried.entry(article));
        }
    }

    /// Forgets the copies of an article that is forgotten, or whose id another takes.
    pub(crate) fn forget_copies(&mut self, article: Id) {
        let key = key(b'c', article);
        if self.index.other(&key).is_some() {
            self.changes.push((key, None));
        }
    }
}

impl Index {
    /// The articles of which, with `changes`, there is more to publish than before: of each [`Index::copies`] is to be
    /// asked once the interval of the settings has passed.
    pub fn to_publish(&self, changes: &Changes) -> Vec<Id> {
        let of = |(changed, value): &(Vec<u8>, Option<Vec<u8>>)| {
            let article = changed.strip_prefix(b"c")?.try_into().ok().map(Id::from_bytes)?;
            let is_news = Carried::read(value.as_deref()?).ok()?.is_news();
            // For these somebody waits already, but for those that were silent.
            let waited = Carried::load(self, article).is_some_and(|before| before.is_news());
            (is_news && (!waited || self.is_silent(article))).then_some(article)
        };
        changes.iter().filter_map(of).collect()
    }

    /// What there is to publish of an article's copies at `now`, and the changes by which it counts as published; none
    /// when it was published already, or its article is forgotten or withdrawn.
    pub fn copies(&self, article: Id, now: Timestamp) -> Option<(Copies, Changes)> {
        let mut carried = Carried::load(self, article)?;
        if !carried.is_news() || self.is_silent(article) {
            return None;
        }
        carried.published = carried.told();
        let changes = vec![carried.entry(article)];
        let also_at = carried.first.into_iter().map(|(_, pickup)| pickup).collect();
        Some((Copies { of: article, copies: carried.count, also_at, as_of: now }, changes))
    }

    /// Whether an article was withdrawn, or is not known.
    fn is_silent(&self, article: Id) -> bool {
        let known = self.by_id(article).and_then(|slot| self.candidate(slot));
        known.is_none_or(|article| article.known.withdrawn)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const MOST: usize = 3;

    fn id(copy: u8) -> Id {
        Id::of("copy", &[&copy.to_string()])
    }

    fn pickup(fetched_at: Option<u8>) -> Pickup {
        let fetched_at = fetched_at.map(|second| Timestamp::from_second(second.into()).unwrap());
        Pickup {
            url: Some(format!("https://a.example/{fetched_at:?}")),
            source: Source { host: Some("a.example".into()), name: None },
            published_at: None,
            fetched_at,
        }
    }

    fn order(entry: &(Id, Pickup)) -> (bool, Option<Timestamp>, Id) {
        (entry.1.fetched_at.is_none(), entry.1.fetched_at, entry.0)
    }

    proptest! {
        #[test]
        fn what_came_and_has_not_left_is_counted(
            steps in prop::collection::vec((0..12_u8, prop::option::of(0..5_u8)), 0..40),
        ) {
            let (mut carried, mut there) = (Carried::default(), BTreeMap::new());
            for (copy, fetched_at) in steps {
                match there.remove(&id(copy)) {
                    Some(_) => carried.take_off(id(copy)),
                    None => {
                        carried.add(id(copy), pickup(fetched_at), MOST);
                        there.insert(id(copy), pickup(fetched_at));
                    }
                }
                prop_assert_eq!(carried.count as usize, there.len());
                prop_assert!(carried.first.len() <= MOST);
                prop_assert!(carried.first.is_sorted_by_key(order));
                for (id, pickup) in &carried.first {
                    prop_assert_eq!(there.get(id), Some(pickup));
                }
                prop_assert_eq!(carried.is_news(), !there.is_empty());
                // A restart changes nothing.
                prop_assert_eq!(&Carried::read(&carried.to_bytes()), &Ok(carried.clone()));
            }
        }

        #[test]
        fn the_first_are_listed_in_whatever_order_they_came(
            fetches in prop::collection::vec(prop::option::of(0..5_u8), 0..12),
            seed in any::<prop::sample::Index>(),
        ) {
            let mut copies: Vec<_> = (0..).zip(fetches).map(|(copy, at)| (id(copy), pickup(at))).collect();
            let shift = if copies.is_empty() { 0 } else { seed.index(copies.len()) };
            copies.rotate_left(shift);
            let mut carried = Carried::default();
            for (id, pickup) in &copies {
                carried.add(*id, pickup.clone(), MOST);
            }
            // One that was forgotten, and comes again.
            if let Some((id, pickup)) = carried.first.first().cloned() {
                carried.add(id, pickup, MOST);
            }
            prop_assert_eq!(carried.count as usize, copies.len());
            copies.sort_by_key(order);
            copies.truncate(MOST);
            prop_assert_eq!(carried.first, copies);
        }
    }

    #[test]
    fn other_bytes_are_refused_by_name() {
        let mut carried = Carried::default();
        carried.add(id(1), pickup(Some(1)), MOST);
        let mut bytes = carried.to_bytes();
        for end in 0..bytes.len() {
            assert!(matches!(check(&bytes[..end]), Err(StateError::Damaged { .. })), "{end}");
        }
        bytes.push(0);
        assert!(matches!(check(&bytes), Err(StateError::Damaged { .. })));
        bytes[0] = FORMAT + 1;
        let error = check(&bytes).unwrap_err().to_string();
        assert!(error.starts_with("the state's count of copies has format 4"), "{error}");
    }

    #[test]
    fn who_carries_a_report_is_told_in_bounded_words() {
        let long = |len: usize| Some("خ".repeat(len));
        let story = Story {
            url: long(MAX_URL_BYTES),
            source: Source { host: long(MAX_WORD_BYTES), name: long(MAX_NAME_BYTES) },
            published_at: long(MAX_WORD_BYTES),
            ..Story::blank()
        };
        let told = carrier(&story);
        assert_eq!((told.url, told.source.host, told.published_at), (None, None, None));
        assert_eq!(told.source.name, long(MAX_NAME_BYTES / 2));
    }
}
