//! Brings a schedule's faults over processes and brokers, and heals what they did.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::proxy::Proxy;
use crate::schedule::Fault;
use crate::support::kafka::Kafka;
use crate::support::process::{Home, Running};

const STAGES: [&str; 4] = ["poller", "fetcher", "splitter", "deduper"];

/// No service has more processes.
const MOST_OF_A_STAGE: usize = 3;

/// A process that is asked to leave has gone after so long: the 10 s that it promises, and some for a busy machine.
const LEAVES_WITHIN: Duration = Duration::from_secs(20);

/// How often what is due is looked for.
const TICK: Duration = Duration::from_millis(50);

/// A process of one service.
struct Member {
    stage: &'static str,
    running: Running,
    frozen: bool,
}

/// What is undone when its time comes.
enum Undo {
    Thaw(u32),
    Replace(&'static str),
    StartBroker(usize),
    Mend(usize),
}

/// Processes and brokers, and what is wrong with them.
pub(crate) struct Storm<'a> {
    home: &'a Home,
    brokers: &'a [Kafka],
    proxies: &'a [Proxy],
    members: Vec<Member>,
    started: usize,
    due: Vec<(Instant, Undo)>,
    brokers_away: Vec<usize>,
    /// How many faults of each kind there were.
    pub(crate) faults: BTreeMap<&'static str, usize>,
    begun: Instant,
}

impl<'a> Storm<'a> {
    /// Two processes of each service.
    pub(crate) fn new(home: &'a Home, brokers: &'a [Kafka], proxies: &'a [Proxy]) -> Self {
        let mut storm = Self {
            home,
            brokers,
            proxies,
            members: Vec::new(),
            started: 0,
            due: Vec::new(),
            brokers_away: Vec::new(),
            faults: BTreeMap::new(),
            begun: Instant::now(),
        };
        STAGES.into_iter().chain(STAGES).for_each(|stage| storm.start(stage));
        storm
    }

    /// Goes on until `over` rings, or nobody is there to ring it.
    pub(crate) fn rage(&mut self, schedule: impl Iterator<Item = (Duration, Fault)>, over: &Receiver<()>) {
        for (pause, fault) in schedule {
            let next = Instant::now() + pause;
            while Instant::now() < next {
                if over.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                self.heal_what_is_due(Instant::now());
                self.nobody_has_left();
            }
            self.bring(fault);
        }
    }

    /// Undoes all that was done: every process goes on, every broker answers.
    pub(crate) fn calm(&mut self) {
        let last = self.due.iter().map(|(at, _)| *at).max();
        self.heal_what_is_due(last.unwrap_or_else(Instant::now));
    }

    /// Asks every process to leave.
    pub(crate) fn end(&mut self) {
        while let Some(member) = self.members.pop() {
            leave(member);
        }
    }

    /// What each process has said last.
    pub(crate) fn words(&mut self) -> String {
        self.members
            .iter_mut()
            .map(|member| format!("{}:{}\n", member.stage, member.running.words()))
            .collect()
    }

    fn start(&mut self, stage: &'static str) {
        let dir = PathBuf::from(format!("member-{}", self.started));
        self.started += 1;
        let dir = dir.to_str().expect("plain letters");
        let arguments = ["run", "--config", "khabar.toml", "--data-dir", dir, "--only", stage];
        let running = self.home.khabar(arguments).start();
        self.members.push(Member { stage, running, frozen: false });
    }

    fn bring(&mut self, fault: Fault) {
        let now = Instant::now();
        let awake: Vec<usize> = (0..self.members.len()).filter(|at| !self.members[*at].frozen).collect();
        let chosen = |which: usize| awake.get(which % awake.len().max(1)).copied();
        let kind = match fault {
            Fault::Kill { which, gone } => {
                let Some(at) = chosen(which) else { return };
                let member = self.members.swap_remove(at);
                self.say(&format!("kill a {}, another in {} ms", member.stage, gone.as_millis()));
                member.running.kill();
                self.due.push((now + gone, Undo::Replace(member.stage)));
                "kill"
            }
            Fault::Freeze { which, still } => {
                let Some(at) = chosen(which) else { return };
                let member = &mut self.members[at];
                member.frozen = true;
                member.running.signal("STOP");
                let (stage, id) = (member.stage, member.running.id());
                self.say(&format!("freeze a {stage} for {} ms", still.as_millis()));
                self.due.push((now + still, Undo::Thaw(id)));
                "freeze"
            }
            Fault::Add { stage } => {
                let stage = STAGES[stage % STAGES.len()];
                if self.count(stage) >= MOST_OF_A_STAGE {
                    return;
                }
                self.say(&format!("add a {stage}"));
                self.start(stage);
                "add"
            }
            Fault::Remove { which } => {
                let Some(at) = chosen(which).filter(|at| self.count(self.members[*at].stage) > 1) else {
                    return;
                };
                let member = self.members.swap_remove(at);
                self.say(&format!("remove a {}", member.stage));
                leave(member);
                "remove"
            }
            Fault::Broker { which, gone } => {
                let which = which % self.brokers.len();
                // With another away there would be no majority.
                if !self.brokers_away.is_empty() {
                    return;
                }
                self.say(&format!("kill broker {which} for {} ms", gone.as_millis()));
                self.brokers_away.push(which);
                self.brokers[which].kill();
                self.due.push((now + gone, Undo::StartBroker(which)));
                "broker"
            }
            Fault::Cut { which, cut } => {
                let which = which % self.proxies.len();
                self.say(&format!("cut the connections to broker {which} for {} ms", cut.as_millis()));
                self.proxies[which].cut();
                self.due.push((now + cut, Undo::Mend(which)));
                "cut"
            }
        };
        *self.faults.entry(kind).or_default() += 1;
    }

    fn heal_what_is_due(&mut self, now: Instant) {
        let (due, later) = std::mem::take(&mut self.due).into_iter().partition(|(at, _)| *at <= now);
        self.due = later;
        let due: Vec<(Instant, Undo)> = due;
        for (_, undo) in due {
            match undo {
                Undo::Thaw(id) => {
                    if let Some(member) = self.members.iter_mut().find(|member| member.running.id() == id) {
                        member.frozen = false;
                        member.running.signal("CONT");
                    }
                }
                Undo::Replace(stage) => self.start(stage),
                Undo::StartBroker(which) => {
                    self.brokers[which].restart();
                    self.brokers_away.retain(|away| *away != which);
                }
                Undo::Mend(which) => self.proxies[which].mend(),
            }
        }
    }

    /// Whatever happens around it, no process may give up.
    fn nobody_has_left(&mut self) {
        for member in &mut self.members {
            assert!(member.frozen || !member.running.has_ended(), "a {} ended by itself", member.stage);
        }
    }

    fn count(&self, stage: &str) -> usize {
        self.members.iter().filter(|member| member.stage == stage).count()
    }

    fn say(&self, what: &str) {
        println!("{:7.1} s  {what}", self.begun.elapsed().as_secs_f64());
    }
}

/// Asks a process to leave, and sees that it does.
fn leave(member: Member) {
    let asked = Instant::now();
    member.running.stop().expect_success();
    let took = asked.elapsed();
    assert!(took < LEAVES_WITHIN, "a {} took {took:.1?} to leave", member.stage);
}
