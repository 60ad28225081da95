//! The page that the product was made for: two stories in one text, subheads that lost their
//! break, and furniture between. As text, as HTML, and in an old Arabic character set.

use model::{BlockKind, Story};
use split::{Limits, Source, split};

const TEXT: &str = include_str!("fixtures/seed/page.txt");
const HTML: &str = include_str!("fixtures/seed/page.html");

fn stories(bytes: &[u8]) -> Vec<Story> {
    split(&Source::new(bytes), &Limits::default()).unwrap_or_default()
}

/// What readers see of the stories.
fn summary(stories: &[Story]) -> String {
    let mut out = String::new();
    for story in stories {
        let title = story.title.as_deref().unwrap_or("-");
        out += &format!("# {title}\n");
        out += &format!(
            "part {} of {}, {:?}, {:?}\n",
            story.page.part, story.page.parts, story.lang, story.direction
        );
        out += &format!("published {:?}, source {:?}\n", story.published, story.source.name);
        out += &format!("keywords {:?}, {} words\n", story.keywords, story.words);
        for block in &story.blocks {
            out += &format!("{:?}: {}\n", block.kind, block.text);
        }
        out += "\n";
    }
    out
}

#[test]
fn the_text_gives_two_stories() {
    let stories = stories(TEXT.as_bytes());
    insta::assert_snapshot!(summary(&stories));
    let [first, second] = stories.as_slice() else { panic!("{} stories", stories.len()) };
    let count = |story: &Story, kind| story.blocks.iter().filter(|block| block.kind == kind).count();
    assert_eq!((count(first, BlockKind::Paragraph), count(first, BlockKind::Heading)), (12, 2));
    assert_eq!((count(second, BlockKind::Paragraph), count(second, BlockKind::Heading)), (5, 0));
    assert_eq!(first.published_at.as_deref(), Some("2023-09-16"));
    assert_eq!(second.published_at, None);
    assert_eq!(first.source.name.as_deref(), Some("العربية"));
}

#[test]
fn promotion_and_labels_are_in_no_story() {
    for story in stories(TEXT.as_bytes()) {
        for furniture in ["مادة إعلانية", "Google News", "كلمات دلالية", "إقرأ أيضاً", "تاريخ النشر"]
        {
            assert!(!story.text.contains(furniture), "{furniture}");
        }
    }
}

#[test]
fn html_gives_the_same_stories() {
    assert_eq!(summary(&stories(HTML.as_bytes())), summary(&stories(TEXT.as_bytes())));
}

#[test]
fn windows_1256_gives_the_same_stories() {
    let html = HTML.replace("charset=\"utf-8\"", "charset=\"windows-1256\"");
    let (bytes, _, lost) = encoding_rs::WINDOWS_1256.encode(&html);
    assert!(!lost);
    assert_eq!(summary(&stories(&bytes)), summary(&stories(TEXT.as_bytes())));
    // Without a word on the character set, too.
    let (bytes, _, _) = encoding_rs::WINDOWS_1256.encode(TEXT);
    assert_eq!(summary(&stories(&bytes)), summary(&stories(TEXT.as_bytes())));
}
