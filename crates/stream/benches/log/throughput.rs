//! How many records a second pass through a stage, against plain librdkafka clients doing the same without transactions.

use std::time::{Duration, Instant};

use rdkafka::Message;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::Producer;
use stream::runner::Settings;
use stream::{TRACEPARENT, topics::state_of};

use crate::findings::{Asked, Findings, list, median, rate};
use crate::lab::{Lab, PATIENCE, next, send};
use crate::stage::{Copier, Route, remembered};
use crate::text::Pool;

/// What passes through.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    /// How it is called.
    pub(crate) name: &'static str,
    /// Bytes of a value.
    pub(crate) bytes: usize,
    /// Records of a run.
    pub(crate) records: usize,
    /// Where they are.
    pub(crate) input: &'static str,
}

const OUT: &str = "out";

/// What is asked of the runner, as a share of what plain clients reach.
const ASKED: f64 = 0.6;

/// Pairs that are not counted: the broker still compiles its code.
const WARM_UP: usize = 3;

/// As long as the header that the runner adds to each record.
const TRACE: &[u8] = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Runs both in turn; the records a second that are asked of the runner.
pub(crate) fn measure(lab: &Lab, load: Load, runs: usize, findings: &mut Findings) -> f64 {
    let Load { name, bytes, records, input } = load;
    println!("\nthroughput, {name}: {records} records, {runs} runs of each, records a second");
    lab.make_topics("none", &[input, OUT]);
    lab.fill(input, &Pool::new(bytes), records);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 0..WARM_UP + runs {
        let (our, their) = (runner(lab, load, run), plain(lab, load, run));
        if run >= WARM_UP {
            ours.push(rate(records, our));
            theirs.push(rate(records, their));
        }
    }
    let ratio = median(&ours) / median(&theirs);
    println!("  runner {}  median {:.0}", list(&ours, 0), median(&ours));
    println!("  plain  {}  median {:.0}", list(&theirs, 0), median(&theirs));
    println!("  ratio  {ratio:.3}");
    findings.add(format!("throughput, {name}: runner / plain clients"), Asked::AtLeast(ASKED), ratio);
    ASKED * median(&theirs)
}

/// From the first record handed out until the last commit is visible.
fn runner(lab: &Lab, load: Load, run: usize) -> Duration {
    let name = format!("{}-runner-{run}", load.input).leak();
    let route = Route { input: load.input, out: OUT };
    let driven = lab.run(name, route, Settings::default(), |_| Copier { out: OUT });
    let seen = driven.watch.wait_until(|seen| seen.committed() >= load.records as u64);
    driven.stop();
    let (Some(begun), Some(ended)) = (seen.begun_at, seen.committed_at) else { panic!("nothing was seen") };
    let time = ended - begun;
    println!(
        "  runner, run {run}: {} transactions, {:.0} records and {:.1} ms each; of {:.2} s {:.0} % polling, {:.0} % committing",
        seen.commits,
        rate(load.records, Duration::from_secs(1)) / f64::from(seen.commits),
        seen.committing.as_secs_f64() * 1e3 / f64::from(seen.commits),
        time.as_secs_f64(),
        100.0 * seen.polling.as_secs_f64() / time.as_secs_f64(),
        100.0 * seen.committing.as_secs_f64() / time.as_secs_f64(),
    );
    time
}

/// The same with a group's consumer and an idempotent producer, on one thread, as they are used without transactions:
/// what was read is committed every second, and at the end when all records are written.
fn plain(lab: &Lab, load: Load, run: usize) -> Duration {
    let name = format!("{}-plain-{run}", load.input);
    lab.make_topics(&name, &[]);
    let (out, state) = (lab.topic(OUT), lab.topic(&state_of(&name)));
    let consumer: BaseConsumer = lab
        .client()
        .set("group.id", lab.topic(&name))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", "1000")
        // With enough fetched ahead, look again soon: after a second by default.
        .set("fetch.queue.backoff.ms", "10")
        .create()
        .expect("a consumer");
    consumer.subscribe(&[&lab.topic(load.input)]).expect("a subscription");
    let producer = lab.producer();
    let mut begun = None;
    for _ in 0..load.records {
        let message = next(&consumer).expect("a record");
        begun.get_or_insert_with(Instant::now);
        let (key, value) = (message.key().unwrap_or_default(), message.payload().unwrap_or_default());
        send(&producer, &state, Some(message.partition()), key, remembered(value), None);
        send(&producer, &out, None, key, value, Some((TRACEPARENT, TRACE)));
    }
    producer.flush(PATIENCE).expect("all records are taken");
    match consumer.commit_consumer_state(CommitMode::Sync) {
        // The last ones just were.
        Ok(()) | Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::NoOffset)) => {}
        Err(error) => panic!("the offsets are not taken: {error}"),
    }
    let time = begun.map(|begun| begun.elapsed()).expect("records");
    assert_eq!(lab.records(&state), load.records, "records of {state}");
    time
}
