//! Reads the rules of sites again when they change.
//!
//! The folder is read whole and taken whole: a mistake in one file leaves all rules as they were. What
//! counts is what stands in the files. News of changes only make that sooner; the folder is looked at
//! every few seconds all the same, since it may be missing yet, be replaced as a whole (as Kubernetes
//! does), or lie on a file system that tells nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use metrics::{counter, gauge};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use splitter::Rules;

use super::Files;
use crate::config::Sites as Settings;

/// Files that never stop changing are read after so many times the span in which they should settle.
const LONGEST_SETTLING: u32 = 10;

/// The rules of sites, kept as their folder has them by a thread that ends when this is dropped.
pub struct Watched {
    rules: Rules,
    stop: Arc<AtomicBool>,
    bell: SyncSender<()>,
}

impl Watched {
    /// Reads the rules and starts the thread.
    ///
    /// # Errors
    /// When a file can't be read or has a mistake: what is wrong from the start is better seen at once.
    pub fn start(settings: &Settings) -> Result<Self> {
        // Many changes ring once.
        let (bell, rings) = sync_channel(1);
        let files = super::files(settings)?;
        let sites = split::Sites::parse(files.iter().map(|(name, text)| (name, text)))?;
        show(&sites);
        let rules = Rules::new(sites);
        let watched = Self { rules: rules.clone(), stop: Arc::default(), bell: bell.clone() };
        let stop = Arc::clone(&watched.stop);
        let mut folder = Folder { settings: settings.clone(), rules, seen: Ok(files) };
        let watching = move || {
            let mut ears = Ears::new(bell);
            while !stop.load(Ordering::SeqCst) {
                // First listen, then look: what changes in between rings.
                ears.listen(&folder.settings.dir);
                folder.look();
                wait(&rings, &folder.settings);
            }
        };
        let thread = std::thread::Builder::new().name("sites".to_owned()).spawn(watching);
        thread.context("no thread for the rules of sites")?;
        Ok(watched)
    }

    /// The rules, always the current ones.
    pub fn rules(&self) -> Rules {
        self.rules.clone()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Full means that it rings already.
        let _ = self.bell.try_send(());
    }
}

/// Waits until the files have changed and settled, or until it is time to look.
fn wait(rings: &Receiver<()>, settings: &Settings) {
    let settle = Duration::from_millis(settings.settle_ms);
    if rings.recv_timeout(Duration::from_secs(settings.look_interval_seconds)).is_ok() {
        let latest = Instant::now() + settle * LONGEST_SETTLING;
        while rings.recv_timeout(settle).is_ok() && Instant::now() < latest {}
    }
}

/// The folder, and what was last seen in it.
struct Folder {
    settings: Settings,
    rules: Rules,
    seen: Result<Files, String>,
}

impl Folder {
    /// Takes the rules in the folder, where they have changed.
    fn look(&mut self) {
        let files = super::files(&self.settings).map_err(|error| format!("{error:#}"));
        if files == self.seen {
            return;
        }
        let parse = |files: &Files| {
            split::Sites::parse(files.iter().map(|(name, text)| (name, text)))
                .map_err(|error| error.to_string())
        };
        match files.as_ref().map_err(Clone::clone).and_then(parse) {
            Ok(sites) => {
                show(&sites);
                counter!("khabar_site_rules_loads_total", "outcome" => "taken").increment(1);
                let dir = self.settings.dir.display();
                tracing::info!(files = sites.len(), "the rules of sites in {dir} are taken");
                self.rules.replace(sites);
            }
            Err(mistake) => {
                counter!("khabar_site_rules_loads_total", "outcome" => "refused").increment(1);
                tracing::error!("the rules of sites stay as they were: {mistake}");
            }
        }
        self.seen = files;
    }
}

#[allow(clippy::cast_precision_loss, reason = "gauges are floats")]
fn show(sites: &split::Sites) {
    gauge!("khabar_site_rules").set(sites.len() as f64);
}

/// What hears of changes in the folder, as far as the system tells.
struct Ears(Option<RecommendedWatcher>);

impl Ears {
    fn new(bell: SyncSender<()>) -> Self {
        let ring = move |event: notify::Result<Event>| {
            // Reading is no change, and is what a ring leads to.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // Full means that it rings already.
                let _ = bell.try_send(());
            }
        };
        let ears = notify::recommended_watcher(ring);
        let ears = ears.inspect_err(|error| {
            tracing::warn!("changes in the rules of sites are seen only every few seconds: {error}");
        });
        Self(ears.ok())
    }

    /// Listens anew: the folder may be another by now than the one of that name that was listened to.
    fn listen(&mut self, dir: &Path) {
        if let Some(ears) = &mut self.0 {
            // Both fail where there is no folder; the next look tries again.
            let _ = ears.unwatch(dir);
            let _ = ears.watch(dir, RecursiveMode::NonRecursive);
        }
    }
}
