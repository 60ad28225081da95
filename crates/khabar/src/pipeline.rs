//! Runs stages, each on a thread of its own, until they are stopped or one fails.
//!
//! The first fault wins: its stage's end is what the program reports, and the others are stopped.

mod keeper;
mod workers;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use futures_util::FutureExt;
use stream::backend::Backend;
use stream::runner::{Runner, Setup, Stop, Worker};
use stream::topics::Catalogue;
use stream::{Fault, Signal, Stage};
use telemetry::{Readiness, State};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::cli::StageName;
use crate::config::Config;
use crate::journal::Journal;
use crate::sites::Watched;

use keeper::Keeper;

/// The whole process must end within 10 s of being asked; the server's grace and the runtime's end
/// want two of them.
const STOP_LIMIT: Duration = Duration::from_secs(8);

/// How a stage's thread has ended.
type Ended = (StageName, Result<(), Fault>);

/// Stages at work.
pub struct Pipeline {
    stops: Vec<Stop>,
    threads: Vec<JoinHandle<()>>,
    ended: mpsc::UnboundedReceiver<Ended>,
    running: usize,
    // Stopped when dropped.
    _keeper: Option<Keeper>,
    _sites: Option<Watched>,
}

/// What the stages of a pipeline share.
struct Parts<'a> {
    config: &'a Config,
    readiness: &'a Readiness,
    runtime: Handle,
    ended: mpsc::UnboundedSender<Ended>,
    rules: splitter::Rules,
}

/// A stage's connection to the log, before the stage runs.
pub struct Connection {
    stage: StageName,
    signal: Signal,
    backend: Box<dyn Backend>,
}

/// Connects `stages` to the log. Blocks while brokers are asked.
///
/// # Errors
/// When the log can't be reached or a topic is missing.
pub fn connect(journal: &Journal, stages: &[StageName]) -> Result<Vec<Connection>, Fault> {
    let connect = |stage: &StageName| {
        let signal = Signal::default();
        let backend = journal.backend(stage.name(), stage.input(), signal.clone())?;
        Ok(Connection { stage: *stage, signal, backend })
    };
    stages.iter().map(connect).collect()
}

impl Pipeline {
    /// Starts the stages of `connections`; jobs run on the current runtime.
    ///
    /// # Errors
    /// When a stage can't be set up; then none runs.
    pub fn start(
        config: &Config,
        journal: &Journal,
        connections: Vec<Connection>,
        readiness: &Readiness,
    ) -> Result<Self> {
        let client = Arc::new(web::Client::new(config.web.clone())?);
        // At most one message a stage.
        let (sender, ended) = mpsc::unbounded_channel();
        let splits = connections.iter().any(|connection| connection.stage == StageName::Splitter);
        let sites = splits.then(|| Watched::start(&config.sites)).transpose()?;
        let rules = sites.as_ref().map(Watched::rules).unwrap_or_default();
        let parts = Parts { config, readiness, runtime: Handle::current(), ended: sender, rules };
        let keeper = Keeper::start(journal, config.store.sweep_interval_seconds)?;
        let (mut stops, mut threads): (Vec<Stop>, Vec<JoinHandle<()>>) = (Vec::new(), Vec::new());
        for connection in connections {
            match parts.start_one(connection, &client) {
                Ok((stop, thread)) => {
                    stops.push(stop);
                    threads.push(thread);
                }
                Err(error) => {
                    stops.iter().for_each(Stop::stop);
                    return Err(error);
                }
            }
        }
        Ok(Self { running: stops.len(), stops, threads, ended, _keeper: keeper, _sites: sites })
    }

    /// Waits for the first stage that fails.
    pub async fn failed(&mut self) -> anyhow::Error {
        loop {
            match self.ended.recv().await {
                Some((stage, Err(fault))) => {
                    self.running -= 1;
                    return anyhow!("the {} stopped: {fault}", stage.name());
                }
                Some((_, Ok(()))) => self.running -= 1,
                None => return anyhow!("a stage ended without a word"),
            }
        }
    }

    /// The first stage that has failed, if one has.
    pub fn fault(&mut self) -> Option<anyhow::Error> {
        self.failed().now_or_never()
    }

    /// Asks all stages to stop and waits until they have. One that hangs, since a broker does, is left
    /// behind: the end of the process aborts what it had begun.
    ///
    /// # Errors
    /// When one failed on its way out.
    pub async fn stop(mut self) -> Result<()> {
        self.stops.iter().for_each(Stop::stop);
        let mut result = Ok(());
        let ends = tokio::time::Instant::now() + STOP_LIMIT;
        while self.running > 0 {
            match tokio::time::timeout_at(ends, self.ended.recv()).await {
                Ok(Some((stage, ended))) => {
                    self.running -= 1;
                    if let Err(fault) = ended {
                        tracing::error!("the {} failed while stopping: {fault}", stage.name());
                        result = Err(anyhow!("{fault}"));
                    }
                }
                Ok(None) => break,
                Err(_) => {
                    let seconds = STOP_LIMIT.as_secs();
                    tracing::warn!(
                        "{} stages did not end within {seconds} s and are left behind",
                        self.running
                    );
                    return result;
                }
            }
        }
        for thread in self.threads {
            // Each has sent its last word, so none is waited for long.
            if thread.join().is_err() {
                tracing::error!("a stage's thread crashed");
            }
        }
        result
    }
}

impl Parts<'_> {
    fn start_one(&self, connection: Connection, client: &Arc<web::Client>) -> Result<(Stop, JoinHandle<()>)> {
        let (config, client) = (self.config, Arc::clone(client));
        match connection.stage {
            StageName::Poller => {
                let settings = config.poller.clone();
                let make = move |_| poller::Poller::new(settings.clone());
                self.start(connection, make, workers::poll(client, config))
            }
            StageName::Fetcher => {
                let settings = config.fetcher.clone();
                let make = move |_| fetcher::Fetcher::new(settings.clone());
                self.start(connection, make, workers::fetch(client))
            }
            StageName::Splitter => {
                let (limits, rules) = (config.splitter.clone(), self.rules.clone());
                let make = move |_| splitter::Splitter::new(limits.clone(), rules.clone());
                self.start(connection, make, workers::none::<splitter::Splitter>())
            }
            StageName::Deduper => {
                let settings = config.deduper.clone();
                let make = move |_| deduper::Deduper::new(settings.clone());
                self.start(connection, make, workers::none::<deduper::Deduper>())
            }
        }
    }

    fn start<S: Stage>(
        &self,
        connection: Connection,
        make: impl Fn(u32) -> S + Send + 'static,
        worker: Worker<S>,
    ) -> Result<(Stop, JoinHandle<()>)> {
        let Connection { stage, signal, backend } = connection;
        let name = stage.name();
        let component = self.readiness.component(name);
        component.set(State::Assigning);
        let stopped = component.clone();
        let setup = Setup {
            name,
            input: stage.input().to_owned(),
            make: Box::new(make),
            worker,
            runtime: self.runtime.clone(),
            backend,
            signal,
            catalogue: Catalogue::khabar(&self.config.topics),
            ready: Box::new(move |ready| component.set(if ready { State::Ready } else { State::Restoring })),
        };
        let mut settings = self.config.runner.clone();
        settings.crash_dir = Some(self.config.store.dir.join("crashes"));
        let runner = Runner::new(setup, settings)?;
        let stop = runner.stop_handle();
        let ended = self.ended.clone();
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runner.run()));
            let result = result.unwrap_or_else(|_| {
                let message = "its runner crashed: this is a bug in khabar; the log says where";
                Err(Fault::new(stream::FaultKind::Misconfigured, message))
            });
            stopped.set(State::Stopped);
            // Nobody listens any more when the pipeline was dropped.
            let _ = ended.send((stage, result));
        });
        Ok((stop, thread.with_context(|| format!("no thread for the {name}"))?))
    }
}
