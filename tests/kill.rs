//! Killed in the middle of its work, five times in a row, it publishes what it would have published undisturbed, each
//! article once.
//!
//! The test owns the site. It advances the site when all of an edition is published, so that revisions can be counted,
//! and kills when it has seen so much of an edition: what is killed is in the middle of its work, wherever that is.

use demo_site::Options;
use stream::topics::{ARTICLES, PAGES};

use crate::support::installation::{configure, on_kafka, run};
use crate::support::kafka::Kafka;
use crate::support::outcome::{Outcome, Watch};
use crate::support::process::{Home, Running};
use crate::support::site::TestSite;

const KILLS: usize = 5;

/// Where in an edition to kill: after so many further records of a topic have been seen.
const POINTS: [(&str, usize); 2] = [(PAGES, 5), (ARTICLES, 20)];

/// More than the kills need. One that came so late that nothing was left to do does not count.
const EDITIONS: u32 = 6;

/// Made up for each edition: with the pace below, it takes its time.
const STORIES_AN_EDITION: usize = 90;

/// The pace: requests to one publisher are at least so far apart.
const PACE: &str = "min_host_delay_ms = 50";

fn site() -> TestSite {
    let extra_stories = STORIES_AN_EDITION * EDITIONS as usize;
    TestSite::start(Options { slow_page_ms: 300, extra_stories, editions: EDITIONS, ..Options::default() })
}

/// Kills `services` five times on their way through the site's editions, each time with work left to do.
fn survive(site: &TestSite, watch: &mut Watch, services: &mut impl Services) {
    let mut kills = 0;
    loop {
        for (topic, records) in POINTS {
            if kills == KILLS {
                break;
            }
            watch.until_further(topic, records);
            services.kill_and_restart(kills);
            watch.read_anew();
            kills += usize::from(!watch.outcome().reaches(&site.expected()));
        }
        watch.until_all(&site.expected());
        if kills == KILLS || !site.advance() {
            break;
        }
    }
    assert_eq!(kills, KILLS, "kills in the middle of the work");
}

/// What is killed.
trait Services {
    /// Ends one or all of them with SIGKILL and starts them again.
    fn kill_and_restart(&mut self, round: usize);
}

/// All services in one process.
struct OneProcess<'a> {
    home: &'a Home,
    running: Option<Running>,
}

impl Services for OneProcess<'_> {
    fn kill_and_restart(&mut self, _: usize) {
        self.running.take().expect("it runs").kill();
        self.running = Some(run(self.home));
    }
}

#[test]
fn embedded_it_survives() {
    let site = site();
    let home = Home::new();
    configure(&home, &site.feeds(), "");
    slow_down(&home);

    let mut watch = Watch::embedded(&home.path().join("data"));
    let mut services = OneProcess { home: &home, running: Some(run(&home)) };
    survive(&site, &mut watch, &mut services);
    services.running.take().expect("it runs").stop().expect_success();
    watch.read_anew();
    watch.outcome().assert_is(&site.expected());
}

/// Each service in a process of its own, as in containers.
struct FourProcesses<'a> {
    home: &'a Home,
    running: Vec<(&'static str, Running)>,
}

impl<'a> FourProcesses<'a> {
    const STAGES: [&'static str; 4] = ["poller", "fetcher", "splitter", "deduper"];

    fn start(home: &'a Home) -> Self {
        let running = Self::STAGES.map(|stage| (stage, Self::start_one(home, stage)));
        Self { home, running: running.into() }
    }

    fn start_one(home: &Home, stage: &str) -> Running {
        home.khabar(["run", "--config", "khabar.toml", "--data-dir", stage, "--only", stage]).start()
    }
}

impl Services for FourProcesses<'_> {
    /// Each in turn, and in the last round all at once.
    fn kill_and_restart(&mut self, round: usize) {
        let (home, victim) = (self.home, Self::STAGES.get(round));
        let is_victim = |stage: &&'static str| victim.is_none_or(|victim| victim == stage);
        let (killed, spared) = std::mem::take(&mut self.running).into_iter().partition(|(s, _)| is_victim(s));
        self.running = spared;
        let killed: Vec<(&'static str, Running)> = killed;
        let stages: Vec<&'static str> = killed.iter().map(|(stage, _)| *stage).collect();
        killed.into_iter().for_each(|(_, running)| running.kill());
        self.running.extend(stages.into_iter().map(|stage| (stage, Self::start_one(home, stage))));
    }
}

/// What was published is read by the console consumer of Apache Kafka, which knows nothing of khabar.
#[test]
fn on_kafka_it_survives() {
    let site = site();
    let home = Home::new();
    let kafka = Kafka::shared();
    let (settings, prefix) = on_kafka(kafka);
    configure(&home, &site.feeds(), &settings);
    slow_down(&home);
    home.khabar(["topics", "create", "--config", "khabar.toml"]).run().expect_success();

    let mut watch = Watch::kafka(kafka.bootstrap(), &prefix);
    let mut services = FourProcesses::start(&home);
    survive(&site, &mut watch, &mut services);
    for (_, running) in services.running {
        running.stop().expect_success();
    }
    Outcome::seen_by_others(kafka, &prefix).assert_is(&site.expected());
}

/// Leaves the services time to be killed in.
fn slow_down(home: &Home) {
    let config = std::fs::read_to_string(home.path().join("khabar.toml")).expect("just written");
    home.write("khabar.toml", config.replace("min_host_delay_ms = 0", PACE));
}
