//! Which components of the process are ready to work.
//!
//! A stage is ready when its partitions are assigned, their state is restored and its backend is
//! connected. Lag is no part of it: a stage that is behind is ready, and its lag is a metric.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

/// The states of all components. A handle: clones show and change the same states.
#[derive(Debug, Clone)]
pub struct Readiness {
    states: Arc<watch::Sender<BTreeMap<String, State>>>,
}

/// One component's side of [`Readiness`]. Clones speak for the same component.
#[derive(Debug, Clone)]
pub struct Component {
    name: String,
    readiness: Readiness,
}

/// How far a component is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// It has not begun.
    #[default]
    Starting,
    /// It has no connection to its backend yet.
    Connecting,
    /// It waits for its partitions.
    Assigning,
    /// It reads its state.
    Restoring,
    /// It works.
    Ready,
    /// Something outside keeps it from working; it goes on trying.
    Failing {
        /// What keeps it, for people.
        reason: String,
    },
    /// It has ended.
    Stopped,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("starting"),
            Self::Connecting => f.write_str("connecting"),
            Self::Assigning => f.write_str("assigning"),
            Self::Restoring => f.write_str("restoring"),
            Self::Ready => f.write_str("ready"),
            // One line a component: what reads it splits at line ends.
            Self::Failing { reason } => {
                write!(f, "failing: {}", reason.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

impl Readiness {
    /// A process without components: it is not ready before it has one and all are ready.
    pub fn new() -> Self {
        Self { states: Arc::new(watch::Sender::new(BTreeMap::new())) }
    }

    /// Adds the component `name`, which is [`State::Starting`], or takes up the one of that name.
    pub fn component(&self, name: impl Into<String>) -> Component {
        let name = name.into();
        self.states.send_modify(|states| {
            states.entry(name.clone()).or_default();
        });
        Component { name, readiness: self.clone() }
    }

    /// Whether there are components and all are [`State::Ready`].
    pub fn is_ready(&self) -> bool {
        all_ready(&self.states.borrow())
    }

    /// The components' states by name, as they are now.
    pub fn states(&self) -> BTreeMap<String, State> {
        self.states.borrow().clone()
    }

    /// Waits until [`Self::is_ready`], or for ever.
    pub async fn ready(&self) {
        // It can only fail when the sender is gone, and `self` holds it.
        let _ = self.states.subscribe().wait_for(all_ready).await;
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Self::new()
    }
}

impl Component {
    /// The component's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Says how far the component is.
    pub fn set(&self, state: State) {
        self.readiness.states.send_if_modified(|states| {
            let old = states.insert(self.name.clone(), state.clone());
            old != Some(state)
        });
    }
}

fn all_ready(states: &BTreeMap<String, State>) -> bool {
    !states.is_empty() && states.values().all(|state| *state == State::Ready)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_ready_when_all_components_are() {
        let readiness = Readiness::new();
        assert!(!readiness.is_ready(), "nothing has started yet");

        let poller = readiness.component("poller");
        let fetcher = readiness.component("fetcher");
        assert_eq!(readiness.states()["poller"], State::Starting);
        poller.set(State::Ready);
        assert!(!readiness.is_ready());
        fetcher.set(State::Ready);
        assert!(readiness.is_ready());
        fetcher.set(State::Failing { reason: "the broker is away".into() });
        assert!(!readiness.is_ready());
    }

    #[test]
    fn a_name_stands_for_one_component() {
        let readiness = Readiness::new();
        readiness.component("poller").set(State::Ready);
        let again = readiness.component("poller");
        assert_eq!(again.name(), "poller");
        assert!(readiness.is_ready(), "taking it up again changes nothing");
    }

    #[tokio::test]
    async fn readiness_can_be_waited_for() {
        let readiness = Readiness::new();
        let poller = readiness.component("poller");
        let waiting = tokio::spawn({
            let readiness = readiness.clone();
            async move { readiness.ready().await }
        });
        poller.set(State::Ready);
        waiting.await.unwrap();
    }

    #[test]
    fn a_reason_stays_on_its_line() {
        let state = State::Failing { reason: "no broker\nready: yes".into() };
        assert_eq!(state.to_string(), "failing: no broker ready: yes");
    }
}
