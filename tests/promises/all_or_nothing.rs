//! Promise 1: outputs, state and position become visible together or not at all.

use stream::{Fault, FaultKind};

use super::account::Account;
use super::faults::{Moment, crash_at};
use super::instance::{End, Instance, Plan};
use super::log::Log;
use super::puppet::{Errand, Want};

/// Errands of every kind that a batch mixes, of four keys; ids begin with `round`.
pub(super) fn mixed(round: usize) -> Vec<Errand> {
    let wants = [
        [Want::Emit, Want::Job, Want::Reject, Want::Sleep],
        [Want::Job, Want::Emit, Want::JobTwice, Want::Emit],
        [Want::TooLarge, Want::Sleep, Want::Emit, Want::JobRejected],
        [Want::Emit, Want::JobPanics, Want::Sleep, Want::Emit],
    ];
    let errands = wants.iter().flatten().enumerate();
    errands.map(|(n, want)| Errand::new(format!("k{}", n % 4), format!("{round}-{n:02}"), *want)).collect()
}

pub(super) fn append(log: &impl Log, errands: &[Errand]) {
    log.append(errands.iter().map(Errand::output).collect());
}

pub(super) fn a_crash_at_any_step_loses_and_doubles_nothing<L: Log>() {
    let log = L::new();
    let mut errands = Vec::new();
    let points = [
        (Moment::Restored, 1),
        (Moment::Polled, 1),
        (Moment::Commit, 1),
        (Moment::Committed, 1),
        (Moment::Restored, 2),
        (Moment::Committed, 2),
        (Moment::Commit, 2),
        (Moment::Polled, 3),
        (Moment::Committed, 5),
        (Moment::Commit, 5),
    ];
    for (round, (moment, nth)) in points.into_iter().enumerate() {
        let fresh = mixed(round);
        append(&log, &fresh);
        errands.extend(fresh);
        let instance = Instance::start(&log, Plan::with_script(crash_at(moment, nth)));
        assert_eq!(instance.wait(), End::Crashed, "at {moment:?} {nth}");
    }
    let instance = Instance::start(&log, Plan::default());
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}

pub(super) fn an_unknown_outcome_loses_and_doubles_nothing<L: Log>() {
    let log = L::new();
    let errands = mixed(0);
    append(&log, &errands);
    // By turns the transaction is in the log and is not; the runner hears the same.
    let script = |moment, count| match (moment, count) {
        (Moment::Committed, 1 | 3) | (Moment::Commit, 3 | 6) => {
            Err(Fault::new(FaultKind::OutcomeUnknown, "nobody knows"))
        }
        _ => Ok(()),
    };
    let instance = Instance::start(&log, Plan::with_script(Box::new(script)));
    Account::wait(&log, &errands);
    assert!(instance.watch().seen().moments[&Moment::Reset] >= 4);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}

pub(super) fn what_was_settled_is_not_done_again<L: Log>() {
    let log = L::new();
    let mut errands = mixed(0);
    append(&log, &errands);
    let instance = Instance::start(&log, Plan::default());
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);

    let plan = Plan::default();
    let workshop = std::sync::Arc::clone(&plan.workshop);
    let instance = Instance::start(&log, plan);
    let more: Vec<Errand> =
        (0..4).map(|n| Errand::new(format!("k{n}"), format!("more-{n}"), Want::Emit)).collect();
    append(&log, &more);
    errands.extend(more);
    Account::wait(&log, &errands);
    assert_eq!(instance.watch().seen().polled_records(), 4, "only what is new is handed out");
    assert!(workshop.book().started.is_empty(), "a job that has counted is gone");
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}
