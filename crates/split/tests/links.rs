//! Which links of a page are those of its story.
#![allow(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

use split::{Limits, Source, split};

/// The links of the page's stories, each as its words and its address; the page's own is
/// `https://page.example/news/harbour`.
fn links(body: &str) -> Vec<Vec<(String, String)>> {
    let page = format!("<html><body><article><h1>Harbour reopens</h1>{body}</article></body></html>");
    let source = Source { url: Some("https://page.example/news/harbour"), ..Source::new(page.as_bytes()) };
    let stories = split(&source, &Limits::default()).unwrap();
    let of = |link: model::Link| (link.text, link.url);
    stories.into_iter().map(|story| story.links.into_iter().map(of).collect()).collect()
}

/// A paragraph of running text with `inside` in it.
fn paragraph(inside: &str) -> String {
    format!(
        "<p>The harbour of Aden reopened on Monday after two weeks of repairs, {inside} said in a \
         statement. Three ships were unloaded before noon, and a further five are expected to dock by \
         the end of the week.</p>"
    )
}

fn only(body: &str) -> Vec<(String, String)> {
    let mut stories = links(body);
    assert_eq!(stories.len(), 1);
    stories.remove(0)
}

#[test]
fn those_in_the_text_count_in_its_order_and_no_others() {
    let page = [
        "<p class=\"byline\">By <a href=\"/people/ned\">Ned Hallam</a></p>",
        "<ul class=\"share\"><li><a href=\"https://social.example/share\">Share</a></li></ul>",
        &paragraph(
            "the <a href=\"/port\">port <b>authority</b></a>, <a href=\"//b.example/x?a=1#top\">again</a>,",
        ),
        "<p>Read also: <a href=\"/news/other\">The other harbour</a></p>",
        "<ul><li>The <a href=\"ships\">ships</a> that came on Monday were all from the south.</li></ul>",
        "<blockquote>We thank <a href=\"https://c.example/\">the crews</a> for their patience, he said.</blockquote>",
        &paragraph("the <a href=\"/port\">same authority</a>"),
        "<p>Tags: <a href=\"/tag/harbour\">harbour</a>, <a href=\"/tag/aden\">Aden</a></p>",
        "<h3>More</h3><p><a href=\"/news/next\">What next for the port</a></p>",
    ];
    let expected = [
        ("port authority", "https://page.example/port"),
        ("again", "https://b.example/x?a=1#top"),
        ("ships", "https://page.example/news/ships"),
        ("the crews", "https://c.example/"),
    ];
    assert_eq!(only(&page.concat()), expected.map(|(text, url)| (text.to_owned(), url.to_owned())));
}

#[test]
fn those_that_lead_nowhere_else_do_not() {
    for link in [
        "<a href=\"#note\">the authority</a>",
        "<a href=\"/news/harbour#note\">the authority</a>",
        "<a href=\"\">the authority</a>",
        "<a>the authority</a>",
        "<a href=\"mailto:port@page.example\">the authority</a>",
        "<a href=\"javascript:void(0)\">the authority</a>",
        "<a href=\"https://[\">the authority</a>",
        "<a href=\"/port\"><img src=\"/port.png\"></a>the authority",
        "<a rel=\"nofollow tag\" href=\"/tag/port\">the authority</a>",
    ] {
        assert_eq!(only(&paragraph(link)), [], "{link}");
    }
}

#[test]
fn those_of_tags_are_keywords() {
    let story = |n: u32| {
        format!(
            "<article><h2>Story number {n} of the day</h2>{}{}<footer class=\"tags\"><a href=\"/tag/{n}\">port {n}</a>\
             <a rel=\"tag\" href=\"/x\">Aden</a><a rel=\"category tag\" href=\"/y\">News</a></footer></article>",
            paragraph("it"),
            paragraph("she")
        )
    };
    let page: String = (1..=3).map(story).collect();
    let source = Source { url: Some("https://page.example/"), ..Source::new(page.as_bytes()) };
    let stories = split(&source, &Limits::default()).unwrap();
    let keywords: Vec<_> = stories.iter().map(|story| story.keywords.clone()).collect();
    assert_eq!(keywords, ["port 1", "port 2", "port 3"].map(|port| [port, "Aden"]));
    assert!(stories.iter().all(|story| story.links.is_empty()));
}

#[test]
fn their_number_and_length_are_bounded() {
    let many: String = (0..300).map(|n| format!("<a href=\"/{n}\">ship {n}</a>, ")).collect();
    let text = "word ".repeat(2000);
    let found = only(&paragraph(&format!("{many}{text} the authority")));
    assert_eq!(found.len(), 200);
    assert_eq!(found.last().unwrap().0, "ship 199");
    let long = format!("<a href=\"/{}\">the authority</a>", "x".repeat(2048));
    assert_eq!(only(&paragraph(&long)), []);
}

#[test]
fn each_story_has_its_own() {
    let story = |n: u32| {
        format!(
            "<article><h2>Story number {n} of the day</h2>{}{}</article>",
            paragraph(&format!("<a href=\"/{n}\">port {n}</a>")),
            paragraph("it")
        )
    };
    let page: String = (1..=3).map(story).collect();
    let expected = [1, 2, 3].map(|n| vec![(format!("port {n}"), format!("https://page.example/{n}"))]);
    assert_eq!(links(&page), expected);
}
