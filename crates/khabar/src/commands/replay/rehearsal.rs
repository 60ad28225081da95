//! What the deduper would publish, an article a line: its stage, over a copy of its state in memory, and nothing
//! written.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{BufWriter, StdoutLock, Write};
use std::sync::Arc;

use anyhow::Result;
use deduper::Deduper;
use jiff::Timestamp;
use model::{Article, Status};
use stream::task::{Routes, Task};
use stream::topics::{ARTICLES, Catalogue, DUPLICATES, STORIES, state_of};
use stream::{Output, Record};

use crate::cli::StageName;
use crate::commands::articles::line;
use crate::config::Config;
use crate::journal::Journal;
use crate::output::stdout;

pub(super) struct Rehearsal<'a> {
    journal: &'a Journal,
    config: &'a Config,
    routes: Arc<Routes>,
    tasks: BTreeMap<u32, Task<Deduper>>,
    out: BufWriter<StdoutLock<'static>>,
    new: usize,
    revised: usize,
    withdrawn: usize,
    duplicates: usize,
}

impl<'a> Rehearsal<'a> {
    pub(super) fn new(journal: &'a Journal, config: &'a Config) -> Self {
        let catalogue = Catalogue::khabar(&config.topics);
        let bytes = |topic: &str| {
            let spec = catalogue.get(topic);
            spec.map_or(0, |spec| usize::try_from(spec.max_record_bytes).unwrap_or(usize::MAX))
        };
        let mut routes = Routes::new(bytes(&state_of(StageName::Deduper.name())));
        for spec in catalogue.iter() {
            routes.add(spec.name.clone(), 1, bytes(&spec.name));
        }
        let (routes, tasks, out) = (Arc::new(routes), BTreeMap::new(), stdout());
        Self { journal, config, routes, tasks, out, new: 0, revised: 0, withdrawn: 0, duplicates: 0 }
    }

    pub(super) fn take(&mut self, outputs: Vec<Output>) -> Result<()> {
        for Output { topic, partition, key, headers, value } in outputs {
            if topic != STORIES {
                continue;
            }
            let at = Timestamp::now();
            let record = Record { topic, partition, offset: 0, at, key: key.into(), headers, value };
            let task = self.task(partition)?;
            task.record(&record, at);
            for output in task.take_step().map(|step| step.outputs).unwrap_or_default() {
                self.count(&output)?;
            }
        }
        Ok(())
    }

    fn task(&mut self, partition: u32) -> Result<&mut Task<Deduper>> {
        let name = StageName::Deduper.name();
        match self.tasks.entry(partition) {
            Entry::Occupied(task) => Ok(task.into_mut()),
            Entry::Vacant(place) => {
                let stage = Deduper::new(self.config.deduper.clone());
                let mut task = Task::new(name, STORIES, partition, stage, Arc::clone(&self.routes));
                self.journal.state(name, partition, &mut |key, value| {
                    task.restore(key, value);
                    Ok(())
                })?;
                task.restored()?;
                Ok(place.insert(task))
            }
        }
    }

    fn count(&mut self, output: &Output) -> Result<()> {
        match output.topic.as_str() {
            ARTICLES => {
                let article: Article = serde_json::from_slice(output.value.as_deref().unwrap_or_default())?;
                match (article.status, article.revision) {
                    (Status::Withdrawn, _) => self.withdrawn += 1,
                    (_, 1) => self.new += 1,
                    _ => self.revised += 1,
                }
                writeln!(self.out, "{}", line(&article))?;
            }
            DUPLICATES => self.duplicates += 1,
            _ => {}
        }
        Ok(())
    }

    /// How much would be published.
    pub(super) fn report(self) -> Result<()> {
        let Self { mut out, new, revised, withdrawn, duplicates, .. } = self;
        writeln!(
            out,
            "would publish {new} new, {revised} revised and {withdrawn} withdrawn articles, and {duplicates} duplicates"
        )?;
        Ok(out.flush()?)
    }
}
