//! `khabar demo`: what the README's first command runs.

use std::path::{Path, PathBuf};

use demo_site::{Expected, Options};

use crate::support::process::Home;
use crate::support::site::TestSite;

/// Everything that the site holds comes out, is counted, and can be looked into afterwards with the command that the
/// demo names.
#[test]
fn shows_everything_that_its_site_holds() {
    let home = Home::new();
    let demo = home.khabar(["demo"]).env("TMPDIR", home.path()).run().expect_success();

    let expected = last_edition();
    let line_of = |count: usize, what: &str| {
        let line = demo.stdout.lines().find(|line| line.contains(what));
        let line = line.unwrap_or_else(|| panic!("no line on {what}:\n{}", demo.stdout));
        assert!(line.trim_start().starts_with(&format!("{count} ")), "{count} expected: {line}");
    };
    line_of(expected.reports.len(), "articles in");
    line_of(expected.duplicates(), "duplicates:");
    line_of(expected.later_revisions() as usize, "revisions:");
    line_of(expected.dead_letters.len(), "dead letters");
    for letter in &expected.dead_letters {
        assert!(demo.stdout.contains(&format!("HTTP status {}", letter.status)), "{}", demo.stdout);
    }
    for report in &expected.reports {
        let shown = report.tellings.iter().any(|telling| demo.stdout.contains(&telling.title));
        assert!(shown, "{report:#?} is not in\n{}", demo.stdout);
    }
    // The seed page, as text or as HTML, whichever was fetched first.
    let seed = demo.stdout.lines().any(|line| line.contains("2 parts") && line.contains("/niger."));
    assert!(seed, "{}", demo.stdout);

    let dir = data_dir(home.path());
    let shown = dir.to_string_lossy();
    assert!(demo.stdout.contains(&*shown) && demo.stderr.contains(&*shown), "{demo:#?}");
    let articles = home.khabar(["articles", "--format", "ndjson"]).env("KHABAR_STORE__DIR", &dir).run();
    let all = expected.reports.len() + expected.later_revisions() as usize;
    assert_eq!(articles.expect_success().json_lines().len(), all);
}

/// What must have come out of the site in the end.
fn last_edition() -> Expected {
    let site = TestSite::start(Options::default());
    while site.advance() {}
    site.expected()
}

/// The directory that the demo made.
fn data_dir(parent: &Path) -> PathBuf {
    let entries = std::fs::read_dir(parent).expect("the directory is there");
    let made: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    let [dir] = made.as_slice() else { panic!("the demo makes one directory: {made:?}") };
    dir.clone()
}
