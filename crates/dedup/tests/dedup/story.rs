//! Stories to observe.

use std::collections::BTreeMap;

use dedup::{Changes, Index, Settings, Verdict};
use jiff::Timestamp;
use model::{PageRef, Story};

/// State as a log keeps it. Each use of it is a restart: the index is made anew from its entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Memory(BTreeMap<Vec<u8>, Vec<u8>>);

impl Memory {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// An index of these entries.
    pub(crate) fn index(&self, settings: &Settings) -> Index {
        let mut index = Index::new(settings.clone());
        self.0.iter().for_each(|(key, value)| index.set(key, Some(value)));
        index.restored();
        assert_eq!(index.check(), Ok(()));
        index
    }

    /// Sets changes in both.
    pub(crate) fn set(&mut self, index: &mut Index, changes: Changes) {
        for (key, value) in changes {
            index.set(&key, value.as_deref());
            match value {
                Some(value) => self.0.insert(key, value),
                None => self.0.remove(&key),
            };
        }
    }
}

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
    let mut index = memory.index(&Settings::default());
    let mut see = |story: &Story| {
        let (verdict, changes) = index.observe(story, story.fetched_at.unwrap_or_default());
        memory.set(&mut index, changes);
        verdict
    };
    stories.iter().map(&mut see).collect()
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
