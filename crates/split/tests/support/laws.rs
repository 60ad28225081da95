//! Laws that hold for any page; the property tests and the fuzz targets state them alike.

use model::Story;
use split::{Limits, Source, split};
use unicode_normalization::UnicodeNormalization;

/// The stories of `source`, fetched on a certain day: the same ones when it is split again, and numbered.
pub(crate) fn stories(source: Source<'_>) -> Option<Vec<Story>> {
    let source = Source { fetched_at: "2024-05-03T12:00:00Z".parse().ok(), ..source };
    let first = split(&source, &Limits::default());
    assert_eq!(first, split(&source, &Limits::default()));
    let stories = first.ok()?;
    assert!(are_numbered(&stories));
    Some(stories)
}

/// `text` taken apart into letters and marks, without white space and the marks that the splitter takes out
/// of all text.
fn bare(text: &str) -> Vec<char> {
    text.nfkd().filter(|c| !c.is_whitespace() && !c.is_control() && !is_mark(*c)).collect()
}

fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0xAD | 0x61C | 0x640 | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2069 | 0xFEFF | 0xFFF9..=0xFFFB)
}

/// The first of `blocks` that is not found, letter by letter in its order, in what is left of `text`
/// behind those before it.
pub(crate) fn not_in_order<'a>(blocks: impl Iterator<Item = &'a str>, text: &str) -> Option<&'a str> {
    let text = bare(text);
    let mut rest = text.iter();
    blocks.into_iter().find(|block| !bare(block).iter().all(|letter| rest.any(|c| c == letter)))
}

/// The first block of `stories` that is not found, letter by letter in its order, in `text`.
#[allow(dead_code)]
pub(crate) fn not_in<'a>(stories: &'a [Story], text: &str) -> Option<&'a str> {
    blocks(stories).find(|block| not_in_order(std::iter::once(*block), text).is_some())
}

/// The blocks of all stories.
pub(crate) fn blocks(stories: &[Story]) -> impl Iterator<Item = &str> {
    stories.iter().flat_map(|story| story.blocks.iter().map(|block| block.text.as_str()))
}

/// Whether parts are numbered through, and no story is without text.
fn are_numbered(stories: &[Story]) -> bool {
    (1..).zip(stories).all(|(part, story)| {
        story.page.part == part && story.page.parts as usize == stories.len() && !story.text.is_empty()
    })
}
