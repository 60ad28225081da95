//! The stages that are run: as little as a stage can do.

use stream::stage::NoJob;
use stream::{Context, Emit, Record, Reject, Stage, State};

/// So much of a record is remembered.
pub(crate) const STATE_BYTES: usize = 200;

/// Where a stage's records come from and go to.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub(crate) input: &'static str,
    pub(crate) out: &'static str,
}

/// Writes each record again to another topic, and remembers its beginning under its key.
pub(crate) struct Copier {
    /// Where to.
    pub(crate) out: &'static str,
}

impl Stage for Copier {
    type Job = NoJob;
    type Outcome = ();
    type State = State;

    fn record(&mut self, record: &Record, context: &mut Context<'_, NoJob>) -> Result<(), Reject> {
        let value = record.value.clone().unwrap_or_default();
        context.put(record.key.to_vec(), remembered(&value));
        let copy = Emit::new(self.out, record.key.to_vec(), value);
        context.emit(copy.with_headers(record.headers.clone()));
        Ok(())
    }
}

/// What of a value is kept as state.
pub(crate) fn remembered(value: &[u8]) -> &[u8] {
    &value[..STATE_BYTES.min(value.len())]
}

/// Takes its time for each record, and writes nothing.
pub(crate) struct Slow {
    /// How long.
    pub(crate) pause: std::time::Duration,
}

impl Stage for Slow {
    type Job = NoJob;
    type Outcome = ();
    type State = State;

    fn record(&mut self, record: &Record, context: &mut Context<'_, NoJob>) -> Result<(), Reject> {
        context.put(record.key.to_vec(), b"seen");
        // Nobody rings: this is a pause.
        stream::Signal::default().wait(self.pause);
        Ok(())
    }
}

/// Remembers many things for each record, and writes nothing.
pub(crate) struct Rememberer {
    /// How many.
    pub(crate) entries: usize,
}

impl Stage for Rememberer {
    type Job = NoJob;
    type Outcome = ();
    type State = State;

    fn record(&mut self, record: &Record, context: &mut Context<'_, NoJob>) -> Result<(), Reject> {
        let value = record.value.as_deref().unwrap_or_default();
        for entry in 0..self.entries {
            let key = format!("{}/{entry:05}", String::from_utf8_lossy(&record.key));
            // Each begins elsewhere, so that they differ.
            let from = entry % (value.len() - STATE_BYTES);
            context.put(key, &value[from..from + STATE_BYTES]);
        }
        Ok(())
    }
}
