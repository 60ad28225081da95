//! A broker that is not there.

use crate::support::process::{Home, Khabar};

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
