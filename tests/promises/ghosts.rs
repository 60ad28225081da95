//! Promise 6: an instance that was cut off can commit nothing. What cuts it off differs by backend.

mod embedded {
    use stream::{FaultKind, Signal};

    use super::super::account::Account;
    use super::super::all_or_nothing::{append, mixed};
    use super::super::faults::{Moment, crash_at};
    use super::super::instance::{End, Instance, Plan};
    use super::super::log::{Embedded, Log};

    #[test]
    fn a_second_runner_is_refused_by_the_name_of_the_first() {
        let log = Embedded::new();
        let errands = mixed(0);
        append(&log, &errands);
        let first = Instance::start(&log, Plan::with_script(crash_at(Moment::Committed, 3)));
        let refused = log.backend(Signal::default()).err().unwrap();
        assert_eq!(refused.kind, FaultKind::Misconfigured);
        let holder = format!("held by another runner (process {}, since ", std::process::id());
        assert!(refused.message.contains(&holder), "{refused}");
        assert!(refused.message.contains(log.dir().to_str().unwrap()), "{refused}");

        // The dead hold nothing.
        assert_eq!(first.wait(), End::Crashed);
        let second = Instance::start(&log, Plan::default());
        Account::wait(&log, &errands);
        assert_eq!(second.stop(), End::Stopped);
        Account::settle(&log, &errands);
    }
}
