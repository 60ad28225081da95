//! One process of the stage, as far as a thread can be one.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use stream::runner::{Runner, Settings, Setup, Stop};
use stream::{Fault, Signal};
use tokio::runtime::Runtime;

use super::faults::{Crash, Faulty, Script, Watch, fine};
use super::log::{Log, STAGE, WORK, catalogue};
use super::puppet::Puppet;
use super::workshop::{PATIENCE, Workshop};

/// Promise 7.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// How an instance is run.
pub(super) struct Plan {
    pub(super) script: Script,
    pub(super) workshop: Arc<Workshop>,
    pub(super) settings: Settings,
}

impl Default for Plan {
    /// Small batches, so that a little work makes many transactions.
    fn default() -> Self {
        let settings = Settings {
            batch_records: 2,
            commit_interval_ms: 2,
            retry_min_ms: 1,
            retry_max_ms: 20,
            idle_ms: 20,
            ..Settings::default()
        };
        Self { script: fine(), workshop: Workshop::opened(), settings }
    }
}

impl Plan {
    pub(super) fn with_script(script: Script) -> Self {
        Self { script, ..Self::default() }
    }

    pub(super) fn with_workshop(workshop: &Arc<Workshop>) -> Self {
        Self { workshop: Arc::clone(workshop), ..Self::default() }
    }

    pub(super) fn with_crash_marks(dir: impl Into<PathBuf>) -> Self {
        let plan = Self::default();
        Self { settings: Settings { crash_dir: Some(dir.into()), ..plan.settings }, ..plan }
    }
}

/// How an instance ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    Stopped,
    Failed(Fault),
    Crashed,
}

pub(super) struct Instance {
    stop: Stop,
    watch: Arc<Watch>,
    thread: JoinHandle<Result<(), Fault>>,
    /// Closed when the thread ends.
    ended: Receiver<()>,
    runtime: Runtime,
}

impl Instance {
    pub(super) fn start(log: &impl Log, plan: Plan) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        let (signal, watch) = (Signal::default(), Arc::<Watch>::default());
        let backend = log.backend(signal.clone()).unwrap();
        let setup = Setup {
            name: STAGE,
            input: WORK.to_owned(),
            make: Box::new(|_| Puppet::default()),
            worker: plan.workshop.worker(),
            runtime: runtime.handle().clone(),
            backend: Box::new(Faulty::new(backend, plan.script, Arc::clone(&watch))),
            signal,
            catalogue: catalogue(),
            ready: Box::new(|_| ()),
        };
        let runner = Runner::new(setup, plan.settings).unwrap();
        let stop = runner.stop_handle();
        let (alive, ended) = channel::<()>();
        let thread = std::thread::spawn(move || {
            let _alive = alive;
            runner.run()
        });
        Self { stop, watch, thread, ended, runtime }
    }

    pub(super) fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Asks it to stop, and waits no longer than was promised.
    pub(super) fn stop(self) -> End {
        self.ask_to_stop();
        self.end(STOPS_WITHIN)
    }

    pub(super) fn ask_to_stop(&self) {
        self.stop.stop();
    }

    /// Waits for an end that comes by itself.
    pub(super) fn wait(self) -> End {
        self.end(PATIENCE)
    }

    fn end(self, within: Duration) -> End {
        use std::sync::mpsc::RecvTimeoutError::Disconnected;
        assert_eq!(self.ended.recv_timeout(within), Err(Disconnected), "it has not ended within {within:?}");
        let end = match self.thread.join() {
            Ok(Ok(())) => End::Stopped,
            Ok(Err(fault)) => End::Failed(fault),
            Err(panic) if panic.is::<Crash>() => End::Crashed,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        // Jobs die with their process.
        self.runtime.shutdown_timeout(PATIENCE);
        end
    }
}
