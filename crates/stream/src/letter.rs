//! Dead letters as commands read them: where each came from, why it is here, and how it is sent again.

use bytes::Bytes;
use jiff::Timestamp;
use model::REPLAY_HEADER;

use crate::dead_letter::{CUT_FROM, HEADERS_LEFT_OUT, NO_VALUE, ORIGIN_HEADERS, OUTPUT_TOPIC, TIMER};
use crate::record::{Headers, Output, Record};
use crate::topics::{DEAD_LETTERS, FEEDS, STORIES};

/// A record of `dead-letters`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its key: `topic/partition/offset` of the record that it goes back to, and what tells several of
    /// one apart.
    pub key: Vec<u8>,
    /// Its own partition in `dead-letters`.
    pub partition: u32,
    /// Its own offset there.
    pub offset: u64,
    /// The stage that could not handle it.
    pub stage: String,
    /// The topic of the record that it goes back to, by its short name.
    pub topic: String,
    /// That record's partition.
    pub origin_partition: u32,
    /// That record's key.
    pub record_key: Vec<u8>,
    /// Why, in one word: see [`Reject::reason`](crate::Reject).
    pub reason: String,
    /// What is wrong, with what, and the way out.
    pub message: String,
    /// When it was put aside.
    pub at: Option<Timestamp>,
    /// The record's own headers.
    pub headers: Headers,
    /// The record's value; none where it had none.
    pub value: Option<Bytes>,
    /// What keeps it from being sent again.
    pub obstacle: Option<Obstacle>,
}

/// Why a dead letter can't be sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// It is longer than any topic takes, and was cut.
    #[error(
        "its value of {0} bytes was cut to fit: raise topics.max_page_bytes and let it be fetched again, or drop it"
    )]
    Cut(String),
    /// Its own headers were left out.
    #[error("its {0} headers were too long to be kept: drop it")]
    HeadersLeftOut(String),
    /// It was to be written, and is no input of a stage.
    #[error("it is no input: it was too large for the topic {0}. Raise topics.max_page_bytes, or drop it")]
    Output(String),
    /// Its topic keeps the last record of a key: behind a newer one it would undo that.
    #[error("it may be older than what is known now: add the feed again with `khabar feeds add`, or drop it")]
    Compacted,
    /// A wake-up failed; there is no record.
    #[error("a wake-up failed, there is no record to send: drop it")]
    NoRecord,
}

impl DeadLetter {
    /// Reads a record of `dead-letters`; none where it is a tombstone, or does not say where it came from.
    pub fn read(record: &Record) -> Option<Self> {
        let value = record.value.clone()?;
        let text = |name: &str| record.header(name).map(|value| String::from_utf8_lossy(value).into_owned());
        let [stage, topic, partition, _, key, reason, message, at] = ORIGIN_HEADERS;
        let has_value = record.header(NO_VALUE).is_none();
        let obstacle = if let Some(bytes) = text(CUT_FROM) {
            Some(Obstacle::Cut(bytes))
        } else if let Some(count) = text(HEADERS_LEFT_OUT) {
            Some(Obstacle::HeadersLeftOut(count))
        } else if let Some(topic) = text(OUTPUT_TOPIC) {
            Some(Obstacle::Output(topic))
        } else if record.header(TIMER).is_some() && !has_value {
            // A job that a timer began stands for a record; the timer alone for none.
            Some(Obstacle::NoRecord)
        } else {
            text(topic).is_some_and(|topic| topic == FEEDS).then_some(Obstacle::Compacted)
        };
        Some(Self {
            key: record.key.to_vec(),
            partition: record.partition,
            offset: record.offset,
            stage: text(stage)?,
            topic: text(topic)?,
            origin_partition: text(partition)?.parse().ok()?,
            record_key: record.header(key)?.to_vec(),
            reason: text(reason)?,
            message: text(message)?,
            at: text(at).and_then(|at| at.parse().ok()),
            headers: record
                .headers
                .iter()
                .filter(|(name, _)| !name.starts_with("khabar-"))
                .cloned()
                .collect(),
            value: has_value.then_some(value),
            obstacle,
        })
    }

    /// The record as it came, for the partition that it came from; to be written together with
    /// [`DeadLetter::removal`].
    ///
    /// A story of a replay comes as one of none: the last word on its page was spoken without it.
    ///
    /// # Errors
    /// What keeps it from being sent again.
    pub fn again(&self) -> Result<Output, Obstacle> {
        if let Some(obstacle) = &self.obstacle {
            return Err(obstacle.clone());
        }
        let mut headers = self.headers.clone();
        headers.retain(|(name, _)| self.topic != STORIES || name != REPLAY_HEADER);
        Ok(Output {
            topic: self.topic.clone(),
            partition: self.origin_partition,
            key: self.record_key.clone(),
            headers,
            value: self.value.clone(),
        })
    }

    /// What takes the letter away.
    pub fn removal(&self) -> Output {
        Output {
            topic: DEAD_LETTERS.to_owned(),
            partition: self.partition,
            key: self.key.clone(),
            headers: Headers::new(),
            value: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dead_letter::{Undeliverable, dead_letter};
    use crate::stage::{Origin, Reject};

    const ROOM: usize = 10_000;

    /// The letter of an input record that was rejected, as `change` has it.
    fn letter(offset: Option<u64>, change: impl FnOnce(&mut Undeliverable<'_>)) -> DeadLetter {
        let origin = Origin { topic: "in".into(), partition: 3, offset, key: b"k".to_vec(), trace: None };
        let reject = Reject::new("bad", "it is bad");
        let headers = vec![("own".to_owned(), b"h".to_vec())];
        let value = Some(Bytes::from_static(b"v"));
        let mut what = Undeliverable {
            origin: &origin,
            job: None,
            output: None,
            headers: &headers,
            value,
            reject: &reject,
        };
        change(&mut what);
        let emit = dead_letter("stage", what, Timestamp::UNIX_EPOCH, ROOM);
        let record = Record {
            topic: DEAD_LETTERS.to_owned(),
            partition: 7,
            offset: 11,
            at: Timestamp::UNIX_EPOCH,
            key: emit.key.into(),
            headers: emit.headers,
            value: emit.value,
        };
        DeadLetter::read(&record).unwrap()
    }

    #[test]
    fn a_letter_gives_the_record_back_as_it_came() {
        let letter = letter(Some(9), |_| {});
        assert_eq!((letter.stage.as_str(), letter.reason.as_str()), ("stage", "bad"));
        assert_eq!((letter.message.as_str(), letter.at), ("it is bad", Some(Timestamp::UNIX_EPOCH)));
        let again = letter.again().unwrap();
        assert_eq!((again.topic.as_str(), again.partition, again.key.as_slice()), ("in", 3, &b"k"[..]));
        assert_eq!(again.headers, [("own".to_owned(), b"h".to_vec())]);
        assert_eq!(again.value.as_deref(), Some(&b"v"[..]));
        let removal = letter.removal();
        assert_eq!((removal.partition, removal.key.as_slice(), removal.value), (7, &b"in/3/9"[..], None));
    }

    #[test]
    fn a_story_of_a_replay_goes_back_as_one_of_none_and_a_page_as_it_came() {
        let headers = || vec![("replay".to_owned(), b"7".to_vec()), ("own".to_owned(), b"h".to_vec())];
        let again = |topic: &str| {
            let letter =
                DeadLetter { topic: topic.to_owned(), headers: headers(), ..letter(Some(9), |_| {}) };
            letter.again().unwrap().headers
        };
        assert_eq!(again("stories"), headers()[1..]);
        // The splitter says the last word on it anew.
        assert_eq!(again("pages"), headers());
    }

    #[test]
    fn a_tombstone_goes_back_as_one() {
        let letter = letter(Some(9), |what| what.value = None);
        assert_eq!(letter.again().unwrap().value, None);
    }

    #[test]
    fn what_is_not_whole_or_no_input_is_not_sent_again() {
        let cut = letter(Some(9), |what| what.value = Some(vec![b'v'; 2 * ROOM].into()));
        assert_eq!(cut.again(), Err(Obstacle::Cut("20000".to_owned())));
        let output = letter(Some(9), |what| what.output = Some((0, "out")));
        assert_eq!(output.again(), Err(Obstacle::Output("out".to_owned())));
        let timer = letter(None, |what| what.value = None);
        assert_eq!(timer.again(), Err(Obstacle::NoRecord));
        let record = |topic: &str| Record {
            headers: ORIGIN_HEADERS
                .iter()
                .map(|name| {
                    ((*name).to_owned(), if *name == "khabar-topic" { topic.into() } else { b"1".to_vec() })
                })
                .collect(),
            ..record_of(Bytes::from_static(b"v"))
        };
        assert_eq!(DeadLetter::read(&record(FEEDS)).unwrap().again(), Err(Obstacle::Compacted));
        let job_of_a_timer = letter(None, |_| {});
        assert!(job_of_a_timer.again().is_ok());
    }

    fn record_of(value: Bytes) -> Record {
        Record {
            topic: DEAD_LETTERS.to_owned(),
            partition: 0,
            offset: 0,
            at: Timestamp::UNIX_EPOCH,
            key: Bytes::from_static(b"k"),
            headers: Headers::new(),
            value: Some(value),
        }
    }

    #[test]
    fn what_is_no_letter_is_told_apart() {
        let record = record_of(Bytes::new());
        assert_eq!(DeadLetter::read(&record), None);
        assert_eq!(DeadLetter::read(&Record { value: None, ..record }), None);
    }
}
