//! `khabar replay`: kept pages or stories are handled again, so that what is published follows from the splitter, its
//! rules and the deduper as they are now.
//!
//! Pages are split here, by the very stage that the services run: it keeps no state, and the pages need not pass
//! through their topic again. Stories go to the running deduper, which knows what is published. All that comes of a
//! batch is written at once; to run it again does no harm.

mod kept;
mod rehearsal;
mod resplit;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use jiff::Timestamp;
use model::Replay;
use stream::Output;
use stream::backend::Appender;
use stream::topics::{DEAD_LETTERS, STORIES};

use crate::cli::{ReplayArgs, ReplayFrom, StageName};
use crate::config::Loaded;
use crate::journal::Journal;
use crate::output::{complain, stdout};

use kept::{Kept, Span};
use rehearsal::Rehearsal;
use resplit::Resplit;

/// What is sent before the deduper must have read it: far less than is kept for replays, or the oldest could be dropped
/// unread.
const MAX_UNREAD_BYTES: usize = 256 << 20;

/// How often to look whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How long it may stand still before that is told.
const STANDSTILL: Duration = Duration::from_secs(30);

/// How often is told how far it is.
const PROGRESS: Duration = Duration::from_secs(10);

pub(super) fn run(file: Option<&Path>, args: &ReplayArgs) -> Result<()> {
    let Loaded { config, .. } = super::quiet_configuration(file)?;
    let span = Span { since: args.since, until: args.until };
    ensure!(!span.is_empty(), "--since is not before --until: nothing could be in between");
    let journal = Journal::open_beside(&config)?;
    let mut to = match args.dry_run {
        true => Destination::Rehearsal(Rehearsal::new(&journal, &config)),
        false => Destination::Deduper(Sender::new(&journal)?),
    };
    let mut seen = Seen::default();
    let mut told = Instant::now();
    let mut tell = |seen: &Seen, what: &str| {
        if told.elapsed() >= PROGRESS {
            told = Instant::now();
            complain(&format!("{} {what} so far", seen.records));
        }
    };
    match args.from {
        ReplayFrom::Pages => {
            let number = Timestamp::now().as_millisecond();
            let mut resplit = Resplit::new(&journal, &config, Replay::Pages(number))?;
            Kept::pages(&journal, span)?.each_batch(|pages| {
                seen.records += pages.len();
                let outputs = resplit.split(pages);
                seen.stories += outputs.iter().filter(|output| kept::is_story(output)).count();
                seen.letters += outputs.iter().filter(|output| output.topic == DEAD_LETTERS).count();
                tell(&seen, "pages");
                to.take(outputs)
            })?;
        }
        ReplayFrom::Stories => Kept::stories(&journal, span)?.each_batch(|stories| {
            seen.records += stories.len();
            seen.stories += stories.len();
            tell(&seen, "stories");
            to.take(stories.into_iter().map(story_again).collect())
        })?,
    }
    let mut out = stdout();
    match (to, args.from) {
        (_, from) if seen.records == 0 => {
            let what = if from == ReplayFrom::Pages { "pages" } else { "stories" };
            complain(&format!("no {what} of that time are kept: see topics.replay_retention_ms"));
        }
        (Destination::Rehearsal(rehearsal), _) => rehearsal.report()?,
        (Destination::Deduper(_), ReplayFrom::Pages) => {
            writeln!(
                out,
                "{} pages split again, {} stories sent to the deduper",
                seen.records, seen.stories
            )?;
        }
        (Destination::Deduper(_), ReplayFrom::Stories) => {
            writeln!(out, "{} stories sent to the deduper again", seen.stories)?;
        }
    }
    out.flush()?;
    if !args.dry_run && seen.records > 0 {
        let waiting = journal.unread(StageName::Deduper.name(), STORIES)?;
        complain(&format!(
            "{waiting} records wait for the deduper; what changed then comes out among the articles"
        ));
    }
    if seen.letters > 0 {
        complain(&format!("{} could not be split or are too large: khabar dead-letters list", seen.letters));
    }
    Ok(())
}

/// What has come by.
#[derive(Default)]
struct Seen {
    records: usize,
    stories: usize,
    letters: usize,
}

/// Where stories go.
enum Destination<'a> {
    Deduper(Sender<'a>),
    Rehearsal(Rehearsal<'a>),
}

impl Destination<'_> {
    fn take(&mut self, outputs: Vec<Output>) -> Result<()> {
        match self {
            Self::Deduper(sender) => sender.send(outputs),
            Self::Rehearsal(rehearsal) => rehearsal.take(outputs),
        }
    }
}

/// A story as it is kept, on its way to its partition once more.
fn story_again(record: stream::Record) -> Output {
    let mut headers = record.headers;
    headers.retain(|(name, _)| name != model::REPLAY_HEADER);
    headers.push(Replay::Stories.header());
    let (partition, key) = (record.partition, record.key.to_vec());
    Output { topic: STORIES.to_owned(), partition, key, headers, value: record.value }
}

/// Writes, and waits for the deduper where it falls behind.
struct Sender<'a> {
    journal: &'a Journal,
    appender: Box<dyn Appender>,
    unread_bytes: usize,
}

impl<'a> Sender<'a> {
    fn new(journal: &'a Journal) -> Result<Self> {
        Ok(Self { journal, appender: journal.appender()?, unread_bytes: 0 })
    }

    fn send(&mut self, outputs: Vec<Output>) -> Result<()> {
        if outputs.is_empty() {
            return Ok(());
        }
        self.unread_bytes += outputs.iter().map(Output::weight_bytes).sum::<usize>();
        self.appender.append(outputs)?;
        if self.unread_bytes >= MAX_UNREAD_BYTES {
            self.wait_until_read()?;
        }
        Ok(())
    }

    fn wait_until_read(&mut self) -> Result<()> {
        let rest = u64::from(self.appender.partitions(STORIES).unwrap_or_default());
        let (mut last, mut moved) = (u64::MAX, Instant::now());
        loop {
            let unread = self.journal.unread(StageName::Deduper.name(), STORIES)?;
            if unread <= rest {
                self.unread_bytes = 0;
                return Ok(());
            }
            if unread < last {
                (last, moved) = (unread, Instant::now());
            } else if moved.elapsed() >= STANDSTILL {
                moved = Instant::now();
                complain(&format!(
                    "waiting for the deduper, which reads none of the {unread} stories before it: is `khabar run` at work?"
                ));
            }
            // Nobody rings: this is a pause.
            stream::Signal::default().wait(LOOK_AGAIN);
        }
    }
}
