//! The loop over a log that answers by a script.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt;
use jiff::Timestamp;

use super::{Runner, Settings, Setup, Stop};
use crate::backend::{Backend, Commit, Polled, Room, TakeEntry, Transaction};
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;
use crate::topics::{ARTICLES, Catalogue, CatalogueSettings};
use crate::{Context, Emit, NoJob, Record, Reject, Stage, State};

struct Echo;

impl Stage for Echo {
    type Job = NoJob;
    type Outcome = ();
    type State = State;

    fn record(&mut self, record: &Record, context: &mut Context<'_, NoJob>) -> Result<(), Reject> {
        context.emit(Emit::new(ARTICLES, record.key.to_vec(), "value"));
        Ok(())
    }
}

/// What the log was asked, and what it still has to answer.
#[derive(Default)]
struct Book {
    polls: VecDeque<Result<Polled, Fault>>,
    commits: VecDeque<Commit>,
    polled: usize,
    committed: usize,
    resets: usize,
    /// Asked to stop with the last answer to a commit.
    stop: Option<Stop>,
}

struct Script(Arc<Mutex<Book>>);

impl Backend for Script {
    fn partitions(&self, _: &str) -> Option<u32> {
        Some(1)
    }

    fn poll(&mut self, _: Room, _: &BTreeSet<u32>) -> Result<Polled, Fault> {
        let mut book = self.0.lock().unwrap();
        book.polled += 1;
        assert!(book.polled < 50, "nothing moves any more");
        book.polls.pop_front().unwrap_or_else(|| Err(away()))
    }

    fn restore(&mut self, _: u32, _: &mut TakeEntry<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self, _: &Transaction) -> Commit {
        let mut book = self.0.lock().unwrap();
        book.committed += 1;
        let commit = book.commits.pop_front().unwrap_or(Commit::Committed);
        if let Some(stop) = book.stop.as_ref().filter(|_| book.commits.is_empty()) {
            stop.stop();
        }
        commit
    }

    fn reset(&mut self) -> Result<(), Fault> {
        self.0.lock().unwrap().resets += 1;
        Ok(())
    }

    fn connected(&self) -> bool {
        true
    }

    fn close(&mut self) {}
}

fn away() -> Fault {
    Fault::new(FaultKind::Unavailable, "the log is away")
}

fn assigned() -> Polled {
    Polled { assigned: vec![0], ..Polled::default() }
}

fn record_of(partition: u32) -> Polled {
    let record = Record {
        topic: "in".into(),
        partition,
        offset: 0,
        at: Timestamp::UNIX_EPOCH,
        key: Bytes::from_static(b"k"),
        headers: Vec::new(),
        value: None,
    };
    Polled { records: vec![record], ..Polled::default() }
}

fn runner(book: &Arc<Mutex<Book>>) -> (tokio::runtime::Runtime, Runner<Echo>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let setup = Setup {
        name: "echo",
        input: "in".into(),
        make: Box::new(|_| Echo),
        worker: Arc::new(|_| async {}.boxed()),
        runtime: runtime.handle().clone(),
        signal: Signal::default(),
        catalogue: Catalogue::khabar(&CatalogueSettings::default()),
        backend: Box::new(Script(Arc::clone(book))),
        ready: Box::new(|_| {}),
    };
    let settings = Settings { retry_min_ms: 1, retry_max_ms: 3_600_000, ..Settings::default() };
    let runner = Runner::new(setup, settings).unwrap();
    (runtime, runner)
}

#[test]
fn faults_of_polls_do_not_put_off_a_commit() {
    let aborted = Commit::Aborted(Fault::new(FaultKind::Aborted, "not now"));
    let book = Arc::new(Mutex::new(Book {
        polls: [Ok(assigned()), Ok(record_of(0))].into(),
        commits: [aborted, Commit::Committed].into(),
        ..Book::default()
    }));
    let (_runtime, runner) = runner(&book);
    book.lock().unwrap().stop = Some(runner.stop_handle());
    runner.run().unwrap();
    assert_eq!(book.lock().unwrap().committed, 2);
}

#[test]
fn an_answer_of_the_log_ends_its_pauses() {
    let mut polls = VecDeque::from([Ok(assigned())]);
    polls.extend((0..5).map(|_| Err(away())));
    polls.push_back(Ok(Polled::default()));
    let book = Arc::new(Mutex::new(Book { polls, ..Book::default() }));
    let (_runtime, mut runner) = runner(&book);
    while !book.lock().unwrap().polls.is_empty() {
        runner.poll(false).unwrap();
    }
    assert_eq!(runner.backoff.failed().as_millis(), 1, "the first pause again");
}

#[test]
fn records_of_a_partition_that_was_not_restored_are_not_passed_over() {
    let polls = [Ok(assigned()), Ok(record_of(7))].into();
    let book = Arc::new(Mutex::new(Book { polls, ..Book::default() }));
    let (_runtime, mut runner) = runner(&book);
    while !book.lock().unwrap().polls.is_empty() {
        runner.poll(false).unwrap();
    }
    assert_eq!(book.lock().unwrap().resets, 1, "all is restored, and read again");
    assert!(runner.tasks.is_empty());
}
