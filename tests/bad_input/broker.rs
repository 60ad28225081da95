//! A broker that is not there, or goes away and comes back.

use demo_site::Options;

use crate::support::http::get;
use crate::support::installation::{configure, on_kafka, run};
use crate::support::kafka::Kafka;
use crate::support::outcome::{Outcome, Watch};
use crate::support::process::{Home, Khabar};
use crate::support::site::TestSite;

/// Services wait for it, alive, and go on without loss or doubles.
#[test]
fn services_wait_for_it() {
    let site = TestSite::start(Options { slow_page_ms: 0, ..Options::default() });
    let home = Home::new();
    let kafka = Kafka::start();
    let (settings, prefix) = on_kafka(&kafka);
    configure(&home, &site.feeds(), &settings);

    kafka.kill();
    let mut services = run(&home);
    let waiting = services.wait_for_log("trying again in");
    assert!(waiting.contains(kafka.bootstrap()), "{waiting}");
    kafka.restart();
    let address = services.wait_until_ready();
    Watch::kafka(kafka.bootstrap(), &prefix).until_all(&site.expected());

    kafka.kill();
    site.advance();
    services.wait_for_log("no broker of");
    assert_eq!(get(address, "/healthz").0, 200);
    kafka.restart();
    Watch::kafka(kafka.bootstrap(), &prefix).until_all(&site.expected());
    services.stop().expect_success();
    Outcome::seen_by_others(&kafka, &prefix).assert_is(&site.expected());
}

/// Asked to stop while they wait, they stop.
#[test]
fn services_that_wait_for_it_stop_when_asked() {
    let home = Home::new();
    let mut services = nobody_there(home.khabar(["run"])).start();
    services.wait_for_log("trying again in");
    let stopped = services.stop().expect_success();
    assert!(stopped.stderr.contains("before anything was begun"), "{stopped:#?}");
}

/// Commands say that it is not there.
#[test]
fn commands_name_it() {
    let home = Home::new();
    let commands: [&[&str]; 4] = [
        &["topics", "create"],
        &["articles"],
        &["feeds", "list"],
        &["feeds", "add", "https://news.example/rss"],
    ];
    let said = commands.map(|command| {
        let said = nobody_there(home.khabar(command.iter().copied())).run().expect_failure();
        // Beside what librdkafka has to say, as often as it tried.
        said.lines()
            .filter(|line| line.starts_with("khabar: "))
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    });
    insta::assert_snapshot!(said.concat());
}

/// A port that no broker listens on, and little patience.
fn nobody_there(khabar: Khabar) -> Khabar {
    khabar
        .env("KHABAR_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
        .env("KHABAR_KAFKA__CONNECT_TIMEOUT_MS", "500")
}
