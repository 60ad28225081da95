//! Promise 4: order is kept for records of one key, and a state moves with its partition.

use super::account::Account;
use super::all_or_nothing::append;
use super::faults::Moment;
use super::instance::{End, Instance, Plan};
use super::log::Log;
use super::puppet::{Errand, Want};

pub(super) fn order_and_state_of_a_key_survive_a_change_of_hands<L: Log>() {
    let log = L::new();
    let mut errands = Vec::new();
    let ask = |errands: &mut Vec<Errand>| {
        let from = errands.len();
        let fresh =
            (from..from + 60).map(|n| Errand::new(format!("k{}", n % 5), format!("{n:03}"), Want::Emit));
        errands.extend(fresh);
        append(&log, &errands[from..]);
    };

    ask(&mut errands);
    let mut first = Some(Instance::start(&log, Plan::default()));
    Account::wait(&log, &errands[..30]);
    if !L::SHARED {
        assert_eq!(first.take().map(Instance::stop), Some(End::Stopped));
    }
    let second = Instance::start(&log, Plan::default());
    ask(&mut errands);
    // Where the log is shared, it takes a partition from the first, which is at work.
    second.watch().wait_until("it has a partition", |seen| seen.moments.contains_key(&Moment::Restored));
    ask(&mut errands);
    if let Some(first) = first {
        assert_eq!(first.stop(), End::Stopped);
    }
    ask(&mut errands);
    Account::wait(&log, &errands);
    assert_eq!(second.stop(), End::Stopped);

    for (key, settled) in Account::settle(&log, &errands).by_key() {
        let ids: Vec<&str> = settled.iter().map(|settled| settled.errand.id.as_str()).collect();
        assert!(ids.is_sorted(), "{key}: {ids:?}");
    }
}
