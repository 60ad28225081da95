use super::file::{MAX_FILE_BYTES, MAX_SELECTORS};

/// A mistake in a file of rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct SiteError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and the way out.
    pub problem: Problem,
}

/// What is wrong in a file of rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It is not TOML.
    #[error("not TOML: {0}")]
    Toml(String),
    /// A key that no rule has.
    #[error("unknown key `{0}`: known are hosts, story, title, body and remove")]
    UnknownKey(String),
    /// A value of another kind.
    #[error("{0} is not text: give text in quotes, or a list of such, as in [\"a\", \"b\"]")]
    NotText(&'static str),
    /// A name that no host can have.
    #[error(
        "`{0}` is no host: give a name as in news.example or *.news.example, without scheme, port or path"
    )]
    NoHost(String),
    /// A host that another file has rules for.
    #[error("`{host}` has rules in {other} already: keep them in one of the two files")]
    Twice {
        /// The host.
        host: String,
        /// The file that named it first.
        other: String,
    },
    /// No host is named.
    #[error("no host is named: add one, as in hosts = [\"news.example\"]")]
    NoHosts,
    /// No rule is given.
    #[error("no rule is given: add at least one of story, title, body and remove")]
    NoRules,
    /// Text that is no selector, or one that is not understood.
    #[error("{key}: `{selector}` is no selector that can be used: {reason}")]
    Selector {
        /// The rule.
        key: &'static str,
        /// What was given.
        selector: String,
        /// Why not.
        reason: String,
    },
    /// More selectors than one file may have.
    #[error(
        "{0} selectors up to here: at most {MAX_SELECTORS} are allowed in a file, for each costs time on every page"
    )]
    TooMany(usize),
    /// A longer file than is read.
    #[error("the file has {0} bytes: at most {MAX_FILE_BYTES} are allowed")]
    TooLong(usize),
}
