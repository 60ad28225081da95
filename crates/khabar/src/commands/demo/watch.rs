//! Follows what is published while the demo runs.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anyhow::Result;
use demo_site::Expected;
use indicatif::{ProgressBar, ProgressStyle};
use model::{Article, Id};
use stream::DeadLetter;
use stream::backend::{Cursor, Reader};
use stream::topics::{ARTICLES, DEAD_LETTERS, DUPLICATES};

use crate::journal::Journal;
use crate::output::complain;
use crate::pipeline::Pipeline;

/// Records read at once.
const READ_BATCH: usize = 1_000;

/// How long one look for further articles waits.
const LOOK: Duration = Duration::from_millis(100);

/// What has been published so far.
pub(super) struct Watch {
    articles_of: Box<dyn Reader>,
    duplicates_of: Box<dyn Reader>,
    letters_of: Box<dyn Reader>,
    /// The latest revision of each article.
    pub(super) articles: BTreeMap<Id, Article>,
    /// Copies of articles.
    pub(super) duplicates: usize,
    /// What could not be handled: reason and message.
    pub(super) dead_letters: Vec<(String, String)>,
}

impl Watch {
    pub(super) fn open(journal: &Journal) -> Result<Self> {
        Ok(Self {
            articles_of: journal.reader(ARTICLES, Cursor::default())?,
            duplicates_of: journal.reader(DUPLICATES, Cursor::default())?,
            letters_of: journal.reader(DEAD_LETTERS, Cursor::default())?,
            articles: BTreeMap::new(),
            duplicates: 0,
            dead_letters: Vec::new(),
        })
    }

    /// Revisions after the first ones.
    pub(super) fn revisions(&self) -> u32 {
        self.articles.values().map(|article| article.revision.saturating_sub(1)).sum()
    }

    /// Follows until everything that the site holds is published, or `limit` is over.
    pub(super) fn until_published(
        &mut self,
        expected: &Expected,
        limit: Duration,
        progress: &mut Progress,
        pipeline: &mut Pipeline,
    ) -> Result<()> {
        let done = |watch: &Self| {
            watch.articles.len() >= expected.reports.len()
                && watch.duplicates >= expected.duplicates()
                && watch.revisions() >= expected.later_revisions()
                && watch.dead_letters.len() >= expected.dead_letters.len()
        };
        let started = Instant::now();
        while !done(self) && started.elapsed() < limit {
            self.look(progress, pipeline)?;
        }
        Ok(())
    }

    /// Follows for some time.
    pub(super) fn go_on_for(
        &mut self,
        time: Duration,
        progress: &mut Progress,
        pipeline: &mut Pipeline,
    ) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < time {
            self.look(progress, pipeline)?;
        }
        Ok(())
    }

    fn look(&mut self, progress: &mut Progress, pipeline: &mut Pipeline) -> Result<()> {
        if let Some(fault) = pipeline.fault() {
            return Err(fault);
        }
        for record in self.articles_of.read(READ_BATCH, LOOK)? {
            let Some(value) = &record.value else { continue };
            let article: Article = serde_json::from_slice(value)?;
            let title = article.story.title.clone().unwrap_or_default();
            match article.revision {
                1 => progress.say(&format!("article   {title}")),
                revision => progress.say(&format!("revision {revision}  {title}")),
            }
            self.articles.insert(article.id, article);
        }
        self.duplicates += self.duplicates_of.read(READ_BATCH, Duration::ZERO)?.len();
        for record in self.letters_of.read(READ_BATCH, Duration::ZERO)? {
            self.dead_letters.extend(DeadLetter::read(&record).map(|letter| (letter.reason, letter.message)));
        }
        progress.count(self.articles.len(), self.duplicates, self.revisions(), self.dead_letters.len());
        Ok(())
    }
}

/// Shows what happens: live on a terminal, a line for each event elsewhere.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(LOOK);
            bar
        });
        Self { bar }
    }

    pub(super) fn say(&mut self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => complain(line),
        }
    }

    fn count(&mut self, articles: usize, duplicates: usize, revisions: u32, dead_letters: usize) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!(
                "{articles} articles, {duplicates} duplicates, {revisions} revisions, {dead_letters} dead letters"
            ));
        }
    }

    pub(super) fn finish(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
