//! What users meet when they configure, and that `config/khabar.toml` tells the truth.

use std::path::Path;

use super::*;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/khabar.toml");

fn write(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn refused(text: &str) -> String {
    let file = write(text);
    let error = format!("{:#}", load(Some(file.path()), &[], &[]).unwrap_err());
    error.replace(&file.path().display().to_string(), "FILE")
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The defaults, with the paths that stand for something beside `file`.
fn defaults_beside(file: &Path) -> Config {
    let mut config = Config::default();
    config.sites.dir = file.parent().unwrap().join("sites");
    config
}

#[test]
fn the_shipped_file_names_every_setting_at_its_default() {
    let shipped = std::fs::read_to_string(SHIPPED).unwrap();
    let uncommented: Vec<&str> = shipped
        .lines()
        .filter(|line| !line.ends_with("# unset"))
        .map(|line| {
            let setting = line.strip_prefix("# ").filter(|rest| {
                let name = rest.split(" = ").next().unwrap_or("");
                rest.contains(" = ") && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            });
            setting.unwrap_or(line)
        })
        .collect();
    let file = write(&uncommented.join("\n"));
    assert_eq!(load(Some(file.path()), &[], &[]).unwrap().config, defaults_beside(file.path()));

    let all = toml::Table::try_from(Config::default()).unwrap();
    for (table, settings) in &all {
        assert!(shipped.contains(&format!("\n[{table}]\n")), "[{table}] is missing");
        for name in settings.as_table().unwrap().keys() {
            assert!(shipped.contains(&format!("\n# {name} = ")), "{table}.{name} is missing");
        }
    }
    // As it is shipped, everything is a comment.
    let shipped = Path::new(SHIPPED);
    assert_eq!(load(Some(shipped), &[], &[]).unwrap().config, defaults_beside(shipped));
}

#[test]
fn mistakes_in_the_file_are_named_with_their_line() {
    insta::assert_snapshot!(
        [
            refused("[store]\ndirr = \"x\"\n"),
            refused("[stroe]\ndir = \"x\"\n"),
            refused("\n[web]\nmax_redirects = \"many\"\n"),
            refused("[poller]\npoll_interval_seconds = -5\n"),
            refused("[poller]\npoll_interval_seconds = \"15m\"\n"),
            refused("[poller\n"),
            refused("[runner]\nbatch_records = 0\n"),
            refused("[feeds]\nurls = [\"news.example\"]\n"),
            refused("[web]\nmax_body_bytes = 99_000_000\n"),
        ]
        .join("\n")
    );
}

#[test]
fn variables_win_over_the_file_and_flags_over_both() {
    let file = write("[http]\nlisten = \"127.0.0.1:1\"\n[web]\nmax_redirects = 1\n");
    let set = variables(&[
        ("KHABAR_HTTP__LISTEN", "127.0.0.1:2"),
        ("KHABAR_WEB__MAX_REDIRECTS", "2"),
        ("KHABAR_WEB__CONTACT", "2"),
        ("KHABAR_FEEDS__URLS", "[\"https://a.example/\"]"),
        ("KHABAR_TEST_KAFKA", "ignored:9092"),
        ("OTHER__THING", "ignored"),
    ]);
    let flags = [("http.listen", toml::Value::from("127.0.0.1:3"))];
    let config = load(Some(file.path()), &set, &flags).unwrap().config;
    assert_eq!((config.http.listen.as_str(), config.web.max_redirects), ("127.0.0.1:3", 2));
    assert_eq!(config.web.contact.as_deref(), Some("2"), "a number where text is wanted is text");
    assert_eq!(config.feeds.urls, ["https://a.example/"]);
}

#[test]
fn mistakes_in_variables_name_the_variable() {
    let refused = |name: &str, value: &str| {
        let file = write("");
        format!("{:#}", load(Some(file.path()), &variables(&[(name, value)]), &[]).unwrap_err())
    };
    insta::assert_snapshot!(
        [
            refused("KHABAR_HTTP__LISTENN", "x"),
            refused("KHABAR_WEB__MAX_REDIRECTS", "many"),
            refused("KHABAR_HTPP__LISTEN", "x"),
        ]
        .join("\n")
    );
}

#[test]
fn a_missing_file_is_named_with_the_way_out() {
    let error = format!("{:#}", load(Some(Path::new("/nowhere/khabar.toml")), &[], &[]).unwrap_err());
    assert!(error.starts_with("the configuration /nowhere/khabar.toml can't be read"), "{error}");
    assert!(error.contains("--config"), "{error}");
}

#[test]
fn what_the_deduper_cannot_do_is_refused_with_what_it_can() {
    for (setting, expected) in [
        ("jaccard = 0.1", "deduper.jaccard is 0.1: 0.2 to 1 are allowed"),
        ("containment = nan", "deduper.containment is NaN"),
        ("max_stories = 20_000_000", "deduper.max_stories is 20000000: at most 15728640"),
        ("max_also_at = 101", "deduper.max_also_at is 101: at most 100"),
    ] {
        let message = refused(&format!("[deduper]\n{setting}\n"));
        assert!(message.contains(expected), "{message}");
    }
}
