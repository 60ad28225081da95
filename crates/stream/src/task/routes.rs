//! Where outputs may go.

use std::collections::HashMap;

use crate::record::{Emit, Output, Spread, partition_of};

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

    /// The record in its partitions; in none where there is no such topic.
    pub(crate) fn route(&self, emit: Emit) -> impl Iterator<Item = Output> {
        let partitions = self.topics.get(emit.topic).map_or(0, |route| route.partitions);
        let Emit { topic, key, spread, headers, value } = emit;
        let range = match spread {
            Spread::All => 0..partitions,
            Spread::By(_) if partitions == 0 => 0..0,
            Spread::By(by) => {
                let partition = partition_of(&by, partitions);
                partition..partition + 1
            }
        };
        range.map(move |partition| Output {
            topic: topic.to_owned(),
            partition,
            key: key.clone(),
            headers: headers.clone(),
            value: value.clone(),
        })
    }
}
