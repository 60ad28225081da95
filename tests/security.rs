//! Kafka as users have it: TLS, passwords and certificates, against a real server; and secrets that are told to nobody.

use demo_site::Options;

use crate::support::installation::{configure, run};
use crate::support::outcome::Watch;
use crate::support::process::Home;
use crate::support::secure::{PASSWORD, Secure};
use crate::support::site::TestSite;

#[test]
fn services_and_commands_work_over_tls_with_passwords_and_certificates() {
    let secure = Secure::new();
    let kafka = secure.kafka();
    let home = Home::new();
    home.write("password", format!("{PASSWORD}\n"));
    let khabar =
        |arguments: &[&str]| home.khabar(arguments.iter().copied().chain(["--config", "khabar.toml"])).run();

    let site = TestSite::start(Options { slow_page_ms: 0, ..Options::default() });
    configure(&home, &site.feeds(), &secure.by_user("SCRAM-SHA-512"));
    khabar(&["topics", "create"]).expect_success();
    let mut services = run(&home);
    services.wait_until_ready();
    // What was published is seen through a door that asks for nothing.
    let mut watch = Watch::kafka(kafka.bootstrap(), "khabar.");
    watch.until_all(&site.expected());
    let stopped = services.stop().expect_success();
    let shown = khabar(&["config", "check", "--show"]).expect_success();
    for said in [&stopped.stdout, &stopped.stderr, &shown.stdout, &shown.stderr] {
        assert!(!said.contains(PASSWORD), "{said}");
    }

    for settings in [secure.by_user("PLAIN"), secure.by_certificate()] {
        configure(&home, &[], &settings);
        let articles = khabar(&["articles", "--limit", "1"]).expect_success();
        assert_eq!(articles.stdout.lines().count(), 1, "{articles:#?}");
    }
    let shown = khabar(&["config", "check", "--show"]).expect_success().stdout;
    assert!(shown.contains("(hidden)") && !shown.contains("changeit"), "{shown}");

    home.write("password", "guessed");
    configure(&home, &[], &secure.by_user("SCRAM-SHA-512"));
    let refused = khabar(&["articles"]).expect_failure();
    assert!(refused.contains("[kafka.client]") && !refused.contains("guessed"), "{refused}");
}
