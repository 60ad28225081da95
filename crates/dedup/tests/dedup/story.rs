//! Stories to observe.

use std::collections::HashMap;

use dedup::{Index, Settings, Verdict};
use jiff::Timestamp;
use model::{PageRef, Story};

/// The memory that tests use.
pub(crate) type Memory = HashMap<Vec<u8>, Vec<u8>>;

/// A story on a page of its own, fetched at second `at`.
pub(crate) fn story(page: &str, title: &str, text: &str, at: i64) -> Story {
    Story {
        page: PageRef { url: Some(page.into()), part: 1, parts: 1 },
        url: Some(page.into()),
        title: Some(title.into()),
        text: text.into(),
        fetched_at: Some(Timestamp::from_second(at).unwrap()),
        splitter: 1,
        ..Story::blank()
    }
}

/// The same as a part of a page with several, without a URL of its own.
pub(crate) fn part(page: &str, part: u32, parts: u32, title: &str, text: &str, at: i64) -> Story {
    let page_ref = PageRef { url: Some(page.into()), part, parts };
    Story { page: page_ref, url: None, ..story(page, title, text, at) }
}

/// Observes `stories` one after the other at the time of the fetch.
pub(crate) fn observe(memory: &mut Memory, stories: &[Story]) -> Vec<Verdict> {
    let settings = Settings::default();
    let see = |story: &Story| {
        Index::new(memory, &settings).observe(story, story.fetched_at.unwrap_or_default()).unwrap()
    };
    stories.iter().map(see).collect()
}

/// A verdict in a word.
pub(crate) fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::New { .. } => "new",
        Verdict::Revision { .. } => "revision",
        Verdict::Unchanged { .. } => "unchanged",
        Verdict::Duplicate { .. } => "duplicate",
    }
}

/// The article that a verdict names.
pub(crate) fn article(verdict: &Verdict) -> model::Id {
    match *verdict {
        Verdict::New { id } | Verdict::Revision { id, .. } | Verdict::Unchanged { id } => id,
        Verdict::Duplicate { of, .. } => of,
    }
}
