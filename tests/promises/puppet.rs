//! A stage that does what its input says, and numbers what it emits from its state.

use std::collections::HashMap;
use std::panic::resume_unwind;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use stream::{Context, Emit, Output, Record, Reject, Stage, State, partition_of};

use super::log::{MAX_OUT_BYTES, MAX_STATE_BYTES, OUT, PARTITIONS, WORK};

/// What an input record wants, under a key and an id that nothing else has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Errand {
    pub(super) key: String,
    pub(super) id: String,
    pub(super) want: Want,
    /// The number of a job's attempt, from 1; 0 in a record.
    #[serde(default)]
    pub(super) attempt: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Want {
    /// A record.
    Emit,
    /// A record, later.
    Sleep,
    /// A record, after a job.
    Job,
    /// A record, after a job that has to be tried twice.
    JobTwice,
    /// Nothing: the record is bad.
    Reject,
    /// Nothing: the handler panics.
    Panic,
    /// A record too large for its topic.
    TooLarge,
    /// State too large to be stored.
    StateTooLarge,
    /// A topic that is not there.
    UnknownTopic,
    /// A job that comes to nothing.
    JobRejected,
    /// A job that panics.
    JobPanics,
    /// A job whose outcome makes the handler panic.
    JobDonePanics,
    /// The end of the process, for which nothing can be done.
    Abort,
}

impl Want {
    /// The reason of the dead letter that the errand ends as; none when it ends as a record.
    pub(super) fn reason(self) -> Option<&'static str> {
        match self {
            Self::Emit | Self::Sleep | Self::Job | Self::JobTwice => None,
            Self::Reject | Self::JobRejected => Some("bad"),
            Self::Panic | Self::JobPanics | Self::JobDonePanics | Self::Abort => Some("crashed"),
            Self::TooLarge => Some("too_large"),
            Self::StateTooLarge => Some("state_too_large"),
            Self::UnknownTopic => Some("unknown_topic"),
        }
    }
}

impl Errand {
    pub(super) fn new(key: impl Into<String>, id: impl ToString, want: Want) -> Self {
        Self { key: key.into(), id: id.to_string(), want, attempt: 0 }
    }

    /// The input record.
    pub(super) fn output(&self) -> Output {
        Output {
            topic: WORK.to_owned(),
            partition: partition_of(self.key.as_bytes(), PARTITIONS),
            key: self.key.clone().into(),
            headers: vec![("own".to_owned(), self.id.clone().into())],
            value: Some(serde_json::to_vec(self).unwrap().into()),
        }
    }
}

/// What the puppet writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Settled {
    pub(super) errand: Errand,
    /// How many errands of this key have settled in a record, this one included.
    pub(super) number: u64,
}

/// Crashes without a word on standard error.
fn panic_quietly(text: &str) -> ! {
    resume_unwind(Box::new(text.to_owned()))
}

#[derive(Default)]
pub(super) struct Puppet {
    /// An index that follows from the state, as stages have them: errands settled, by key.
    settled: HashMap<String, u64>,
}

impl Puppet {
    fn settle(&mut self, errand: &Errand, context: &mut Context<'_, Errand>) {
        let number = self.settled.entry(errand.key.clone()).or_default();
        *number += 1;
        context.put(errand.key.clone(), number.to_string());
        let settled = Settled { errand: errand.clone(), number: *number };
        context.emit(Emit::new(OUT, errand.key.clone(), serde_json::to_vec(&settled).unwrap()));
    }
}

impl Stage for Puppet {
    type Job = Errand;
    type Outcome = ();
    type State = State;

    fn reset(&mut self, state: &State) {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        self.settled = state.iter().map(|(key, n)| (text(key), text(n).parse().unwrap())).collect();
    }

    fn record(&mut self, record: &Record, context: &mut Context<'_, Errand>) -> Result<(), Reject> {
        let errand: Errand = serde_json::from_slice(record.value.as_deref().unwrap()).unwrap();
        let id = errand.id.clone();
        match errand.want {
            Want::Emit => self.settle(&errand, context),
            Want::Sleep => {
                let soon = context.now() + SignedDuration::from_millis(5);
                context.wake_at(serde_json::to_vec(&errand).unwrap(), soon);
            }
            // What these did before they failed must not count.
            Want::Reject => {
                self.settle(&errand, context);
                return Err(Reject::new("bad", format!("{id} is bad")));
            }
            Want::Panic => {
                self.settle(&errand, context);
                panic_quietly(&format!("{id} panics"));
            }
            Want::StateTooLarge => {
                self.settle(&errand, context);
                context.put("large", vec![0; MAX_STATE_BYTES]);
            }
            Want::UnknownTopic => {
                self.settle(&errand, context);
                context.emit(Emit::new("nowhere", errand.key.clone(), "lost"));
            }
            Want::TooLarge => {
                let mut value = serde_json::to_vec(&errand).unwrap();
                value.resize(MAX_OUT_BYTES, b' ');
                context.emit(Emit::new(OUT, errand.key.clone(), value));
            }
            Want::Abort => std::process::abort(),
            Want::Job | Want::JobTwice | Want::JobRejected | Want::JobPanics | Want::JobDonePanics => {
                context.start(id, errand.key.clone(), Errand { attempt: 1, ..errand });
            }
        }
        Ok(())
    }

    fn job_done(&mut self, job: &Errand, (): (), context: &mut Context<'_, Errand>) -> Result<(), Reject> {
        match job.want {
            Want::JobTwice if job.attempt == 1 => {
                context.start(job.id.clone(), job.key.clone(), Errand { attempt: 2, ..job.clone() });
            }
            Want::JobRejected => {
                self.settle(job, context);
                return Err(Reject::new("bad", format!("{} is bad", job.id)));
            }
            Want::JobDonePanics => {
                self.settle(job, context);
                panic_quietly(&format!("{} panics", job.id));
            }
            _ => self.settle(job, context),
        }
        Ok(())
    }

    fn woken(&mut self, timer: &[u8], context: &mut Context<'_, Errand>) -> Result<(), Reject> {
        let errand: Errand = serde_json::from_slice(timer).unwrap();
        self.settle(&errand, context);
        Ok(())
    }

    fn letter(job: &Errand) -> Vec<u8> {
        serde_json::to_vec(&Errand { attempt: 0, ..job.clone() }).unwrap()
    }
}

/// The job, done: what panics here panics in the worker.
pub(super) fn work(job: &Errand) {
    if job.want == Want::JobPanics {
        panic_quietly(&format!("the worker of {} panics", job.id));
    }
}
