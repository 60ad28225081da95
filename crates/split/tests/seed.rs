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

/// The page without the site's name in its `<title>`, which the text has not.
fn html_without_site() -> String {
    HTML.replace(" | الأخبار</title>", "</title>")
}

#[test]
fn html_gives_the_same_stories() {
    assert_eq!(summary(&stories(html_without_site().as_bytes())), summary(&stories(TEXT.as_bytes())));
}

#[test]
fn a_story_that_names_no_source_has_the_sites_name() {
    let names: Vec<_> = stories(HTML.as_bytes()).into_iter().map(|story| story.source.name).collect();
    assert_eq!(names, [Some("العربية".to_owned()), Some("الأخبار".to_owned())]);
}

#[test]
fn windows_1256_gives_the_same_stories() {
    let html = html_without_site().replace("charset=\"utf-8\"", "charset=\"windows-1256\"");
    let (bytes, _, lost) = encoding_rs::WINDOWS_1256.encode(&html);
    assert!(!lost);
    assert_eq!(summary(&stories(&bytes)), summary(&stories(TEXT.as_bytes())));
    // Without a word on the character set, too.
    let (bytes, _, _) = encoding_rs::WINDOWS_1256.encode(TEXT);
    assert_eq!(summary(&stories(&bytes)), summary(&stories(TEXT.as_bytes())));
}

/// The user's own statement of what must come out, field by field.
const GOLD: &str = include_str!("fixtures/seed/gold.json");

fn texts(story: &Story, kind: BlockKind) -> Vec<&str> {
    story.blocks.iter().filter(|block| block.kind == kind).map(|block| block.text.as_str()).collect()
}

/// The first paragraph behind the heading number `at`.
fn after_heading(story: &Story, at: usize) -> &str {
    let mut headings = 0;
    let behind = story.blocks.iter().skip_while(|block| {
        headings += usize::from(block.kind == BlockKind::Heading);
        headings <= at
    });
    behind.skip(1).map(|block| block.text.as_str()).next().unwrap_or_default()
}

#[test]
fn every_form_fulfils_the_gold_in_every_field() {
    let gold: serde_json::Value = serde_json::from_str(GOLD).unwrap();
    let expected = gold["stories"].as_array().unwrap();
    let in_no_story = gold["in_no_story"].as_array().unwrap();
    let (windows_1256, _, unmappable) = encoding_rs::WINDOWS_1256.encode(HTML);
    assert!(!unmappable);
    for (form, bytes) in
        [("text", TEXT.as_bytes()), ("html", HTML.as_bytes()), ("windows-1256", &*windows_1256)]
    {
        let stories = stories(bytes);
        assert_eq!(stories.len(), expected.len(), "{form}");
        for (story, gold) in stories.iter().zip(expected) {
            let text = |name: &str| gold[name].as_str();
            let paragraphs = texts(story, BlockKind::Paragraph);
            assert_eq!(story.title.as_deref(), text("title"), "{form}");
            assert_eq!(story.published_at.as_deref(), text("published_at"), "{form}");
            assert_eq!(paragraphs.len() as u64, gold["paragraphs"].as_u64().unwrap(), "{form}");
            assert!(paragraphs.first().unwrap().starts_with(text("first_words").unwrap()), "{form}");
            assert!(paragraphs.last().unwrap().ends_with(text("last_words").unwrap()), "{form}");
            if let Some(source) = text("source") {
                assert_eq!(story.source.name.as_deref(), Some(source), "{form}");
            }
            if let Some(among) = gold["keywords_are_among"].as_array() {
                assert!(!story.keywords.is_empty(), "{form}");
                assert!(story.keywords.iter().all(|word| among.iter().any(|known| known == word)), "{form}");
            }
            if let Some(headings) = gold["headings"].as_array() {
                assert_eq!(
                    texts(story, BlockKind::Heading),
                    headings.iter().map(|h| h.as_str().unwrap()).collect::<Vec<_>>()
                );
                assert!(
                    after_heading(story, 0)
                        .starts_with(text("paragraph_after_first_heading_starts").unwrap()),
                    "{form}"
                );
                assert!(
                    after_heading(story, 1)
                        .starts_with(text("paragraph_after_second_heading_starts").unwrap()),
                    "{form}"
                );
            }
            for furniture in in_no_story {
                assert!(!story.text.contains(furniture.as_str().unwrap()), "{form}: {furniture}");
            }
        }
    }
}
