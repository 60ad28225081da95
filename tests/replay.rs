//! `khabar replay`: kept pages and stories are handled again beside running services, on both backends.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use model::{Article, Status};
use stream::backend::Appender;
use stream::embedded::{self, Store};
use stream::kafka::{self, Cluster};
use stream::topics::{ARTICLES, Catalogue, CatalogueSettings, PAGES, STORIES};
use stream::{FaultKind, Output};

use crate::bad_input::pages::{rss, story};
use crate::support::installation::{configure, on_kafka, run};
use crate::support::kafka::Kafka;
use crate::support::outcome::Watch;
use crate::support::process::{Finished, Home, Khabar};
use crate::support::site::OddServer;

const WEATHER: &str = "Tomorrow will be dry and mild in most of the country, with some rain along the northern coast \
    in the evening and light winds from the west.";

/// A paper with a page of three stories, the last of them promotion, and a page of one.
fn paper() -> OddServer {
    OddServer::start(|base| {
        let links = [format!("{base}/day"), format!("{base}/one")];
        let article = |class: &str, title: &str, number: usize| {
            let page = story(title, number);
            let article = page.split_once("<article>").expect("an article").1.replace("<h1>", "<h2>");
            format!("<article class={class}>{}", article.replace("</h1>", "</h2>"))
        };
        let weather = format!("<p class=weather>{WEATHER}</p></article>");
        let day = format!(
            "<!doctype html><title>The day</title><main>{}{}{}</main>",
            article("news", "The bridge of spring", 1).replace("</article>", &weather),
            article("news", "The ferry of summer", 2),
            article("promo", "The offer of autumn", 3),
        );
        let one = story("The mill of winter", 4);
        Router::new()
            .route("/feed", get(|| async move { rss(links) }))
            .route("/day", get(|| async move { Html(day) }))
            .route("/one", get(|| async move { Html(one) }))
    })
}

#[test]
fn embedded_pages_are_replayed_beside_the_services() {
    let home = Home::new();
    let watch = Watch::embedded(&home.path().join("data"));
    replayed(&home, "", watch);
}

#[test]
fn pages_on_kafka_are_replayed_beside_the_services() {
    let home = Home::new();
    let kafka = Kafka::shared();
    let (settings, prefix) = on_kafka(kafka);
    home.write("khabar.toml", &settings);
    home.khabar(["topics", "create", "--config", "khabar.toml"]).run().expect_success();
    replayed(&home, &settings, Watch::kafka(kafka.bootstrap(), &prefix));
}

fn replayed(home: &Home, settings: &str, mut watch: Watch) {
    let paper = paper();
    configure(home, &[paper.url("/feed")], settings);
    let mut services = run(home);
    services.wait_until_ready();
    watch.until_further(ARTICLES, 4);

    // Nothing has changed since.
    let said = replay(home, &["pages", "--dry-run"]).expect_success().stdout;
    assert_eq!(said, "would publish 0 new, 0 revised and 0 withdrawn articles, and 0 duplicates\n");

    home.write(
        "sites/paper.toml",
        "hosts = \"127.0.0.1\"\nstory = \".news\"\nremove = \".weather, .promo\"\n",
    );
    for _ in 0..2 {
        let said = replay(home, &["pages", "--dry-run"]).expect_success().stdout;
        let lines: Vec<&str> = said.lines().collect();
        let [revised, withdrawn, sum] = lines.as_slice() else { panic!("{said}") };
        assert!(revised.contains(" r2 ") && revised.contains("The bridge of spring"), "{revised}");
        assert!(withdrawn.contains(" r2 ") && withdrawn.contains(" withdrawn "), "{withdrawn}");
        assert_eq!(*sum, "would publish 0 new, 1 revised and 1 withdrawn articles, and 0 duplicates");
    }

    let said = replay(home, &["pages"]).expect_success().stdout;
    assert_eq!(said, "2 pages split again, 3 stories sent to the deduper\n");
    watch.until_further(ARTICLES, 2);
    let articles = &watch.outcome().articles;
    let first =
        |title: &str| articles.iter().find(|article| titled(article, title)).expect("published").clone();
    let (bridge, offer) = (first("The bridge of spring"), first("The offer of autumn"));
    // They come from different partitions.
    let of = |id| articles[4..].iter().find(|article| article.id == id).expect("published again");
    let (revised, withdrawn) = (of(bridge.id), of(offer.id));
    assert_eq!((revised.id, revised.revision, revised.status), (bridge.id, 2, Status::Published));
    assert!(bridge.story.text.contains(WEATHER) && !revised.story.text.contains(WEATHER));
    assert_eq!((withdrawn.id, withdrawn.revision, withdrawn.status), (offer.id, 2, Status::Withdrawn));
    assert_eq!((&withdrawn.story.page.url, withdrawn.story.text.as_str()), (&offer.story.page.url, ""));

    // Once more, by pages and by stories, changes nothing: what comes next is what the next change leads to.
    replay(home, &["pages"]).expect_success();
    let said = replay(home, &["stories"]).expect_success().stdout;
    assert!(said.ends_with(" stories sent to the deduper again\n"), "{said}");
    // Pages that are not looked at lead to nothing either.
    let said = replaying(home, &["pages"]).env("KHABAR_SPLITTER__MAX_BYTES", "100").run().expect_success();
    assert_eq!(said.stdout, "2 pages split again, 0 stories sent to the deduper\n");
    assert!(said.stderr.contains("2 could not be split or are too large"), "{}", said.stderr);
    std::fs::remove_dir_all(home.path().join("sites")).expect("the folder goes");
    replay(home, &["pages", "--since", "2020-01-01T00:00:00Z"]).expect_success();
    watch.until_further(ARTICLES, 2);
    let mut again: Vec<_> =
        watch.outcome().articles[6..].iter().map(|a| (a.id, a.revision, a.status)).collect();
    let mut expected = [(bridge.id, 3, Status::Published), (offer.id, 3, Status::Published)];
    again.sort_by_key(|(id, ..)| *id);
    expected.sort_by_key(|(id, ..)| *id);
    assert_eq!(again, expected);
    services.stop().expect_success();
    watch.read_anew();
    assert_eq!(watch.count(ARTICLES), 8);
    let said = replay(home, &["pages"]).expect_success().stderr;
    assert!(said.contains("records wait for the deduper"), "{said}");

    let said = replay(home, &["pages", "--since", "2100-01-01T00:00:00Z"]).expect_success().stderr;
    assert!(said.contains("no pages of that time are kept"), "{said}");
    let said = replay(home, &["pages", "--since", "2025-01-02T00:00:00Z", "--until", "2025-01-01T00:00:00Z"]);
    assert!(said.expect_failure().contains("--since is not before --until"));
}

#[test]
fn a_replay_on_kafka_ends_the_one_before_it() {
    let home = Home::new();
    let (settings, prefix) = on_kafka(Kafka::shared());
    home.write("khabar.toml", &settings);
    home.khabar(["topics", "create", "--config", "khabar.toml"]).run().expect_success();
    let settings = kafka::Settings {
        bootstrap_servers: Kafka::shared().bootstrap().to_owned(),
        prefix,
        ..kafka::Settings::default()
    };
    let catalogue = Catalogue::khabar(&CatalogueSettings::default());
    let cluster = Cluster::new(settings, catalogue).expect("good settings");
    let (mut first, _) = cluster.take_over("replay", PAGES).expect("no other one");
    first.append(vec![nothing()]).expect("written");
    // Nothing is written by this one, and so it ends no other.
    replay(&home, &["stories", "--dry-run"]).expect_success();
    first.append(vec![nothing()]).expect("written");

    replay(&home, &["stories"]).expect_success();
    let fault = first.append(vec![nothing()]).expect_err("it was taken over");
    assert_eq!(fault.kind, FaultKind::Fenced, "{fault}");
}

#[test]
fn one_replay_at_a_time_writes_to_the_embedded_store() {
    let home = Home::new();
    let catalogue = Catalogue::khabar(&CatalogueSettings::default());
    let data = home.path().join("data");
    let store = Store::open(&data, catalogue, embedded::Settings::default()).expect("a store");
    home.write("khabar.toml", "");
    let first = store.take_over("replay", PAGES).expect("no other one");
    for from in ["pages", "stories"] {
        let refused = replay(&home, &[from]).expect_failure();
        assert!(refused.contains("another `khabar replay` is at work (process "), "{refused}");
        replay(&home, &[from, "--dry-run"]).expect_success();
    }
    drop(first);
    replay(&home, &["pages"]).expect_success();
}

/// A record for `stories` that is none.
fn nothing() -> Output {
    let (topic, key) = (STORIES.to_owned(), b"k".to_vec());
    Output { topic, partition: 0, key, headers: Vec::new(), value: None }
}

fn titled(article: &Article, title: &str) -> bool {
    article.story.title.as_deref() == Some(title)
}

fn replay(home: &Home, arguments: &[&str]) -> Finished {
    replaying(home, arguments).run()
}

fn replaying(home: &Home, arguments: &[&str]) -> Khabar {
    home.khabar(["replay", "--config", "khabar.toml", "--from"].into_iter().chain(arguments.iter().copied()))
}
