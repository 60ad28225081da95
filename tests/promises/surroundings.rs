//! Promise 3: a fault of the surroundings is retried, from the last commit.

use stream::{Fault, FaultKind};

use super::account::Account;
use super::all_or_nothing::{append, mixed};
use super::faults::{Moment, fail_at};
use super::instance::{End, Instance, Plan};
use super::log::Log;
use super::puppet::{Errand, Want};

pub(super) fn faults_of_the_surroundings_are_retried<L: Log>() {
    let log = L::new();
    let mut errands = Vec::new();
    let faults = [
        (Moment::Commit, FaultKind::Aborted),
        (Moment::Commit, FaultKind::StorageFull),
        (Moment::Commit, FaultKind::Fenced),
        (Moment::Poll, FaultKind::Unavailable),
        (Moment::Poll, FaultKind::Fenced),
        (Moment::Restore, FaultKind::Unavailable),
    ];
    for (round, (moment, kind)) in faults.into_iter().enumerate() {
        let fresh = mixed(round);
        append(&log, &fresh);
        errands.extend(fresh);
        let instance = Instance::start(&log, Plan::with_script(fail_at(moment, 3, kind)));
        Account::wait(&log, &errands);
        assert!(instance.watch().seen().moments[&moment] > 3, "{moment:?} {kind:?}");
        assert_eq!(instance.stop(), End::Stopped);
    }
    Account::settle(&log, &errands);
}

pub(super) fn a_restart_that_fails_is_tried_again<L: Log>() {
    let log = L::new();
    let errands = mixed(0);
    append(&log, &errands);
    let script = |moment, count| match (moment, count) {
        (Moment::Committed, 2) => Err(Fault::new(FaultKind::OutcomeUnknown, "nobody knows")),
        (Moment::Reset, 1..=3) => Err(Fault::new(FaultKind::Unavailable, "the log is away")),
        _ => Ok(()),
    };
    let instance = Instance::start(&log, Plan::with_script(Box::new(script)));
    Account::wait(&log, &errands);
    assert!(instance.watch().seen().moments[&Moment::Reset] >= 4);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}

pub(super) fn what_waits_is_gone_on_with_at_once<L: Log>() {
    let log = L::new();
    // Nothing of these rings a bell of its own.
    let errands: Vec<Errand> = (0..16).map(|n| Errand::new("k", n, Want::Emit)).collect();
    append(&log, &errands);
    let mut plan = Plan::with_script(fail_at(Moment::Commit, 3, FaultKind::Aborted));
    // Longer than anybody here waits: only what rings, or is due, may be waited for.
    plan.settings.idle_ms = 600_000;
    let instance = Instance::start(&log, plan);
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}
