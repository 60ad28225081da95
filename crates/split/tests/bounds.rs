//! Input made to hurt: deep, wide, endless, broken. It may yield nothing, but never a panic.

use proptest::prelude::*;
use split::{Limits, NoStory, Source, explain, split};

fn run(bytes: &[u8]) -> Result<Vec<model::Story>, NoStory> {
    split(&Source::new(bytes), &Limits::default())
}

const BODY: &str = "The harbour of Aden reopened on Monday after two weeks of repairs, the port authority said in a statement. \
    Three ships were unloaded before noon, and a further five are expected to dock by the end of the week, it added.";

#[test]
fn a_hundred_thousand_nested_tags_end() {
    for tag in ["div", "b", "table", "a", "p", "font"] {
        let open = format!("<{tag}>").repeat(100_000);
        let page = format!("<html><h1>Harbour reopens</h1>{open}<p>{BODY}</p>");
        // Some of these put the text where it is no story; none may hang or overflow the stack.
        let _ = run(page.as_bytes());
    }
    let deep = "<div>".repeat(100_000)
        + &format!("<h1>Harbour reopens</h1><p>{BODY}</p>")
        + &"</div>".repeat(100_000);
    assert_eq!(run(deep.as_bytes()).unwrap().len(), 1);
}

#[test]
fn a_tag_of_a_hundred_thousand_attributes_ends() {
    let attributes: String = (0..100_000).map(|n| format!(" a{n}='{n}'")).collect();
    let page = format!("<html><body{attributes}><h1>Harbour reopens</h1><p>{BODY}</p>");
    assert_eq!(run(page.as_bytes()).unwrap().len(), 1);
}

/// How many pieces of `page` are looked at: below a blank line [`explain`] has a line for each.
fn pieces(page: &str, limits: &Limits) -> usize {
    explain(&Source::new(page.as_bytes()), limits).lines().skip_while(|line| !line.is_empty()).skip(1).count()
}

#[test]
fn pieces_are_bounded_in_every_form() {
    let limits = Limits { max_pieces: 100, ..Limits::default() };
    for (form, part) in [
        ("lines", "Ab cd\n"),
        ("lines between blank ones", "Ab cd\n\n"),
        ("rules", "Ab cd\n***\n"),
        ("paragraphs", "<p>Ab cd"),
        ("breaks", "Ab cd<br><br>"),
        ("items", "<li>Ab cd"),
        ("rows", "<table><tr><td>Ab<td>cd</table>"),
        ("headings", "<h2>Ab cd</h2><hr>"),
        ("briefs", "<p><b>Ab cd.</b> Ef gh."),
    ] {
        for times in [1_000, 10_000] {
            assert_eq!(pieces(&part.repeat(times), &limits), 100, "{form} {times}");
        }
    }
}

#[test]
fn signs_without_end_are_one_piece_and_hide_no_story() {
    for sign in ["<", "&", "</", "<!", ",", "- ", "&#"] {
        let page = format!("<html><body><p>{}</p>", sign.repeat(100_000));
        assert!(pieces(&page, &Limits::default()) <= 1, "{sign}");
        let page = format!("<html><h1>Harbour reopens</h1><p>{BODY}</p><p>{}</p>", sign.repeat(100_000));
        let stories = run(page.as_bytes()).unwrap();
        assert_eq!(stories.len(), 1, "{sign}");
        assert!(stories.iter().all(|story| story.text.starts_with(BODY)), "{sign}");
    }
}

#[test]
fn stories_are_bounded() {
    let limits = Limits { max_stories: 3, ..Limits::default() };
    let page = format!("<article><h2>Harbour reopens</h2><p>{BODY}</p></article>").repeat(10);
    let stories = split(&Source::new(page.as_bytes()), &limits).unwrap();
    assert_eq!(stories.len(), 3);
    assert!(stories.iter().all(|story| story.page.parts == 3));
}

#[test]
fn what_is_no_page_is_named() {
    assert_eq!(run(b""), Err(NoStory::Empty));
    assert_eq!(run(b" \n\t "), Err(NoStory::Empty));
    assert_eq!(run(b"%PDF-1.7 \x00\x01"), Err(NoStory::Pdf));
    assert_eq!(run(b"\x89PNG\r\n\x1a\n\0\0"), Err(NoStory::Binary { kind: "a PNG image" }));
    let limits = Limits { max_bytes: 10, ..Limits::default() };
    let refused = split(&Source::new(b"more than ten bytes"), &limits);
    assert_eq!(refused, Err(NoStory::TooLarge { bytes: 19, max_bytes: 10 }));
    assert!(matches!(
        run(b"<html><ul><li><a href=/a>One</a><li><a href=/b>Two</a></ul>"),
        Err(NoStory::NoText { .. })
    ));
}

fn markup() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just(format!("<p>{BODY}</p>")),
        Just("<h2>A headline of some words</h2>".to_owned()),
        Just("<article>".to_owned()),
        Just("</article>".to_owned()),
        Just("<table><tr><td>".to_owned()),
        Just("</div>".to_owned()),
        Just("<div class='related'>".to_owned()),
        Just("<hr><br><br>".to_owned()),
        Just("Read also:\n".to_owned()),
        Just("\n***\n".to_owned()),
        Just("<time datetime='2024-01-02T03:04:05Z'>".to_owned()),
        Just(
            "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"x\"}</script>"
                .to_owned()
        ),
        "\\PC{0,40}",
        "[<>/a-z=\"' \\n]{0,30}",
    ];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = run(&bytes);
    }

    #[test]
    fn any_markup_is_survived_and_split_the_same_way_again(page in markup()) {
        let first = run(page.as_bytes());
        prop_assert_eq!(&first, &run(page.as_bytes()));
        for (part, story) in (1..).zip(first.iter().flatten()) {
            prop_assert_eq!(story.page.part, part);
            prop_assert!(!story.text.is_empty());
        }
    }

    #[test]
    fn any_bytes_inside_a_page_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut page = format!("<html><h1>Harbour reopens</h1><p>{BODY}</p><p>").into_bytes();
        page.extend(bytes);
        let _ = run(&page);
    }
}
