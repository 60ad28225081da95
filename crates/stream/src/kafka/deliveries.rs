//! What became of the records of a transaction, as librdkafka's reports tell.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rdkafka::Message;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::message::DeliveryResult;
use rdkafka::producer::ProducerContext;

use super::client::{log_error, log_line};
use super::limit::Limit;

/// Offsets of the last tracked records, by topic and partition.
pub(super) type Tracked = BTreeMap<String, BTreeMap<u32, u64>>;

/// What became of the records of a transaction.
#[derive(Default)]
pub(super) struct Deliveries {
    delivered: Mutex<Delivered>,
    /// Rung when as many have been told as are awaited.
    all: Condvar,
}

#[derive(Default)]
struct Delivered {
    /// Records that were written, or could not be.
    count: usize,
    awaited: Option<usize>,
    /// The first record that could not be written: its topic, and why.
    failure: Option<(String, KafkaError)>,
    tracked: Tracked,
}

impl Delivered {
    fn track(&mut self, topic: &str, partition: u32, offset: u64) {
        if !self.tracked.contains_key(topic) {
            self.tracked.insert(topic.to_owned(), BTreeMap::new());
        }
        if let Some(partitions) = self.tracked.get_mut(topic) {
            let last = partitions.entry(partition).or_default();
            *last = offset.max(*last);
        }
    }
}

impl Deliveries {
    pub(super) fn forget(&self) {
        *self.delivered() = Delivered::default();
    }

    /// Waits until so many records have been written, or could not be; says whether they have.
    pub(super) fn wait_for(&self, count: usize, limit: &Limit) -> bool {
        let mut delivered = self.delivered();
        delivered.awaited = Some(count);
        while delivered.count < count {
            if limit.is_over() {
                return false;
            }
            let waited = self.all.wait_timeout(delivered, limit.slice());
            delivered = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    pub(super) fn first_failure(&self) -> Option<(String, KafkaError)> {
        self.delivered().failure.take()
    }

    pub(super) fn take_tracked(&self) -> Tracked {
        std::mem::take(&mut self.delivered().tracked)
    }

    fn delivered(&self) -> MutexGuard<'_, Delivered> {
        self.delivered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        log_line(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        log_error(&error, reason);
    }
}

impl ProducerContext for Deliveries {
    /// 1 for a tracked record, else 0.
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, tracked: usize) {
        let mut delivered = self.delivered();
        delivered.count += 1;
        if delivered.awaited == Some(delivered.count) {
            self.all.notify_one();
        }
        match result {
            Ok(message) if tracked == 1 => {
                // Negative where the broker did not tell, since it had the record already.
                if let (Ok(partition), Ok(offset)) =
                    (u32::try_from(message.partition()), u64::try_from(message.offset()))
                {
                    delivered.track(message.topic(), partition, offset);
                }
            }
            Ok(_) => {}
            Err((error, message)) => {
                let failure = (message.topic().to_owned(), error.clone());
                delivered.failure.get_or_insert(failure);
            }
        }
    }
}
