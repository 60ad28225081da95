//! What goes wrong around a stage, as values that say what to do.

use std::fmt;

/// A fault of the surroundings. It is never the record's: that is a [`crate::Reject`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// What kind it is, for metrics and decisions.
    pub kind: FaultKind,
    /// What happened, to what, and the way out.
    pub message: String,
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The broker or the store can't be reached or is busy.
    Unavailable,
    /// There is no room left on the disk.
    StorageFull,
    /// A transaction was aborted.
    Aborted,
    /// Nobody knows whether a transaction was committed.
    OutcomeUnknown,
    /// Another instance has taken over.
    Fenced,
    /// Offsets that the log no longer holds.
    OffsetsGone,
    /// Something is set up wrong, or what is stored can't be read: only a person can help.
    Misconfigured,
}

/// What the runner does about a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The same again after a pause.
    Retry,
    /// Forget what is in memory and restore it from the log.
    Restore,
    /// Stop, with the fault as the reason.
    Stop,
}

impl Fault {
    /// A fault of `kind`.
    pub fn new(kind: FaultKind, message: impl fmt::Display) -> Self {
        Self { kind, message: message.to_string() }
    }

    /// What to do about it.
    pub fn remedy(&self) -> Remedy {
        match self.kind {
            FaultKind::Unavailable | FaultKind::StorageFull | FaultKind::Aborted => Remedy::Retry,
            FaultKind::OutcomeUnknown | FaultKind::Fenced => Remedy::Restore,
            FaultKind::OffsetsGone | FaultKind::Misconfigured => Remedy::Stop,
        }
    }
}

impl FaultKind {
    /// The kind's name in metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::StorageFull => "storage_full",
            Self::Aborted => "aborted",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Fenced => "fenced",
            Self::OffsetsGone => "offsets_gone",
            Self::Misconfigured => "misconfigured",
        }
    }
}
