//! What one handler did, until it is known whether it counts.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::record::Emit;

/// A job that a handler started.
pub(crate) struct StartJob<J> {
    pub(crate) order: String,
    pub(crate) job: J,
    pub(crate) not_before: Timestamp,
}

/// What one handler did: applied as a whole when it returns, dropped as a whole when it fails.
pub(crate) struct Effects<J> {
    /// State by key; none is a deletion.
    pub(crate) state: HashMap<Vec<u8>, Option<Vec<u8>>>,
    pub(crate) emits: Vec<Emit>,
    /// Jobs by key, in the order of the calls; none takes one back.
    pub(crate) jobs: Vec<(Vec<u8>, Option<StartJob<J>>)>,
    /// Timers by key, in the order they were set; none takes one back.
    pub(crate) timers: Vec<(Vec<u8>, Option<Timestamp>)>,
}

impl<J> Default for Effects<J> {
    fn default() -> Self {
        Self { state: HashMap::new(), emits: Vec::new(), jobs: Vec::new(), timers: Vec::new() }
    }
}

impl<J> Effects<J> {
    /// Whether anything was done that the stage remembers: an index that it keeps follows from that.
    pub(crate) fn touch_state(&self) -> bool {
        let Self { state, emits: _, jobs, timers } = self;
        !(state.is_empty() && jobs.is_empty() && timers.is_empty())
    }
}
