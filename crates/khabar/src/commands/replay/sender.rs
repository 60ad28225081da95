//! Writes what comes of a replay, and waits for the deduper where it falls behind.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use stream::backend::{Appender, Cursor};
use stream::topics::STORIES;
use stream::{Fault, FaultKind, Output};

use crate::cli::StageName;
use crate::journal::Journal;
use crate::output::complain;

use super::patience::{patiently, pause};

/// What is sent before the deduper must have read it: far less than is kept for replays, or the oldest could be dropped
/// unread.
const MAX_UNREAD_BYTES: usize = 256 << 20;

/// How often to look whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How long it may stand still before that is told.
const STANDSTILL: Duration = Duration::from_secs(30);

/// Sends stories to the deduper.
pub(super) struct Sender<'a> {
    journal: &'a Journal,
    appender: Box<dyn Appender>,
    /// The places behind the last stories that were sent. What others write there is not waited for.
    sent: Cursor,
    unread_bytes: usize,
}

impl<'a> Sender<'a> {
    pub(super) fn new(journal: &'a Journal, appender: Box<dyn Appender>) -> Self {
        Self { journal, appender, sent: Cursor::default(), unread_bytes: 0 }
    }

    pub(super) fn send(&mut self, outputs: Vec<Output>) -> Result<()> {
        if outputs.is_empty() {
            return Ok(());
        }
        self.unread_bytes += outputs.iter().map(Output::weight_bytes).sum::<usize>();
        let written = patiently(|| self.appender.append(outputs.clone())).map_err(ended)?;
        if let Some(behind) = written.get(STORIES) {
            self.sent.advance(behind);
        }
        if self.unread_bytes >= MAX_UNREAD_BYTES {
            self.wait_until_read()?;
        }
        Ok(())
    }

    /// How many of the records that were sent the deduper has not read, at most: the ends of transactions count.
    pub(super) fn waiting(&self) -> Result<u64> {
        let position = patiently(|| self.journal.position(StageName::Deduper.name(), STORIES))?;
        Ok(self.sent.ahead_of(&position))
    }

    fn wait_until_read(&mut self) -> Result<()> {
        let (mut last, mut moved) = (u64::MAX, Instant::now());
        loop {
            let waiting = self.waiting()?;
            if waiting == 0 {
                self.unread_bytes = 0;
                return Ok(());
            }
            if waiting < last {
                (last, moved) = (waiting, Instant::now());
            } else if moved.elapsed() >= STANDSTILL {
                moved = Instant::now();
                complain(&format!(
                    "waiting for the deduper, which reads none of the {waiting} records before it: is `khabar run` at \
                     work?"
                ));
            }
            pause(LOOK_AGAIN);
        }
    }
}

/// Why nothing more can be sent.
fn ended(fault: Fault) -> anyhow::Error {
    match fault.kind {
        FaultKind::Fenced => anyhow!(
            "another `khabar replay` was started and has ended this one: one at a time is at work. When that one has \
             ended, run this one again, which is harmless ({fault})"
        ),
        _ => fault.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_taken_over_says_by_whom() {
        let said = ended(Fault::new(FaultKind::Fenced, "a record for stories: fenced")).to_string();
        assert!(said.starts_with("another `khabar replay` was started and has ended this one"), "{said}");
        assert_eq!(ended(Fault::new(FaultKind::OutcomeUnknown, "nobody knows")).to_string(), "nobody knows");
    }
}
