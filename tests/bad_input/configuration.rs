//! Settings that are wrong: in the file, in the environment, on the command line.

use crate::support::process::Home;

/// What is said of each file of settings.
#[test]
fn a_file_is_refused_with_its_line() {
    let files = [
        ("an unknown setting", "[poller]\n\npoll_intervall_seconds = 5\n"),
        ("an unknown table", "[poler]\npoll_interval_seconds = 5\n"),
        ("one like no other", "[http]\nlisten = \"127.0.0.1:0\"\ncolour = \"red\"\n"),
        ("a wrong type", "[poller]\npoll_interval_seconds = \"often\"\n"),
        ("a time before now", "[web]\n# comment\ntotal_timeout_ms = -1\n"),
        ("a number too large", "[store]\ncache_kib = 99999999999\n"),
        ("no TOML", "[poller\npoll_interval_seconds = 5\n"),
        ("twice the same", "[web]\nmax_redirects = 1\nmax_redirects = 2\n"),
        ("nothing would move", "[runner]\nbatch_records = 0\n"),
        ("pages larger than their topic", "[web]\nmax_body_bytes = 100_000_000\n"),
        ("a process that could not end in time", "[runner]\nstop_grace_ms = 60_000\n"),
        ("a feed that can't be polled", "[feeds]\nurls = [\"news.example/rss\"]\n"),
        ("a feed of another kind", "[feeds]\nurls = [\"ftp://news.example/rss\"]\n"),
        ("a list that is not there", "[feeds]\nfiles = [\"lost.opml\"]\n"),
    ];
    let home = Home::new();
    let said = files.map(|(what, settings)| {
        home.write("bad.toml", settings);
        let said = home.khabar(["config", "check", "--config", "bad.toml"]).run().expect_failure();
        format!("{what}:\n  {said}")
    });
    insta::assert_snapshot!(said.concat());
}

/// Variables and flags are named as they were given.
#[test]
fn variables_and_flags_are_refused_by_name() {
    let variables = [
        ("KHABAR_POLLER__POLL_INTERVAL_SECONDS", "often"),
        ("KHABAR_POLLER__POLL_INTERVALL_SECONDS", "5"),
        ("KHABAR_POLER__POLL_INTERVAL_SECONDS", "5"),
        ("KHABAR_WEB__ALLOW_PRIVATE_ADDRESSES", "perhaps"),
        ("KHABAR_STORE__DIR__NAME", "data"),
        ("KHABAR_LOG__FORMAT", "xml"),
    ];
    let home = Home::new();
    let said = variables
        .map(|(name, value)| home.khabar(["config", "check"]).env(name, value).run().expect_failure());
    insta::assert_snapshot!("variables", said.concat());

    let flags: [&[&str]; 5] = [
        &["config", "check", "--config", "nowhere/khabar.toml"],
        &["run", "--listen", "nowhere"],
        &["run", "--listen", "192.0.2.1:7070"],
        &["run", "--only", "fetcher"],
        &["topics", "create"],
    ];
    let said = flags.map(|flags| {
        let failed = home.khabar(flags.iter().copied()).env("KHABAR_LOG__FILTER", "error").run();
        failed.expect_failure()
    });
    insta::assert_snapshot!("flags", said.concat());
}
