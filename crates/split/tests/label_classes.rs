//! Lines that say "read also", "keywords" or "source" stand in boxes with telling class names on many
//! sites. They are no text of a story, and still they say where one ends and what its keywords are.
//!
//! The seed's text in such a layout: the same two stories as in the other forms.

const PAGE: &str = include_str!("fixtures/seed/page.txt");

/// The seed as HTML 4.01: subheads in `<strong>` at the start of their paragraph, and the lines at the
/// first story's end in boxes called `ad-line`, `tags` and `readmore`.
fn page() -> String {
    let lines: Vec<&str> = PAGE.lines().collect();
    let mut body = String::new();
    for (at, line) in lines.iter().enumerate() {
        let line = line.replace("بمنطقة الساحلوشددت", "بمنطقة الساحل</strong>وشددت");
        let line = line.replace("القاعدة الفرنسيةإلى", "القاعدة الفرنسية</strong>إلى");
        let open = if line.contains("</strong>") { "<p><strong>" } else { "<p>" };
        body += &match at {
            0 => format!("<h1>{line}</h1>\n"),
            1 => format!("<div class=\"pubdate\">{line}</div>\n"),
            _ if line.starts_with("مادة إعلانية") => {
                format!("<div class=\"ad-line\">{line}</div>\n")
            }
            _ if line.starts_with("كلمات دلالية") => format!("<div class=\"tags\">{line}</div>\n"),
            _ if line.starts_with("إقرأ أيضاً") => {
                format!("<div class=\"readmore\"><b>{line}</b></div>\n")
            }
            _ if line.starts_with("روسيا توجه") => format!("<h2>{line}</h2>\n"),
            _ => format!("{open}{line}</p>\n"),
        };
    }
    format!("<html dir=\"rtl\"><body><div id=\"content\">{body}</div></body></html>")
}

#[test]
fn label_lines_in_boxes_of_their_own_still_end_a_story_and_name_its_keywords() {
    let page = page();
    let stories = split::split(&split::Source::new(page.as_bytes()), &split::Limits::default()).unwrap();
    let titles: Vec<_> = stories.iter().filter_map(|story| story.title.as_deref()).collect();
    assert_eq!(titles.len(), 2, "{titles:?}");
    assert_eq!(stories[0].source.name.as_deref(), Some("العربية"));
    assert!(stories[0].keywords.iter().any(|word| word == "روسيا"), "{:?}", stories[0].keywords);
    assert_eq!(stories[0].published_at.as_deref(), Some("2023-09-16"));
    for story in &stories {
        assert!(!story.text.contains("إقرأ أيضاً") && !story.text.contains("كلمات دلالية"), "{}", story.text);
    }
}
