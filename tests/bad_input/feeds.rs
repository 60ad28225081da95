//! Feeds that are none.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::pages::{rss, story};
use crate::support::installation::{configure, run};
use crate::support::outcome::Watch;
use crate::support::process::Home;
use crate::support::site::OddServer;

/// Each is named in the log with what is wrong, once; good ones are polled on.
#[test]
fn each_is_named_and_the_others_are_polled_on() {
    let server = OddServer::start(|base| {
        let good = rss([format!("{base}/page")]);
        let item = "<item><title>On and on</title><link>https://news.example/</link></item>\n".repeat(100);
        let endless = |start: &'static str| {
            let item = Bytes::from(item);
            let items = stream::repeat_with(move || Ok::<_, std::io::Error>(item.clone()));
            Body::from_stream(stream::iter([Ok(Bytes::from(start))]).chain(items))
        };
        let silent = || {
            let start =
                stream::iter([Ok::<_, std::io::Error>(Bytes::from("<rss version=\"2.0\"><channel>"))]);
            Body::from_stream(start.chain(stream::pending()))
        };
        Router::new()
            .route("/good", get(|| async { good }))
            .route("/page", get(|| async { Html(story("A good page", 7)) }))
            .route("/html", get(|| async { Html(story("No feed at all", 8)) }))
            .route("/empty", get(|| async {}))
            .route("/binary", get(|| async { [0_u8, 159, 146, 150].repeat(100) }))
            .route("/json", get(|| async { "{\"version\": \"1.0\", \"things\": []}" }))
            .route("/endless", get(move || async move { endless("<rss version=\"2.0\"><channel>") }))
            .route("/silent", get(move || async move { silent() }))
            .route("/gone", get(|| async { StatusCode::GONE }))
            .route("/denied", get(|| async { StatusCode::FORBIDDEN }))
            .route("/fault", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
    });
    let bad = ["html", "empty", "binary", "json", "endless", "silent", "gone", "denied", "fault", "missing"];
    let mut feeds: Vec<String> = bad.iter().map(|path| server.url(&format!("/{path}"))).collect();
    feeds.push(server.url("/good"));
    // Nobody listens there any more.
    let away = OddServer::start(|_| Router::new()).url("/feed");
    feeds.push(away.clone());
    feeds.push("http://10.1.2.3/feed".to_owned());

    let home = Home::new();
    configure(&home, &feeds, "");
    let config = std::fs::read_to_string(home.path().join("khabar.toml")).expect("just written");
    let hasty = config
        .replace("[web]", "[web]\ntotal_timeout_ms = 3000")
        .replace("[poller]", "[poller]\nmax_feed_bytes = 200_000");
    home.write("khabar.toml", hasty);

    let mut services = run(&home);
    let mut said = BTreeMap::new();
    while said.len() < bad.len() + 2 {
        let (feed, message) = services.wait_for("what is wrong with a feed", |line| {
            let event: Value = serde_json::from_str(line).ok()?;
            Some((event.get("feed")?.as_str()?.to_owned(), event.get("message")?.as_str()?.to_owned()))
        });
        let feed = feed.replace(&server.url(""), "http://site").replace(&away, "http://away/feed");
        let message = message.replace(&server.url(""), "http://site").replace(&away, "http://away/feed");
        assert_eq!(said.insert(feed, message), None, "{said:#?}");
    }
    Watch::embedded(&home.path().join("data")).until_further(::stream::topics::ARTICLES, 1);
    services.stop().expect_success();
    let said: String = said.iter().map(|(feed, message)| format!("{feed}\n  {message}\n")).collect();
    insta::assert_snapshot!(said);
}
