//! Where outputs may go.

use std::collections::HashMap;

use crate::record::{Emit, Output, partition_of};

/// Where outputs may go, and how large they may be.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    topics: HashMap<String, Route>,
    /// The largest state entry: key and value.
    pub max_state_bytes: usize,
}

#[derive(Debug, Clone, Copy)]
struct Route {
    partitions: u32,
    max_record_bytes: usize,
}

impl Routes {
    /// Routes without topics.
    pub fn new(max_state_bytes: usize) -> Self {
        Self { topics: HashMap::new(), max_state_bytes }
    }

    /// Adds a topic: how many partitions it has, and the largest record it takes.
    pub fn add(&mut self, topic: impl Into<String>, partitions: u32, max_record_bytes: usize) {
        self.topics.insert(topic.into(), Route { partitions, max_record_bytes });
    }

    /// The largest record that a topic takes; none where there is no such topic.
    pub(crate) fn max_record_bytes(&self, topic: &str) -> Option<usize> {
        self.topics.get(topic).map(|route| route.max_record_bytes)
    }

    /// The record in its partition, and how large it may be there; none where there is no such topic.
    pub(crate) fn route(&self, emit: Emit) -> Option<(Output, usize)> {
        let route = self.topics.get(emit.topic)?;
        let partition = partition_of(&emit.partition_key, route.partitions);
        let Emit { topic, key, headers, value, .. } = emit;
        Some((Output { topic: topic.to_owned(), partition, key, headers, value }, route.max_record_bytes))
    }
}
