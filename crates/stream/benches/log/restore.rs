//! How long a stage's state takes to be restored, against a plain consumer reading the same topic to its end.

use std::time::{Duration, Instant};

use rdkafka::consumer::BaseConsumer;
use rdkafka::error::KafkaError;
use stream::runner::Settings;
use stream::topics::state_of;

use crate::findings::{Asked, Findings, list, median};
use crate::lab::{Lab, PARTITIONS, next, read_all};
use crate::memory;
use crate::stage::{Rememberer, Route};
use crate::text::Pool;

const STAGE: &str = "rememberer";
const ROUTE: Route = Route { input: "restore-in", out: "restore-out" };
/// Entries of state that each input record brings.
const ENTRIES: usize = 250;

/// Fills the state, and reads it both ways in turn.
pub(crate) fn measure(lab: &Lab, keys: usize, runs: usize, findings: &mut Findings) {
    let records = keys / ENTRIES;
    println!("\nrestore: {keys} keys of 200 bytes in {PARTITIONS} partitions, {runs} runs of each, seconds");
    lab.make_topics(STAGE, &[ROUTE.input, ROUTE.out]);
    lab.fill(ROUTE.input, &Pool::new(2048), records);
    // The stage itself writes its state: it is in the runner's form.
    let filling = run(lab);
    filling.watch.wait_until(|seen| seen.committed() >= records as u64);
    filling.stop();
    let (mut ours, mut theirs, mut warm, mut peaks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        lab.forget_copies(STAGE);
        // Between the two: the disk is busy with what was removed for a moment.
        theirs.push(plain(lab, keys).as_secs_f64());
        memory::forget_peak();
        ours.push(restored(lab).as_secs_f64());
        peaks.push(memory::peak_mib());
        warm.push(restored(lab).as_secs_f64());
    }
    let ratio = median(&ours) / median(&theirs);
    println!("  runner {}  median {:.2}", list(&ours, 2), median(&ours));
    println!("  runner {}  median {:.2}, from its copies on disk", list(&warm, 2), median(&warm));
    println!("  plain  {}  median {:.2}", list(&theirs, 2), median(&theirs));
    println!("  ratio  {ratio:.3}; this process with the state: {} MiB at most", list(&peaks, 0));
    findings.add("restore: runner / plain consumer", Asked::AtMost(1.5), ratio);
}

/// How long the stage takes from its assignment until it is ready. Without copies on disk it makes them meanwhile.
fn restored(lab: &Lab) -> Duration {
    let driven = run(lab);
    let seen = driven.watch.wait_until(|seen| seen.ready_at.is_some());
    driven.stop();
    let (Some(begun), Some(ready)) = (seen.assigned_at, seen.ready_at) else { panic!("not restored") };
    ready - begun
}

fn run(lab: &Lab) -> crate::drive::Driven {
    // Many entries for each record: fewer records a transaction.
    let settings = Settings { batch_records: 20, ..Settings::default() };
    lab.run(STAGE, ROUTE, settings, |_| Rememberer { entries: ENTRIES })
}

/// Reads the state topic to its end, from the making of the consumer on.
fn plain(lab: &Lab, keys: usize) -> Duration {
    let begun = Instant::now();
    let topic = lab.topic(&state_of(STAGE));
    let consumer: BaseConsumer = lab
        .client()
        .set("group.id", "nobody")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        // The end is told by an answer without records: at once, after half a second by default.
        .set("fetch.wait.max.ms", "10")
        // With enough fetched ahead, look again soon: after a second by default.
        .set("fetch.queue.backoff.ms", "10")
        .set("isolation.level", "read_committed")
        .create()
        .expect("a consumer");
    read_all(&consumer, &topic);
    let (mut read, mut ends) = (0, 0);
    while ends < PARTITIONS {
        match next(&consumer) {
            Ok(_) => read += 1,
            Err(KafkaError::PartitionEOF(_)) => ends += 1,
            Err(error) => panic!("{error}"),
        }
    }
    let time = begun.elapsed();
    assert_eq!(read, keys, "entries of {topic}");
    time
}
