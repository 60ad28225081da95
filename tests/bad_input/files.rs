//! Files that the commands without a network are given.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::pages::{rss, story};
use crate::support::process::Home;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("into memory");
    packed.finish().expect("into memory")
}

/// Files that hold no page, under the names that the snapshots show.
fn write_files(home: &Home) {
    let page = story("A good page", 1);
    let packed = gzip(page.as_bytes());
    home.write("good.html", &page);
    home.write("good.html.gz", &packed);
    home.write("cut.html.gz", &packed[..packed.len() / 2]);
    home.write("bomb.gz", gzip(&vec![b' '; 100 << 20]));
    home.write("empty.html", "");
    home.write("binary.html", [0_u8, 159, 146, 150].repeat(5_000));
    home.write("paper.pdf", "%PDF-1.7\n1 0 obj");
    home.write("nested.html", "<div>".repeat(100_000));
    std::fs::create_dir(home.path().join("folder")).expect("make a directory");
}

/// A page that yields nothing is named with the reason, and the rest goes on.
#[test]
fn split_names_each_and_goes_on() {
    let home = Home::new();
    write_files(&home);
    let bad = [
        "lost.html",
        "empty.html",
        "binary.html",
        "paper.pdf",
        "nested.html",
        "cut.html.gz",
        "bomb.gz",
        "folder",
    ];
    let split = home.khabar(["split"].into_iter().chain(bad).chain(["good.html"])).run().expect_success();
    insta::assert_snapshot!("split", split.stderr);
    assert_eq!(split.json_lines().len(), 1);

    let none = home.khabar(["split", "empty.html", "paper.pdf"]).run().expect_failure();
    assert!(none.ends_with("khabar: no story in any page\n"), "{none}");
    for (arguments, input) in [
        (["split", "good.html.gz"], Vec::new()),
        (["split", "-"], story("A good page", 1).into()),
        (["split", "-"], gzip(story("A good page", 1).as_bytes())),
    ] {
        let split = home.khabar(arguments).input(input).run().expect_success();
        assert_eq!(split.json_lines()[0]["title"], "A good page");
    }
}

#[test]
fn a_manifest_is_refused_with_its_line() {
    let home = Home::new();
    write_files(&home);
    home.write(
        "good.jsonl",
        "{\"id\": \"one\", \"file\": \"good.html\"}\n\n{\"id\": \"two\", \"file\": \"lost.html\"}\n",
    );
    let split = home.khabar(["split", "--manifest", "good.jsonl"]).run().expect_success();
    assert_eq!(split.json_lines()[0]["page"], "one");
    let manifests = [
        ("bad.jsonl", "{\"id\": \"one\", \"file\": \"good.html\"}\n{\"id\": \"two\", \"file\":\n"),
        ("nameless.jsonl", "{\"file\": \"good.html\"}\n"),
        ("folder", ""),
        ("lost.jsonl", ""),
    ];
    let said = manifests.map(|(name, lines)| {
        if !lines.is_empty() {
            home.write(name, lines);
        }
        home.khabar(["split", "--manifest", name]).run().expect_failure()
    });
    insta::assert_snapshot!("manifest", split.stderr + &said.concat());
}

#[test]
fn feed_names_what_is_wrong() {
    let home = Home::new();
    write_files(&home);
    let whole = rss(["https://news.example/1".to_owned(), "https://news.example/2".to_owned()]);
    home.write("cut.xml", &whole[..whole.len() - 40]);
    let said = ["lost.xml", "empty.html", "binary.html", "good.html", "folder", "http://127.0.0.1:1/feed"]
        .map(|name| home.khabar(["feed", name]).run().expect_failure());
    insta::assert_snapshot!("feed", said.concat());

    let read = home.khabar(["feed", "-"]).input(whole).run().expect_success();
    assert!(read.stdout.contains("https://news.example/1"), "{}", read.stdout);
    // What can be saved of a broken one is.
    let cut = home.khabar(["feed", "cut.xml"]).run().expect_success();
    assert!(cut.stdout.contains("https://news.example/1"), "{}", cut.stdout);
}

#[test]
fn dedup_names_the_line() {
    let home = Home::new();
    let one = "{\"id\": \"a\", \"text\": \"The market clock will chime again at Easter.\"}\n";
    home.write("bad.ndjson", format!("{one}{{\"id\": \"b\"\n"));
    home.write("nameless.ndjson", "{\"text\": \"Without a name.\"}\n");
    home.write("binary.ndjson", [0_u8, 159, 146, 150].repeat(100));
    home.write("empty.ndjson", "");
    let said = ["lost.ndjson", "bad.ndjson", "nameless.ndjson", "binary.ndjson"]
        .map(|name| home.khabar(["dedup", name]).run().expect_failure());
    insta::assert_snapshot!("dedup", said.concat());

    assert_eq!(home.khabar(["dedup", "empty.ndjson"]).run().expect_success().stdout, "");
    let verdicts = home.khabar(["dedup", "-"]).input(format!("{one}{}", one.replace("\"a\"", "\"b\""))).run();
    let verdicts = verdicts.expect_success().json_lines();
    assert_eq!(
        (&verdicts[0]["duplicate_of"], &verdicts[1]["duplicate_of"]),
        (&serde_json::Value::Null, &"a".into())
    );
}

/// `| head` ends quietly, with more to come than a pipe holds.
#[test]
fn a_closed_pipe_is_no_failure() {
    let home = Home::new();
    for number in 0..200 {
        home.write(&format!("{number}.html"), story(&format!("Page {number}"), number));
    }
    let pages: Vec<String> = (0..200).map(|number| format!("{number}.html")).collect();
    for format in ["ndjson", "text"] {
        let arguments = ["split", "--format", format].into_iter().chain(pages.iter().map(String::as_str));
        let split = home.khabar(arguments).run_into_head();
        assert_eq!((split.code, split.stderr.as_str()), (Some(0), ""));
        assert!(!split.stdout.trim().is_empty());
    }
}

/// Wrong names are answered with the right ones.
#[test]
fn unknown_names_are_answered_with_known_ones() {
    let home = Home::new();
    let said = [
        home.khabar(["schema", "articel"]).run().expect_failure(),
        home.khabar(["feeds", "remove", "https://news.example/rss"]).run().expect_failure(),
        home.khabar(["feeds", "add", "news.example"]).run().expect_failure(),
        home.khabar(["feeds", "import", "lost.opml"]).run().expect_failure(),
    ];
    insta::assert_snapshot!("names", said.concat());
    let cursor = home.khabar(["articles", "--from", "yesterday"]).run();
    assert_eq!(cursor.code, Some(2));
    assert!(cursor.stderr.contains("`yesterday` is not a cursor"), "{cursor:#?}");
}
