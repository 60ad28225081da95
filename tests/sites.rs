//! Rules for single sites, changed while the program runs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Path;
use axum::response::Html;
use axum::routing::get;

use crate::bad_input::pages::{rss, story};
use crate::support::http;
use crate::support::installation::{configure, run};
use crate::support::outcome::Watch;
use crate::support::process::Home;
use crate::support::site::OddServer;

const WEATHER: &str = "Tomorrow will be dry and mild in most of the country, with some rain along the northern coast \
    in the evening and light winds from the west.";

/// A site that puts out one page after another, the weather in each.
struct Paper {
    server: OddServer,
    pages: Arc<AtomicUsize>,
}

impl Paper {
    fn start() -> Self {
        let pages = Arc::new(AtomicUsize::new(0));
        let published = Arc::clone(&pages);
        let server = OddServer::start(|base| {
            let base = base.to_owned();
            let feed = move || async move {
                rss((1..=published.load(Ordering::SeqCst)).map(|page| format!("{base}/page/{page}")))
            };
            let page = |Path(page): Path<usize>| async move {
                let more = format!("<p class=weather>{WEATHER}</p></article>");
                let kicker = format!("<article><div class=kicker>Kicker {page}</div>");
                let page = story(&format!("Report {page}"), page);
                Html(page.replace("</article>", &more).replace("<article>", &kicker))
            };
            Router::new().route("/feed", get(feed)).route("/page/{page}", get(page))
        });
        Self { server, pages }
    }

    /// Puts out the next page; the title and the text of the article that is made of it.
    fn publish(&self, watch: &mut Watch) -> (String, String) {
        self.pages.fetch_add(1, Ordering::SeqCst);
        watch.until_further(stream::topics::ARTICLES, 1);
        let article = watch.outcome().articles.last().expect("it has just come");
        (article.story.title.clone().unwrap_or_default(), article.story.text.clone())
    }
}

#[test]
fn rules_are_taken_while_the_program_runs_and_mistakes_change_nothing() {
    let home = Home::new();
    let paper = Paper::start();
    configure(&home, &[paper.server.url("/feed")], "[sites]\nlook_interval_seconds = 1\n");
    let mut watch = Watch::embedded(&home.path().join("data"));
    let mut services = run(&home);
    let address = services.wait_until_ready();
    let (title, text) = paper.publish(&mut watch);
    assert!(title == "Report 1" && text.contains(WEATHER), "{title}\n{text}");

    // The folder comes later than the program.
    home.write("sites/paper.toml", "hosts = \"127.0.0.1\"\nremove = \".weather\"\n");
    services.wait_for_log("the rules of sites in sites are taken");
    assert_eq!(metric(address, "khabar_site_rules"), 1.0);
    let (title, text) = paper.publish(&mut watch);
    assert!(title == "Report 2" && !text.contains(WEATHER), "{title}\n{text}");

    // As editors write: beside it, then in its place.
    let replace = |rules: &str| {
        let beside = home.write("sites/.paper.toml.new", rules);
        std::fs::rename(beside, home.path().join("sites/paper.toml")).expect("a rename");
    };
    replace("hosts = \"127.0.0.1\"\n\nremove = \".weather >\"\n");
    let said = services.wait_for_log("the rules of sites stay as they were");
    assert!(said.contains("sites/paper.toml:3: remove: `.weather >`"), "{said}");
    assert_eq!(metric(address, "khabar_site_rules_loads_total{outcome=\"refused\"}"), 1.0);
    let (title, text) = paper.publish(&mut watch);
    assert!(title == "Report 3" && !text.contains(WEATHER), "{title}\n{text}");
    let check = ["config", "check", "--config", "khabar.toml"];
    let said = home.khabar(check).run().expect_failure();
    assert!(said.contains("sites/paper.toml:3: remove: `.weather >`"), "{said}");

    replace("hosts = \"127.0.0.1\"\ntitle = \".kicker\"\n");
    services.wait_for_log("the rules of sites in sites are taken");
    let (title, text) = paper.publish(&mut watch);
    assert!(title == "Kicker 4" && text.contains(WEATHER), "{title}\n{text}");
    let said = home.khabar(check).run().expect_success().stdout;
    assert!(said.contains("1 file of rules for sites in sites"), "{said}");

    std::fs::remove_dir_all(home.path().join("sites")).expect("the folder goes");
    services.wait_for_log("the rules of sites in sites are taken");
    assert_eq!(paper.publish(&mut watch).0, "Report 5");
    assert_eq!(metric(address, "khabar_site_rules"), 0.0);
    services.stop().expect_success();
}

fn metric(address: SocketAddr, series: &str) -> f64 {
    let text = http::get(address, "/metrics").1;
    let value = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{series} in\n{text}"))
}

#[test]
fn pages_in_files_are_split_by_the_rules_for_their_url() {
    let home = Home::new();
    home.write("khabar.toml", "");
    home.write("sites/paper.toml", "hosts = \"*.paper.example\"\ntitle = \".kicker\"\n");
    let page = story("Report", 1).replace("<article>", "<article><div class=kicker>Kicker</div>");
    home.write("page.html", page);
    let titles = |arguments: &[&str]| -> Vec<String> {
        let all = ["split", "--config", "khabar.toml"].into_iter().chain(arguments.iter().copied());
        let stories = home.khabar(all).run().expect_success().json_lines();
        stories.iter().map(|story| story["title"].as_str().expect("a title").to_owned()).collect()
    };
    assert_eq!(titles(&["page.html", "--url", "https://www.paper.example/1"]), ["Kicker"]);
    assert_eq!(titles(&["page.html", "--url", "https://paper.example/1"]), ["Report"]);
    assert_eq!(titles(&["page.html"]), ["Report"]);
    home.write(
        "list.jsonl",
        "{\"id\":\"page.html\",\"url\":\"https://a.paper.example/\"}\n{\"id\":\"page.html\"}\n",
    );
    assert_eq!(titles(&["--manifest", "list.jsonl"]), ["Kicker", "Report"]);
}
