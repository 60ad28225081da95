//! Reading and appending beside the services.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::producer::Producer;
use rdkafka::{Offset, TopicPartitionList};

use super::Settings;
use super::client::{self, Logged, drop_aside, fault_of, reading_fault, unique};
use super::limit::Limit;
use super::message::{kafka_partition, record_of};
use super::restore::{error_is_of_the_log, wait_until_settled};
use super::topics::{Known, missing, unreachable};
use super::transaction::{Outgoing, Transactions};
use crate::backend::{Appender, Commit, Cursor, Reader, Written};
use crate::fault::{Fault, FaultKind};
use crate::record::{Output, Record};
use crate::signal::Signal;

/// The group that librdkafka wants for a reader. Nobody joins it, and nothing is kept in it.
pub(super) const READER_GROUP: &str = "reader";

/// What the appender's transactional id begins with.
pub(super) const APPENDER: &str = "appender";

/// Reads what is committed in a topic, in the order in which it comes.
pub struct KafkaReader {
    /// Taken on drop only.
    consumer: Option<BaseConsumer<Logged>>,
    topic: String,
    /// The topic's name on Kafka.
    name: String,
    group: String,
    /// The next offset of each partition.
    next: BTreeMap<u32, u64>,
    /// Where each partition ended when the reader was made.
    ends: BTreeMap<u32, u64>,
    /// Partitions of which all was read at least once since.
    ended: BTreeSet<u32>,
    /// How long was waited since the brokers gave anything.
    silent: Duration,
    /// How long may be waited before the end is reached.
    patience: Duration,
    /// What to say then.
    unreachable: String,
    /// The brokers refused an offset: nothing more comes from its partition.
    refused: Option<Fault>,
}

impl KafkaReader {
    /// From `cursor` on. The end is at or behind `ends`, which a `read_uncommitted` client has seen: open transactions
    /// below them are waited for.
    pub(super) fn open(
        settings: &Settings,
        topic: &str,
        cursor: Cursor,
        ends: &BTreeMap<u32, i64>,
    ) -> Result<Self, Fault> {
        let name = settings.topic(topic);
        let group = settings.topic(READER_GROUP);
        let partitions = Known::ask(settings)?.partitions_of(settings, topic)?;
        let consumer: BaseConsumer<Logged> = client::reader(settings, &group)
            .set("enable.partition.eof", "true")
            .create_with_context(Logged)
            .map_err(|error| fault_of("the Kafka reader", &error))?;
        let fault = |error: &KafkaError| reading_fault(&name, &group, error);
        let (mut next, mut stable_ends) = (BTreeMap::new(), BTreeMap::new());
        let timeout = if ends.is_empty() { settings.connect_timeout() } else { settings.restore_timeout() };
        let mut limit = Limit::new(&Signal::default(), timeout);
        for partition in 0..partitions {
            // A topic that was just made has no leader for a moment: this asks again.
            let high = ends.get(&partition).copied().unwrap_or(0);
            let settled = wait_until_settled(&consumer, &limit, &name, kafka_partition(partition), high)?;
            let (start, end) = settled.ok_or_else(|| {
                let message = format!(
                    "{name}/{partition} could not be read to its end for {} s: an open transaction is in the way",
                    timeout.as_secs()
                );
                Fault::new(FaultKind::Unavailable, message)
            })?;
            limit.progressed();
            let (start, end) = (u64::try_from(start).unwrap_or(0), u64::try_from(end).unwrap_or(0));
            let from = cursor.0.get(&partition).copied().unwrap_or(start);
            if from < start {
                let gap = gap(&name, partition, from, start);
                let message = format!("{gap}. Read on with {partition}:{start}");
                return Err(Fault::new(FaultKind::OffsetsGone, message));
            }
            next.insert(partition, from);
            stable_ends.insert(partition, end);
        }
        places(&name, &next).and_then(|places| consumer.assign(&places)).map_err(|error| fault(&error))?;
        let topic = topic.to_owned();
        Ok(Self {
            consumer: Some(consumer),
            topic,
            name,
            group,
            next,
            ends: stable_ends,
            ended: BTreeSet::new(),
            silent: Duration::ZERO,
            patience: settings.connect_timeout(),
            unreachable: unreachable(settings),
            refused: None,
        })
    }

    /// Goes on behind what was dropped before it was read, and says what that is. librdkafka does not say which
    /// partition's offset was refused.
    fn skip_what_is_gone(&mut self, refused: Fault) -> Result<Fault, Fault> {
        let Some(consumer) = &self.consumer else { return Ok(refused) };
        let limit = Limit::new(&Signal::default(), self.patience);
        let (mut all_next, mut gaps) = (self.next.clone(), Vec::new());
        for (&partition, next) in &mut all_next {
            let (start, _) = limit.ask(&format!("the ends of {}/{partition}", self.name), |left| {
                consumer.fetch_watermarks(&self.name, kafka_partition(partition), left)
            })?;
            let start = u64::try_from(start).unwrap_or(0);
            if *next < start {
                gaps.push(gap(&self.name, partition, *next, start));
                *next = start;
            }
        }
        places(&self.name, &all_next)
            .and_then(|places| consumer.assign(&places))
            .map_err(|error| reading_fault(&self.topic, &self.group, &error))?;
        (self.next, self.refused) = (all_next, None);
        Ok(if gaps.is_empty() { refused } else { Fault::new(FaultKind::OffsetsGone, gaps.join("; ")) })
    }
}

/// The next offsets, as librdkafka wants them.
fn places(name: &str, next: &BTreeMap<u32, u64>) -> Result<TopicPartitionList, KafkaError> {
    let mut places = TopicPartitionList::new();
    for (&partition, &next) in next {
        let offset = Offset::Offset(i64::try_from(next).unwrap_or(i64::MAX));
        places.add_partition_offset(name, kafka_partition(partition), offset)?;
    }
    Ok(places)
}

fn gap(name: &str, partition: u32, next: u64, start: u64) -> String {
    format!("{name}/{partition} begins at {start}: the offsets {next} to {} are gone", start - 1)
}

impl Reader for KafkaReader {
    fn read(&mut self, max: usize, wait: Duration) -> Result<Vec<Record>, Fault> {
        if let Some(refused) = self.refused.clone() {
            return Err(self.skip_what_is_gone(refused)?);
        }
        let deadline = Instant::now() + wait;
        let mut records = Vec::new();
        let Some(consumer) = &self.consumer else { return Ok(records) };
        while records.len() < max {
            // Only the first is waited for.
            let left = deadline.saturating_duration_since(Instant::now());
            let left = if records.is_empty() { left } else { Duration::ZERO };
            let asked = Instant::now();
            let answer = consumer.poll(left);
            self.silent = match &answer {
                Some(Ok(_) | Err(KafkaError::PartitionEOF(_))) => Duration::ZERO,
                _ => self.silent + asked.elapsed(),
            };
            match answer {
                Some(Ok(message)) => {
                    let record = record_of(&message, &self.topic);
                    self.next.insert(record.partition, record.offset + 1);
                    records.push(record);
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    self.ended.extend(u32::try_from(partition));
                    // The caller asks whether this was the last.
                    break;
                }
                Some(Err(error)) => {
                    let fault = reading_fault(&self.topic, &self.group, &error);
                    if error_is_of_the_log(&error) {
                        // What came before is handed out first.
                        self.refused = Some(fault);
                        break;
                    }
                    if fault.kind != FaultKind::Unavailable {
                        return Err(fault);
                    }
                }
                None if left.is_zero() => break,
                None => {}
            }
        }
        // Behind the end there may be nothing to read for days.
        if records.is_empty() && self.silent >= self.patience && !self.at_end()? {
            let (silence, seconds) = (&self.unreachable, self.patience.as_secs());
            let message = format!("{silence}: reading {} made no progress for {seconds} s", self.topic);
            return Err(Fault::new(FaultKind::Unavailable, message));
        }
        Ok(records)
    }

    fn at_end(&mut self) -> Result<bool, Fault> {
        let done = |(partition, end): (&u32, &u64)| {
            // The last offsets may be marks of transactions, which are never handed out.
            self.ended.contains(partition) || self.next.get(partition).is_none_or(|next| next >= end)
        };
        Ok(self.ends.iter().all(done))
    }
}

impl Drop for KafkaReader {
    fn drop(&mut self) {
        if let Some(consumer) = self.consumer.take() {
            drop_aside(consumer);
        }
    }
}

/// Appends to topics, each call a transaction.
pub struct KafkaAppender {
    settings: Settings,
    partitions: BTreeMap<String, u32>,
    transactions: Transactions,
}

impl KafkaAppender {
    pub(super) fn open(settings: &Settings, max_record_bytes: u64) -> Result<Self, Fault> {
        Self::named(settings, &unique(settings, APPENDER), max_record_bytes)
    }

    /// The only one of `name`: an earlier one can append nothing any more, and what that one has begun is there or
    /// given up.
    pub(super) fn take_over(settings: &Settings, name: &str, max_record_bytes: u64) -> Result<Self, Fault> {
        let mut appender = Self::named(settings, &settings.topic(name), max_record_bytes)?;
        appender.transactions.ready()?;
        Ok(appender)
    }

    fn named(settings: &Settings, transactional_id: &str, max_record_bytes: u64) -> Result<Self, Fault> {
        let partitions = Known::ask(settings)?.partitions();
        let transactions = Transactions::new(settings, transactional_id, max_record_bytes, Signal::default());
        Ok(Self { settings: settings.clone(), partitions, transactions })
    }

    /// Where each partition of a topic ends, open transactions included.
    pub(super) fn ends(&mut self, topic: &str) -> Result<BTreeMap<u32, i64>, Fault> {
        let name = self.settings.topic(topic);
        let partitions = self.partitions(topic).ok_or_else(|| missing(&name))?;
        let asked = self.transactions.ready()?.client();
        let mut ends = BTreeMap::new();
        for partition in 0..partitions {
            let limit = Limit::new(&Signal::default(), self.settings.connect_timeout());
            let (_, end) = limit.ask(&format!("the ends of {name}/{partition}"), |left| {
                asked.fetch_watermarks(&name, kafka_partition(partition), left)
            })?;
            ends.insert(partition, end);
        }
        Ok(ends)
    }
}

impl Appender for KafkaAppender {
    fn partitions(&self, topic: &str) -> Option<u32> {
        self.partitions.get(topic).copied()
    }

    fn append(&mut self, outputs: Vec<Output>) -> Result<Written, Fault> {
        let mut topics = BTreeMap::new();
        for output in &outputs {
            let name = self.settings.topic(&output.topic);
            if !self.partitions.contains_key(&output.topic) {
                return Err(missing(&name));
            }
            topics.insert(output.topic.as_str(), name);
        }
        let records = outputs.iter().map(|output| Outgoing::of(output, &topics, true));
        match self.transactions.commit(records, None) {
            Commit::Committed => {
                let mut last = self.transactions.tracked();
                let behind = |offsets: BTreeMap<u32, u64>| {
                    Cursor(offsets.into_iter().map(|(partition, last)| (partition, last + 1)).collect())
                };
                let written =
                    |(topic, name): (&str, String)| Some((topic.to_owned(), behind(last.remove(&name)?)));
                Ok(topics.into_iter().filter_map(written).collect())
            }
            Commit::Aborted(fault) | Commit::Failed(fault) => Err(fault),
            Commit::Restore(fault) => {
                self.transactions.drop_producer();
                let way_out = match fault.kind {
                    FaultKind::OutcomeUnknown => ". Run it again, which is harmless",
                    _ => "",
                };
                Err(Fault::new(fault.kind, format!("{fault}{way_out}")))
            }
        }
    }
}

impl Drop for KafkaAppender {
    fn drop(&mut self) {
        self.transactions.drop_producer();
    }
}
