use crate::near::NUMBERS;
use serde::{Deserialize, Serialize};

/// What counts as the same report, how much is remembered, and for how long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From this share of common runs of four words on, of those that either text has (Jaccard), two stories tell the
    /// same report: 0.2 to 1.
    pub jaccard: f64,
    /// The same for the share of the shorter one's runs of four words that the longer one has: 0.2 to 1.
    pub containment: f64,
    /// Days after which a story that was not seen again is forgotten.
    pub window_days: u32,
    /// How many stories one partition remembers, articles and copies; the longest unseen go first. A story takes about
    /// 200 bytes of memory, and a little more state.
    pub max_stories: u64,
    /// How much memory the stories of one partition take, in MiB; the longest unseen go first.
    pub max_mib: u64,
    /// How long copies of an article are gathered before their count is published, in seconds; 0 waits for no others.
    pub copies_interval_seconds: u32,
    /// How many of an article's copies are listed by who carried them, the earliest: at most 100. 0 lists none. A listed
    /// copy takes about 200 bytes more.
    pub max_also_at: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            jaccard: 0.6,
            containment: 0.8,
            window_days: 30,
            max_stories: 250_000,
            max_mib: 128,
            copies_interval_seconds: 600,
            max_also_at: 20,
        }
    }
}

impl Settings {
    /// The most stories that an index can name, with a sixteenth of room for those that were just forgotten.
    pub const MOST_STORIES: u64 = (NUMBERS / 16 * 15) as u64;

    /// The most copies that are listed: a record of as many is well below what a topic takes.
    pub const MOST_ALSO_AT: u32 = 100;

    pub(crate) fn window_seconds(&self) -> u32 {
        self.window_days.saturating_mul(86_400)
    }

    pub(crate) fn most_stories(&self) -> u64 {
        self.max_stories.min(Self::MOST_STORIES)
    }

    pub(crate) fn max_bytes(&self) -> u64 {
        self.max_mib.saturating_mul(1 << 20)
    }
}
