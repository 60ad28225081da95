//! HTML that says nothing by its tags: the seed's lines in one and the same element, or in none.
//!
//! The rules that read a text by its lines (a "read also" line before a headline, labels, glued subheads)
//! hold for lines in `<p>`, `<div>`, table cells, `<br>` and `<pre>` as well.

#![allow(clippy::indexing_slicing, reason = "a story that is missing is a failed test")]

use model::{BlockKind, Story};

const TEXT: &str = include_str!("fixtures/seed/page.txt");

fn split(html: &str) -> Vec<Story> {
    split::split(&split::Source::new(html.as_bytes()), &split::Limits::default()).unwrap_or_default()
}

fn check(form: &str, body: &str) {
    let stories =
        split(&format!("<html dir=\"rtl\"><head><title>x</title></head><body>{body}</body></html>"));
    let titles: Vec<_> = stories.iter().map(|story| story.title.as_deref().unwrap_or("-")).collect();
    let lines: Vec<&str> = TEXT.lines().collect();
    assert_eq!(
        titles,
        [lines[0], "روسيا توجه ضربة مركزة لمجمع الطاقة الداعم للصناعة العسكرية الأوكراينة"],
        "{form}"
    );
    let count = |story: &Story, kind| story.blocks.iter().filter(|block| block.kind == kind).count();
    assert_eq!(
        (count(&stories[0], BlockKind::Paragraph), count(&stories[0], BlockKind::Heading)),
        (12, 2),
        "{form}"
    );
    assert_eq!(count(&stories[1], BlockKind::Paragraph), 5, "{form}");
    assert_eq!(stories[0].published_at.as_deref(), Some("2023-09-16"), "{form}");
    assert_eq!(stories[0].source.name.as_deref(), Some("العربية"), "{form}");
}

/// The seed's lines, each between `open` and `close`.
fn lines(open: &str, close: &str) -> String {
    TEXT.lines().map(|line| format!("{open}{line}{close}\n")).collect()
}

#[test]
fn every_line_in_the_same_element() {
    for tag in ["p", "div", "section"] {
        check(tag, &lines(&format!("<{tag}>"), &format!("</{tag}>")));
    }
    check("table", &format!("<table>{}</table>", lines("<tr><td>", "</td></tr>")));
    let headed = lines("<p>", "</p>").replacen("<p>", "<h1>", 1).replacen("</p>", "</h1>", 1);
    check("one heading", &headed);
    check("main", &format!("<main>{}</main>", lines("<p>", "</p>")));
}

#[test]
fn lines_that_only_breaks_part() {
    check("br br", &lines("", "<br><br>"));
    check("br", &lines("", "<br>"));
    check("pre", &format!("<pre>{TEXT}</pre>"));
}

#[test]
fn a_stray_byte_does_not_spoil_a_page_of_utf_8() {
    let text = "“It’s the café’s best year,” she said on Monday, and everybody in the small town seemed to agree with her about it. "
        .repeat(4);
    let mut page = format!("<meta charset=\"utf-8\"><h1>A café</h1><p>{text}</p><p>Caf").into_bytes();
    page.push(0xe9);
    page.extend_from_slice(b" again.</p>");
    let stories = split::split(&split::Source::new(&page), &split::Limits::default()).unwrap();
    assert!(stories[0].text.contains("“It’s the café’s best year,”"), "{}", stories[0].text);
}

#[test]
fn a_subhead_right_behind_the_headline_stays() {
    let answer = "It began on a rainy day in spring, when nobody expected that the old mill would ever grind again, and it has gone on since. ".repeat(3);
    let mut page = String::from("<h1>The miller of Ard speaks</h1>");
    for question in ["How did you begin?", "Who helped you?", "What comes next?"] {
        page += &format!("<h2>{question}</h2><p>{answer}{question}</p>");
    }
    let stories = split(&page);
    assert_eq!(stories.len(), 1);
    let headings: Vec<&str> = stories[0]
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Heading)
        .map(|block| block.text.as_str())
        .collect();
    assert_eq!(headings, ["How did you begin?", "Who helped you?", "What comes next?"]);
}
