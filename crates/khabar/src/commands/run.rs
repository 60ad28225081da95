//! `khabar run`: the services.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use stream::{Fault, Remedy};
use telemetry::{Component, Metrics, Readiness, Server, State};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use toml::Value;

use crate::cli::{RunArgs, StageName};
use crate::config::{Config, Loaded};
use crate::feed_list;
use crate::journal::Journal;
use crate::pipeline::{Connection, Pipeline, connect};

/// Pauses between tries to open a log that is away.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How long a thread that waits for a broker may hold up the end of the process.
const LEAVE_BEHIND_AFTER: Duration = Duration::from_millis(500);

pub(super) fn run(file: Option<&Path>, args: &RunArgs) -> Result<()> {
    let mut flags = Vec::new();
    if let Some(listen) = &args.listen {
        flags.push(("http.listen", Value::String(listen.clone())));
    }
    if let Some(dir) = &args.data_dir {
        flags.push(("store.dir", Value::String(dir.display().to_string())));
    }
    let Loaded { config, file } = super::configuration(file, &flags)?;
    telemetry::logs::init(&config.log)?;
    match &file {
        Some(file) => tracing::info!("configured by {}", file.display()),
        None => tracing::info!("no configuration file: running on defaults"),
    }
    let stages = stages(args, &config)?;
    let runtime = super::runtime()?;
    let result = runtime.block_on(serve(&config, &stages));
    runtime.shutdown_timeout(LEAVE_BEHIND_AFTER);
    result
}

/// The stages to run, each once.
fn stages(args: &RunArgs, config: &Config) -> Result<Vec<StageName>> {
    if args.only.is_empty() {
        return Ok(StageName::ALL.to_vec());
    }
    ensure!(
        config.uses_kafka(),
        "--only needs Kafka: an embedded store is held by one process, which must run every stage. Set \
         kafka.bootstrap_servers (or KHABAR_KAFKA__BOOTSTRAP_SERVERS), or leave --only out"
    );
    let mut stages = args.only.clone();
    stages.sort_unstable();
    stages.dedup();
    Ok(stages)
}

async fn serve(config: &Config, stages: &[StageName]) -> Result<()> {
    // Listened to before anything is begun: a signal must find somebody.
    let mut asked = StopSignals::listen()?;
    let readiness = Readiness::new();
    let metrics = Metrics::install()?;
    let server = Server::bind(&config.http, metrics, readiness.clone()).await?;
    let address = server.local_addr();
    let (stop_server, server_stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(server.run(server_stopped));

    // Not ready until the log is open: what is not named yet can't be forgotten.
    let log = readiness.component("log");
    log.set(State::Connecting);
    let (journal, connections) = tokio::select! {
        opened = open(config, stages, &log) => opened?,
        signal = asked.any() => return stopped_early(signal),
    };
    log.set(State::Ready);
    let mut pipeline = Pipeline::start(config, &journal, connections, &readiness)?;
    let announce = async {
        readiness.ready().await;
        let names: Vec<String> = readiness.states().into_keys().filter(|name| name != "log").collect();
        tracing::info!("ready: {} on {}, http://{address}/", names.join(", "), journal.describe());
        std::future::pending().await
    };
    let fault = tokio::select! {
        signal = asked.any() => {
            tracing::info!("stopping on {signal}");
            None
        }
        fault = pipeline.failed() => Some(fault),
        never = announce => never,
    };
    let stopped = pipeline.stop().await;
    drop(stop_server);
    let _ = server.await;
    match fault {
        Some(fault) => Err(fault),
        None => {
            tracing::info!("stopped");
            stopped
        }
    }
}

fn stopped_early(signal: &str) -> Result<()> {
    tracing::info!("stopped on {signal}, before anything was begun");
    Ok(())
}

/// The signals that ask a process to end.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn listen() -> Result<Self> {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate })
    }

    async fn any(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

/// Opens the log, brings the list of feeds up to date and connects the stages, trying again while the
/// log is away.
async fn open(config: &Config, stages: &[StageName], log: &Component) -> Result<(Journal, Vec<Connection>)> {
    let mut pause = FIRST_PAUSE;
    loop {
        let (settings, stages) = (config.clone(), stages.to_vec());
        let opened = tokio::task::spawn_blocking(move || -> Result<(Journal, Vec<Connection>)> {
            let journal = Journal::open_to_run(&settings, &stages)?;
            if stages.contains(&StageName::Poller) {
                bring_feeds(&journal, &settings)?;
            }
            let connections = connect(&journal, &stages)?;
            Ok((journal, connections))
        });
        match opened.await? {
            Ok(opened) => return Ok(opened),
            Err(error) if away(&error) => {
                log.set(State::Failing { reason: format!("{error:#}") });
                tracing::warn!("{error:#}; trying again in {} s", pause.as_secs());
            }
            Err(error) => return Err(error),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn away(error: &anyhow::Error) -> bool {
    let fault = error.chain().find_map(|cause| cause.downcast_ref::<Fault>());
    fault.is_some_and(|fault| fault.remedy() == Remedy::Retry)
}

fn bring_feeds(journal: &Journal, config: &Config) -> Result<()> {
    let done = feed_list::reconcile(journal, &config.feeds, false)?;
    if done.added + done.changed > 0 {
        tracing::info!(added = done.added, changed = done.changed, "feeds brought in from the lists");
    }
    if done.orphans > 0 {
        tracing::warn!(
            "{} feeds are in no list any more: `khabar feeds sync --prune` removes them",
            done.orphans
        );
    }
    if feed_list::known(journal)?.is_empty() {
        tracing::warn!(
            "there are no feeds yet: add one with `khabar feeds add URL`, or name a list in feeds.files"
        );
    }
    Ok(())
}
