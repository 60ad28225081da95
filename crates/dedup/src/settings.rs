use serde::{Deserialize, Serialize};

/// How much is remembered, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Days after which a story that was not seen again is forgotten.
    pub window_days: u32,
    /// How many stories one partition remembers, articles and copies; the longest unseen go first. A
    /// story takes about half a KB of state, and twice that in memory.
    pub max_stories: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { window_days: 30, max_stories: 250_000 }
    }
}

impl Settings {
    pub(crate) fn window_seconds(&self) -> i64 {
        i64::from(self.window_days) * 86_400
    }
}
