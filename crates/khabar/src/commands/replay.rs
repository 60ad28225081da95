//! `khabar replay`: kept pages or stories are handled again, so that what is published follows from the splitter, its
//! rules and the deduper as they are now.
//!
//! Pages are split here, by the very stage that the services run: it keeps no state, and the pages need not pass
//! through their topic again. Stories go to the running deduper, which knows what is published. All that comes of a
//! batch is written at once; to run it again does no harm. One replay at a time writes: behind a newer split of a page, an
//! older one would undo it.

mod kept;
mod patience;
mod rehearsal;
mod resplit;
mod sender;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use jiff::Timestamp;
use model::Replay;
use stream::Output;
use stream::backend::Cursor;
use stream::topics::{DEAD_LETTERS, PAGES, STORIES};

use crate::cli::{ReplayArgs, ReplayFrom};
use crate::config::Loaded;
use crate::journal::{Journal, REPLAY_ALONE};
use crate::output::{complain, stdout};

use kept::{Kept, Span};
use rehearsal::Rehearsal;
use resplit::Resplit;
use sender::Sender;

/// How often is told how far it is.
const PROGRESS: Duration = Duration::from_secs(10);

pub(super) fn run(file: Option<&Path>, args: &ReplayArgs) -> Result<()> {
    let Loaded { config, .. } = super::quiet_configuration(file)?;
    let span = Span { since: args.since, until: args.until };
    ensure!(!span.is_empty(), "--since is not before --until: nothing could be in between");
    let journal = Journal::open_beside(&config)?;
    let topic = if args.from == ReplayFrom::Pages { PAGES } else { STORIES };
    let (mut to, reader) = if args.dry_run {
        let rehearsal = Rehearsal::new(&journal, &config);
        (Destination::Rehearsal(rehearsal), journal.reader(topic, Cursor::default())?)
    } else {
        // What another one has sent is seen, and from now on it sends nothing.
        let (appender, reader) = journal.take_over(REPLAY_ALONE, topic)?;
        (Destination::Deduper(Sender::new(&journal, appender)), reader)
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
            Kept::pages(reader, span).each_batch(|pages| {
                seen.records += pages.len();
                let outputs = resplit.split(pages);
                seen.stories += outputs.iter().filter(|output| kept::is_story(output)).count();
                seen.letters += outputs.iter().filter(|output| output.topic == DEAD_LETTERS).count();
                tell(&seen, "pages");
                to.take(outputs)
            })?;
        }
        ReplayFrom::Stories => Kept::stories(&journal, reader, span)?.each_batch(|stories| {
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
        (Destination::Deduper(sender), from) => {
            match from {
                ReplayFrom::Pages => writeln!(
                    out,
                    "{} pages split again, {} stories sent to the deduper",
                    seen.records, seen.stories
                )?,
                ReplayFrom::Stories => writeln!(out, "{} stories sent to the deduper again", seen.stories)?,
            }
            out.flush()?;
            complain(&match sender.waiting()? {
                0 => "the deduper has read them; what changed comes out among the articles".to_owned(),
                waiting => format!(
                    "up to {waiting} records wait for the deduper; what changed then comes out among the articles"
                ),
            });
        }
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
