use std::collections::HashMap;

use jiff::Timestamp;
use model::{Id, PageRef, Story};

use crate::index::Index;
use crate::settings::Settings;
use crate::verdict::Verdict;

/// A deduplication in memory alone, for stories that come in order of arrival.
///
/// ```
/// let mut dedup = dedup::Dedup::new(dedup::Settings::default());
/// let report = "The river rose by two metres in the night, the mayor said.";
/// assert_eq!(dedup.observe("1", Some("https://a.example/1"), Some("Flood"), report), None);
/// let first = dedup.observe("2", Some("https://b.example/9"), Some("River rises"), report);
/// assert_eq!(first.as_deref(), Some("1"));
/// ```
#[derive(Debug)]
pub struct Dedup {
    index: Index,
    /// The caller's ids of the articles.
    ids: HashMap<Id, String>,
}

impl Dedup {
    /// An empty one. The window's days do not pass here; its number of stories counts.
    pub fn new(settings: Settings) -> Self {
        // Nobody asks who carried a report.
        let mut index = Index::new(Settings { max_also_at: 0, ..settings });
        index.restored();
        Self { index, ids: HashMap::new() }
    }

    /// Takes the story `id` and gives the id of the earlier story that it repeats, or of which it is
    /// a new version. Without a `url` the story stands by itself, named by its id.
    pub fn observe(
        &mut self,
        id: &str,
        url: Option<&str>,
        title: Option<&str>,
        text: &str,
    ) -> Option<String> {
        let story = story(url.unwrap_or(id), title, text);
        let (verdict, changes) = self.index.observe(&story, Timestamp::UNIX_EPOCH);
        for (key, value) in changes {
            self.index.set(&key, value.as_deref());
        }
        match verdict {
            Verdict::New { id: article } => {
                self.ids.insert(article, id.to_owned());
                self.forget_ids();
                None
            }
            Verdict::Revision { id: article, .. }
            | Verdict::Unchanged { id: article }
            | Verdict::Duplicate { of: article, .. } => self.ids.get(&article).cloned(),
        }
    }

    /// Drops the ids of articles that the index has forgotten, once they are the greater part.
    fn forget_ids(&mut self) {
        if self.ids.len() > self.index.len().saturating_mul(2) {
            let index = &self.index;
            self.ids.retain(|article, _| index.by_id(*article).is_some());
        }
    }
}

fn story(url: &str, title: Option<&str>, text: &str) -> Story {
    Story {
        page: PageRef { url: Some(url.to_owned()), part: 1, parts: 1 },
        url: Some(url.to_owned()),
        title: title.map(str::to_owned),
        text: text.to_owned(),
        ..Story::blank()
    }
}
