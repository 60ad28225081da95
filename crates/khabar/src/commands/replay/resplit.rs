//! The splitter's stage, over pages that are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use model::Replay;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use splitter::{Rules, Splitter};
use stream::task::{Routes, Task};
use stream::topics::{Catalogue, PAGES};
use stream::{Output, Record};

use crate::cli::StageName;
use crate::config::Config;
use crate::journal::Journal;

/// A task for each partition.
pub(super) struct Resplit {
    replay: Replay,
    tasks: BTreeMap<u32, Task<Splitter>>,
    make: Box<dyn Fn(u32) -> Task<Splitter>>,
}

impl Resplit {
    pub(super) fn new(journal: &Journal, config: &Config, replay: Replay) -> Result<Self> {
        let rules = Rules::new(crate::sites::read(&config.sites)?);
        let (limits, routes) = (config.splitter.clone(), routes(journal, config)?);
        let make = move |partition| {
            let stage = Splitter::new(limits.clone(), rules.clone());
            Task::new(StageName::Splitter.name(), PAGES, partition, stage, Arc::clone(&routes))
        };
        Ok(Self { replay, tasks: BTreeMap::new(), make: Box::new(make) })
    }

    /// What comes of the pages, in the order of each partition.
    pub(super) fn split(&mut self, pages: Vec<Record>) -> Vec<Output> {
        let mut by_partition: BTreeMap<u32, Vec<Record>> = BTreeMap::new();
        for mut page in pages {
            page.headers.push(self.replay.header());
            by_partition.entry(page.partition).or_default().push(page);
        }
        for partition in by_partition.keys() {
            self.tasks.entry(*partition).or_insert_with(|| (self.make)(*partition));
        }
        let tasks: Vec<_> = self
            .tasks
            .iter_mut()
            .filter_map(|(partition, task)| Some((task, by_partition.remove(partition)?)))
            .collect();
        let split = |(task, pages): (&mut Task<Splitter>, Vec<Record>)| {
            pages.iter().for_each(|page| task.record(page, Timestamp::now()));
            task.take_step().map(|step| step.outputs).unwrap_or_default()
        };
        tasks.into_par_iter().map(split).flatten().collect()
    }
}

/// Where the splitter's outputs go.
fn routes(journal: &Journal, config: &Config) -> Result<Arc<Routes>> {
    let appender = journal.appender()?;
    let mut routes = Routes::new(0);
    for spec in Catalogue::khabar(&config.topics).iter() {
        if let Some(partitions) = appender.partitions(&spec.name) {
            let max_bytes = usize::try_from(spec.max_record_bytes).unwrap_or(usize::MAX);
            routes.add(spec.name.clone(), partitions, max_bytes);
        }
    }
    Ok(Arc::new(routes))
}
