//! Carries one transaction through and says how it ended.
//!
//! Until the commit is asked for, an abort that succeeds makes it certain that nothing is visible. From then on only
//! success is certain: whatever else comes back, the brokers may have committed.
//!
//! | step | librdkafka says | then | outcome |
//! |---|---|---|---|
//! | begin | any error | – | `Restore`: the producer is unusable |
//! | write, send offsets | retriable | the same again, until the commit timeout | |
//! | | not allowed, too large, no such topic | abort | `Failed` |
//! | | fatal: another took over its id, or the broker forgot it | – | `Restore`, fenced |
//! | | the generation has passed, a rebalance runs | abort | `Aborted`: the next poll tells what is gone |
//! | | any other, or no time left | abort | `Aborted` |
//! | commit | success | – | `Committed` |
//! | | retriable | the same again, until the commit timeout | |
//! | | any other, or no time left | – | `Restore`, unknown |
//! | abort | success | – | as its reason says |
//! | | any error, or no time left | – | `Restore`, unknown |
//!
//! Under load records are written ahead of their commit, in a transaction that is begun with the first of them. Where
//! that fails, or one of them is not to be committed after all, it is aborted and all is written again.
//!
//! After `Restore` the producer is made anew under the same id. That settles what the old one left open: the
//! coordinator completes a commit that was decided and aborts everything else, before it lets the new one in.

use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer, ThreadedProducer};

use super::Settings;
use super::client::{self, Leaving, drop_aside, fault_of};
use super::deliveries::{Deliveries, Tracked};
use super::limit::{Limit, pause};
use crate::backend::Commit;
use crate::fault::{Fault, FaultKind};
use crate::record::{Headers, Output};
use crate::signal::Signal;

/// Delivery reports are looked for as often where nothing tells of them.
const DELIVERY_POLL: Duration = Duration::from_millis(1);

/// Between tries of a step that librdkafka refuses at once.
const RETRY_PAUSE: Duration = Duration::from_millis(5);

/// A record on its way, by the topic's name on Kafka.
pub(super) struct Outgoing<'a> {
    pub(super) topic: &'a str,
    pub(super) partition: u32,
    pub(super) key: &'a [u8],
    pub(super) headers: &'a Headers,
    pub(super) value: Option<&'a [u8]>,
    /// Where it stands in the log is of interest: see [`Transactions::tracked`].
    pub(super) tracked: bool,
}

impl<'a> Outgoing<'a> {
    /// An output, by the names on Kafka of the topics that outputs go to.
    pub(super) fn of(output: &'a Output, topics: &'a BTreeMap<&str, String>, tracked: bool) -> Self {
        Self {
            topic: topics.get(output.topic.as_str()).map_or("", String::as_str),
            partition: output.partition,
            key: &output.key,
            headers: &output.headers,
            value: output.value.as_deref(),
            tracked,
        }
    }
}

/// Positions in the input, and as whose they are sent.
pub(super) struct Positions<'a> {
    pub(super) offsets: &'a TopicPartitionList,
    pub(super) generation: &'a Arc<ConsumerGroupMetadata>,
}

/// A transactional producer that is made when it is needed and made anew when it is broken.
pub(super) struct Transactions {
    config: ClientConfig,
    /// The transactional id.
    id: String,
    connect_timeout: Duration,
    commit_timeout: Duration,
    abort_timeout: Duration,
    /// Tells of a stop.
    signal: Signal,
    producer: Option<ThreadedProducer<Deliveries>>,
    /// A transaction that was begun before its commit.
    begun: Option<Begun>,
}

/// A transaction in which records were written ahead.
struct Begun {
    written: usize,
    /// It can only be aborted.
    spoiled: bool,
}

/// Why a transaction did not get to its end.
enum Trouble {
    /// Nothing is visible once it is aborted; it may be tried again.
    Again(Fault),
    /// Nothing is visible once it is aborted; trying again is useless.
    Useless(Fault),
    /// The producer is unusable, or the outcome is unknown.
    Lost(Fault),
}

impl Transactions {
    pub(super) fn new(
        settings: &Settings,
        transactional_id: &str,
        max_record_bytes: u64,
        signal: Signal,
    ) -> Self {
        Self {
            config: client::producer(settings, transactional_id, max_record_bytes),
            id: transactional_id.to_owned(),
            connect_timeout: settings.connect_timeout(),
            commit_timeout: settings.commit_timeout(),
            abort_timeout: settings.abort_timeout(),
            signal,
            producer: None,
            begun: None,
        }
    }

    /// The producer, when the coordinator has let it in: nothing of its earlier self pends any more.
    pub(super) fn ready(&mut self) -> Result<&ThreadedProducer<Deliveries>, Fault> {
        if self.producer.is_none() {
            let made: Result<ThreadedProducer<Deliveries>, KafkaError> =
                self.config.create_with_context(Deliveries::default());
            let producer = made.map_err(|error| fault_of("the Kafka producer", &error))?;
            let limit = Limit::new(&self.signal, self.connect_timeout);
            if let Err(error) = retry(&limit, |left| producer.init_transactions(left)) {
                drop_aside(producer);
                return Err(fault_of(&format!("the transactions of {}", self.id), &error));
            }
            return Ok(self.producer.insert(producer));
        }
        self.producer.as_ref().ok_or_else(|| Fault::new(FaultKind::Unavailable, "no Kafka producer"))
    }

    /// Gives the producer up; the next is made when it is needed.
    pub(super) fn drop_producer(&mut self) -> Option<Leaving> {
        // What it has begun would hold readers up until the broker ends it.
        if let Err(error) = self.abort_begun() {
            tracing::debug!("{error}");
        }
        self.producer.take().map(drop_aside)
    }

    /// Writes records that are to be committed later. Where that fails, the commit writes all of them again.
    pub(super) fn write_ahead<'a>(&mut self, records: impl Iterator<Item = Outgoing<'a>>) {
        // To make one takes its time: that is for the commit.
        let Some(producer) = &self.producer else { return };
        let limit = Limit::new(&self.signal, self.commit_timeout);
        if self.begun.is_none() {
            if begin(producer, &limit).is_err() {
                return;
            }
            self.begun = Some(Begun { written: 0, spoiled: false });
        }
        let Some(begun) = self.begun.as_mut().filter(|begun| !begun.spoiled) else { return };
        for record in records {
            if write(producer, &record, &limit).is_err() {
                begun.spoiled = true;
                return;
            }
            begun.written += 1;
        }
    }

    /// Whether no transaction was begun.
    pub(super) fn has_nothing_ahead(&self) -> bool {
        self.begun.is_none()
    }

    /// What was written ahead is not to be committed.
    pub(super) fn spoil(&mut self) {
        if let Some(begun) = &mut self.begun {
            begun.spoiled = true;
        }
    }

    /// Aborts what was written ahead and is not to be committed, or could not be; says whether there was any.
    pub(super) fn abort_spoiled(&mut self) -> Result<bool, Fault> {
        if self.begun.as_ref().is_some_and(|begun| begun.spoiled) {
            return self.abort_begun();
        }
        Ok(false)
    }

    fn abort_begun(&mut self) -> Result<bool, Fault> {
        let (Some(_), Some(producer)) = (self.begun.take(), &self.producer) else { return Ok(false) };
        let aborted = abort(producer, &Limit::new(&self.signal, self.abort_timeout));
        let what = "what was written ahead is not aborted";
        let fault = |error| Fault::new(FaultKind::OutcomeUnknown, format!("{what}: {error}"));
        aborted.map(|()| true).map_err(fault)
    }

    /// The offset of the last tracked record of the last transaction, by topic and partition; of those the broker told.
    pub(super) fn tracked(&self) -> Tracked {
        self.producer.as_ref().map(|producer| producer.context().take_tracked()).unwrap_or_default()
    }

    /// Writes the records behind those that were written ahead and sends the positions, all or nothing. See the module's
    /// table.
    pub(super) fn commit<'a>(
        &mut self,
        records: impl Iterator<Item = Outgoing<'a>>,
        positions: Option<Positions<'_>>,
    ) -> Commit {
        let limit = Limit::new(&self.signal, self.commit_timeout);
        let (signal, abort_timeout) = (self.signal.clone(), self.abort_timeout);
        let ahead = self.begun.take().map(|begun| begun.written);
        let producer = match self.ready() {
            Ok(producer) => producer,
            Err(fault) if fault.kind == FaultKind::Misconfigured => return Commit::Failed(fault),
            Err(fault) => return Commit::Aborted(fault),
        };
        match attempt(producer, ahead, records, positions, &limit) {
            Ok(()) => Commit::Committed,
            Err(Trouble::Lost(fault)) => Commit::Restore(fault),
            Err(Trouble::Useless(fault)) => {
                // It was never asked to commit, so its end is certain even if this fails.
                let _ = abort(producer, &Limit::new(&signal, abort_timeout));
                Commit::Failed(fault)
            }
            Err(Trouble::Again(fault)) => match abort(producer, &Limit::new(&signal, abort_timeout)) {
                Ok(()) => Commit::Aborted(fault),
                Err(error) => {
                    let message = format!("{fault}; and aborting it failed: {error}");
                    Commit::Restore(Fault::new(FaultKind::OutcomeUnknown, message))
                }
            },
        }
    }
}

/// Begins a transaction.
fn begin(producer: &ThreadedProducer<Deliveries>, limit: &Limit) -> Result<(), Trouble> {
    // What was purged by an abort has been told by then.
    while producer.in_flight_count() > 0 && !limit.is_over() {
        producer.poll(DELIVERY_POLL);
    }
    producer.context().forget();
    producer.begin_transaction().map_err(|error| {
        let kind = if is_fenced(producer) { FaultKind::Fenced } else { FaultKind::OutcomeUnknown };
        Trouble::Lost(Fault::new(kind, format!("no transaction begins: {error}")))
    })
}

/// With as many records written already as `ahead` says, in a transaction that was begun.
fn attempt<'a>(
    producer: &ThreadedProducer<Deliveries>,
    ahead: Option<usize>,
    records: impl Iterator<Item = Outgoing<'a>>,
    positions: Option<Positions<'_>>,
    limit: &Limit,
) -> Result<(), Trouble> {
    if ahead.is_none() {
        begin(producer, limit)?;
    }
    let mut written = ahead.unwrap_or(0);
    for record in records {
        write(producer, &record, limit)?;
        written += 1;
    }
    // Records are on their way while this waits for the coordinator.
    if let Some(positions) = positions {
        send_offsets(producer, &positions, limit)?;
    }
    if !producer.context().wait_for(written, limit) {
        let message = "the brokers did not take all records within the commit timeout";
        return Err(Trouble::Again(Fault::new(FaultKind::Unavailable, message)));
    }
    // The last record counts as in flight until its report is handled, and a commit waits 100 ms for what does.
    while producer.in_flight_count() > 0 {
        if limit.is_over() {
            let message = "librdkafka did not report all records within the commit timeout";
            return Err(Trouble::Again(Fault::new(FaultKind::Unavailable, message)));
        }
        std::thread::yield_now();
    }
    if let Some((topic, error)) = producer.context().first_failure() {
        return Err(before_commit(producer, &format!("a record was not written to {topic}"), &error));
    }
    retry(limit, |left| producer.commit_transaction(left)).map_err(|error| {
        let message = format!("nobody knows whether the transaction was committed: {error}");
        Trouble::Lost(Fault::new(FaultKind::OutcomeUnknown, message))
    })
}

fn write(
    producer: &ThreadedProducer<Deliveries>,
    record: &Outgoing<'_>,
    limit: &Limit,
) -> Result<(), Trouble> {
    let trouble =
        |error: &KafkaError| before_commit(producer, &format!("a record for {}", record.topic), error);
    let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
    for (name, value) in record.headers {
        headers = headers.insert(Header { key: name, value: Some(value) });
    }
    let partition = i32::try_from(record.partition).unwrap_or(i32::MAX);
    let mut next: BaseRecord<'_, [u8], [u8], usize> =
        BaseRecord::with_opaque_to(record.topic, usize::from(record.tracked))
            .partition(partition)
            .key(record.key);
    next.payload = record.value;
    if !record.headers.is_empty() {
        next.headers = Some(headers);
    }
    loop {
        match producer.send(next) {
            Ok(()) => return Ok(()),
            Err((error, back)) => {
                let full = error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull);
                if !full || limit.is_over() {
                    return Err(trouble(&error));
                }
                producer.poll(DELIVERY_POLL);
                next = back;
            }
        }
    }
}

/// Sends the positions. Unlike the other steps, librdkafka can't go on with this one after a short timeout: so it has
/// a thread of its own, which is left behind when a stop does not wait for it.
fn send_offsets(
    producer: &ThreadedProducer<Deliveries>,
    positions: &Positions<'_>,
    limit: &Limit,
) -> Result<(), Trouble> {
    loop {
        let (answer, answered) = mpsc::channel();
        let aside = producer.clone();
        let (offsets, generation) = (positions.offsets.clone(), Arc::clone(positions.generation));
        let left = limit.left();
        let sending = std::thread::Builder::new().name("kafka-offsets".to_owned()).spawn(move || {
            let result = aside.send_offsets_to_transaction(&offsets, &generation, left);
            drop(aside);
            // Nobody may wait any more.
            let _ = answer.send(result);
        });
        sending.map_err(|error| {
            let message = format!("no thread to send positions on: {error}");
            Trouble::Again(Fault::new(FaultKind::Unavailable, message))
        })?;
        let result = loop {
            match answered.recv_timeout(limit.slice()) {
                Ok(result) => break result,
                Err(mpsc::RecvTimeoutError::Timeout) if !limit.is_over() => {}
                Err(_) => {
                    // The call may still run: nothing else may be asked of this producer.
                    let message = "the coordinator did not take the positions in time";
                    return Err(Trouble::Lost(Fault::new(FaultKind::OutcomeUnknown, message)));
                }
            }
        };
        match result {
            Ok(()) => return Ok(()),
            Err(KafkaError::Transaction(error)) if error.is_retriable() && !limit.is_over() => {
                tracing::debug!("the positions are sent again: {error}");
                pause(RETRY_PAUSE);
            }
            Err(error) => return Err(before_commit(producer, "the positions were refused", &error)),
        }
    }
}

fn abort(producer: &ThreadedProducer<Deliveries>, limit: &Limit) -> Result<(), KafkaError> {
    retry(limit, |left| producer.abort_transaction(left))
}

/// Does the same again as long as librdkafka says that it may help. A step that took longer than its slice goes on with
/// the next call.
fn retry(limit: &Limit, mut call: impl FnMut(Duration) -> Result<(), KafkaError>) -> Result<(), KafkaError> {
    loop {
        match call(limit.slice()) {
            Err(KafkaError::Transaction(error)) if error.is_retriable() && !limit.is_over() => {
                tracing::debug!("a step of a transaction is tried again: {error}");
                pause(RETRY_PAUSE);
            }
            end => return end,
        }
    }
}

/// Whether another has taken over the transactional id, or the broker has given this one up.
fn is_fenced(producer: &ThreadedProducer<Deliveries>) -> bool {
    use RDKafkaErrorCode as Code;
    let fatal = producer.client().fatal_error();
    matches!(fatal, Some((Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch, _)))
}

/// Judges an error that came before the commit was asked for.
fn before_commit(producer: &ThreadedProducer<Deliveries>, what: &str, error: &KafkaError) -> Trouble {
    use RDKafkaErrorCode as Code;
    let is_fatal = matches!(error, KafkaError::Transaction(native) if native.is_fatal());
    // A record that was not written does not say that it is the end of all.
    if is_fatal || is_fenced(producer) {
        return Trouble::Lost(Fault::new(FaultKind::Fenced, format!("{what}: {error}")));
    }
    let fault = fault_of(what, error);
    match error.rdkafka_error_code() {
        Some(
            Code::IllegalGeneration
            | Code::UnknownMemberId
            | Code::FencedInstanceId
            | Code::RebalanceInProgress,
        ) => Trouble::Again(Fault::new(FaultKind::Aborted, fault.message)),
        _ if fault.kind == FaultKind::Misconfigured => Trouble::Useless(fault),
        _ => Trouble::Again(fault),
    }
}
