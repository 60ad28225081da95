//! Rules for single sites: each kind on a page that is misread without it.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a story that is missing is a failed test")]

use model::{BlockKind, Story};
use split::{Limits, NoStory, Site, Source, explain, split};

const HARBOUR: &str = "The harbour of the old town opened again on Monday after two weeks of repairs, the port's \
    office said. Three ships were unloaded before noon, and five more are expected by the end of the week. The \
    director thanked the crews for their patience and promised that the second crane would be ready in spring.";
const LIBRARY: &str = "The city's largest library will stay open until midnight from September, the council decided \
    on Tuesday. Students had asked for longer hours for years, and more than four thousand of them had signed a \
    letter to the mayor. The extra hours cost about as much as one new bus, a member of the council reckoned.";
const BRIDGE: &str = "Engineers closed the northern bridge to lorries on Wednesday, since two of its cables had lost \
    a tenth of their strength. Cars and bicycles may go on using it, said the roads office, which wants to replace \
    the cables before winter. A ferry will carry the lorries meanwhile, from six in the morning until ten at night.";

fn try_split(html: &str, rules: &str) -> Result<Vec<Story>, NoStory> {
    let site = Site::parse("site.toml", &format!("hosts = \"page.example\"\n{rules}")).unwrap();
    let source = Source { site: Some(&site), ..Source::new(html.as_bytes()) };
    split(&source, &Limits::default())
}

fn with(html: &str, rules: &str) -> Vec<Story> {
    try_split(html, rules).unwrap()
}

fn without(html: &str) -> Vec<Story> {
    split(&Source::new(html.as_bytes()), &Limits::default()).unwrap()
}

fn titles(stories: &[Story]) -> Vec<&str> {
    stories.iter().map(|story| story.title.as_deref().unwrap_or("-")).collect()
}

#[test]
fn remove_takes_an_element_out_whatever_is_in_it() {
    let page = format!(
        "<html><body><main><h1>Harbour reopens</h1><p>{HARBOUR}</p><div class=weather><p>{LIBRARY}</p></div>\
         <p>{BRIDGE}</p><ul class=x><li>Read also: <a href=/>More</a></ul></main></body></html>"
    );
    assert!(without(&page)[0].text.contains(LIBRARY));
    let stories = with(&page, "remove = ['.weather', 'ul.x']");
    assert_eq!(titles(&stories), ["Harbour reopens"]);
    assert_eq!(stories[0].text, format!("{HARBOUR}\n{BRIDGE}"));
}

#[test]
fn remove_reaches_metadata_that_misleads() {
    let page = format!(
        "<html><head><script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"An old one\",\
         \"datePublished\":\"1999-01-01\"}}</script></head><body><h1>Harbour reopens</h1><p>{HARBOUR}</p></body></html>"
    );
    assert_eq!(without(&page)[0].published_at.as_deref(), Some("1999-01-01"));
    let stories = with(&page, "remove = 'script[type=\"application/ld+json\"]'");
    assert_eq!((titles(&stories), &stories[0].published_at), (vec!["Harbour reopens"], &None));
}

#[test]
fn story_elements_are_stories_and_nothing_else_is() {
    let page = format!(
        "<html><body><div class=a><h2>Bridge closed</h2><p>{BRIDGE}</p></div><aside>\
         <div class=s><b>Harbour reopens</b><p>{HARBOUR}</p><div class=s><p>Nested in it.</p></div></div>\
         <div class=s><b>Library open late</b><p>{LIBRARY}</p></div></aside></body></html>"
    );
    let stories = with(&page, "story = '.s'");
    assert_eq!(titles(&stories), ["Harbour reopens", "Library open late"]);
    assert!(stories[0].text.starts_with(HARBOUR) && stories[1].text == LIBRARY, "{stories:#?}");
    assert!(stories.iter().all(|story| story.page.parts == 2 && !story.text.contains(BRIDGE)));
    // A story without text of its own is none; the page then has none.
    assert!(matches!(try_split(&page, "story = 'h2'"), Err(NoStory::NoText { .. })));
}

#[test]
fn a_rule_that_matches_nothing_says_nothing() {
    let page = format!("<html><body><h1>Harbour reopens</h1><p>{HARBOUR}</p></body></html>");
    let rules = "story = '.lost'\ntitle = '.lost'\nbody = '.lost'\nremove = '.lost'";
    assert_eq!(with(&page, rules), without(&page));
}

#[test]
fn body_alone_is_text_whatever_its_class_says() {
    let page = format!(
        "<html><body><h1>Harbour reopens</h1><p class=date>4 March 2024</p><p>{LIBRARY}</p>\
         <div class=related-promo><p>{HARBOUR}</p></div><p>{LIBRARY}</p>\
         <div class=comments><p>{BRIDGE}</p><p>The last line.</p></div><h2>More</h2><p>{LIBRARY}</p></body></html>"
    );
    let stories = with(&page, "body = ['.related-promo', '.comments']");
    assert_eq!(titles(&stories), ["Harbour reopens"]);
    assert_eq!(stories[0].text, format!("{HARBOUR}\n{BRIDGE}\nThe last line."));
    assert_eq!(stories[0].published_at.as_deref(), Some("2024-03-04"));
}

#[test]
fn body_holds_in_each_story() {
    let story = |title: &str, text: &str| {
        format!(
            "<section><h3>{title}</h3><h4>A line below the headline that is not in the text of it</h4>\
             <div class=t><p>{text}</p></div><p>Written while it rained. {BRIDGE}</p></section>"
        )
    };
    let page = format!(
        "<html><body>{}{}</body></html>",
        story("Harbour reopens", HARBOUR),
        story("Library open late", LIBRARY)
    );
    let stories = with(&page, "story = 'section'\nbody = '.t'");
    assert_eq!(titles(&stories), ["Harbour reopens", "Library open late"]);
    assert_eq!((stories[0].text.as_str(), stories[1].text.as_str()), (HARBOUR, LIBRARY));
    assert_eq!(
        stories[0].subtitle.as_deref(),
        Some("A line below the headline that is not in the text of it")
    );
}

#[test]
fn body_of_lines_that_breaks_part() {
    let lines = [HARBOUR, LIBRARY, BRIDGE, "“We are glad,” the mayor said on Thursday.", "Rain is expected."];
    let page = format!(
        "<html><body>{LIBRARY}<br><table><tr><td class=t>{}</td></tr></table>{LIBRARY}</body></html>",
        lines.join("<br>")
    );
    let stories = with(&page, "body = '.t'");
    assert_eq!(stories.len(), 1);
    assert_eq!(stories[0].text, lines.join("\n"));
}

#[test]
fn body_wins_over_the_text_of_the_metadata() {
    let page = format!(
        "<html><head><script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Harbour reopens\",\
         \"articleBody\":\"{LIBRARY} {BRIDGE} {LIBRARY}\"}}</script></head><body><h1>Harbour reopens</h1>\
         <p class=t>{HARBOUR}</p><p>{LIBRARY}</p></body></html>"
    );
    assert_eq!(with(&page, "body = '.t'")[0].text, HARBOUR);
}

#[test]
fn title_is_the_headline_of_the_only_story() {
    let page = format!(
        "<html><head><title>Paper</title><meta property='og:title' content='Paper of today'></head><body>\
         <h1>The Paper</h1><div class=tags>Harbour reopens. A crane is late</div><p>{HARBOUR}</p></body></html>"
    );
    assert_ne!(titles(&without(&page)), ["Harbour reopens. A crane is late"]);
    let stories = with(&page, "title = '.tags'");
    assert_eq!(titles(&stories), ["Harbour reopens. A crane is late"]);
    assert_eq!(stories[0].text, HARBOUR);
    assert!(stories[0].blocks.iter().all(|block| block.kind == BlockKind::Paragraph));
    // It may stand where nothing is read, or be long.
    assert_eq!(titles(&with(&page, "title = 'head > title'")), ["Paper"]);
    let long = format!("<html><body><div class=t>{LIBRARY}</div><p>{HARBOUR}</p></body></html>");
    let stories = with(&long, "title = '.t'");
    assert_eq!((titles(&stories), stories[0].text.as_str()), (vec![LIBRARY], HARBOUR));
}

#[test]
fn title_is_sought_in_each_story() {
    let story = |title: &str, text: &str| {
        format!("<div class=s><h2>News</h2><i class=h>{title}</i><p>{text}</p></div>")
    };
    let page = format!(
        "<html><body>{}{}</body></html>",
        story("Harbour reopens", HARBOUR),
        story("Library open late", LIBRARY)
    );
    let stories = with(&page, "story = '.s'\ntitle = '.h'");
    assert_eq!(titles(&stories), ["Harbour reopens", "Library open late"]);
    assert_eq!((stories[0].text.as_str(), stories[1].text.as_str()), (HARBOUR, LIBRARY));
}

#[test]
fn the_explanation_goes_by_the_rules_too() {
    let page = format!("<html><body><h1>Harbour reopens</h1><p class=x>{HARBOUR}</p><p>{LIBRARY}</p>");
    let site = Site::parse("site.toml", "hosts = \"page.example\"\nremove = '.x'").unwrap();
    let source = Source { site: Some(&site), ..Source::new(page.as_bytes()) };
    assert!(!explain(&source, &Limits::default()).contains("The harbour of the old town"));
}
