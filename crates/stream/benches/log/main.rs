//! The runner against its peers: the same work, the same machine, the same run, on a real Apache Kafka that it starts
//! itself and on the embedded store. What is asked of it are ratios; so a slow machine is no excuse and a fast one no
//! merit.
//!
//! ```console
//! cargo bench -p stream                                  # all of it, about ten minutes
//! cargo bench -p stream -- throughput embedded           # some of it
//! cargo bench -p stream -- --quick                       # with less work: figures waver more
//! KHABAR_TEST_KAFKA=host:port cargo bench -p stream      # on a server that runs already
//! ```
//!
//! - [`throughput`]: consume, a stage with state, produce, commit, against plain librdkafka clients.
//! - [`latency`]: from a producer through the stage to a `read_committed` consumer, at half of that throughput (so
//!   it measures that first) and at little load.
//! - [`restore`]: a stage's state, against a plain consumer of the same topic.
//! - [`backlog`]: the memory of a slow stage with a million records before it.
//! - [`embedded`]: the same stage over the embedded store, against rusqlite alone.
//!
//! Values are words of a made-up language in which few words come often ([`text`]): they compress as news does.
//! Runner and peer run in turn, and their medians are compared.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "it measures: what goes wrong ends it, and counts are far below what a float holds"
)]

mod backlog;
mod drive;
mod embedded;
mod findings;
#[allow(dead_code, reason = "tests use the rest of it")]
#[path = "../../../../tests/support/kafka.rs"]
mod kafka;
mod lab;
mod latency;
mod memory;
mod restore;
mod stage;
mod text;
mod throughput;
mod watched;

use std::time::Duration;

use findings::Findings;
use kafka::Kafka;
use lab::Lab;
use latency::Offered;
use stage::Route;
use throughput::Load;

const MODES: [&str; 5] = ["throughput", "latency", "restore", "backlog", "embedded"];
/// Records a second that are little load.
const LITTLE: f64 = 10.0;

fn main() {
    // Cargo says `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let known = |argument: &String| argument == "--quick" || MODES.contains(&argument.as_str());
    if let Some(unknown) = arguments.iter().find(|argument| !known(argument)) {
        println!("{unknown} is not known: give --quick, or some of {}", MODES.join(", "));
        std::process::exit(2);
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let all = arguments.iter().all(|argument| argument == "--quick");
    let asked = |mode: &str| all || arguments.iter().any(|argument| argument == mode);
    let size = |full: usize, quickly: usize| if quick { quickly } else { full };
    let runs = size(5, 3);

    let mut findings = Findings::default();
    if asked("embedded") {
        embedded::measure(size(50_000, 10_000), runs, &mut findings);
    }
    if ["throughput", "latency", "restore", "backlog"].into_iter().any(asked) {
        let lab = Lab::new(Kafka::shared());
        if asked("restore") {
            restore::measure(&lab, size(1_000_000, 100_000), 3, &mut findings);
        }
        if asked("backlog") {
            backlog::measure(&lab, size(1_000_000, 200_000), &mut findings);
        }
        if asked("throughput") || asked("latency") {
            let time = if quick { Duration::from_secs(5) } else { Duration::from_secs(20) };
            pass_through(&lab, quick, runs, asked("latency").then_some(time), &mut findings);
        }
    }
    findings.print();
}

/// Throughput, and latency for as long each.
fn pass_through(lab: &Lab, quick: bool, runs: usize, time: Option<Duration>, findings: &mut Findings) {
    let parts = if quick { 4 } else { 1 };
    let small = Load { name: "2 KB", bytes: 2048, records: 40_000 / parts, input: "in-2k" };
    let large = Load { name: "50 KB", bytes: 50 * 1024, records: 4_000 / parts, input: "in-50k" };
    let small_rate = throughput::measure(lab, small, runs, findings);
    let large_rate = throughput::measure(lab, large, runs, findings);
    let Some(time) = time else { return };
    let route = |input, out| Route { input, out };
    let loads = [
        ("2 KB, half load", 2048, small_rate / 2.0, route("half-2k-in", "half-2k-out")),
        ("50 KB, half load", 50 * 1024, large_rate / 2.0, route("half-50k-in", "half-50k-out")),
        ("2 KB, little load", 2048, LITTLE, route("little-in", "little-out")),
    ];
    for (name, bytes, rate, route) in loads {
        latency::measure(lab, &Offered { name, route, bytes, rate, time }, findings);
    }
}
