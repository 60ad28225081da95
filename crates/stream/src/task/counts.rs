use std::collections::HashMap;

/// What a task has counted, for metrics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records handled.
    pub records_in: u64,
    /// Records written, by topic.
    pub records_out: HashMap<String, u64>,
    /// Dead letters, by reason.
    pub dead_letters: HashMap<&'static str, u64>,
}
