//! How state, jobs and timers are written to the log.
//!
//! A key begins with its kind, a value with the version of its form: a form that this build does
//! not know is refused by name instead of being misread.

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultKind};
use crate::stage::Origin;

/// The version of the forms below.
const VERSION: u8 = 1;

const STATE: u8 = b's';
const JOB: u8 = b'j';
const TIMER: u8 = b't';

/// A pending job as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct JobEntry<J> {
    /// Jobs of the same order run in the order of their numbers.
    pub(crate) number: u64,
    pub(crate) order: String,
    pub(crate) not_before: Timestamp,
    pub(crate) origin: Origin,
    pub(crate) job: J,
}

/// One stored entry, read.
#[derive(Debug)]
pub(crate) enum Entry<'a, J> {
    State(&'a [u8], &'a [u8]),
    Job(&'a [u8], JobEntry<J>),
    Timer(&'a [u8], Timestamp),
}

pub(crate) fn state_key(key: &[u8]) -> Vec<u8> {
    prefixed(STATE, key)
}

pub(crate) fn job_key(key: &[u8]) -> Vec<u8> {
    prefixed(JOB, key)
}

pub(crate) fn timer_key(key: &[u8]) -> Vec<u8> {
    prefixed(TIMER, key)
}

pub(crate) fn state_value(value: &[u8]) -> Bytes {
    prefixed(VERSION, value).into()
}

pub(crate) fn job_value<J: Serialize>(entry: &JobEntry<J>) -> Result<Bytes, serde_json::Error> {
    let mut value = vec![VERSION];
    serde_json::to_writer(&mut value, entry)?;
    Ok(value.into())
}

pub(crate) fn timer_value(at: Timestamp) -> Bytes {
    prefixed(VERSION, &at.as_millisecond().to_le_bytes()).into()
}

/// A change of state of the form that this build knows: the stage's key, and its value or none. It needs no reading.
pub(crate) fn plain_state<'a>(
    key: &'a [u8],
    value: Option<&'a [u8]>,
) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    match (key.split_first()?, value.map(<[u8]>::split_first)) {
        ((&STATE, name), None) => Some((name, None)),
        ((&STATE, name), Some(Some((&VERSION, body)))) => Some((name, Some(body))),
        _ => None,
    }
}

/// Reads a stored entry.
pub(crate) fn read<'a, J: for<'de> Deserialize<'de>>(
    key: &'a [u8],
    value: &'a [u8],
) -> Result<Entry<'a, J>, Fault> {
    let unreadable = |what: &str| {
        let key = String::from_utf8_lossy(key);
        let message = format!(
            "the state entry `{key}` can't be read: {what}. It was written by another version of khabar: \
             run that version, or start over with fresh state"
        );
        Fault::new(FaultKind::Misconfigured, message)
    };
    let (&version, body) = value.split_first().ok_or_else(|| unreadable("it is empty"))?;
    if version != VERSION {
        return Err(unreadable(&format!("its form has version {version}, this build knows {VERSION}")));
    }
    let (&kind, name) = key.split_first().ok_or_else(|| unreadable("its key is empty"))?;
    match kind {
        STATE => Ok(Entry::State(name, body)),
        JOB => match serde_json::from_slice(body) {
            Ok(job) => Ok(Entry::Job(name, job)),
            Err(error) => Err(unreadable(&error.to_string())),
        },
        TIMER => {
            let bytes = body.try_into().map_err(|_| unreadable("a timer has 8 bytes"))?;
            let at = Timestamp::from_millisecond(i64::from_le_bytes(bytes));
            Ok(Entry::Timer(name, at.map_err(|error| unreadable(&error.to_string()))?))
        }
        _ => Err(unreadable("its kind is not known")),
    }
}

fn prefixed(first: u8, rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rest.len() + 1);
    bytes.push(first);
    bytes.extend_from_slice(rest);
    bytes
}
