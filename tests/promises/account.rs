//! Holds what came out against what went in.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use stream::Record;
use stream::topics::DEAD_LETTERS;

use super::log::{Log, OUT};
use super::puppet::{Errand, Settled};
use super::workshop::PATIENCE;

/// What is in the log, in the order of each partition.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) settled: Vec<Settled>,
    pub(super) letters: Vec<Letter>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Letter {
    pub(super) errand: Errand,
    pub(super) reason: String,
}

/// The header of a record as text.
pub(super) fn header(record: &Record, name: &str) -> Option<String> {
    record.header(name).map(|value| String::from_utf8(value.to_vec()).unwrap())
}

/// All that is in a topic.
pub(super) fn read_all(log: &impl Log, topic: &str) -> Vec<Record> {
    let mut reader = log.reader(topic);
    let mut records = Vec::new();
    while !reader.at_end().unwrap() {
        records.extend(reader.read(1000, PATIENCE).unwrap());
    }
    records
}

impl Account {
    /// Waits until all of `errands` have settled, in whatever way.
    pub(super) fn wait(log: &impl Log, errands: &[Errand]) -> Self {
        Self::wait_for(log, errands.len(), errands)
    }

    /// Waits until `count` of `errands` have settled.
    pub(super) fn wait_for(log: &impl Log, count: usize, errands: &[Errand]) -> Self {
        let deadline = Instant::now() + PATIENCE;
        let (mut out, mut dead) = (log.reader(OUT), log.reader(DEAD_LETTERS));
        let mut account = Self::default();
        while account.settled.len() + account.letters.len() < count {
            let missing = account.missing(errands);
            assert!(Instant::now() < deadline, "not settled within {PATIENCE:?}: {missing:?}");
            account.take_out(&out.read(1000, Duration::from_millis(100)).unwrap());
            account.take_dead(&dead.read(1000, Duration::ZERO).unwrap());
        }
        account
    }

    /// Reads all that is there.
    pub(super) fn read(log: &impl Log) -> Self {
        let mut account = Self::default();
        account.take_out(&read_all(log, OUT));
        account.take_dead(&read_all(log, DEAD_LETTERS));
        account
    }

    /// Reads all that is there: each of `errands` must have settled as it wanted, once, and the
    /// records of a key must be numbered without a gap. Nothing may run meanwhile.
    pub(super) fn settle(log: &impl Log, errands: &[Errand]) -> Self {
        let account = Self::read(log);
        let (bad, good): (Vec<&Errand>, Vec<&Errand>) =
            errands.iter().partition(|errand| errand.want.reason().is_some());

        let sorted = |mut ids: Vec<String>| {
            ids.sort();
            ids
        };
        let settled = sorted(account.settled.iter().map(|settled| settled.errand.id.clone()).collect());
        assert_eq!(settled, sorted(good.iter().map(|errand| errand.id.clone()).collect()), "in `{OUT}`");

        let letter = |errand: &Errand, reason: &str| format!("{} {reason}", errand.id);
        let letters = account.letters.iter().map(|found| letter(&found.errand, &found.reason)).collect();
        let expected = bad.iter().map(|errand| letter(errand, errand.want.reason().unwrap_or_default()));
        assert_eq!(sorted(letters), sorted(expected.collect()), "in `{DEAD_LETTERS}`");

        for (key, settled) in account.by_key() {
            let numbers: Vec<u64> = settled.iter().map(|settled| settled.number).collect();
            let expected: Vec<u64> = (1..=settled.len() as u64).collect();
            assert_eq!(numbers, expected, "the numbers of `{key}`: state and outputs came apart");
        }
        account
    }

    /// The records by key, in order.
    pub(super) fn by_key(&self) -> BTreeMap<&str, Vec<&Settled>> {
        let mut by_key = BTreeMap::<&str, Vec<&Settled>>::new();
        for settled in &self.settled {
            by_key.entry(&settled.errand.key).or_default().push(settled);
        }
        by_key
    }

    fn missing<'a>(&self, errands: &'a [Errand]) -> Vec<&'a Errand> {
        let there = |id: &str| {
            let settled = self.settled.iter().any(|settled| settled.errand.id == id);
            settled || self.letters.iter().any(|letter| letter.errand.id == id)
        };
        errands.iter().filter(|errand| !there(&errand.id)).collect()
    }

    fn take_out(&mut self, records: &[Record]) {
        let read = |record: &Record| serde_json::from_slice(record.value.as_deref().unwrap()).unwrap();
        self.settled.extend(records.iter().map(read));
    }

    fn take_dead(&mut self, records: &[Record]) {
        self.letters.extend(records.iter().map(|record| Letter {
            errand: serde_json::from_slice(record.value.as_deref().unwrap()).unwrap(),
            reason: header(record, "khabar-reason").unwrap(),
        }));
    }
}
