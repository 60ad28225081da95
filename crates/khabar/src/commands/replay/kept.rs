//! What is kept in a topic for replays.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use anyhow::Result;
use jiff::Timestamp;
use model::{FETCHED_AT_HEADER, Id, REPLAY_HEADER, Recount, Replay, SCHEMA_HEADER};
use serde::Deserialize;
use stream::topics::{PAGES, STORIES};
use stream::{Output, Record};

use crate::journal::Journal;

/// Records read at once: pages are large.
const READ_BATCH: usize = 16;

/// What is handed on at once: records, and bytes unless one alone has more.
const BATCH_RECORDS: usize = 256;
const BATCH_BYTES: usize = 16 << 20;

/// A time of fetches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// From then on.
    pub(super) since: Option<Timestamp>,
    /// Before then.
    pub(super) until: Option<Timestamp>,
}

impl Span {
    pub(super) fn is_empty(self) -> bool {
        self.since.zip(self.until).is_some_and(|(since, until)| since >= until)
    }

    fn contains(self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }
}

/// Records of a topic, those of one version of a page from its newest split only.
pub(super) struct Kept<'a> {
    journal: &'a Journal,
    topic: &'static str,
    span: Span,
    /// By version of a page, the number of the last replay that has split it.
    splits: HashMap<Id, i64>,
}

/// A record, as far as it tells what it is of.
struct Mark {
    version: Id,
    fetched_at: Timestamp,
    /// Of its split; 0 for the first.
    replay: i64,
    is_story: bool,
}

#[derive(Deserialize)]
struct StoryHead {
    fetched_at: Option<Timestamp>,
}

impl<'a> Kept<'a> {
    pub(super) fn pages(journal: &'a Journal, span: Span) -> Result<Self> {
        Ok(Self { journal, topic: PAGES, span, splits: HashMap::new() })
    }

    pub(super) fn stories(journal: &'a Journal, span: Span) -> Result<Self> {
        let mut splits = HashMap::new();
        journal.each(STORIES, READ_BATCH, |record| {
            if let Some(mark) = mark_of_story(&record) {
                let newest = splits.entry(mark.version).or_default();
                *newest = mark.replay.max(*newest);
            }
            Ok(())
        })?;
        Ok(Self { journal, topic: STORIES, span, splits })
    }

    /// Hands the records on, in the order of each partition.
    pub(super) fn each_batch(mut self, mut take: impl FnMut(Vec<Record>) -> Result<()>) -> Result<()> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let journal = self.journal;
        journal.each(self.topic, READ_BATCH, |record| {
            if !self.wants(&record) {
                return Ok(());
            }
            bytes += record.weight_bytes();
            batch.push(record);
            if batch.len() < BATCH_RECORDS && bytes < BATCH_BYTES {
                return Ok(());
            }
            bytes = 0;
            take(std::mem::take(&mut batch))
        })?;
        if batch.is_empty() { Ok(()) } else { take(batch) }
    }

    fn wants(&mut self, record: &Record) -> bool {
        let mark = if self.topic == PAGES { mark_of_page(record) } else { mark_of_story(record) };
        let Some(mark) = mark.filter(|mark| self.span.contains(mark.fetched_at)) else { return false };
        match self.splits.entry(mark.version) {
            // A story may be there several times: in replays of stories, which say the same.
            Entry::Occupied(split) => self.topic == STORIES && mark.is_story && *split.get() == mark.replay,
            Entry::Vacant(split) => {
                split.insert(0);
                mark.is_story
            }
        }
    }
}

/// Whether it is a story and not the last word on a page.
pub(super) fn is_story(output: &Output) -> bool {
    let is_recount = |(name, value): &(String, Vec<u8>)| name == SCHEMA_HEADER && value == b"recount";
    output.topic == STORIES && !output.headers.iter().any(is_recount)
}

/// A version of a page.
fn version(record: &Record, fetched_at: Timestamp) -> Id {
    Id::of("version", &[&String::from_utf8_lossy(&record.key), &fetched_at.to_string()])
}

fn mark_of_page(record: &Record) -> Option<Mark> {
    record.value.as_ref()?;
    let fetched_at = std::str::from_utf8(record.header(FETCHED_AT_HEADER)?).ok()?.parse().ok()?;
    Some(Mark { version: version(record, fetched_at), fetched_at, replay: 0, is_story: true })
}

fn mark_of_story(record: &Record) -> Option<Mark> {
    let value = record.value.as_ref()?;
    if record.header(SCHEMA_HEADER) == Some(b"recount") {
        let Recount { fetched_at, replay, .. } = serde_json::from_slice(value).ok()?;
        return Some(Mark { version: version(record, fetched_at), fetched_at, replay, is_story: false });
    }
    let fetched_at = serde_json::from_slice::<StoryHead>(value).ok()?.fetched_at?;
    let replay = match record.header(REPLAY_HEADER).and_then(Replay::read) {
        Some(Replay::Pages(number)) => number,
        // Of whichever split: the story itself is there too, and says it.
        Some(Replay::Stories) => return None,
        None => 0,
    };
    Some(Mark { version: version(record, fetched_at), fetched_at, replay, is_story: true })
}
