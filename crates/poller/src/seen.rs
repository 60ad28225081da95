//! Which entries a feed has shown.
//!
//! Kept under `seen/ID` as rows of 40 bytes, all integers little-endian, behind one byte that tells
//! the format:
//!
//! | bytes | |
//! |---|---|
//! | 16 | the entry's id |
//! | 8 | hash of the comparable link, 0 for none |
//! | 8 | fingerprint |
//! | 8 | when the entry was last in the document, in seconds since 1970 |
//!
//! Kept by when they were last *seen*: an entry that stays in a document for a year stays known.

use std::collections::{HashMap, HashSet};

use feed::Identity;
use jiff::Timestamp;
use model::Id;
use stream::Reject;

const FORMAT: u8 = 1;
const ROW_BYTES: usize = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    id: Id,
    link_key: u64,
    fingerprint: u64,
    last_seen: i64,
}

/// The entries that a feed has shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    rows: Vec<Row>,
}

/// What an entry is to one who knows those seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    New,
    Changed,
    Known,
}

impl Seen {
    pub(crate) fn read(value: &[u8]) -> Result<Self, Reject> {
        let (rows, rest) = match value {
            [FORMAT, rows @ ..] => rows.as_chunks::<ROW_BYTES>(),
            _ => (&[][..], value),
        };
        if !rest.is_empty() {
            let message = "the poller's state of a feed's entries is in a form that is not known; run the \
                           build that wrote it, or remove the feed and add it again";
            return Err(Reject::new("bad_state", message));
        }
        let rows = rows.iter().map(|row| Row {
            id: Id::from_bytes(part(row, 0)),
            link_key: u64::from_le_bytes(part(row, 16)),
            fingerprint: u64::from_le_bytes(part(row, 24)),
            last_seen: i64::from_le_bytes(part(row, 32)),
        });
        Ok(Self { rows: rows.collect() })
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let mut value = Vec::with_capacity(1 + self.rows.len() * ROW_BYTES);
        value.push(FORMAT);
        for row in &self.rows {
            value.extend_from_slice(row.id.as_bytes());
            value.extend_from_slice(&row.link_key.to_le_bytes());
            value.extend_from_slice(&row.fingerprint.to_le_bytes());
            value.extend_from_slice(&row.last_seen.to_le_bytes());
        }
        value
    }

    /// Takes up a document: tells of each of its entries the id it is known by and what it is, in the
    /// document's order. An entry that the document has twice is told the first time only.
    ///
    /// A known entry is recognised by its link, unless the row of that link is another entry of this
    /// very document; else by its id. So an entry keeps its id when the feed changes either.
    pub(crate) fn take_up(
        &mut self,
        document: &[Identity],
        now: Timestamp,
        max_rows: usize,
    ) -> Vec<(usize, Id, News)> {
        let now = now.as_second();
        let current: HashSet<Id> = document.iter().map(|identity| identity.id).collect();
        let mut by_id: HashMap<Id, usize> =
            self.rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
        // Of several rows with a link the one seen last stands: it is the first, so it goes in last.
        let linked = self.rows.iter().enumerate().rev().filter(|(_, row)| row.link_key != 0);
        let by_link: HashMap<u64, usize> = linked.map(|(at, row)| (row.link_key, at)).collect();
        let mut told: HashSet<Id> = HashSet::new();
        let mut news = Vec::with_capacity(document.len());
        for (place, identity) in document.iter().enumerate() {
            let link_key = identity.link_key.unwrap_or(0);
            let of_link = by_link.get(&link_key).copied().filter(|at| {
                self.rows.get(*at).is_some_and(|row| row.id == identity.id || !current.contains(&row.id))
            });
            let known = of_link.or_else(|| by_id.get(&identity.id).copied());
            let (id, what) = match known.and_then(|at| self.rows.get_mut(at)) {
                Some(row) => {
                    let what =
                        if row.fingerprint == identity.fingerprint { News::Known } else { News::Changed };
                    if told.contains(&row.id) {
                        continue;
                    }
                    *row = Row { id: row.id, link_key, fingerprint: identity.fingerprint, last_seen: now };
                    (row.id, what)
                }
                None => {
                    let row =
                        Row { id: identity.id, link_key, fingerprint: identity.fingerprint, last_seen: now };
                    by_id.insert(row.id, self.rows.len());
                    self.rows.push(row);
                    (row.id, News::New)
                }
            };
            told.insert(id);
            news.push((place, id, what));
        }
        // Stable, so that among those seen at the same time the order stays.
        self.rows.sort_by_key(|row| std::cmp::Reverse(row.last_seen));
        self.rows.truncate(max_rows.max(told.len()));
        news
    }
}

/// `N` bytes of `row` from `at`.
fn part<const N: usize>(row: &[u8; ROW_BYTES], at: usize) -> [u8; N] {
    row.get(at..).and_then(|rest| rest.first_chunk::<N>()).copied().unwrap_or([0; N])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn identity(id: u8, link: u64, fingerprint: u64) -> Identity {
        Identity { id: Id::from_bytes([id; 16]), link_key: (link != 0).then_some(link), fingerprint }
    }

    fn news(seen: &mut Seen, second: i64, document: &[Identity]) -> Vec<(u8, News)> {
        let now = Timestamp::from_second(second).unwrap();
        let news = seen.take_up(document, now, 3);
        news.into_iter().map(|(_, id, news)| (id.as_bytes()[0], news)).collect()
    }

    #[test]
    fn tells_new_changed_and_known() {
        let mut seen = Seen::default();
        assert_eq!(news(&mut seen, 0, &[identity(1, 1, 1), identity(1, 1, 1)]), [(1, News::New)]);
        let second = [identity(2, 0, 1), identity(1, 1, 1)];
        assert_eq!(news(&mut seen, 1, &second), [(2, News::New), (1, News::Known)]);
        assert_eq!(news(&mut seen, 2, &[identity(1, 1, 9)]), [(1, News::Changed)]);
        assert_eq!(news(&mut seen, 3, &[identity(1, 1, 9)]), [(1, News::Known)]);
    }

    #[test]
    fn an_entry_keeps_its_id_when_the_feed_changes_id_or_link() {
        let mut seen = Seen::default();
        news(&mut seen, 0, &[identity(1, 11, 1), identity(2, 12, 1)]);
        let moved = [identity(8, 11, 1), identity(2, 19, 1)];
        assert_eq!(news(&mut seen, 1, &moved), [(1, News::Known), (2, News::Known)]);
        assert_eq!(news(&mut seen, 2, &moved), [(1, News::Known), (2, News::Known)]);
    }

    #[test]
    fn a_link_that_two_entries_exchange_confuses_nobody() {
        let mut seen = Seen::default();
        news(&mut seen, 0, &[identity(1, 11, 1), identity(2, 12, 2)]);
        let exchanged = [identity(1, 12, 1), identity(2, 11, 2)];
        assert_eq!(news(&mut seen, 1, &exchanged), [(1, News::Known), (2, News::Known)]);
    }

    #[test]
    fn forgets_those_seen_longest_ago_and_none_of_the_document() {
        let mut seen = Seen::default();
        news(&mut seen, 0, &[identity(1, 0, 1), identity(2, 0, 1)]);
        news(&mut seen, 1, &[identity(1, 0, 1), identity(3, 0, 1), identity(4, 0, 1)]);
        assert_eq!(news(&mut seen, 2, &[identity(2, 0, 1)]), [(2, News::New)]);
        let large: Vec<_> = (10..20).map(|id| identity(id, 0, 1)).collect();
        news(&mut seen, 3, &large);
        assert!(news(&mut seen, 4, &large).iter().all(|(_, news)| *news == News::Known));
    }

    #[test]
    fn refuses_what_it_did_not_write() {
        for value in [&[][..], &[2], &[FORMAT, 1, 2]] {
            assert_eq!(Seen::read(value).is_err(), !value.is_empty(), "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_writes_and_is_bounded(
            documents in prop::collection::vec(prop::collection::vec((0_u8..9, 0_u64..9, 0_u64..3), 0..9), 0..9),
        ) {
            let mut seen = Seen::default();
            for (second, document) in (0..).zip(&documents) {
                let document: Vec<_> = document.iter().map(|(i, l, f)| identity(*i, *l, *f)).collect();
                news(&mut seen, second, &document);
                prop_assert!(seen.rows.len() <= document.len().max(3));
                prop_assert_eq!(Seen::read(&seen.write()).unwrap(), seen.clone());
                // The same document again tells nothing, whatever it holds.
                let distinct: HashSet<_> = document.iter().map(|i| i.id).collect();
                let links: HashSet<_> = document.iter().filter_map(|i| i.link_key).collect();
                if distinct.len() == document.len() && links.len() == document.iter().filter(|i| i.link_key.is_some()).count() {
                    let again = news(&mut seen, second, &document);
                    prop_assert!(again.iter().all(|(_, news)| *news == News::Known));
                }
            }
        }
    }
}
