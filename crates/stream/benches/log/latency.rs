//! How long a record takes from its producer through a stage to a consumer of what is committed.
//!
//! A record's time counts from when it was due to be sent: a producer that falls behind hides nothing.

use std::time::{Duration, Instant};

use rdkafka::Message;
use rdkafka::consumer::BaseConsumer;
use rdkafka::message::Headers;
use rdkafka::producer::Producer;
use stream::Signal;
use stream::runner::Settings;

use crate::findings::{Asked, Findings, quantile};
use crate::lab::{Lab, PATIENCE, next, read_all, send};
use crate::stage::{Copier, Route};
use crate::text::{Pool, key};

/// The header with the time at which a record was due, in microseconds since the beginning.
const DUE: &str = "due";
/// Records that are due are sent as often.
const TICK: Duration = Duration::from_millis(5);
/// What the producer waits for more, in milliseconds: it counts against the record.
const LINGER_MS: u32 = 20;
/// Records of the first seconds are not counted: connections are made, and the broker's code is compiled.
const WARM_UP: Duration = Duration::from_secs(2);
/// The time that a record may take.
const BOUND_MS: f64 = 500.0;

/// What is sent.
pub(crate) struct Offered {
    /// How it is called.
    pub(crate) name: &'static str,
    /// Through which topics.
    pub(crate) route: Route,
    /// Bytes of a value.
    pub(crate) bytes: usize,
    /// Records a second.
    pub(crate) rate: f64,
    /// How long, after the warm-up.
    pub(crate) time: Duration,
}

impl Offered {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of records")]
    fn records_in(&self, time: Duration) -> usize {
        (self.rate * time.as_secs_f64()) as usize
    }
}

/// Sends, and prints how long it took.
pub(crate) fn measure(lab: &Lab, offered: &Offered, findings: &mut Findings) {
    let Offered { name, route, rate, time, .. } = offered;
    let (unmeasured, records) = (offered.records_in(WARM_UP), offered.records_in(*time));
    println!("\nlatency, {name}: {records} records, {rate:.0} a second, in milliseconds");
    let stage = format!("{}-stage", route.input).leak();
    let route = *route;
    let driven = lab.run(stage, route, Settings::default(), move |_| Copier { out: route.out });
    driven.watch.wait_until(|seen| seen.ready_at.is_some());
    let consumer = consumer(lab, &lab.topic(route.out));
    let begun = Instant::now();
    let (mut times, mut late) = std::thread::scope(|scope| {
        let producing = scope.spawn(|| produce(lab, offered, unmeasured + records, begun));
        let times = consume(&consumer, unmeasured + records, begun);
        (times, producing.join().expect("the producer does not panic"))
    });
    let seen = driven.watch.wait_until(|_| true);
    println!(
        "  {} transactions, {:.0} records and {:.1} ms each",
        seen.commits,
        (unmeasured + records) as f64 / f64::from(seen.commits),
        seen.committing.as_secs_f64() * 1e3 / f64::from(seen.commits)
    );
    driven.stop();
    // They come in order, but for those of different partitions.
    times.drain(..unmeasured);
    late.drain(..unmeasured);
    let within = times.iter().filter(|time| **time <= BOUND_MS).count();
    let share = within as f64 / records as f64;
    let [p50, p99, p999, most] = [0.5, 0.99, 0.999, 1.0].map(|share| quantile(&mut times, share));
    println!(
        "  p50 {p50:.0}  p99 {p99:.0}  p99.9 {p999:.0}  most {most:.0}  within {BOUND_MS:.0}: {:.2} %",
        share * 100.0
    );
    println!("  sent late by: p99 {:.0}  most {:.0}", quantile(&mut late, 0.99), quantile(&mut late, 1.0));
    findings.add(format!("latency, {name}: share within {BOUND_MS:.0} ms"), Asked::AtLeast(0.99), share);
}

/// Sends each record when it is due; how late each was sent, in milliseconds.
fn produce(lab: &Lab, offered: &Offered, records: usize, begun: Instant) -> Vec<f64> {
    let (pool, producer, topic) =
        (Pool::new(offered.bytes), lab.lingering(LINGER_MS), lab.topic(offered.route.input));
    let lag = begun.elapsed();
    let mut late = Vec::with_capacity(records);
    for number in 0..records {
        let due = lag + Duration::from_secs_f64(number as f64 / offered.rate);
        while begun.elapsed() < due {
            // Nobody rings: this is a pause.
            Signal::default().wait(TICK.min(due - begun.elapsed().min(due)));
        }
        late.push((begun.elapsed() - due).as_secs_f64() * 1e3);
        let stamp = u64::try_from(due.as_micros()).expect("soon after the beginning").to_le_bytes();
        send(&producer, &topic, None, key(number).as_bytes(), pool.value(number), Some((DUE, &stamp)));
    }
    producer.flush(PATIENCE).expect("all records are taken");
    late
}

/// A reader of a topic from its beginning.
fn consumer(lab: &Lab, topic: &str) -> BaseConsumer {
    let consumer: BaseConsumer = lab
        .client()
        .set("group.id", "nobody")
        .set("enable.auto.commit", "false")
        .set("isolation.level", "read_committed")
        .create()
        .expect("a consumer");
    read_all(&consumer, topic);
    consumer
}

/// The times that records took until they were seen, in milliseconds.
fn consume(consumer: &BaseConsumer, records: usize, begun: Instant) -> Vec<f64> {
    let mut times = Vec::with_capacity(records);
    while times.len() < records {
        let message = next(consumer).expect("a record");
        let now = begun.elapsed();
        let due = message
            .headers()
            .expect("headers")
            .iter()
            .find(|header| header.key == DUE)
            .and_then(|header| header.value);
        let due = u64::from_le_bytes(due.expect("a time").try_into().expect("8 bytes"));
        times.push((now.as_secs_f64() - due as f64 / 1e6) * 1e3);
    }
    times
}
