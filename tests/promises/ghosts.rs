//! Promise 6: an instance that was cut off can commit nothing. What cuts it off differs by backend.

mod embedded {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use stream::FaultKind;

    use super::super::account::Account;
    use super::super::all_or_nothing::{append, mixed};
    use super::super::faults::crash_when;
    use super::super::instance::{End, Instance, Plan};
    use super::super::log::{Embedded, Log};

    #[test]
    fn a_second_runner_is_refused_by_the_name_of_the_first() {
        let log = Embedded::new();
        let errands = mixed(0);
        append(&log, &errands);
        let now = Arc::<AtomicBool>::default();
        let first = Instance::start(&log, Plan::with_script(crash_when(&now)));
        let refused = log.open().err().unwrap();
        assert_eq!(refused.kind, FaultKind::Misconfigured);
        let holder = format!("held by another runner (process {}, since ", std::process::id());
        assert!(refused.message.contains(&holder), "{refused}");
        assert!(refused.message.contains(log.dir().to_str().unwrap()), "{refused}");

        // The dead hold nothing.
        now.store(true, Ordering::SeqCst);
        assert_eq!(first.wait(), End::Crashed);
        let second = Instance::start(&log, Plan::default());
        Account::wait(&log, &errands);
        assert_eq!(second.stop(), End::Stopped);
        Account::settle(&log, &errands);
    }
}

mod kafka {
    use std::process::Command;
    use std::sync::mpsc::channel;

    use super::super::account::Account;
    use super::super::all_or_nothing::{append, mixed};
    use super::super::faults::Moment;
    use super::super::instance::{End, Instance, Plan};
    use super::super::log::{Kafka, Log};
    use super::super::processes;
    use super::super::workshop::PATIENCE;

    #[test]
    fn held_up_before_its_commit_it_commits_nothing() {
        let log = Kafka::of_the_quick();
        let errands = mixed(0);
        append(&log, &errands);
        let (go_on, held_up) = channel();
        let script = move |moment, count| {
            if (moment, count) == (Moment::Commit, 3) {
                held_up.recv_timeout(PATIENCE).unwrap();
            }
            Ok(())
        };
        let ghost = Instance::start(&log, Plan::with_script(Box::new(script)));
        ghost.watch().wait_until("it is held up", |seen| seen.moments.get(&Moment::Commit) == Some(&3));
        let committed = ghost.watch().seen().moments[&Moment::Committed];

        let heir = Instance::start(&log, Plan::default());
        Account::wait(&log, &errands);
        assert_eq!(heir.stop(), End::Stopped);
        let polls = ghost.watch().seen().moments[&Moment::Poll];
        go_on.send(()).unwrap();
        ghost.watch().wait_until("it lives on", |seen| seen.moments[&Moment::Poll] > polls + 10);
        assert_eq!(ghost.watch().seen().moments[&Moment::Committed], committed);
        assert_eq!(ghost.stop(), End::Stopped);
        Account::settle(&log, &errands);
    }

    #[test]
    fn frozen_in_the_middle_of_its_work_it_doubles_nothing() {
        let (log, marks) = (Kafka::new(), tempfile::tempdir().unwrap());
        let mut errands = Vec::new();
        let mut process = processes::start(&log, marks.path());
        let signal = |name: &str| {
            let sent = Command::new("kill").args([name, &process.id().to_string()]).status().unwrap();
            assert!(sent.success());
        };
        for round in 0..3 {
            let before = errands.len();
            for part in 0..8 {
                let fresh = mixed(round * 8 + part);
                append(&log, &fresh);
                errands.extend(fresh);
            }
            Account::wait_for(&log, before + 1 + round * 9, &errands);
            signal("-STOP");
            let heir = Instance::start(&log, Plan::default());
            Account::wait(&log, &errands);
            // It comes back while the other is still there.
            signal("-CONT");
            assert_eq!(heir.stop(), End::Stopped);
        }
        process.kill().unwrap();
        process.wait().unwrap();
        Account::settle(&log, &errands);
    }
}
