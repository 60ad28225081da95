//! Promise 5: bounds everywhere; a full stage pauses its input, not the process.

use super::account::Account;
use super::all_or_nothing::append;
use super::faults::Moment;
use super::instance::{End, Instance, Plan};
use super::log::{Log, PARTITIONS};
use super::puppet::{Errand, Want};
use super::workshop::Workshop;

pub(super) fn a_full_stage_pauses_its_input<L: Log>() {
    const IN_FLIGHT: usize = 4;
    const PENDING: usize = 10;
    const BATCH: usize = 5;
    let log = L::new();
    let errands: Vec<Errand> = (0..100).map(|n| Errand::new(format!("k{n}"), n, Want::Job)).collect();
    append(&log, &errands);

    let workshop = Workshop::closed();
    let mut plan = Plan::with_workshop(&workshop);
    plan.settings.jobs_in_flight = IN_FLIGHT;
    plan.settings.jobs_pending = PENDING;
    plan.settings.batch_records = BATCH;
    let instance = Instance::start(&log, plan);
    let watch = instance.watch();
    watch.wait_until("all partitions are paused", |seen| seen.paused.len() == PARTITIONS as usize);
    workshop.wait_until("as many jobs as may run", |book| book.running() == IN_FLIGHT);
    let paused = watch.seen();
    for (partition, records) in &paused.polled {
        let (jobs, most) = (records.len(), PENDING - 1 + BATCH);
        assert!(jobs <= most, "partition {partition} holds {jobs} jobs, at most {most} are allowed");
    }

    // It keeps polling, and gets nothing.
    let polls = paused.moments[&Moment::Poll];
    watch.wait_until("it lives on", |seen| seen.moments[&Moment::Poll] > polls + 3);
    assert_eq!(watch.seen().polled, paused.polled);

    workshop.open();
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
    assert_eq!(workshop.book().most_at_once, IN_FLIGHT);
}

pub(super) fn transactions_are_bounded<L: Log>() {
    let log = L::new();
    let mut errands = Vec::new();
    // Batches are full long before the interval has passed.
    let ask = |errands: &mut Vec<Errand>, batch_records, batch_bytes| {
        let from = errands.len();
        errands.extend((from..from + 30).map(|n| Errand::new(format!("k{}", n % 7), n, Want::Emit)));
        append(&log, &errands[from..]);
        let mut plan = Plan::default();
        plan.settings.batch_records = batch_records;
        plan.settings.batch_bytes = batch_bytes;
        plan.settings.commit_interval_ms = 500;
        let instance = Instance::start(&log, plan);
        Account::wait(&log, errands);
        let most = instance.watch().seen().most_records;
        assert_eq!(instance.stop(), End::Stopped);
        most
    };
    let most = ask(&mut errands, 7, 1 << 20);
    assert!((2..=7).contains(&most), "{most}");
    assert_eq!(ask(&mut errands, 7, 1), 1, "a batch is passed in bytes by one record at the most");
    Account::settle(&log, &errands);
}
