//! What is kept in a topic for replays.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use anyhow::Result;
use jiff::Timestamp;
use model::{FETCHED_AT_HEADER, Id, REPLAY_HEADER, Recount, Replay, SCHEMA_HEADER};
use serde::Deserialize;
use stream::backend::{Cursor, Reader};
use stream::topics::STORIES;
use stream::{FaultKind, Output, Record};

use crate::journal::{Journal, READ_WAIT};
use crate::output::complain;

use super::patience::patiently;

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
pub(super) struct Kept {
    reader: Box<dyn Reader>,
    what: What,
    span: Span,
    /// By version of a page, the number of the last replay that has split it.
    splits: HashMap<Id, i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Pages,
    Stories,
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

impl Kept {
    /// What `reader` reads in `pages`.
    pub(super) fn pages(reader: Box<dyn Reader>, span: Span) -> Self {
        Self { reader, what: What::Pages, span, splits: HashMap::new() }
    }

    /// What `first` reads in `stories`, and is read there once more.
    pub(super) fn stories(journal: &Journal, mut first: Box<dyn Reader>, span: Span) -> Result<Self> {
        let mut splits = HashMap::new();
        each(first.as_mut(), |record| {
            if let Some(mark) = mark_of_story(&record) {
                let newest = splits.entry(mark.version).or_default();
                *newest = mark.replay.max(*newest);
            }
            Ok(())
        })?;
        let reader = patiently(|| journal.reader(STORIES, Cursor::default()))?;
        Ok(Self { reader, what: What::Stories, span, splits })
    }

    /// Hands the records on, in the order of each partition.
    pub(super) fn each_batch(self, mut take: impl FnMut(Vec<Record>) -> Result<()>) -> Result<()> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let Self { mut reader, what, span, mut splits } = self;
        each(reader.as_mut(), |record| {
            if !what.wants(&record, span, &mut splits) {
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
}

impl What {
    /// Whether to hand it on. What it is of is noted in `splits`.
    fn wants(self, record: &Record, span: Span, splits: &mut HashMap<Id, i64>) -> bool {
        let mark = match self {
            Self::Pages => mark_of_page(record),
            Self::Stories => mark_of_story(record),
        };
        let Some(mark) = mark.filter(|mark| span.contains(mark.fetched_at)) else { return false };
        match splits.entry(mark.version) {
            // A story may be there several times: in replays of stories, which say the same.
            Entry::Occupied(split) => self == Self::Stories && mark.is_story && *split.get() == mark.replay,
            Entry::Vacant(split) => {
                split.insert(mark.replay);
                mark.is_story
            }
        }
    }
}

/// Hands on all that `reader` reads up to its end.
fn each(reader: &mut dyn Reader, mut take: impl FnMut(Record) -> Result<()>) -> Result<()> {
    while !reader.at_end()? {
        match patiently(|| reader.read(READ_BATCH, READ_WAIT)) {
            Ok(records) => records.into_iter().try_for_each(&mut take)?,
            // They are kept for so long only, and this may take longer.
            Err(fault) if fault.kind == FaultKind::OffsetsGone => {
                complain(&format!("not replayed, for they were dropped before they were read: {fault}"));
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn story(title: &str, replay: Option<Replay>) -> Record {
        let value = format!(r#"{{"title":"{title}","fetched_at":"2026-01-02T03:04:05Z"}}"#);
        Record {
            topic: STORIES.to_owned(),
            partition: 0,
            offset: 0,
            at: Timestamp::UNIX_EPOCH,
            key: "https://a.example/".into(),
            headers: replay.into_iter().map(Replay::header).collect(),
            value: Some(value.into()),
        }
    }

    #[test]
    fn of_a_split_that_was_not_there_at_first_all_stories_are_taken() {
        let span = Span { since: None, until: None };
        for (own, other) in [(Some(Replay::Pages(7)), None), (None, Some(Replay::Pages(7)))] {
            let mut splits = HashMap::new();
            let mut wants = |title, replay| What::Stories.wants(&story(title, replay), span, &mut splits);
            assert!(wants("one", own) && wants("two", own));
            assert!(!wants("one", other));
        }
    }
}
