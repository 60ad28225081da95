//! Promises 1 and 3 with processes that really die.

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;

use super::account::Account;
use super::all_or_nothing::{append, mixed};
use super::instance::{End, Instance, Plan};
use super::log::{Embedded, Kafka, Log};
use super::puppet::{Errand, Want};
use super::workshop::PATIENCE;

/// Tells a process of the test binary which backend to run on, and where.
const LOG: &str = "KHABAR_PROMISES_LOG";
/// And where to keep its crash marks.
const MARKS: &str = "KHABAR_PROMISES_MARKS";

/// Runs the stage until it is killed, or until its standard input ends: whoever started it has gone.
#[test]
#[ignore = "not a test: the tests below start it as a process of its own"]
fn a_process_of_the_stage() {
    let Ok(address) = std::env::var(LOG) else { return };
    let plan = Plan::with_crash_marks(std::env::var_os(MARKS).unwrap());
    let instance = match address.split_once(' ') {
        Some(("embedded", address)) => Instance::start(&Embedded::at(address), plan),
        Some(("kafka", address)) => Instance::start(&Kafka::at(address), plan),
        other => panic!("not a log: {other:?}"),
    };
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
    instance.stop();
}

pub(super) fn start(log: &impl Log, marks: &std::path::Path) -> Child {
    let module = module_path!().split_once("::").unwrap().1;
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", &format!("{module}::a_process_of_the_stage")])
        .env(LOG, log.address())
        .env(MARKS, marks)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits for a process that ends by itself.
fn wait(mut process: Child) -> ExitStatus {
    let (ended, end) = channel();
    let pid = process.id();
    // Kept open: its end would ask the process to stop.
    let stdin = process.stdin.take();
    std::thread::spawn(move || ended.send(process.wait()));
    let status = end.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("the process {pid} has not ended"));
    drop(stdin);
    status.unwrap()
}

pub(super) fn killed_in_the_middle_of_its_work_it_loses_and_doubles_nothing<L: Log>() {
    let (log, marks) = (L::new(), tempfile::tempdir().unwrap());
    let mut errands = Vec::new();
    for round in 0..6 {
        let settled = Account::read(&log);
        let before = settled.settled.len() + settled.letters.len();
        for part in 0..8 {
            let fresh = mixed(round * 8 + part);
            append(&log, &fresh);
            errands.extend(fresh);
        }
        let mut process = start(&log, marks.path());
        // Some, not all: how many decides where the kill falls.
        Account::wait_for(&log, before + 1 + round * 7, &errands);
        process.kill().unwrap();
        assert_eq!(process.wait().unwrap().signal(), Some(9));
    }
    let instance = Instance::start(&log, Plan::with_crash_marks(marks.path()));
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}

pub(super) fn a_record_that_kills_its_process_is_put_aside_after_three_deaths<L: Log>() {
    let (log, marks) = (L::new(), tempfile::tempdir().unwrap());
    let wants = [Want::Emit, Want::Abort, Want::Emit, Want::Job];
    let errands: Vec<Errand> =
        wants.into_iter().enumerate().map(|(n, want)| Errand::new("k", n, want)).collect();
    append(&log, &errands);
    for _ in 0..3 {
        assert_eq!(wait(start(&log, marks.path())).signal(), Some(6));
    }
    let instance = Instance::start(&log, Plan::with_crash_marks(marks.path()));
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    Account::settle(&log, &errands);
}
