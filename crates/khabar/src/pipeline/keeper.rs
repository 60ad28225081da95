//! Keeps the embedded store bounded while stages run on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use metrics::gauge;
use stream::Signal;

use crate::journal::Journal;

/// A thread that sweeps the store every so often, until it is dropped.
pub(super) struct Keeper {
    stop: Arc<AtomicBool>,
    signal: Signal,
}

impl Keeper {
    /// Starts the thread; there is none on Kafka, where brokers keep topics bounded.
    pub(super) fn start(journal: &Journal, interval_seconds: u64) -> Result<Option<Self>> {
        if !matches!(journal, Journal::Embedded(_)) {
            return Ok(None);
        }
        let keeper = Self { stop: Arc::default(), signal: Signal::default() };
        let (stop, signal, journal) = (Arc::clone(&keeper.stop), keeper.signal.clone(), journal.clone());
        let sweeps = move || {
            while !stop.load(Ordering::SeqCst) {
                sweep(&journal);
                signal.wait(Duration::from_secs(interval_seconds));
            }
        };
        let thread = std::thread::Builder::new().name("keeper".to_owned()).spawn(sweeps);
        thread.context("no thread for the keeper of the store")?;
        Ok(Some(keeper))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.signal.ring();
    }
}

#[allow(clippy::cast_precision_loss, reason = "gauges are floats")]
fn sweep(journal: &Journal) {
    match journal.sweep(Timestamp::now()) {
        Ok(Some(swept)) => {
            gauge!("khabar_store_bytes", "kind" => "kept").set(swept.kept_bytes as f64);
            gauge!("khabar_store_bytes", "kind" => "file").set(swept.file_bytes as f64);
            if swept.dropped > 0 {
                tracing::debug!(dropped = swept.dropped, "dropped records that need not be kept");
            }
        }
        Ok(None) => {}
        Err(fault) => tracing::warn!("the store could not be swept, again later: {fault}"),
    }
}
