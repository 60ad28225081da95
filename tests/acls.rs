//! On a Kafka that asks each user whether it may: every service and command with a user of its own, which is allowed
//! what `khabar topics acls` prints for it. That is enough, and all of it is used.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::Html;
use axum::routing::get;
use demo_site::Options;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};

use crate::bad_input::pages::{rss, story};
use crate::support::guarded::{Acl, Guarded, acls_in};
use crate::support::kafka::Kafka;
use crate::support::outcome::Watch;
use crate::support::process::{Finished, Home, Running};
use crate::support::site::{OddServer, TestSite};

const STAGES: [&str; 4] = ["poller", "fetcher", "splitter", "deduper"];
const COMMANDS: [&str; 5] = ["topics", "feeds", "articles", "replay", "dead-letters"];

/// A fetcher that may do all but be in its group, and one that may do all but write in transactions.
const LONER: &str = "loner";
const MUTE: &str = "mute";

#[test]
fn each_user_needs_the_acls_that_are_printed_and_no_others() {
    let roles = [&STAGES[..], &COMMANDS].concat();
    let guarded = Guarded::start(&[&roles[..], &[LONER, MUTE]].concat());
    let script = Home::new()
        .khabar(["topics", "acls", "--principal", "User:{role}"])
        .env("KHABAR_KAFKA__BOOTSTRAP_SERVERS", guarded.kafka().bootstrap())
        .run()
        .expect_success()
        .stdout;
    let printed = acls_in(&script);
    // Kafka's own tool takes what is printed; to take all of it so would take long.
    guarded.allow(printed.iter().filter(|acl| acl.user != "feeds"));
    let (function, parts) = script.split_once("\n\n").expect("a function, and its calls");
    let of_feeds =
        parts.split("\n\n").find(|part| part.contains("User:feeds ")).expect("a part for each user");
    guarded.run(&format!("{function}\n{of_feeds}"));

    // A paper whose only page has moved to another host.
    let new_home =
        OddServer::start(|_| Router::new().route("/page", get(|| async { Html(story("Moved", 1)) })));
    let moved = new_home.url("/page");
    let old_home = OddServer::start(|base| {
        let link = format!("{base}/page");
        let page = || async move { (StatusCode::MOVED_PERMANENTLY, [(LOCATION, moved)]) };
        Router::new().route("/feed", get(|| async move { rss([link]) })).route("/page", get(page))
    });
    let site = TestSite::start(Options { slow_page_ms: 0, ..Options::default() });
    let expected = site.expected();

    let command = |role: &str, arguments: &[&str]| command(&guarded, role, arguments);
    command("topics", &["topics", "create"]).expect_success();
    command("feeds", &["feeds", "add", &old_home.url("/feed")]).expect_success();
    spoil(guarded.kafka(), &["khabar.feeds", "khabar.entries", "khabar.pages", "khabar.stories"]);

    let homes = STAGES.map(|stage| (stage, guarded.home_of(stage, &site.feeds())));
    let start = || {
        let mut services: Vec<Running> = homes.iter().map(|(stage, home)| only(home, stage)).collect();
        for service in &mut services {
            service.wait_until_ready();
        }
        services
    };
    let stop = |services: Vec<Running>| {
        for service in services {
            service.stop().expect_success();
        }
    };
    let services = start();
    let mut watch = Watch::kafka(guarded.kafka().bootstrap(), "khabar.");
    watch.until_all(&expected);
    watch.until_copies_are_counted();
    watch.until_dead_letters(expected.dead_letters.len() + 4);
    let articles = command("articles", &["articles", "--format", "ndjson"]).expect_success();
    assert!(articles.stdout.contains("\"Moved\""), "{articles:#?}");
    let feeds = command("feeds", &["feeds", "list"]).expect_success();
    assert_eq!(feeds.stdout.lines().count(), site.feeds().len() + 1, "{feeds:#?}");
    let again = command("dead-letters", &["dead-letters", "retry", "--all"]).expect_success();
    assert!(again.stdout.contains(" sent again, 1 left here"), "{again:#?}");
    for arguments in [&["pages", "--dry-run"][..], &["pages"], &["stories"]] {
        command("replay", &[&["replay", "--from"], arguments].concat()).expect_success();
    }
    stop(services);
    // With state to restore.
    stop(start());

    let (allowed, refused) = guarded.decisions();
    assert_eq!(refused, Vec::<String>::new());
    let idle: Vec<_> = printed.difference(&allowed).collect();
    assert!(idle.is_empty(), "printed, and not needed: {idle:#?}");
    assert_refusals(&guarded, &printed);
}

/// What is missing is named, and the program ends.
fn assert_refusals(guarded: &Guarded, printed: &BTreeSet<Acl>) {
    for (user, kind) in [(LONER, "GROUP"), (MUTE, "TRANSACTIONAL_ID")] {
        let others = printed.iter().filter(|acl| acl.user == "fetcher" && acl.kind != kind);
        let acls: Vec<Acl> = others.map(|acl| Acl { user: user.to_owned(), ..acl.clone() }).collect();
        guarded.allow(&acls);
    }
    let refused = command(guarded, "dead-letters", &["articles"]).expect_failure();
    assert!(refused.contains("no topic khabar.articles that this user may see"), "{refused}");
    for (user, named) in [
        ("poller", "no topic khabar.fetcher-state and can't make it"),
        (LONER, "the group khabar.fetcher: "),
        (MUTE, "the transactions of khabar.fetcher-"),
    ] {
        let refused = only(&guarded.home_of(user, &[]), "fetcher").finish().expect_failure();
        let way_out = "this user needs an ACL for it on the broker, see `khabar topics acls`";
        assert!(refused.contains(named) && refused.contains(way_out), "{refused}");
    }
}

/// A command as `user` gives it.
fn command(guarded: &Guarded, user: &str, arguments: &[&str]) -> Finished {
    let home = guarded.home_of(user, &[]);
    home.khabar(arguments.iter().copied().chain(["--config", "khabar.toml"])).run()
}

/// Puts what is none of khabar's into topics: whoever reads it writes a dead letter.
fn spoil(kafka: &Kafka, topics: &[&str]) {
    let producer: BaseProducer = kafka.client().create().expect("a producer");
    for topic in topics {
        // As far as a page that it can be chosen for a replay.
        let header = Header { key: model::FETCHED_AT_HEADER, value: Some("2026-01-01T00:00:00Z") };
        let record = BaseRecord::to(topic).key("spoilt").payload("spoilt");
        let record = record.headers(OwnedHeaders::new().insert(header));
        producer.send(record).expect("room for a record");
    }
    producer.flush(Duration::from_secs(30)).expect("the records are written");
}

fn only(home: &Home, stage: &str) -> Running {
    home.khabar(["run", "--config", "khabar.toml", "--only", stage]).start()
}
