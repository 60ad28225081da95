//! Promise 2: work outside is repeatable, and what it leads to is published once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use stream::{Fault, FaultKind, partition_of};

use super::account::Account;
use super::all_or_nothing::append;
use super::faults::{Moment, crash_when};
use super::instance::{End, Instance, Plan};
use super::log::{Log, PARTITIONS};
use super::puppet::{Errand, Want};
use super::workshop::Workshop;

pub(super) fn a_job_runs_only_when_it_is_in_the_log<L: Log>() {
    let log = L::new();
    let errands: Vec<Errand> = (0..4).map(|n| Errand::new(format!("k{n}"), n, Want::Job)).collect();
    append(&log, &errands);
    let workshop = Workshop::opened();
    let (seen, early) = (Arc::clone(&workshop), Arc::<Mutex<Vec<Errand>>>::default());
    let noted = Arc::clone(&early);
    // While what the jobs came from is not committed, none of them may run.
    let script = move |moment, count| match moment == Moment::Commit && count <= 6 {
        true => {
            *noted.lock().unwrap() = seen.book().started;
            Err(Fault::new(FaultKind::Aborted, "not yet"))
        }
        false => Ok(()),
    };
    let plan = Plan { script: Box::new(script), ..Plan::with_workshop(&workshop) };
    let instance = Instance::start(&log, plan);
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
    assert_eq!(*early.lock().unwrap(), []);
}

pub(super) fn jobs_that_ran_in_a_crash_run_again_and_count_once<L: Log>() {
    let log = L::new();
    let errands: Vec<Errand> = (0..8).map(|n| Errand::new(format!("k{}", n % 4), n, Want::Job)).collect();
    append(&log, &errands);

    let (workshop, now) = (Workshop::closed(), Arc::<AtomicBool>::default());
    let plan = Plan { script: crash_when(&now), ..Plan::with_workshop(&workshop) };
    let instance = Instance::start(&log, plan);
    workshop.wait_until("a job of each order runs", |book| book.running() == 4);
    now.store(true, Ordering::SeqCst);
    assert_eq!(instance.wait(), End::Crashed);
    assert!(Account::read(&log).settled.is_empty());

    let again = Workshop::opened();
    let instance = Instance::start(&log, Plan::with_workshop(&again));
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
    let ids = |workshop: &Workshop| -> BTreeSet<String> {
        workshop.book().started.into_iter().map(|errand| errand.id).collect()
    };
    assert!(ids(&workshop).is_subset(&ids(&again)), "they ran again");
}

pub(super) fn jobs_of_one_order_run_one_after_the_other<L: Log>() {
    let log = L::new();
    let want = |n| if n % 4 == 1 { Want::JobTwice } else { Want::Job };
    let errands: Vec<Errand> =
        (0..24).map(|n| Errand::new(format!("k{}", n % 3), format!("{n:02}"), want(n))).collect();
    append(&log, &errands);
    let workshop = Workshop::opened();
    let instance = Instance::start(&log, Plan::with_workshop(&workshop));
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);

    let book = workshop.book();
    assert_eq!(book.most_of_one_order, 1);
    let mut by_order = BTreeMap::<String, Vec<(String, u32)>>::new();
    for job in book.started {
        by_order.entry(job.key).or_default().push((job.id, job.attempt));
    }
    for started in by_order.into_values() {
        assert!(
            started.is_sorted(),
            "as they were started, a second attempt in its first one's place: {started:?}"
        );
    }
}

pub(super) fn jobs_of_all_partitions_get_their_turn<L: Log>() {
    let log = L::new();
    let errands: Vec<Errand> = (0..32).map(|n| Errand::new(format!("k{n}"), n, Want::Job)).collect();
    append(&log, &errands);
    let workshop = Workshop::closed();
    let mut plan = Plan::with_workshop(&workshop);
    plan.settings.jobs_in_flight = 1;
    let instance = Instance::start(&log, plan);
    instance.watch().wait_until("all are committed", |seen| seen.committed_records == 32);
    workshop.open();
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    let partition = |job: &Errand| partition_of(job.key.as_bytes(), PARTITIONS);
    let book = workshop.book();
    assert_eq!(book.most_at_once, 1);
    // The first ran while others were still coming in.
    let turns: Vec<u32> = book.started[1..11].iter().map(partition).collect();
    assert!(turns.windows(2).all(|turn| turn[0] != turn[1]), "each partition in turn: {turns:?}");
}
