//! Promise 7: it stops when asked.

use stream::{Fault, FaultKind};

use super::account::Account;
use super::all_or_nothing::append;
use super::faults::Moment;
use super::instance::{End, Instance, Plan};
use super::log::Log;
use super::puppet::{Errand, Want};
use super::workshop::Workshop;

fn two_jobs(log: &impl Log) -> Vec<Errand> {
    let errands: Vec<Errand> = (0..2).map(|n| Errand::new(format!("k{n}"), n, Want::Job)).collect();
    append(log, &errands);
    errands
}

pub(super) fn a_stop_waits_for_running_jobs<L: Log>() {
    let log = L::new();
    let errands = two_jobs(&log);
    let workshop = Workshop::closed();
    let mut plan = Plan::with_workshop(&workshop);
    plan.settings.stop_grace_ms = 8_000;
    let instance = Instance::start(&log, plan);
    workshop.wait_until("both run", |book| book.running() == 2);
    let taken = instance.watch().seen().polled;
    instance.ask_to_stop();
    // The poll under way may not know yet.
    let polls = instance.watch().seen().moments[&Moment::Poll];
    instance.watch().wait_until("it knows", |seen| seen.moments[&Moment::Poll] > polls + 1);
    append(&log, &[Errand::new("k0", "late", Want::Emit)]);
    let polls = instance.watch().seen().moments[&Moment::Poll];
    instance.watch().wait_until("it goes on polling", |seen| seen.moments[&Moment::Poll] > polls + 1);
    assert_eq!(instance.watch().seen().polled, taken, "nothing new is taken");
    workshop.open();
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}

pub(super) fn a_stop_does_not_wait_for_ever<L: Log>() {
    let log = L::new();
    let errands = two_jobs(&log);
    let workshop = Workshop::closed();
    let mut plan = Plan::with_workshop(&workshop);
    plan.settings.stop_grace_ms = 100;
    let instance = Instance::start(&log, plan);
    workshop.wait_until("both run", |book| book.running() == 2);
    assert_eq!(instance.stop(), End::Stopped);
    assert!(Account::read(&log).settled.is_empty());

    let instance = Instance::start(&log, Plan::default());
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}

pub(super) fn a_stop_in_the_middle_of_faults_ends<L: Log>() {
    let log = L::new();
    let errands = two_jobs(&log);
    let faults = [
        (Moment::Poll, FaultKind::Unavailable),
        (Moment::Restore, FaultKind::Unavailable),
        (Moment::Commit, FaultKind::StorageFull),
        (Moment::Commit, FaultKind::OutcomeUnknown),
    ];
    for (fails, kind) in faults {
        let script = move |moment, _| match moment == fails {
            true => Err(Fault::new(kind, "for ever")),
            false => Ok(()),
        };
        let mut plan = Plan::with_script(Box::new(script));
        plan.settings.stop_grace_ms = 100;
        plan.settings.retry_max_ms = 60_000;
        let instance = Instance::start(&log, plan);
        instance.watch().wait_until("it fails", |seen| seen.moments.get(&fails).is_some_and(|n| *n > 1));
        assert_eq!(instance.stop(), End::Stopped, "{fails:?} {kind:?}");
    }
    let instance = Instance::start(&log, Plan::default());
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}
