//! The topics and what is kept in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Feed definitions, by feed.
pub const FEEDS: &str = "feeds";
/// Entries of feeds, by entry.
pub const ENTRIES: &str = "entries";
/// Fetched pages, by URL.
pub const PAGES: &str = "pages";
/// Stories cut from pages, by page URL.
pub const STORIES: &str = "stories";
/// Articles, by article: the product.
pub const ARTICLES: &str = "articles";
/// Copies of articles, by the article they repeat.
pub const DUPLICATES: &str = "duplicates";
/// How widely reports ran, by article.
pub const COPIES: &str = "copies";
/// What could not be handled, by origin.
pub const DEAD_LETTERS: &str = "dead-letters";

/// The state topic of `stage`.
pub fn state_of(stage: &str) -> String {
    format!("{stage}-state")
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// How a topic is made and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSpec {
    /// The short name.
    pub name: String,
    /// How many partitions: fixed once the topic is made.
    pub partitions: u32,
    /// The latest record of a key replaces the earlier ones.
    pub compact: bool,
    /// Records older than this are dropped; none keeps them.
    pub retention_ms: Option<u64>,
    /// Oldest records are dropped beyond this; none keeps them. Counted for the whole topic by the
    /// embedded store, and divided among the partitions on Kafka.
    pub retention_bytes: Option<u64>,
    /// The embedded store drops a record as soon as it is consumed.
    pub drop_consumed: bool,
    /// The largest record: key, headers and value.
    pub max_record_bytes: u64,
}

/// All topics of an installation, by short name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    specs: BTreeMap<String, TopicSpec>,
}

/// What an installation decides about its topics: the table `[topics]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CatalogueSettings {
    /// Partitions of `feeds`, `entries` and the state of poller and fetcher.
    pub host_partitions: u32,
    /// Partitions of `pages`.
    pub page_partitions: u32,
    /// Partitions of `stories` and the deduper's state.
    pub story_partitions: u32,
    /// Partitions of `articles`, `duplicates`, `copies` and `dead-letters`.
    pub article_partitions: u32,
    /// How long entries, pages and stories are kept, so that they can be replayed.
    pub replay_retention_ms: u64,
    /// How many bytes of pages, and of stories, are kept for replay.
    pub replay_retention_bytes: u64,
    /// How long articles are kept, and the counts of their copies.
    pub article_retention_ms: u64,
    /// How long duplicates are kept.
    pub duplicate_retention_ms: u64,
    /// How long dead letters are kept.
    pub dead_letter_retention_ms: u64,
    /// The largest page body that passes through topics.
    pub max_page_bytes: u64,
}

impl Default for CatalogueSettings {
    fn default() -> Self {
        Self {
            host_partitions: 12,
            page_partitions: 12,
            story_partitions: 12,
            article_partitions: 12,
            replay_retention_ms: 3 * DAY_MS,
            replay_retention_bytes: 2048 * MIB,
            article_retention_ms: 90 * DAY_MS,
            duplicate_retention_ms: 30 * DAY_MS,
            dead_letter_retention_ms: 30 * DAY_MS,
            max_page_bytes: 8 * MIB,
        }
    }
}

impl Catalogue {
    /// A catalogue of these topics.
    pub fn new(specs: impl IntoIterator<Item = TopicSpec>) -> Self {
        Self { specs: specs.into_iter().map(|spec| (spec.name.clone(), spec)).collect() }
    }

    /// The topics of khabar.
    pub fn khabar(settings: &CatalogueSettings) -> Self {
        // Beside the body a page's record holds its entry, which may carry the feed's full text.
        let max_page_record = settings.max_page_bytes + MIB;
        let kept = |name: &str, partitions, retention_ms| TopicSpec {
            name: name.to_owned(),
            partitions,
            compact: false,
            retention_ms: Some(retention_ms),
            retention_bytes: None,
            drop_consumed: false,
            max_record_bytes: MIB,
        };
        let compacted = |name: &str, partitions| TopicSpec {
            compact: true,
            retention_ms: None,
            ..kept(name, partitions, 0)
        };
        let hosts = settings.host_partitions;
        Self::new([
            compacted(FEEDS, hosts),
            TopicSpec { drop_consumed: true, ..kept(ENTRIES, hosts, settings.replay_retention_ms) },
            TopicSpec {
                retention_bytes: Some(settings.replay_retention_bytes),
                max_record_bytes: max_page_record,
                ..kept(PAGES, settings.page_partitions, settings.replay_retention_ms)
            },
            TopicSpec {
                retention_bytes: Some(settings.replay_retention_bytes),
                max_record_bytes: max_page_record,
                ..kept(STORIES, settings.story_partitions, settings.replay_retention_ms)
            },
            TopicSpec {
                compact: true,
                max_record_bytes: max_page_record,
                ..kept(ARTICLES, settings.article_partitions, settings.article_retention_ms)
            },
            kept(DUPLICATES, settings.article_partitions, settings.duplicate_retention_ms),
            TopicSpec {
                compact: true,
                ..kept(COPIES, settings.article_partitions, settings.article_retention_ms)
            },
            TopicSpec {
                compact: true,
                // Whatever any topic takes, with the reason beside it.
                max_record_bytes: max_page_record + MIB,
                ..kept(DEAD_LETTERS, settings.article_partitions, settings.dead_letter_retention_ms)
            },
            TopicSpec { max_record_bytes: 4 * MIB, ..compacted(&state_of("poller"), hosts) },
            TopicSpec { max_record_bytes: 4 * MIB, ..compacted(&state_of("fetcher"), hosts) },
            TopicSpec {
                max_record_bytes: 4 * MIB,
                ..compacted(&state_of("deduper"), settings.story_partitions)
            },
        ])
    }

    /// Of these topics those that are called by one of `names`.
    #[must_use]
    pub fn only(mut self, names: &[&str]) -> Self {
        self.specs.retain(|name, _| names.contains(&name.as_str()));
        self
    }

    /// The topic called `name`.
    pub fn get(&self, name: &str) -> Option<&TopicSpec> {
        self.specs.get(name)
    }

    /// All topics, by name.
    pub fn iter(&self) -> impl Iterator<Item = &TopicSpec> {
        self.specs.values()
    }
}
