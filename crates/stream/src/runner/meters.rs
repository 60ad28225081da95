//! What a runner shows of itself.

use std::time::Duration;

use metrics::{counter, gauge, histogram};

use crate::backend::Commit;
use crate::fault::Fault;
use crate::state::Keep;
use crate::task::Counts;

pub(super) struct Meters {
    stage: &'static str,
}

impl Meters {
    pub(super) fn new(stage: &'static str) -> Self {
        // Rates need a zero to start from.
        counter!("khabar_records_in_total", "stage" => stage).increment(0);
        counter!("khabar_restarts_total", "stage" => stage).increment(0);
        for outcome in ["committed", "aborted", "restore", "failed"] {
            counter!("khabar_commits_total", "stage" => stage, "outcome" => outcome).increment(0);
        }
        Self { stage }
    }

    pub(super) fn task(&self, counts: Counts) {
        let stage = self.stage;
        counter!("khabar_records_in_total", "stage" => stage).increment(counts.records_in);
        for (topic, count) in counts.records_out {
            counter!("khabar_records_out_total", "stage" => stage, "topic" => topic).increment(count);
        }
        for (reason, count) in counts.dead_letters {
            counter!("khabar_dead_letters_total", "stage" => stage, "reason" => reason).increment(count);
        }
    }

    pub(super) fn commit(&self, outcome: &Commit, took: Duration) {
        let name = match outcome {
            Commit::Committed => "committed",
            Commit::Aborted(_) => "aborted",
            Commit::Restore(_) => "restore",
            Commit::Failed(_) => "failed",
        };
        counter!("khabar_commits_total", "stage" => self.stage, "outcome" => name).increment(1);
        histogram!("khabar_commit_seconds", "stage" => self.stage).record(took);
    }

    pub(super) fn fault(&self, fault: &Fault) {
        counter!("khabar_faults_total", "stage" => self.stage, "kind" => fault.kind.name()).increment(1);
    }

    pub(super) fn restart(&self) {
        counter!("khabar_restarts_total", "stage" => self.stage).increment(1);
    }

    #[allow(clippy::cast_precision_loss, reason = "gauges are floats")]
    pub(super) fn jobs(&self, running: usize, pending: usize) {
        gauge!("khabar_jobs_in_flight", "stage" => self.stage).set(running as f64);
        gauge!("khabar_jobs_pending", "stage" => self.stage).set(pending as f64);
    }

    #[allow(clippy::cast_precision_loss, reason = "gauges are floats")]
    pub(super) fn lag(&self, lag: &[(u32, u64)]) {
        for (partition, records) in lag {
            let partition = partition.to_string();
            gauge!("khabar_lag_records", "stage" => self.stage, "partition" => partition)
                .set(*records as f64);
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "gauges are floats")]
    pub(super) fn state<'a, K: Keep>(&self, states: impl Iterator<Item = &'a K>) {
        let (mut partitions, mut entries, mut bytes) = (0, 0, 0);
        for state in states {
            partitions += 1;
            entries += state.len();
            bytes += state.bytes();
        }
        gauge!("khabar_partitions", "stage" => self.stage).set(f64::from(partitions));
        gauge!("khabar_state_entries", "stage" => self.stage).set(entries as f64);
        gauge!("khabar_state_bytes", "stage" => self.stage).set(bytes as f64);
    }
}
