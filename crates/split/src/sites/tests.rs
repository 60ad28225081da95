//! Files of rules with mistakes, selectors, hosts, and what matching may cost.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::Limits;
use crate::dom::{self, Dom, NodeId};

fn refused(text: &str) -> String {
    Site::parse("site.toml", text).map_or_else(|error| error.to_string(), |_| "taken".to_owned())
}

#[test]
fn mistakes_are_named_with_file_and_line() {
    let host = "hosts = [\"news.example\"]\n";
    let many = format!("{host}remove = [\n{}]\n", "  \"p, b\",\n".repeat(40));
    let files = [
        "hosts = [\n".to_owned(),
        "hosts = \"news.example\"\n".to_owned(),
        "remove = \"p\"\n".to_owned(),
        format!("{host}\nremoved = \"p\"\n"),
        format!("{host}remove = 3\n"),
        format!("{host}remove = [\n  \"p\",\n  [\"b\"],\n]\n"),
        "hosts = [\n  \"news.example\",\n  \"https://news.example/\",\n]\nbody = \"p\"\n".to_owned(),
        "hosts = \"*.10.0.0.1\"\nbody = \"p\"\n".to_owned(),
        "hosts = \"news.*\"\nbody = \"p\"\n".to_owned(),
        many,
        format!("{host}body = \"{}\"\n", "p".repeat(1_001)),
        format!("# {}", "x".repeat(MAX_FILE_BYTES)),
    ];
    let said: Vec<String> = files.iter().map(|file| refused(file)).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn selectors_that_can_not_be_used_are_named_with_the_reason() {
    let mut out = String::new();
    for selector in [
        "",
        "p,",
        "div >",
        "> div",
        "div..a",
        "a:hover",
        "a:visited",
        "p::before",
        "p:lang(en)",
        ":not()",
        ":is(p, :hover)",
        "svg|rect",
        "[=x]",
        "[class=]",
        "p {",
        "p)",
        "p:",
        "p:nth-child(x)",
        "@media",
        ":has(:has(p))",
        &":not(".repeat(9),
    ] {
        let _ = writeln!(out, "{}", refused(&format!("hosts = \"a.example\"\n\nbody = '{selector}'\n")));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_host_has_rules_in_one_file_only() {
    let first = "hosts = [\"news.example\", \"news.example\", \"*.news.example\"]\nbody = \"p\"\n";
    let second = "body = \"p\"\nhosts = [\n  \"other.example\",\n  \"NEWS.example\",\n]\n";
    let error = Sites::parse([("a.toml", first), ("b.toml", second)]).unwrap_err();
    insta::assert_snapshot!(
        error,
        @"b.toml:4: `news.example` has rules in a.toml already: keep them in one of the two files"
    );
}

#[test]
fn hosts_are_found_by_name_and_by_the_nearest_domain() {
    let file = |hosts: &str| format!("hosts = {hosts}\nbody = \"p\"\n");
    let files = [
        ("exact", file("[\"news.example\", \"münchen.example\", \"10.0.0.1\", \"[::1]\"]")),
        ("all", file("[\"*.news.example\"]")),
        ("sport", file("[\"*.sport.news.example\"]")),
    ];
    let sites = Sites::parse(files).unwrap();
    let found = |url: &str| sites.of_url(url).map(|site| site.file.as_str());
    for (url, expected) in [
        ("https://news.example/a", Some("exact")),
        ("https://NEWS.example.:8443/a", Some("exact")),
        ("https://münchen.example/", Some("exact")),
        ("http://10.0.0.1/", Some("exact")),
        ("http://[::1]:80/", Some("exact")),
        ("https://www.news.example/", Some("all")),
        ("https://a.b.news.example/", Some("all")),
        ("https://sport.news.example/", Some("all")),
        ("https://x.sport.news.example/", Some("sport")),
        ("https://badnews.example/", None),
        ("https://example/", None),
        ("mailto:a@news.example", None),
        ("no url", None),
    ] {
        assert_eq!(found(url), expected, "{url}");
    }
    assert_eq!(sites.len(), 3);
    assert!(Sites::default().of("news.example").is_none());
}

const PAGE: &str = "<body><div id=a class='x y'><p id=b>one<p id=c lang=en>two<p id=d></div>
    <section id=e><!-- a comment --><h2 id=f>Head</h2><div id=g><span id=h data-kind='Big story'>x</span></div></section>";

fn page(html: &str) -> Dom {
    dom::parse(html, &Limits::default())
}

fn site(rule: &str, selector: &str) -> Site {
    Site::parse("site.toml", &format!("hosts = \"a.example\"\n{rule} = '''{selector}'''\n")).unwrap()
}

/// The ids of the elements of [`PAGE`] that are matched.
fn matched(selector: &str) -> String {
    let dom = page(PAGE);
    let marks = site("title", selector).marks(&dom);
    let id = |node: &NodeId| dom.attribute(*node, "id").unwrap_or("-").to_owned();
    marks.titles.iter().map(id).collect()
}

#[test]
fn selectors_match_as_in_css() {
    for (selector, expected) in [
        ("p", "bcd"),
        ("P", "bcd"),
        (".x.y > p", "bcd"),
        (".X", ""),
        ("#c, #b", "bc"),
        ("[lang=en]", "c"),
        ("[data-kind^=big i]", "h"),
        ("[data-kind~=story]", "h"),
        ("p:first-child", "b"),
        ("p:last-child", "d"),
        ("p:nth-child(2n+1)", "bd"),
        ("p:nth-last-child(2)", "c"),
        (":nth-child(1 of [lang])", "c"),
        ("h2:first-child", "f"),
        ("span:only-of-type", "h"),
        ("p:not(:empty)", "bc"),
        ("div p:is(#b, #d)", "bd"),
        (":where(section, div) > h2", "f"),
        ("div:has(> span)", "g"),
        ("section:has(span)", "e"),
        ("h2:has(+ div)", "f"),
        ("p + p", "cd"),
        ("p ~ p:empty", "d"),
        ("div section", ""),
        ("*|h2", "f"),
        ("body *:has(span) span", "h"),
        (":root:not([id])", "-"),
    ] {
        assert_eq!(matched(selector), expected, "{selector}");
    }
}

#[test]
fn what_is_removed_is_not_looked_into() {
    let mut dom = page("<div id=a><p>One<article id=b>Two</article></div><article id=c>Three</article>");
    let text = "hosts = \"a.example\"\nremove = \"#a\"\nstory = \"article\"\n";
    let marks = Site::parse("site.toml", text).unwrap().marks(&dom);
    assert_eq!(marks.stories.len(), 1);
    dom.set_marks(marks);
    assert_eq!(dom.inner_text(NodeId::DOCUMENT), "Three");
}

#[test]
fn a_page_that_would_cost_too_much_is_read_without_rules() {
    const STEPS: u64 = 300_000;
    let siblings = format!("<body><i></i>{}", "<p class=a>x</p>".repeat(20_000));
    let nested = format!("<body>{}", format!("{}x", "<div>".repeat(250)).repeat(100));
    for (html, selector) in [
        (&siblings, "b ~ p"),
        (&siblings, "p:has(~ b)"),
        (&siblings, "p:nth-last-child(1 of :not(b ~ p))"),
        (&nested, "div:has(b)"),
        (&nested, ":has(div div ~ div b)"),
        (&siblings, &format!("p{}", ":not(.b, .c, .d, .e)".repeat(40))),
    ] {
        let marks = site("remove", selector).marks_within(&page(html), STEPS);
        assert_eq!(marks.removed.len(), 0, "{selector}");
    }
    // What is cheap is done.
    let marks = site("remove", "p.a:nth-child(2n)").marks_within(&page(&siblings), STEPS);
    assert_eq!(marks.removed.len(), 10_000);
}

fn rules() -> impl Strategy<Value = String> {
    let selector = prop_oneof![
        "[a-z.#:>+~*, ()\\[\\]=\"|&@{}-]{0,40}",
        "\\PC{0,20}",
        prop::collection::vec(
            prop::sample::select(vec![
                "p",
                ".a",
                "#b",
                "[c]",
                "[c=d i]",
                ":is(",
                ":not(",
                ":has(",
                ")",
                ":nth-child(2n + 1",
                " of ",
                " ",
                ">",
                "+",
                "~",
                ",",
                "::before",
                ":hover",
                "*",
                "|",
                "\\",
                ":host",
                ":slotted(",
                ":scope",
                "&",
            ]),
            0..20
        )
        .prop_map(|parts| parts.concat()),
    ];
    let value = prop_oneof![
        selector.clone().prop_map(|text| toml::Value::from(text).to_string()),
        prop::collection::vec(selector, 0..3).prop_map(|texts| toml::Value::from(texts).to_string()),
        "\\PC{0,20}",
    ];
    let key = prop::sample::select(vec!["story", "title", "body", "remove", "hosts", "x"]);
    let line = (key, value).prop_map(|(key, value)| format!("{key} = {value}\n"));
    (any::<bool>(), prop::collection::vec(line, 0..4)).prop_map(|(hosts, lines)| {
        let hosts = if hosts { "hosts = [\"a.example\"]\n" } else { "" };
        format!("{hosts}{}", lines.concat())
    })
}

proptest! {
    #[test]
    fn no_text_of_rules_panics(text in rules()) {
        if let Ok(site) = Site::parse("site.toml", &text) {
            let mut dom = page(PAGE);
            let marks = site.marks(&dom);
            dom.set_marks(marks);
        }
    }

    #[test]
    fn no_text_at_all_panics(text in "\\PC{0,200}") {
        let _ = Site::parse("site.toml", &text);
    }
}
