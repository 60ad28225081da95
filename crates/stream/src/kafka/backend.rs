//! Kafka as one stage sees it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::Producer;
use rdkafka::{Offset, TopicPartitionList};

use super::Settings;
use super::client::{Leaving, drop_aside, fault_of, group_member, reading_fault, unique};
use super::limit::{Limit, QUESTION_TIMEOUT};
use super::membership::{Change, Membership};
use super::message::{kafka_partition, record_of};
use super::state::StateLog;
use super::topics::missing;
use super::transaction::{Outgoing, Positions, Transactions};
use crate::backend::{Backend, Commit, Polled, Room, TakeEntry, Transaction};
use crate::fault::{Fault, FaultKind};
use crate::record::{Headers, Output, Record};
use crate::signal::Signal;

/// The short names of what a stage works on.
pub(super) struct Roles {
    pub(super) stage: String,
    pub(super) input: String,
    pub(super) state: Option<String>,
}

pub(super) struct KafkaBackend {
    settings: Settings,
    roles: Roles,
    group: String,
    /// The input's name on Kafka.
    input: String,
    state: Option<StateLog>,
    partitions: BTreeMap<String, u32>,
    signal: Signal,
    consumer: Option<BaseConsumer<Membership>>,
    transactions: Transactions,
    /// Assigned, and to be restored before anything is read.
    pending: BTreeSet<u32>,
    /// Restored, and read as soon as none is pending: from where.
    restored: Vec<(u32, u64)>,
    /// Restored: the next offset to commit.
    next: BTreeMap<u32, u64>,
    /// Restored: the next offset to hand out.
    read: BTreeMap<u32, u64>,
    /// Fetched when there was no room, in order.
    held: VecDeque<Record>,
    paused: BTreeSet<u32>,
    /// How many outputs of each partition's next step were written ahead.
    ahead: BTreeMap<u32, usize>,
    /// Met when there was something to hand out first.
    fault: Option<Fault>,
}

impl KafkaBackend {
    pub(super) fn open(
        settings: Settings,
        roles: Roles,
        partitions: BTreeMap<String, u32>,
        max_record_bytes: u64,
        signal: Signal,
    ) -> Result<Self, Fault> {
        let transactional_id = unique(&settings, &roles.stage);
        let mut backend = Self {
            transactions: Transactions::new(&settings, &transactional_id, max_record_bytes, signal.clone()),
            group: settings.topic(&roles.stage),
            input: settings.topic(&roles.input),
            state: roles
                .state
                .as_deref()
                .map(|state| StateLog::open(&settings, &roles.stage, settings.topic(state), signal.clone())),
            settings,
            roles,
            partitions,
            signal,
            consumer: None,
            pending: BTreeSet::new(),
            restored: Vec::new(),
            next: BTreeMap::new(),
            read: BTreeMap::new(),
            held: VecDeque::new(),
            paused: BTreeSet::new(),
            ahead: BTreeMap::new(),
            fault: None,
        };
        backend.join()?;
        Ok(backend)
    }

    /// Becomes a member of the stage's group.
    fn join(&mut self) -> Result<(), Fault> {
        let mut consumer: BaseConsumer<Membership> = group_member(&self.settings, &self.group)
            .create_with_context(Membership::of_topic(self.input.clone()))
            .map_err(|error| fault_of("the Kafka consumer", &error))?;
        let signal = self.signal.clone();
        consumer.set_nonempty_callback(move || signal.ring());
        consumer
            .subscribe(&[&self.input])
            .map_err(|error| fault_of(&format!("subscribing to {}", self.input), &error))?;
        self.consumer = Some(consumer);
        Ok(())
    }

    /// Leaves the group and forgets what was ours, and gives up whatever transaction there is.
    fn leave(&mut self) {
        let deadline = Instant::now() + self.settings.close_timeout();
        // Another process on this machine may wait for the copies.
        if let Some(state) = &mut self.state {
            state.let_all_go();
        }
        // The consumer leaves while the producer aborts what it has begun.
        let consumer = self.drop_consumer();
        let producer = self.transactions.drop_producer();
        for leaving in [producer, consumer].into_iter().flatten() {
            leaving.wait_until(deadline);
        }
        self.fault = None;
        self.pending.clear();
        self.restored.clear();
        self.next.clear();
        self.read.clear();
        self.held.clear();
        self.paused.clear();
        self.ahead.clear();
    }

    fn drop_consumer(&mut self) -> Option<Leaving> {
        let consumer = self.consumer.take()?;
        // librdkafka closes only when it has an answer to its assignment, whatever it is.
        if !self.pending.is_empty() {
            let pending: Vec<(u32, u64)> = self.pending.iter().map(|partition| (*partition, 0)).collect();
            let answered = self.places(&pending).and_then(|list| {
                consumer.incremental_assign(&list).map_err(|error| fault_of("leaving the group", &error))
            });
            if let Err(fault) = answered {
                tracing::debug!("{fault}");
            }
        }
        Some(drop_aside(consumer))
    }

    fn consumer(&self) -> Result<&BaseConsumer<Membership>, Fault> {
        self.consumer.as_ref().ok_or_else(|| Fault::new(FaultKind::OutcomeUnknown, "no Kafka consumer"))
    }

    fn places(&self, places: &[(u32, u64)]) -> Result<TopicPartitionList, Fault> {
        let mut list = TopicPartitionList::with_capacity(places.len());
        for (partition, offset) in places {
            let offset = Offset::Offset(i64::try_from(*offset).unwrap_or(i64::MAX));
            list.add_partition_offset(&self.input, kafka_partition(*partition), offset)
                .map_err(|error| fault_of(&self.input, &error))?;
        }
        Ok(list)
    }

    /// Takes what the callbacks told since the last time.
    fn take_changes(&mut self, polled: &mut Polled) -> Result<(), Fault> {
        let changes = self.consumer()?.context().take_changes();
        // What follows may take long, and readers are held up by what is open: it is written again with the commit.
        if !changes.is_empty() {
            self.give_up_ahead()?;
        }
        for change in changes {
            match change {
                Change::Assigned(partitions) => {
                    self.pending.extend(&partitions);
                    polled.assigned.extend(partitions);
                }
                Change::Revoked(partitions) => {
                    for partition in &partitions {
                        self.pending.remove(partition);
                        self.restored.retain(|(restored, _)| restored != partition);
                        self.next.remove(partition);
                        self.read.remove(partition);
                        self.paused.remove(partition);
                        if let Some(state) = &mut self.state {
                            state.let_go(*partition);
                        }
                    }
                    self.held.retain(|record| !partitions.contains(&record.partition));
                    polled.records.retain(|record| !partitions.contains(&record.partition));
                    polled.revoked.extend(partitions);
                }
            }
        }
        Ok(())
    }

    /// Aborts what was written ahead: the commit writes all.
    fn give_up_ahead(&mut self) -> Result<(), Fault> {
        self.ahead.clear();
        self.transactions.spoil();
        self.transactions.abort_spoiled().map(drop)
    }

    /// Tells librdkafka which partitions not to fetch: those that are full, and all when too much is held.
    fn pause(&mut self, asked: &BTreeSet<u32>) -> Result<(), Fault> {
        let holds_too_much = self.held.len() >= self.settings.held_records;
        let ours = self.read.keys().copied();
        let wanted: BTreeSet<u32> =
            ours.filter(|partition| holds_too_much || asked.contains(partition)).collect();
        if wanted == self.paused {
            return Ok(());
        }
        let list = |partitions: Vec<u32>| {
            let mut list = TopicPartitionList::with_capacity(partitions.len());
            for partition in partitions {
                list.add_partition(&self.input, kafka_partition(partition));
            }
            list
        };
        let consumer = self.consumer()?;
        let (stop, go) = (
            wanted.difference(&self.paused).copied().collect::<Vec<_>>(),
            self.paused.difference(&wanted).copied().collect::<Vec<_>>(),
        );
        let done = consumer.pause(&list(stop)).and_then(|()| consumer.resume(&list(go)));
        done.map_err(|error| fault_of(&self.input, &error))?;
        self.paused = wanted;
        Ok(())
    }

    /// Hands out what was held back.
    fn hand_out_held(&mut self, room: &mut Room, paused: &BTreeSet<u32>, polled: &mut Polled) {
        let mut still = VecDeque::new();
        while let Some(record) = self.held.pop_front() {
            if paused.contains(&record.partition) || !take_room(room, &record) {
                still.push_back(record);
            } else {
                self.hand_out(record, polled);
            }
        }
        self.held = still;
    }

    /// Takes what has come, until there is no room or nothing left.
    fn fill(&mut self, mut room: Room, paused: &BTreeSet<u32>, polled: &mut Polled) -> Result<(), Fault> {
        self.hand_out_held(&mut room, paused, polled);
        self.pause(paused)?;
        // An empty answer may mean that a callback was served: only the second in a row says that nothing is left.
        let mut empty_answers = 0;
        let mut full = false;
        let mut lost = false;
        while empty_answers < 2 && !full && self.pending.is_empty() {
            let answer = self.consumer()?.poll(Duration::ZERO);
            let answer = answer.map(|answer| answer.map(|message| record_of(&message, &self.roles.input)));
            empty_answers = if answer.is_none() { empty_answers + 1 } else { 0 };
            self.take_changes(polled)?;
            match answer {
                None => {}
                // Just taken away, or stopped.
                Some(Ok(record)) if !self.read.contains_key(&record.partition) => {}
                Some(Ok(record)) => {
                    let may_go = !paused.contains(&record.partition);
                    full = may_go && !take_room(&mut room, &record);
                    if may_go && !full {
                        self.hand_out(record, polled);
                    } else {
                        self.held.push_back(record);
                    }
                }
                // Told again with each try to connect: what piled up in a pause is one fault, and none when a broker is
                // back meanwhile.
                Some(Err(KafkaError::MessageConsumption(RDKafkaErrorCode::AllBrokersDown))) => lost = true,
                Some(Err(error)) => self.consumer_error(&error, polled)?,
            }
        }
        if lost && !self.connected() {
            let message =
                format!("no broker of {} answers: waiting for one", self.settings.bootstrap_servers);
            return Err(Fault::new(FaultKind::Unavailable, message));
        }
        Ok(())
    }

    fn hand_out(&mut self, record: Record, polled: &mut Polled) {
        self.read.insert(record.partition, record.offset + 1);
        polled.records.push(record);
    }

    /// Judges what the consumer reported instead of a record.
    fn consumer_error(&mut self, error: &KafkaError, polled: &mut Polled) -> Result<(), Fault> {
        use RDKafkaErrorCode as Code;
        match error {
            KafkaError::MessageConsumptionFatal(_) => {
                Err(Fault::new(FaultKind::Fenced, format!("the consumer of {}: {error}", self.input)))
            }
            KafkaError::MessageConsumption(Code::AutoOffsetReset | Code::OffsetOutOfRange) => {
                self.stop_what_is_gone(polled)
            }
            // A topic that was just made is not known to every broker yet.
            KafkaError::MessageConsumption(Code::UnknownTopicOrPartition) => {
                Err(Fault::new(FaultKind::Unavailable, missing(&self.input).message))
            }
            error => {
                let fault = reading_fault(&self.input, &self.group, error);
                // librdkafka tries again by itself.
                if fault.kind == FaultKind::Unavailable { Ok(()) } else { Err(fault) }
            }
        }
    }

    /// librdkafka does not say which partition's offset was refused.
    fn stop_what_is_gone(&mut self, polled: &mut Polled) -> Result<(), Fault> {
        let mut found = false;
        for (partition, next) in self.read.clone() {
            // Unanswered, it would not be asked again: to begin anew asks again.
            let (start, end) = self
                .watermarks(&self.input.clone(), partition, QUESTION_TIMEOUT)
                .map_err(|fault| Fault::new(FaultKind::OutcomeUnknown, fault.message))?;
            let (input, stage) = (&self.input, &self.roles.stage);
            let message = if next < start {
                format!(
                    "the offsets {next} to {} of {input}/{partition} are gone before `{stage}` read them. To go on \
                     without them, set the group's offset for this partition to {start}",
                    start - 1
                )
            } else if next > end {
                format!(
                    "{input}/{partition} ends at {end}, but `{stage}` has read up to {next}: the topic was made anew \
                     or cut. To read it again, set the group's offset for this partition to {start}"
                )
            } else {
                continue;
            };
            found = true;
            self.read.remove(&partition);
            polled.stopped.push((partition, Fault::new(FaultKind::OffsetsGone, message)));
        }
        if found {
            return Ok(());
        }
        let message = format!("the broker refused an offset of {} that it holds by now", self.input);
        Err(Fault::new(FaultKind::OutcomeUnknown, message))
    }

    /// First offset and high watermark, open transactions included.
    fn watermarks(&mut self, topic: &str, partition: u32, timeout: Duration) -> Result<(u64, u64), Fault> {
        let limit = Limit::new(&self.signal, timeout);
        let asked = self.transactions.ready()?.client();
        let what = format!("the ends of {topic}/{partition}");
        let (start, end) =
            limit.ask(&what, |left| asked.fetch_watermarks(topic, kafka_partition(partition), left))?;
        Ok((u64::try_from(start).unwrap_or(0), u64::try_from(end).unwrap_or(0)))
    }

    /// The group's committed offset, none for a new group. Waits while an offset pends in an open transaction: a
    /// member that reads committed records is not told before.
    fn committed(&self, partition: u32) -> Result<Option<u64>, Fault> {
        let consumer = self.consumer()?;
        let what = format!("the committed offset of {}/{partition}", self.input);
        Limit::new(&self.signal, self.settings.restore_timeout()).ask(&what, |left| {
            let mut asked = TopicPartitionList::new();
            asked.add_partition(&self.input, kafka_partition(partition));
            let list = consumer.committed_offsets(asked, left)?;
            let elements = list.elements();
            let Some(element) = elements.first() else { return Ok(None) };
            element.error()?;
            Ok(element.offset().to_raw().and_then(|offset| u64::try_from(offset).ok()))
        })
    }

    /// How many outputs of each step of the transaction were written ahead: none where something else was written too.
    fn take_ahead(&mut self, transaction: &Transaction) -> Result<BTreeMap<u32, usize>, Fault> {
        let ahead = std::mem::take(&mut self.ahead);
        let fits = |(partition, written): (&u32, &usize)| {
            transaction.steps.get(partition).is_some_and(|step| step.outputs.len() >= *written)
        };
        if !ahead.iter().all(fits) {
            self.transactions.spoil();
        }
        Ok(if self.transactions.abort_spoiled()? { BTreeMap::new() } else { ahead })
    }

    fn restore_state(&mut self, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault> {
        let Some(topic) = self.state.as_ref().map(|state| state.topic().to_owned()) else { return Ok(()) };
        let (_, high) = self.watermarks(&topic, partition, self.settings.restore_timeout())?;
        self.state.as_mut().map_or(Ok(()), |state| state.restore(partition, high, entry))
    }
}

impl Backend for KafkaBackend {
    fn partitions(&self, topic: &str) -> Option<u32> {
        self.partitions.get(topic).copied()
    }

    fn poll(&mut self, room: Room, paused: &BTreeSet<u32>) -> Result<Polled, Fault> {
        if self.transactions.abort_spoiled()? {
            self.ahead.clear();
        }
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let mut polled = Polled::default();
        if let Err(fault) = self.fill(room, paused, &mut polled) {
            let Polled { assigned, revoked, stopped, records, lag: _ } = &polled;
            if assigned.is_empty() && revoked.is_empty() && stopped.is_empty() && records.is_empty() {
                return Err(fault);
            }
            // What was taken is handed out first: it would not come again.
            self.fault = Some(fault);
        }
        if let Some(ends) = self.consumer()?.context().take_ends() {
            let lag = |(partition, next): (&u32, &u64)| {
                Some((*partition, ends.get(partition)?.saturating_sub(*next)))
            };
            polled.lag = self.read.iter().filter_map(lag).collect();
        }
        Ok(polled)
    }

    fn restore(&mut self, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault> {
        // First of all, so that nothing of this producer's earlier self pends.
        self.transactions.ready()?;
        let next = match self.committed(partition)? {
            Some(offset) => offset,
            None => self.watermarks(&self.input.clone(), partition, self.settings.restore_timeout())?.0,
        };
        self.restore_state(partition, entry)?;
        self.next.insert(partition, next);
        self.restored.push((partition, next));
        self.pending.remove(&partition);
        if self.pending.is_empty() {
            // One answer to librdkafka for all that it assigned: now they are read.
            let restored = std::mem::take(&mut self.restored);
            let list = self.places(&restored)?;
            let consumer = self.consumer()?;
            // librdkafka remembers a pause even of a partition that was gone in between.
            let taken = consumer.incremental_assign(&list).and_then(|()| consumer.resume(&list));
            taken.map_err(|error| {
                Fault::new(FaultKind::Fenced, format!("taking over {}: {error}", self.input))
            })?;
            self.read.extend(restored);
            if let Some(state) = &mut self.state {
                state.restored();
            }
        }
        Ok(())
    }

    fn write_ahead(&mut self, partition: u32, outputs: &[Output]) {
        let written = self.ahead.entry(partition).or_default();
        let more = outputs.get(*written..).unwrap_or_default();
        *written = outputs.len();
        let topics = topics_of(&self.settings, more.iter());
        self.transactions.write_ahead(more.iter().map(|output| Outgoing::of(output, &topics, false)));
        if self.transactions.has_nothing_ahead() {
            self.ahead.clear();
        }
    }

    fn commit(&mut self, transaction: &Transaction) -> Commit {
        let begun = Timestamp::now();
        let mut places = Vec::with_capacity(transaction.steps.len());
        for (partition, step) in &transaction.steps {
            // The last one again where none was handled: only a real number is checked by the broker.
            let Some(next) = step.position.or_else(|| self.next.get(partition).copied()) else {
                let message = format!("{}/{partition} is not this instance's", self.input);
                return Commit::Restore(Fault::new(FaultKind::Fenced, message));
            };
            places.push((*partition, next));
        }
        let (offsets, generation) = match (self.places(&places), self.consumer()) {
            (Ok(offsets), Ok(consumer)) => (offsets, consumer.context().generation()),
            (Err(fault), _) => return Commit::Failed(fault),
            (_, Err(fault)) => return Commit::Restore(fault),
        };
        let Some(generation) = generation else {
            self.transactions.spoil();
            let message = format!("the group has taken the partitions of {} away", self.input);
            return Commit::Aborted(Fault::new(FaultKind::Aborted, message));
        };
        let changes_state = transaction.steps.values().any(|step| !step.state.is_empty());
        let Some(state_topic) =
            self.state.as_ref().map(|state| state.topic().to_owned()).or((!changes_state).then(String::new))
        else {
            let message = format!("`{}` keeps state and has no state topic", self.roles.stage);
            return Commit::Failed(Fault::new(FaultKind::Misconfigured, message));
        };
        let ahead = match self.take_ahead(transaction) {
            Ok(ahead) => ahead,
            Err(fault) => return Commit::Restore(fault),
        };
        let outputs = transaction.steps.iter().flat_map(|(partition, step)| {
            let written = ahead.get(partition).copied().unwrap_or(0);
            step.outputs.get(written..).unwrap_or_default()
        });
        let topics = topics_of(&self.settings, outputs.clone());
        let outputs = outputs.map(|output| Outgoing::of(output, &topics, false));
        let no_headers = Headers::new();
        let entries = transaction.steps.iter().flat_map(|(partition, step)| {
            step.state.iter().map(|(key, value)| Outgoing {
                topic: &state_topic,
                partition: *partition,
                key,
                headers: &no_headers,
                value: value.as_deref(),
                tracked: true,
            })
        });
        let positions = Positions { offsets: &offsets, generation: &generation };
        let outcome = self.transactions.commit(outputs.chain(entries), Some(positions));
        if let Commit::Committed = outcome {
            self.next.extend(places);
            if let Some(state) = &self.state {
                let ends = self.transactions.tracked().remove(&state_topic).unwrap_or_default();
                for (partition, step) in &transaction.steps {
                    state.committed(*partition, &step.state, ends.get(partition).copied(), begun);
                }
            }
        }
        outcome
    }

    fn reset(&mut self) -> Result<(), Fault> {
        self.leave();
        if self.signal.closed_at().is_some() {
            let message = format!("no member of {} any more: a stop was asked for", self.input);
            return Err(Fault::new(FaultKind::Unavailable, message));
        }
        self.join()
    }

    fn connected(&self) -> bool {
        self.consumer.as_ref().is_some_and(|consumer| consumer.context().stands())
    }

    fn close(&mut self) {
        self.leave();
    }
}

impl Drop for KafkaBackend {
    fn drop(&mut self) {
        self.close();
    }
}

/// The names on Kafka of the topics that outputs go to.
fn topics_of<'a>(
    settings: &Settings,
    outputs: impl Iterator<Item = &'a Output>,
) -> BTreeMap<&'a str, String> {
    outputs.map(|output| (output.topic.as_str(), settings.topic(&output.topic))).collect()
}

/// Counts a record against the room; says whether it fits.
fn take_room(room: &mut Room, record: &Record) -> bool {
    if room.records == 0 || room.bytes == 0 {
        return false;
    }
    room.records -= 1;
    room.bytes = room.bytes.saturating_sub(record.weight_bytes());
    true
}
