//! Records and partitions as librdkafka has them.

use bytes::Bytes;
use jiff::Timestamp;
use rdkafka::Message;
use rdkafka::message::{BorrowedMessage, Headers as _};

use crate::record::Record;

/// A message as a record of the topic with this short name.
pub(super) fn record_of(message: &BorrowedMessage<'_>, topic: &str) -> Record {
    let headers = message.headers().map(|headers| {
        headers
            .iter()
            .map(|header| (header.key.to_owned(), header.value.unwrap_or_default().to_vec()))
            .collect()
    });
    let written = message.timestamp().to_millis().and_then(|at| Timestamp::from_millisecond(at).ok());
    Record {
        topic: topic.to_owned(),
        partition: u32::try_from(message.partition()).unwrap_or(0),
        offset: u64::try_from(message.offset()).unwrap_or(0),
        at: written.unwrap_or(Timestamp::UNIX_EPOCH),
        key: Bytes::copy_from_slice(message.key().unwrap_or_default()),
        headers: headers.unwrap_or_default(),
        value: message.payload().map(Bytes::copy_from_slice),
    }
}

pub(super) fn kafka_partition(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}
