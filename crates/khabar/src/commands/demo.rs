//! `khabar demo`: the real services, on a small site of news that this process serves itself.

mod report;
mod watch;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use demo_site::{Options, Site};
use telemetry::{LogSettings, Metrics, Readiness, Server};
use tokio::sync::oneshot;

use crate::cli::{DemoArgs, StageName};
use crate::config::Config;
use crate::feed_list;
use crate::journal::Journal;
use crate::pipeline::{Pipeline, connect};

use report::Report;
use watch::{Progress, Watch};

/// How long each edition of the site may take before the demo goes on without what is missing.
const EDITION_LIMIT: Duration = Duration::from_secs(8);

pub(super) fn run(args: &DemoArgs) -> Result<()> {
    // What goes wrong on the site goes wrong on purpose, and is shown at the end.
    telemetry::logs::init(&LogSettings { filter: "error".to_owned(), ..LogSettings::default() })?;
    let runtime = super::runtime()?;
    let _entered = runtime.enter();
    let started = Instant::now();
    let site =
        runtime.block_on(Site::start(Options::default())).context("the demo's site can't be served")?;
    let dir = fresh_dir()?;
    let config = configuration(&site, &dir, args);

    let readiness = Readiness::new();
    let server = Server::bind(&config.http, Metrics::install()?, readiness.clone());
    let server = runtime.block_on(server)?;
    let address = server.local_addr();
    let (stop_server, server_stopped) = oneshot::channel::<()>();
    let server = runtime.spawn(server.run(server_stopped));

    let mut progress = Progress::new();
    progress.say(&format!("a site of three publishers on {}", site.base_urls().join(", ")));
    progress.say(&format!("data in {}", dir.display()));
    progress.say(&format!("metrics on http://{address}/metrics"));
    let journal = Journal::open_to_run(&config, &StageName::ALL)?;
    feed_list::reconcile(&journal, &config.feeds, false)?;
    let connections = connect(&journal, &StageName::ALL)?;
    let mut pipeline = Pipeline::start(&config, &journal, connections, &readiness)?;

    let mut watch = Watch::open(&journal)?;
    loop {
        let edition = site.edition();
        progress.say(&format!("edition {edition} of the site is out"));
        watch.until_published(&site.expected(), EDITION_LIMIT, &mut progress, &mut pipeline)?;
        if site.advance() == edition {
            break;
        }
    }
    if args.keep_running_seconds > 0 {
        progress.say(&format!("running on for {} s", args.keep_running_seconds));
        watch.go_on_for(Duration::from_secs(args.keep_running_seconds), &mut progress, &mut pipeline)?;
    }
    progress.finish();
    runtime.block_on(pipeline.stop())?;
    drop(stop_server);
    let _ = runtime.block_on(server);
    runtime.block_on(site.stop());
    Report { watch: &watch, took: started.elapsed(), dir: &dir }.print()
}

/// A new directory for this run's data, kept so that one can look into it.
fn fresh_dir() -> Result<PathBuf> {
    let name = format!("khabar-demo-{}-{}", jiff::Timestamp::now().as_second(), std::process::id());
    let dir = std::env::temp_dir().join(name);
    std::fs::create_dir(&dir).with_context(|| {
        format!("{} can't be made: set TMPDIR to a directory that can be written", dir.display())
    })?;
    Ok(dir)
}

/// The defaults, but in a hurry, and allowed to ask this machine.
fn configuration(site: &Site, dir: &Path, args: &DemoArgs) -> Config {
    let mut config = Config::default();
    config.feeds.urls = site.feeds();
    config.store.dir = dir.to_owned();
    // None, whatever lies where the demo was started.
    config.sites.dir = dir.join("sites");
    config.http.listen = args.listen.clone().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    config.web.allow_private_hosts = vec!["127.0.0.1".to_owned()];
    config.web.min_host_delay_ms = 0;
    config.web.max_per_host = 4;
    config.poller.poll_interval_seconds = 1;
    config.poller.jitter_percent = 0;
    config
}
