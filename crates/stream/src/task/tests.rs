//! The promises that a task keeps by itself, in simulated time.

mod keep;

use std::cell::Cell;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::testing::Harness;
use crate::{Context, Emit, Fault, Keep, Record, Reject, Stage, State, foreign_state};

/// Does what the record's value says.
#[derive(Default)]
struct Puppet {
    known: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Errand {
    key: String,
    attempt: u32,
}

thread_local! {
    static CRASHES: Cell<u32> = const { Cell::new(0) };
}

impl Stage for Puppet {
    type Job = Errand;
    type Outcome = &'static str;
    type State = State;

    fn check(&self, state: &State) -> Result<(), Fault> {
        let foreign = state.iter().find(|(_, value)| *value == b"foreign");
        foreign.map_or(Ok(()), |(key, _)| Err(foreign_state(key, "it is foreign")))
    }

    fn reset(&mut self, state: &State) {
        self.known = state.len();
    }

    fn record(&mut self, record: &Record, context: &mut Context<'_, Errand>) -> Result<(), Reject> {
        let value = String::from_utf8_lossy(record.value.as_deref().unwrap_or_default()).into_owned();
        context.put(record.key.to_vec(), value.clone());
        self.known += 1;
        match value.as_str() {
            "reject" => return Err(Reject::new("bad", "it is bad")),
            "panic" => {
                CRASHES.set(CRASHES.get() + 1);
                panic!("it always panics")
            }
            "big" => context.emit(Emit::new("out", "big", vec![0; 2000])),
            "job" => {
                let key = String::from_utf8_lossy(&record.key).into_owned();
                context.start(record.key.to_vec(), "order", Errand { key, attempt: 1 });
            }
            "two jobs" => {
                for key in ["x", "y"] {
                    context.start(key, key, Errand { key: key.into(), attempt: 1 });
                }
            }
            "second thoughts" => {
                context.start("x", "order", Errand { key: "x".into(), attempt: 1 });
                context.cancel_job("x");
            }
            "third thoughts" => {
                context.cancel_job("x");
                context.start("x", "order", Errand { key: "x".into(), attempt: 1 });
            }
            "full" => context.put("e", vec![0; (1 << 20) - 3]),
            "overfull" => context.put("e", vec![0; (1 << 20) - 2]),
            "long timer" => context.wake_at(vec![b'x'; 1 << 20], Timestamp::UNIX_EPOCH),
            "cancel" => context.cancel_job(record.key.to_vec()),
            "sleep" => {
                let at = context.now().checked_add(SignedDuration::from_secs(60)).unwrap();
                context.wake_at(record.key.to_vec(), at);
            }
            _ => context.emit(Emit::new("out", record.key.to_vec(), value.into_bytes())),
        }
        Ok(())
    }

    fn job_done(
        &mut self,
        job: &Errand,
        outcome: &'static str,
        context: &mut Context<'_, Errand>,
    ) -> Result<(), Reject> {
        match outcome {
            "again" => {
                let at = context.now().checked_add(SignedDuration::from_secs(10)).unwrap();
                context.start_at(
                    job.key.clone(),
                    "order",
                    Errand { attempt: job.attempt + 1, ..job.clone() },
                    at,
                );
            }
            "big" => context.emit(Emit::new("out", "big", vec![0; 2000])),
            "gone" => return Err(Reject::new("gone", "it is gone")),
            _ => context.emit(Emit::new("out", job.key.clone(), outcome)),
        }
        Ok(())
    }

    fn woken(&mut self, timer: &[u8], context: &mut Context<'_, Errand>) -> Result<(), Reject> {
        if timer == b"insomniac" && context.state.get(b"calm").is_none() {
            return Err(Reject::new("bad", "it can't wake"));
        }
        context.emit(Emit::new("out", timer.to_vec(), context.now().to_string()));
        Ok(())
    }

    fn wake_again(&self, timer: &[u8]) -> Option<SignedDuration> {
        (timer == b"insomniac").then_some(SignedDuration::from_hours(1))
    }
}

fn harness() -> Harness<Puppet> {
    Harness::new("puppet", "in", Puppet::default, "2026-01-01T00:00:00Z").with_topic("out", 3, 1024)
}

#[test]
fn a_rejected_record_leaves_a_letter_and_nothing_else() {
    let mut harness = harness();
    harness.record("k", Some(b"reject"));
    assert_eq!(harness.dead_letters(), [("bad".to_owned(), "it is bad".to_owned())]);
    assert!(harness.task().state().is_empty());
    harness.record("k", Some(b"fine"));
    assert_eq!(harness.emitted("out").len(), 1);
}

#[test]
fn a_record_that_crashes_three_times_is_put_aside() {
    let mut harness = harness();
    CRASHES.set(0);
    harness.record("k", Some(b"panic"));
    assert_eq!(CRASHES.get(), 3);
    let letters = harness.dead_letters();
    assert_eq!(letters[0].0, "crashed");
    assert!(letters[0].1.contains("it always panics"), "{letters:?}");
    assert!(harness.task().state().is_empty());
}

#[test]
fn a_record_too_large_for_its_topic_is_put_aside_whole() {
    let mut harness = harness();
    harness.record("k", Some(b"big"));
    assert_eq!(harness.dead_letters()[0].0, "too_large");
    assert!(harness.emitted("out").is_empty());
    assert_eq!(harness.emitted("dead-letters")[0].value.as_ref().unwrap().len(), 2000);
}

#[test]
fn a_job_survives_a_restart_until_its_outcome_counts() {
    let mut harness = harness();
    harness.record("k", Some(b"job"));
    assert_eq!(harness.take_jobs().len(), 1);
    harness.restart();
    let jobs = harness.take_jobs();
    assert_eq!(jobs.len(), 1);
    harness.finish(&jobs[0].0, "done");
    assert_eq!(harness.emitted("out").len(), 1);
    harness.restart();
    assert_eq!(harness.task().pending_jobs(), 0);
}

#[test]
fn a_later_try_waits_and_keeps_its_place() {
    let mut harness = harness();
    harness.record("a", Some(b"job"));
    harness.record("b", Some(b"job"));
    let first = harness.take_jobs();
    assert_eq!(first.len(), 1, "one order, one at a time");
    harness.finish(&first[0].0, "again");
    assert!(harness.take_jobs().is_empty(), "b waits behind a");
    harness.advance(SignedDuration::from_secs(10));
    let second = harness.take_jobs();
    assert_eq!((second.len(), second[0].1.key.as_str(), second[0].1.attempt), (1, "a", 2));
    harness.finish(&second[0].0, "done");
    assert_eq!(harness.take_jobs()[0].1.key, "b");
}

#[test]
fn an_outcome_counts_once() {
    let mut harness = harness();
    harness.record("k", Some(b"job"));
    let jobs = harness.take_jobs();
    harness.finish(&jobs[0].0, "done");
    harness.finish(&jobs[0].0, "done");
    assert_eq!(harness.emitted("out").len(), 1);
}

#[test]
fn a_job_replaced_while_it_runs_is_waited_for() {
    let mut harness = harness();
    harness.record("k", Some(b"job"));
    let old = harness.take_jobs().remove(0).0;
    harness.record("k", Some(b"job"));
    assert!(harness.take_jobs().is_empty(), "one order, one at a time");
    harness.finish(&old, "done");
    assert!(harness.emitted("out").is_empty(), "the old outcome does not count");
    let new = harness.take_jobs().remove(0).0;
    harness.record("k", Some(b"cancel"));
    harness.record("other", Some(b"job"));
    assert!(harness.take_jobs().is_empty());
    harness.crash(&new, "boom");
    assert_eq!(harness.take_jobs()[0].1.key, "other");
}

#[test]
fn a_new_job_under_a_key_has_not_crashed_yet() {
    let mut harness = harness();
    for _ in 0..2 {
        harness.record("k", Some(b"job"));
        for _ in 0..2 {
            let job = harness.take_jobs().remove(0).0;
            harness.crash(&job, "boom");
        }
        assert!(harness.dead_letters().is_empty());
        assert_eq!(harness.task().pending_jobs(), 1);
    }
    harness.record("k", Some(b"cancel"));
    harness.record("k", Some(b"job"));
    for _ in 0..2 {
        let job = harness.take_jobs().remove(0).0;
        harness.crash(&job, "boom");
    }
    assert!(harness.dead_letters().is_empty());
}

#[test]
fn a_rejected_or_crashing_job_becomes_a_letter_with_its_origin() {
    let mut harness = harness();
    harness.record("k", Some(b"job"));
    let job = harness.take_jobs().remove(0).0;
    harness.finish(&job, "gone");
    assert_eq!(harness.emitted("dead-letters")[0].key, b"in/0/0");
    assert_eq!(harness.task().pending_jobs(), 0);

    harness.record("k", Some(b"job"));
    for _ in 0..3 {
        let job = harness.take_jobs().remove(0).0;
        harness.crash(&job, "boom");
    }
    assert_eq!(harness.dead_letters()[1].0, "crashed");
    assert!(harness.take_jobs().is_empty());
}

#[test]
fn a_timer_survives_a_restart_and_rings_once() {
    let mut harness = harness();
    harness.record("k", Some(b"sleep"));
    harness.advance(SignedDuration::from_secs(30));
    harness.restart();
    assert!(harness.emitted("out").is_empty());
    harness.advance(SignedDuration::from_hours(24));
    harness.restart();
    harness.advance(SignedDuration::from_hours(24));
    let rung = harness.emitted("out");
    assert_eq!(rung.len(), 1);
    let at: Timestamp = std::str::from_utf8(rung[0].value.as_deref().unwrap()).unwrap().parse().unwrap();
    assert_eq!(at.to_string(), "2026-01-01T00:01:00Z");
}

#[test]
fn a_wake_up_put_aside_comes_again_where_the_stage_hangs_on_it() {
    let mut harness = harness();
    harness.record("insomniac", Some(b"sleep"));
    harness.advance(SignedDuration::from_mins(61));
    harness.advance(SignedDuration::from_mins(1));
    assert_eq!(harness.dead_letters().len(), 2);
    harness.record("calm", Some(b"calm"));
    harness.restart();
    harness.advance(SignedDuration::from_hours(24));
    assert_eq!(harness.dead_letters().len(), 2);
    assert_eq!(harness.emitted("out").last().unwrap().key, b"insomniac");
}

#[test]
fn state_of_another_version_stops_the_stage_and_no_record() {
    let mut harness = harness();
    harness.plant(b"k", b"foreign");
    let fault = harness.try_restart().unwrap_err();
    assert_eq!(fault.remedy(), crate::Remedy::Stop);
    assert_eq!(
        fault.to_string(),
        "the state entry `k` can't be read: it is foreign. Another version of khabar wrote it: run that \
         version, or start over with fresh state"
    );
    assert!(harness.dead_letters().is_empty());
}

#[test]
fn each_job_of_a_record_has_a_letter_of_its_own() {
    for (outcome, keys) in [("gone", ["in/0/0/x", "in/0/0/y"]), ("big", ["in/0/0/x/0", "in/0/0/y/0"])] {
        let mut harness = harness();
        harness.record("k", Some(b"two jobs"));
        for (job, _) in harness.take_jobs() {
            harness.finish(&job, outcome);
        }
        let letters = harness.emitted("dead-letters").into_iter();
        assert_eq!(letters.map(|letter| letter.key.as_slice()).collect::<Vec<_>>(), keys.map(str::as_bytes));
    }
}

#[test]
fn the_last_word_on_a_job_counts() {
    let mut harness = harness();
    harness.record("k", Some(b"second thoughts"));
    assert!(harness.take_jobs().is_empty());
    harness.record("k", Some(b"third thoughts"));
    harness.restart();
    assert_eq!(harness.take_jobs().len(), 1);
}

#[test]
fn state_and_timers_are_as_large_as_the_log_takes_and_no_larger() {
    let mut harness = harness();
    harness.record("k", Some(b"full"));
    assert!(harness.dead_letters().is_empty());
    for (nth, value) in [&b"overfull"[..], b"long timer"].into_iter().enumerate() {
        harness.record("k", Some(value));
        assert_eq!(harness.dead_letters()[nth].0, "state_too_large");
    }
}
