//! Pending jobs of one task: which may run, and in what order.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use crate::ledger::JobEntry;

/// A job that was handed out: the key it pends under, and which of the jobs under that key it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobRef {
    pub(crate) key: Vec<u8>,
    pub(crate) number: u64,
    /// The order it runs in.
    pub(crate) order: String,
    /// Which run of the job this is.
    pub(crate) run: u64,
}

struct Pending<J> {
    entry: JobEntry<J>,
    committed: bool,
}

/// All pending jobs of one task.
pub(crate) struct Jobs<J> {
    by_key: HashMap<Vec<u8>, Pending<J>>,
    /// Runs under way, by key. One may outlive its job, which was replaced or taken back: what it does
    /// outside goes on, and so it holds its key and its order until it ends.
    running: HashMap<Vec<u8>, u64>,
    /// The orders of these runs.
    busy: HashSet<String>,
    /// For each order, its jobs by number: only the first may run, and only while no other run is under way.
    orders: HashMap<String, BTreeMap<u64, Vec<u8>>>,
    /// Jobs that may run, by the time from which they may.
    ready: BTreeSet<(Timestamp, u64, Vec<u8>)>,
    uncommitted: Vec<Vec<u8>>,
    next_number: u64,
    next_run: u64,
}

impl<J: Clone> Jobs<J> {
    pub(crate) fn new() -> Self {
        Self {
            by_key: HashMap::new(),
            running: HashMap::new(),
            busy: HashSet::new(),
            orders: HashMap::new(),
            ready: BTreeSet::new(),
            uncommitted: Vec::new(),
            next_number: 0,
            next_run: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(crate) fn next_number(&mut self) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        number
    }

    /// Takes up a job that the log holds already.
    pub(crate) fn restore(&mut self, key: &[u8], entry: JobEntry<J>) {
        self.insert(key.to_vec(), entry);
        self.committed();
    }

    /// Adds a job; it may run once [`Jobs::committed`] was called. One under the same key is replaced.
    pub(crate) fn insert(&mut self, key: Vec<u8>, entry: JobEntry<J>) {
        self.remove(&key);
        self.next_number = self.next_number.max(entry.number + 1);
        let order = self.orders.entry(entry.order.clone()).or_default();
        order.insert(entry.number, key.clone());
        // Whoever came first until now waits behind a job that keeps an earlier place.
        if let Some((number, behind)) = order.range(entry.number + 1..).next()
            && let Some(pending) = self.by_key.get(behind)
        {
            self.ready.remove(&(pending.entry.not_before, *number, behind.clone()));
        }
        self.uncommitted.push(key.clone());
        self.by_key.insert(key, Pending { entry, committed: false });
    }

    /// Takes a job out. A run of it that is under way still holds its key and its order.
    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<JobEntry<J>> {
        let pending = self.by_key.remove(key)?;
        let entry = pending.entry;
        self.ready.remove(&(entry.not_before, entry.number, key.to_vec()));
        if let Some(order) = self.orders.get_mut(&entry.order) {
            order.remove(&entry.number);
            if order.is_empty() {
                self.orders.remove(&entry.order);
            }
        }
        self.refresh(&entry.order);
        Some(entry)
    }

    /// What was added since is in the log: it may run.
    pub(crate) fn committed(&mut self) {
        for key in std::mem::take(&mut self.uncommitted) {
            let Some(pending) = self.by_key.get_mut(&key) else { continue };
            pending.committed = true;
            let order = pending.entry.order.clone();
            self.refresh(&order);
        }
    }

    /// The time from which the next job may run.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.ready.first().map(|(at, ..)| *at)
    }

    /// Hands out the next job that may run at `now`.
    pub(crate) fn take_ready(&mut self, now: Timestamp) -> Option<(JobRef, J)> {
        if self.next_at()? > now {
            return None;
        }
        let (_, number, key) = self.ready.pop_first()?;
        let run = self.next_run;
        self.next_run += 1;
        let entry = &self.by_key.get(&key)?.entry;
        let (order, job) = (entry.order.clone(), entry.job.clone());
        self.running.insert(key.clone(), run);
        self.busy.insert(order.clone());
        Some((JobRef { key, number, order, run }, job))
    }

    /// A run has ended: its key and its order are free, and its job may run again until it is taken out.
    /// Returns the job's entry; none when it was replaced or taken back meanwhile.
    pub(crate) fn ended(&mut self, job: &JobRef) -> Option<&JobEntry<J>> {
        if self.running.get(&job.key) != Some(&job.run) {
            return None;
        }
        self.running.remove(&job.key);
        self.busy.remove(&job.order);
        self.refresh(&job.order);
        if let Some(next) = self.by_key.get(&job.key).map(|pending| pending.entry.order.clone()) {
            self.refresh(&next);
        }
        let entry = &self.by_key.get(&job.key)?.entry;
        (entry.number == job.number).then_some(entry)
    }

    /// Puts the first job of an order among the ready ones, if it may run.
    fn refresh(&mut self, order: &str) {
        if self.busy.contains(order) {
            return;
        }
        let Some(key) = self.orders.get(order).and_then(|jobs| jobs.values().next()) else { return };
        if let Some(first) = self.by_key.get(key)
            && first.committed
            && !self.running.contains_key(key)
        {
            self.ready.insert((first.entry.not_before, first.entry.number, key.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::Origin;

    fn entry(jobs: &mut Jobs<&'static str>, order: &str, job: &'static str) -> JobEntry<&'static str> {
        JobEntry {
            number: jobs.next_number(),
            order: order.into(),
            not_before: Timestamp::MIN,
            origin: Origin { topic: "t".into(), partition: 0, offset: None, key: Vec::new(), trace: None },
            job,
        }
    }

    fn add(jobs: &mut Jobs<&'static str>, key: &str, order: &str) {
        let entry = entry(jobs, order, "work");
        jobs.insert(key.into(), entry);
    }

    fn take(jobs: &mut Jobs<&'static str>) -> Option<JobRef> {
        jobs.take_ready(Timestamp::UNIX_EPOCH).map(|(job, _)| job)
    }

    #[test]
    fn a_job_runs_once_it_is_committed() {
        let mut jobs = Jobs::new();
        add(&mut jobs, "a", "x");
        assert_eq!(take(&mut jobs), None);
        jobs.committed();
        assert_eq!(take(&mut jobs).unwrap().key, b"a");
        assert_eq!(take(&mut jobs), None);
    }

    #[test]
    fn jobs_of_an_order_run_one_after_the_other() {
        let mut jobs = Jobs::new();
        add(&mut jobs, "a", "x");
        add(&mut jobs, "b", "x");
        add(&mut jobs, "c", "y");
        jobs.committed();
        let first = take(&mut jobs).unwrap();
        assert_eq!((first.key.as_slice(), take(&mut jobs).unwrap().key.as_slice()), (&b"a"[..], &b"c"[..]));
        assert_eq!(take(&mut jobs), None);
        assert!(jobs.ended(&first).is_some());
        jobs.remove(&first.key);
        assert_eq!(take(&mut jobs).unwrap().key, b"b");
    }

    #[test]
    fn a_replaced_job_holds_its_order_until_its_run_ends_and_does_not_count() {
        let mut jobs = Jobs::new();
        add(&mut jobs, "a", "x");
        add(&mut jobs, "b", "x");
        jobs.committed();
        let old = take(&mut jobs).unwrap();
        add(&mut jobs, "a", "x");
        jobs.committed();
        assert_eq!(take(&mut jobs), None, "the old run is under way");
        assert!(jobs.ended(&old).is_none());
        let next = take(&mut jobs).unwrap();
        assert_eq!(next.key, b"b");
        assert!(jobs.ended(&old).is_none());
        assert_eq!(take(&mut jobs), None, "a run ends once");
        assert!(jobs.ended(&next).is_some());
        jobs.remove(&next.key);
        let new = take(&mut jobs).unwrap();
        assert!(jobs.ended(&new).is_some());
        assert_eq!(take(&mut jobs).unwrap().key, b"a", "it was not taken out: it runs again");
    }

    #[test]
    fn a_cancelled_job_holds_its_order_until_its_run_ends() {
        let mut jobs = Jobs::new();
        add(&mut jobs, "a", "x");
        add(&mut jobs, "b", "x");
        jobs.committed();
        let old = take(&mut jobs).unwrap();
        jobs.remove(&old.key);
        assert_eq!(take(&mut jobs), None);
        assert!(jobs.ended(&old).is_none());
        assert_eq!(take(&mut jobs).unwrap().key, b"b");
    }

    #[test]
    fn a_key_that_moves_to_another_order_waits_for_its_old_run() {
        let mut jobs = Jobs::new();
        add(&mut jobs, "a", "x");
        jobs.committed();
        let old = take(&mut jobs).unwrap();
        add(&mut jobs, "a", "y");
        add(&mut jobs, "b", "x");
        jobs.committed();
        assert_eq!(take(&mut jobs), None);
        assert!(jobs.ended(&old).is_none());
        let mut next = [take(&mut jobs).unwrap().key, take(&mut jobs).unwrap().key];
        next.sort();
        assert_eq!(next, [b"a".to_vec(), b"b".to_vec()]);
    }
}
