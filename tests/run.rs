//! `khabar run`, and the commands that work beside it, over the embedded store and over Kafka.

use std::collections::BTreeSet;

use demo_site::{Expected, Options};
use serde_json::Value;

use crate::support::http::get;
use crate::support::installation::{configure, on_kafka, run};
use crate::support::kafka::{ConsoleRecord, Kafka};
use crate::support::outcome::{Outcome, Watch};
use crate::support::process::{Home, Running};
use crate::support::site::TestSite;

#[test]
fn embedded_from_the_first_start_to_the_last_article() {
    let home = Home::new();
    let mut watch = Watch::embedded(&home.path().join("data"));
    a_day(&home, "", &mut watch);
}

#[test]
fn on_kafka_from_the_first_start_to_the_last_article() {
    let home = Home::new();
    let kafka = Kafka::shared();
    let (settings, prefix) = on_kafka(kafka);
    home.write("kafka.toml", &settings);
    let create = || home.khabar(["topics", "create", "--config", "kafka.toml"]).run().expect_success().stdout;
    assert!(create().contains(&format!("{prefix}articles")));
    // Again it does no harm.
    create();
    let mut watch = Watch::kafka(kafka.bootstrap(), &prefix);
    let expected = a_day(&home, &settings, &mut watch);

    Outcome::seen_by_others(kafka, &prefix).assert_is(&expected);
    let published = kafka.console_consumer(&format!("{prefix}articles"));
    let values = published.iter().map(|record| record.value.as_deref().expect("an article"));
    let articles = values.map(|value| serde_json::from_str(value).expect("JSON")).collect::<Vec<Value>>();
    fulfil_their_schema(&home, "article", &articles);

    let traces = |topic: &str, schema: &str| -> BTreeSet<String> {
        let records = kafka.console_consumer(&format!("{prefix}{topic}"));
        records.iter().map(|record| trace_of_what_says_it_is(record, schema)).collect()
    };
    let entries = traces("entries", "entry");
    let articles = traces("articles", "article");
    assert!(!articles.is_empty() && articles.is_subset(&entries), "{articles:?} of {entries:?}");
}

/// The trace that a record's headers name, beside what it is.
fn trace_of_what_says_it_is(record: &ConsoleRecord, schema: &str) -> String {
    let header =
        |name: &str| record.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(
        [header("content-type"), header("schema"), header("schema-version")],
        [Some("application/json"), Some(schema), Some("1")],
        "{record:?}"
    );
    let fields: Vec<&str> = header("traceparent").expect("a trace").split('-').collect();
    let lengths: Vec<usize> = fields.iter().map(|field| field.len()).collect();
    assert_eq!(lengths, [2, 32, 16, 2], "{record:?}");
    fields[1].to_owned()
}

/// An operator's day: start, look, add a feed, read, stop. Returns what must have been published in its course.
fn a_day(home: &Home, settings: &str, watch: &mut Watch) -> Expected {
    let site = TestSite::start(Options { slow_page_ms: 100, ..Options::default() });
    let feeds = site.feeds();
    let (first, last) = feeds.split_at(2);
    configure(home, first, settings);

    let mut services = run(home);
    let address = services.wait_until_ready();
    assert_eq!(get(address, "/healthz"), (200, "alive\n".to_owned()));
    insta::assert_snapshot!("readyz", get(address, "/readyz").1);
    let health = home.khabar(["health", "--listen", &address.to_string()]).run().expect_success();
    assert!(health.stdout.starts_with("ready\n"), "{health:#?}");

    watch.until_further(stream::topics::ARTICLES, 1);
    add_a_feed(home, &last[0]);
    loop {
        watch.until_all(&site.expected());
        if !site.advance() {
            break;
        }
    }
    watch.outcome().assert_is(&site.expected());
    watch.until_copies_are_counted();
    fulfil_their_schema(home, "copies", &copies(watch.outcome()));
    the_metrics_tell_of_it(&get(address, "/metrics").1, &site);
    a_follower_stops_when_asked(home);

    let stopped = services.stop().expect_success();
    assert!(stopped.stderr.contains("stopping on SIGTERM"), "{stopped:#?}");
    let log: Vec<&str> = stopped.stderr.lines().collect();
    assert!(log.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log:#?}");
    let health = home.khabar(["health", "--listen", &address.to_string()]).run().expect_failure();
    assert!(health.contains("no service answers"), "{health}");

    // What was published is there without the services too.
    fulfil_their_schema(home, "article", &articles(home, &[]).0);
    a_cursor_goes_on_where_it_ended(home);
    a_closed_pipe_is_no_failure(home);
    the_list_of_feeds_is_kept(home, &feeds);
    site.expected()
}

fn add_a_feed(home: &Home, url: &str) {
    let config = ["--config", "khabar.toml"];
    let added = home.khabar(["feeds", "add", url].into_iter().chain(config)).run().expect_success();
    assert!(added.stdout.starts_with("added "), "{added:#?}");
    let again = home.khabar(["feeds", "add", url].into_iter().chain(config)).run().expect_success();
    assert!(again.stdout.starts_with("known "), "{again:#?}");
}

/// Every series is in the table of metrics, and what must have counted has.
fn the_metrics_tell_of_it(text: &str, site: &TestSite) {
    let series = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let series: Vec<(&str, f64)> = series
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            (name, value.parse().expect("a number"))
        })
        .collect();
    let known: BTreeSet<&str> = telemetry::metrics::METRICS.iter().map(|metric| metric.name).collect();
    for (name, _) in &series {
        let name = name.split('{').next().expect("a name");
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let is_known = known.contains(name) || base.is_some_and(|base| known.contains(base));
        assert!(is_known || name.starts_with("process_"), "{name} is in no table");
    }
    let sum = |name: &str| -> f64 {
        let of_name = series.iter().filter(|(series, _)| series.split('{').next() == Some(name));
        of_name.map(|(_, value)| value).sum()
    };
    let expected = site.expected();
    let (articles, revisions) = (expected.reports.len() as f64, f64::from(expected.later_revisions()));
    assert_eq!(sum("khabar_articles_total"), articles + revisions, "{text}");
    assert_eq!(sum("khabar_duplicates_total"), expected.duplicates() as f64, "{text}");
    assert_eq!(sum("khabar_dead_letters_total"), expected.dead_letters.len() as f64, "{text}");
    for name in [
        "khabar_polls_total",
        "khabar_copies_total",
        "khabar_stories_total",
        "khabar_state_entries",
        "khabar_http_requests_total",
    ] {
        assert!(sum(name) > 0.0, "{name} in\n{text}");
    }
}

fn a_follower_stops_when_asked(home: &Home) {
    let mut follow = home.khabar(["articles", "--follow", "--config", "khabar.toml"]).start();
    assert!(!follow.next_output().is_empty());
    // Not SIGINT: a shell that starts the tests in the background has them ignore it.
    follow.signal("TERM");
    // A command that only reads has nothing to finish: the signal itself ends it.
    assert_eq!(follow.finish().code, None);
}

fn copies(outcome: &Outcome) -> Vec<Value> {
    outcome.copies.values().map(|copies| serde_json::to_value(copies).expect("JSON")).collect()
}

fn fulfil_their_schema(home: &Home, kind: &str, records: &[Value]) {
    let schema = home.khabar(["schema", kind]).run().expect_success();
    let schema = serde_json::from_str(&schema.stdout).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema that can be used");
    for record in records {
        let errors: Vec<String> = validator.iter_errors(record).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?} in {record:#}");
    }
}

/// Read in pieces, each from the cursor that the one before has printed, the articles are the same.
fn a_cursor_goes_on_where_it_ended(home: &Home) {
    let (mut all, end) = articles(home, &[]);
    let (mut pieces, mut cursor) = articles(home, &["--limit", "7"]);
    assert_eq!(pieces.len(), 7);
    loop {
        let (piece, next) = articles(home, &["--limit", "7", "--from", &cursor]);
        if piece.is_empty() {
            break;
        }
        pieces.extend(piece);
        cursor = next;
    }
    // The order holds within an article, and it alone.
    let order = |article: &Value| (article["id"].to_string(), article["revision"].as_u64());
    all.sort_by_key(order);
    pieces.sort_by_key(order);
    assert_eq!(pieces, all);
    assert_eq!(cursor, end);
    let table = home.khabar(["articles", "--config", "khabar.toml"]).run().expect_success();
    assert_eq!(table.stdout.lines().count(), all.len());
}

fn a_closed_pipe_is_no_failure(home: &Home) {
    // All of them are more than a pipe holds, so that it is closed while there is more to write.
    let arguments = ["articles", "--format", "ndjson", "--config", "khabar.toml"];
    let read = home.khabar(arguments).run_into_head();
    assert_eq!((read.code, read.stderr.as_str()), (Some(0), ""), "{read:#?}");
}

fn the_list_of_feeds_is_kept(home: &Home, urls: &[String]) {
    let feeds = |arguments: &[&str]| {
        let config = ["--config", "khabar.toml"];
        home.khabar(["feeds"].into_iter().chain(arguments.iter().copied()).chain(config))
    };
    let listed = |home_feeds: &[Value]| -> BTreeSet<String> {
        home_feeds.iter().map(|feed| feed["url"].as_str().expect("a URL").to_owned()).collect()
    };
    let all: BTreeSet<String> = urls.iter().cloned().collect();
    let list = ["list", "--format", "ndjson"];
    assert_eq!(listed(&feeds(&list).run().expect_success().json_lines()), all);

    // Out as OPML, all removed, and in again.
    let opml = feeds(&["export"]).run().expect_success().stdout;
    let removed = ["remove"].into_iter().chain(urls.iter().map(String::as_str)).collect::<Vec<_>>();
    feeds(&removed).run().expect_success();
    assert!(feeds(&list).run().expect_success().stdout.is_empty());
    feeds(&["import", "-"]).input(opml).run().expect_success();
    assert_eq!(listed(&feeds(&list).run().expect_success().json_lines()), all);
}

/// The articles, and the cursor behind them.
fn articles(home: &Home, arguments: &[&str]) -> (Vec<Value>, String) {
    let fixed = ["articles", "--format", "ndjson", "--config", "khabar.toml"];
    let read = home.khabar(fixed.into_iter().chain(arguments.iter().copied())).run().expect_success();
    let cursor = read.stderr.trim().rsplit(' ').next().expect("a cursor").trim_matches('\'').to_owned();
    (read.json_lines(), cursor)
}

/// The signal may come before anything is begun.
#[test]
fn a_signal_ends_it_at_any_time() {
    let home = Home::new();
    configure(&home, &[], "");
    let mut services: Running = run(&home);
    services.wait_for_log("configured by");
    let stopped = services.stop();
    // Asked before it listens to signals, the signal itself ends it: nothing was begun.
    assert!(matches!(stopped.code, Some(0) | None), "{stopped:#?}");

    let mut services = run(&home);
    services.wait_until_ready();
    services.signal("INT");
    assert_eq!(services.finish().code, Some(0));
}
