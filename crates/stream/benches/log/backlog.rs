//! A million records wait for a stage that is slow: how much memory it takes, and whether it keeps its partitions for
//! longer than a silent member would.

use std::time::{Duration, Instant};

use stream::runner::Settings;

use crate::findings::{Asked, Findings};
use crate::lab::{Lab, PREFETCH_MIB};
use crate::memory;
use crate::stage::{Route, STATE_BYTES, Slow};
use crate::text::Pool;

const ROUTE: Route = Route { input: "backlog-in", out: "backlog-out" };
/// Twice the session timeout of the defaults, and more.
const TIME: Duration = Duration::from_secs(25);
/// What two clients of librdkafka take by themselves, in MiB.
const CLIENTS_MIB: f64 = 16.0;
/// What a record costs a stage that is slow.
const PAUSE: Duration = Duration::from_millis(2);

/// Fills the topic, runs the stage for a while, and prints the most memory beyond what there was before.
pub(crate) fn measure(lab: &Lab, records: usize, findings: &mut Findings) {
    println!("\nbacklog: {records} records of {STATE_BYTES} bytes before a stage that takes 2 ms for each");
    lab.make_topics("none", &[ROUTE.input, ROUTE.out]);
    lab.fill(ROUTE.input, &Pool::new(STATE_BYTES), records);
    memory::forget_peak();
    let before = memory::peak_mib();
    let settings = Settings::default();
    let batch_mib = settings.batch_bytes as f64 / f64::from(1 << 20);
    let driven = lab.run("backlog", ROUTE, settings, |_| Slow { pause: PAUSE });
    let seen = driven.watch.wait_until(|seen| seen.begun_at.is_some_and(|begun| begun.elapsed() >= TIME));
    let stopping = Instant::now();
    driven.stop();
    let more = memory::peak_mib() - before;
    println!(
        "  {} records in {:.0} s, assigned {} times, {more:.0} MiB more at most; stopped within {:.1} s",
        seen.committed(),
        TIME.as_secs_f64(),
        seen.assignments,
        stopping.elapsed().as_secs_f64(),
    );
    findings.add("backlog: assignments of partitions", Asked::AtMost(1.0), f64::from(seen.assignments));
    // Records that wait are small: what librdkafka and we keep of each weighs as much again.
    let bound = CLIENTS_MIB + 2.0 * (PREFETCH_MIB + batch_mib);
    findings.add("backlog: memory / clients, twice prefetch and batch", Asked::AtMost(1.0), more / bound);
}
