//! Exactly once under fire: many processes on a real Apache Kafka, while processes die, freeze, come and go, brokers
//! restart and connections break. In the end each article, revision and duplicate of the site is there once.
//!
//! ```console
//! cargo test -p khabar --test chaos                                      # three minutes, one broker
//! cargo test -p khabar --test chaos -- --minutes 60 --brokers 3 --pause-seconds 20 --seed 7
//! ```
//!
//! What goes wrong follows from the seed, which is printed: the same seed brings the same faults at the same times,
//! though not at the same points of the work.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a failed expectation is a failed test, in what a test stands on too"
)]

mod proxy;
mod schedule;
mod storm;
#[allow(dead_code, reason = "the proofs use the rest of it")]
#[path = "../support/mod.rs"]
mod support;

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use clap::Parser;
use demo_site::Options;

use proxy::Proxy;
use schedule::Schedule;
use storm::Storm;
use support::installation::configure;
use support::kafka::Kafka;
use support::outcome::{Outcome, Watch};
use support::process::Home;
use support::site::TestSite;

#[derive(Debug, Parser)]
struct Args {
    /// How long faults go on; the last edition is finished in peace
    #[arg(long, default_value_t = 3.0)]
    minutes: f64,
    /// The longest pause between two faults; they are half as far apart on average
    #[arg(long, default_value_t = 5.0)]
    pause_seconds: f64,
    /// Servers in the cluster
    #[arg(long, default_value_t = 1, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=9))]
    brokers: usize,
    /// What the faults follow from: another seed brings others
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Fewer faults than this are a failure [default: 5 for each minute, and 20]
    #[arg(long)]
    least_faults: Option<usize>,
    /// Bring no faults: what the site alone gives
    #[arg(long)]
    calm: bool,
    /// Run only if `chaos` has this in its name, as with other tests
    filter: Option<String>,
    #[command(flatten)]
    runner: OfTheRunner,
}

/// What is meant for the runner of other tests, and changes nothing here.
#[derive(Debug, clap::Args)]
struct OfTheRunner {
    #[arg(long, hide = true)]
    nocapture: bool,
    #[arg(long, hide = true)]
    show_output: bool,
    #[arg(long, hide = true)]
    exact: bool,
    #[arg(long, short, hide = true)]
    quiet: bool,
    #[arg(long, hide = true)]
    test_threads: Option<usize>,
    #[arg(long, hide = true)]
    skip: Vec<String>,
}

/// Made up for each edition: with the pace of the fetchers, they take their time.
const STORIES_AN_EDITION: usize = 30;

/// More than have been seen to pass, so that the site does not run out of stories.
const EDITIONS_A_MINUTE: f64 = 28.0;

/// How long an edition may take under faults.
const PATIENCE: Duration = Duration::from_secs(300);

const PREFIX: &str = "khabar.";

fn main() {
    let args = Args::parse();
    let named = |name: &String| "chaos".contains(name.as_str());
    if args.filter.as_ref().is_some_and(|filter| !named(filter)) || args.runner.skip.iter().any(named) {
        return;
    }
    let seed = args.seed;
    println!(
        "--seed {seed} --minutes {} --brokers {} --pause-seconds {}",
        args.minutes, args.brokers, args.pause_seconds
    );

    let proxies = std::cell::RefCell::new(Vec::new());
    let brokers = Kafka::cluster(args.brokers, |port| {
        let proxy = Proxy::start(port);
        let led = proxy.port();
        proxies.borrow_mut().push(proxy);
        led
    });
    let proxies = proxies.into_inner();

    let length = Duration::from_secs_f64(args.minutes * 60.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let editions = (args.minutes * EDITIONS_A_MINUTE).ceil().max(2.0) as u32;
    let extra_stories = STORIES_AN_EDITION * editions as usize;
    let site = TestSite::start(Options {
        slow_page_ms: 300,
        extra_stories,
        extra_changes: true,
        feed_editions: 3,
        editions,
        ..Options::default()
    });
    let home = Home::new();
    let bootstrap: Vec<String> = proxies.iter().map(|proxy| format!("127.0.0.1:{}", proxy.port())).collect();
    configure(&home, &site.feeds(), &on_cluster(&bootstrap.join(","), args.brokers));
    home.khabar(["topics", "create", "--config", "khabar.toml"]).run().expect_success();

    let begun = Instant::now();
    let (ring, over) = channel::<()>();
    let mut storm = Storm::new(&home, &brokers, &proxies);
    let direct: Vec<&str> = brokers.iter().map(Kafka::bootstrap).collect();
    let (faults, raged) = std::thread::scope(|scope| {
        // Moved in: whatever ends this scope, the faults end with it.
        let ring = ring;
        let faults = scope.spawn(move || {
            storm.rage(
                Schedule::new(seed, Duration::from_secs_f64(args.pause_seconds)).take_while(|_| !args.calm),
                &over,
            );
            storm.calm();
            storm
        });
        let mut watch = Watch::kafka(&direct.join(","), PREFIX);
        let mut missing = None;
        while begun.elapsed() < length && missing.is_none() {
            missing = watch.missing_after(&site.expected(), PATIENCE);
            if missing.is_some() || !site.advance() {
                break;
            }
        }
        drop(ring);
        let raged = begun.elapsed();
        let mut storm = faults.join().expect("the faults were brought");
        let missing = missing.or_else(|| watch.missing_after(&site.expected(), PATIENCE));
        assert!(missing.is_none(), "{}{}", storm.words(), missing.unwrap_or_default());
        storm.end();
        (storm.faults, raged)
    });
    let count: usize = faults.values().sum();
    println!("{count} faults in {:.1} minutes: {faults:?}", raged.as_secs_f64() / 60.0);
    let outcome = Outcome::seen_by_others(&brokers[0], PREFIX);
    outcome.assert_is(&site.expected());

    let expected = site.expected();
    println!(
        "each once: {} articles, {} later revisions in order, {} duplicates, {} dead letters",
        expected.reports.len(),
        expected.later_revisions(),
        expected.duplicates(),
        expected.dead_letters.len()
    );
    assert!(raged >= length, "the site ran out of stories after {raged:?}");
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let least = args.least_faults.unwrap_or((args.minutes * 5.0).max(20.0) as usize);
    assert!(args.calm || count >= least, "{count} faults are too few");
}

/// Settings for a cluster behind `bootstrap`. A silent process loses its partitions after 6 s.
fn on_cluster(bootstrap: &str, brokers: usize) -> String {
    let copies = brokers.min(3);
    format!(
        "\
[kafka]
bootstrap_servers = {bootstrap:?}
prefix = {PREFIX:?}
replication_factor = {copies}
session_timeout_ms = 6000

[topics]
host_partitions = 4
page_partitions = 4
story_partitions = 4
article_partitions = 4
"
    )
}
