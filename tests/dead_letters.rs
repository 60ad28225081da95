//! `khabar dead-letters`: looked at, sent again and dropped beside running services, on both backends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use stream::backend::{Appender, Reader};
use stream::embedded::{self, Store};
use stream::kafka::{self, Cluster};
use stream::topics::{ARTICLES, Catalogue, CatalogueSettings, DEAD_LETTERS};
use stream::{FaultKind, Output};

use crate::bad_input::pages::{rss, story};
use crate::support::installation::{configure, on_kafka, run};
use crate::support::kafka::{Kafka, unique};
use crate::support::outcome::Watch;
use crate::support::process::{Finished, Home, PATIENCE};
use crate::support::site::OddServer;

/// A paper whose pages 1 to 3 are missing until they are found again.
fn paper(found: Arc<AtomicBool>) -> OddServer {
    OddServer::start(|base| {
        let links: Vec<String> = (1..=4).map(|page| format!("{base}/page/{page}")).collect();
        let page = move |Path(page): Path<usize>| async move {
            match page < 4 && !found.load(Ordering::SeqCst) {
                true => StatusCode::NOT_FOUND.into_response(),
                false => Html(story(&format!("Report {page}"), page)).into_response() as Response,
            }
        };
        Router::new().route("/feed", get(|| async move { rss(links) })).route("/page/{page}", get(page))
    })
}

#[test]
fn embedded_letters_are_settled_beside_the_services() {
    let home = Home::new();
    let watch = Watch::embedded(&home.path().join("data"));
    settled(&home, "", watch);
}

#[test]
fn letters_on_kafka_are_settled_beside_the_services() {
    let home = Home::new();
    let kafka = Kafka::shared();
    let (settings, prefix) = on_kafka(kafka);
    home.write("khabar.toml", &settings);
    home.khabar(["topics", "create", "--config", "khabar.toml"]).run().expect_success();
    settled(&home, &settings, Watch::kafka(kafka.bootstrap(), &prefix));
}

fn settled(home: &Home, settings: &str, mut watch: Watch) {
    let found = Arc::new(AtomicBool::new(false));
    let paper = paper(Arc::clone(&found));
    configure(home, &[paper.url("/feed")], settings);
    let mut services = run(home);
    services.wait_until_ready();
    watch.until_further(ARTICLES, 1);
    watch.until_dead_letters(3);

    let keys = keys(home, &[]);
    assert_eq!(keys.len(), 3);
    assert_eq!(keys, self::keys(home, &["--stage", "fetcher", "--reason", "http_404", "--topic", "entries"]));
    assert_eq!(self::keys(home, &["--reason", "http_500"]), Vec::<String>::new());
    assert_eq!(self::keys(home, &["--since", "2100-01-01T00:00:00Z"]), Vec::<String>::new());
    let newest = letters(home, ["list", "--limit", "1"]).expect_success();
    assert_eq!(newest.stdout.lines().count(), 1);
    assert!(newest.stderr.contains("2 older ones are not shown"), "{newest:#?}");

    let shown = letters(home, ["show", &keys[0]]).expect_success().stdout;
    for told in ["stage    fetcher", "reason   http_404", "retry    can be sent again", "/page/"] {
        assert!(shown.contains(told), "{told} in\n{shown}");
    }
    let entry = letters(home, ["show", &keys[0], "--value"]).expect_success().json_lines();
    assert!(entry[0]["link"].as_str().is_some_and(|link| link.contains("/page/")), "{entry:#?}");

    // What still fails comes back, under the name of the record that was sent; nothing is published twice.
    let again = letters(home, ["retry", &keys[0]]).expect_success();
    assert_eq!(again.stdout, "1 sent again\n");
    // The removal of the letter, and the new one.
    watch.until_dead_letters(5);
    let back = self::keys(home, &[]);
    assert!(back.len() == 3 && !back.contains(&keys[0]), "{back:?} of {keys:?}");

    let dropped = letters(home, ["drop", &keys[1]]).expect_success();
    assert_eq!(dropped.stdout, "1 dropped\n");
    found.store(true, Ordering::SeqCst);
    let all = letters(home, ["retry", "--reason", "http_404"]).expect_success();
    assert_eq!(all.stdout, "2 sent again\n");
    watch.until_further(ARTICLES, 2);
    let none = letters(home, ["list"]).expect_success();
    assert_eq!(none.stdout, "");
    assert!(none.stderr.contains("there are no such dead letters"), "{none:#?}");
    assert_eq!(letters(home, ["retry", "--all"]).expect_success().stdout, "0 sent again\n");

    let unknown = letters(home, ["retry", "entries/0/999"]).expect_failure();
    assert!(unknown.contains("there is no dead letter `entries/0/999`"), "{unknown}");
    let nothing = letters(home, ["drop"]);
    assert!(nothing.code == Some(2) && nothing.stderr.contains("--all"), "{nothing:#?}");
    services.stop().expect_success();
}

#[test]
fn who_settles_letters_on_kafka_sees_all_of_the_one_before_and_ends_it() {
    let kafka = Kafka::shared();
    let prefix = format!("{}.", unique("khabar"));
    let settings = kafka::Settings {
        bootstrap_servers: kafka.bootstrap().to_owned(),
        prefix: prefix.clone(),
        ..kafka::Settings::default()
    };
    let catalogue = Catalogue::khabar(&CatalogueSettings { article_partitions: 1, ..Default::default() });
    let cluster = Cluster::new(settings, catalogue).expect("good settings");
    cluster.create_topics().expect("topics");

    let (mut first, _) = cluster.take_over("dead-letters", DEAD_LETTERS).expect("no other one");
    // Of somebody who has died meanwhile: what is behind it can be read when the broker has given it up.
    let mut forgotten = kafka.client();
    forgotten.set("transactional.id", unique("forgotten")).set("transaction.timeout.ms", "1000");
    let forgotten: BaseProducer = forgotten.create().expect("a producer");
    forgotten.init_transactions(PATIENCE).expect("a producer");
    forgotten.begin_transaction().expect("a transaction");
    let topic = format!("{prefix}{DEAD_LETTERS}");
    forgotten.send(BaseRecord::to(&topic).key("k").payload("forgotten")).expect("room for a record");
    forgotten.flush(PATIENCE).expect("the record is written");
    first.append(vec![letter("by the first")]).expect("written");

    let (mut second, mut reader) = cluster.take_over("dead-letters", DEAD_LETTERS).expect("taken over");
    let mut seen = Vec::new();
    while !reader.at_end().expect("a log") {
        seen.extend(reader.read(10, Duration::from_secs(1)).expect("records"));
    }
    let seen: Vec<_> = seen.iter().map(|record| record.value.as_deref().unwrap_or_default()).collect();
    assert_eq!(seen, [b"by the first"]);
    let fault = first.append(vec![letter("too late")]).expect_err("it was taken over");
    assert_eq!(fault.kind, FaultKind::Fenced, "{fault}");
    second.append(vec![letter("by the second")]).expect("written");
    let values: Vec<_> =
        kafka.console_consumer(&topic).into_iter().filter_map(|record| record.value).collect();
    assert_eq!(values, ["by the first", "by the second"]);
}

#[test]
fn embedded_letters_are_settled_by_one_at_a_time() {
    let home = Home::new();
    let catalogue = Catalogue::khabar(&CatalogueSettings::default());
    let data = home.path().join("data");
    let store = Store::open(&data, catalogue, embedded::Settings::default()).expect("a store");
    home.write("khabar.toml", "");
    let first = store.take_over("dead-letters", DEAD_LETTERS).expect("no other one");
    let refused = letters(&home, ["retry", "--all"]).expect_failure();
    assert!(refused.contains("another `khabar dead-letters` is at work (process "), "{refused}");
    drop(first);
    assert_eq!(letters(&home, ["retry", "--all"]).expect_success().stdout, "0 sent again\n");
}

/// A record for `dead-letters`.
fn letter(value: &str) -> Output {
    Output {
        topic: DEAD_LETTERS.to_owned(),
        partition: 0,
        key: b"k".to_vec(),
        headers: Vec::new(),
        value: Some(value.to_owned().into()),
    }
}

fn keys(home: &Home, filters: &[&str]) -> Vec<String> {
    let arguments = ["list", "--format", "ndjson"].iter().chain(filters).copied();
    let listed = letters(home, arguments).expect_success().json_lines();
    listed.iter().map(|letter| letter["key"].as_str().expect("a key").to_owned()).collect()
}

fn letters<'a>(home: &Home, arguments: impl IntoIterator<Item = &'a str>) -> Finished {
    let arguments = ["dead-letters", "--config", "khabar.toml"].into_iter().chain(arguments);
    home.khabar(arguments).run()
}
