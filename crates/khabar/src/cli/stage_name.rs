//! The services by their names, and the topics of each.

use clap::ValueEnum;
use stream::topics;

/// A service of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum StageName {
    /// Polls feeds.
    Poller,
    /// Fetches pages.
    Fetcher,
    /// Splits pages into stories.
    Splitter,
    /// Recognises stories and publishes articles.
    Deduper,
}

impl StageName {
    /// All of them, in the order in which records pass.
    pub const ALL: [Self; 4] = [Self::Poller, Self::Fetcher, Self::Splitter, Self::Deduper];

    /// The stage's name: of its consumer group, its state, its metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Poller => "poller",
            Self::Fetcher => "fetcher",
            Self::Splitter => "splitter",
            Self::Deduper => "deduper",
        }
    }

    /// The topic that the stage reads.
    pub fn input(self) -> &'static str {
        match self {
            Self::Poller => topics::FEEDS,
            Self::Fetcher => topics::ENTRIES,
            Self::Splitter => topics::PAGES,
            Self::Deduper => topics::STORIES,
        }
    }

    /// The topics that the stage writes to, but for its state.
    pub fn outputs(self) -> &'static [&'static str] {
        match self {
            Self::Poller => &[topics::ENTRIES, topics::DEAD_LETTERS],
            // A redirect to another host is an entry anew.
            Self::Fetcher => &[topics::PAGES, topics::ENTRIES, topics::DEAD_LETTERS],
            Self::Splitter => &[topics::STORIES, topics::DEAD_LETTERS],
            Self::Deduper => &[topics::ARTICLES, topics::DUPLICATES, topics::COPIES, topics::DEAD_LETTERS],
        }
    }

    /// The topic of the stage's state, where it keeps one.
    pub fn state(self) -> Option<&'static str> {
        match self {
            Self::Poller => Some("poller-state"),
            Self::Fetcher => Some("fetcher-state"),
            Self::Splitter => None,
            Self::Deduper => Some("deduper-state"),
        }
    }

    /// All topics of the stage.
    pub fn topics(self) -> impl Iterator<Item = &'static str> {
        [self.input()].into_iter().chain(self.outputs().iter().copied()).chain(self.state())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_topics_of_the_stages_are_those_of_the_catalogue() {
        let catalogue = topics::Catalogue::khabar(&topics::CatalogueSettings::default());
        let known: BTreeSet<&str> = catalogue.iter().map(|spec| spec.name.as_str()).collect();
        assert_eq!(StageName::ALL.iter().flat_map(|stage| stage.topics()).collect::<BTreeSet<_>>(), known);
        for stage in StageName::ALL {
            let state = topics::state_of(stage.name());
            assert_eq!(stage.state(), catalogue.get(&state).map(|spec| spec.name.as_str()));
        }
    }
}
