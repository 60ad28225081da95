use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The header of a record in `pages` or `stories` that is handled again: see [`Replay`].
pub const REPLAY_HEADER: &str = "replay";

const OF_STORIES: &str = "stories";

/// What is handled again: a story in the same version as before then counts as newer than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// Pages, in the replay of this number. A [`Recount`] follows behind the stories of each.
    Pages(i64),
    /// Single stories.
    Stories,
}

impl Replay {
    /// The header that says so.
    pub fn header(self) -> (String, Vec<u8>) {
        let value = match self {
            Self::Pages(number) => number.to_string(),
            Self::Stories => OF_STORIES.to_owned(),
        };
        (REPLAY_HEADER.to_owned(), value.into_bytes())
    }

    /// What a header's value says; none where it can't be read.
    pub fn read(value: &[u8]) -> Option<Self> {
        match std::str::from_utf8(value).ok()? {
            OF_STORIES => Some(Self::Stories),
            number => number.parse().ok().map(Self::Pages),
        }
    }
}

/// The last word of a replay on a page: these were all its stories.
///
/// The value of a record in `stories`, behind the stories of its page; its key is the page's URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recount {
    /// The page's final URL.
    pub page: String,
    /// When the page was fetched: which of its versions this is.
    pub fetched_at: Timestamp,
    /// The replay's number.
    pub replay: i64,
    /// How many stories came before this.
    pub stories: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_survives_its_header() {
        for replay in [Replay::Pages(1_790_000_000_000), Replay::Stories] {
            assert_eq!(Replay::read(&replay.header().1), Some(replay));
        }
        assert_eq!(Replay::read(b"again"), None);
    }
}
