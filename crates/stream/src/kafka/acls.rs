//! What a user must be allowed on the brokers, and no more.

use std::collections::{BTreeMap, BTreeSet};

use super::Settings;
use super::access::{APPENDER, READER_GROUP};

/// What is allowed: an operation, and whether names are only what names begin with.
type Right = (bool, &'static str);

/// A kind of resource as `kafka-acls.sh` calls it, and the name of one.
type Resource = (&'static str, String);

/// The ACLs of one user, gathered from what it does.
#[derive(Debug, Clone)]
pub struct Acls<'a> {
    settings: &'a Settings,
    allowed: BTreeMap<Right, BTreeSet<Resource>>,
}

impl<'a> Acls<'a> {
    /// None yet, on a cluster of these settings.
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, allowed: BTreeMap::new() }
    }

    /// To make these topics.
    #[must_use]
    pub fn create(mut self, topics: &[&str]) -> Self {
        for topic in topics {
            self.allow("Create", "--topic", topic);
            self.allow("Describe", "--topic", topic);
        }
        self
    }

    /// To read this topic beside the services.
    #[must_use]
    pub fn read(mut self, topic: &str) -> Self {
        self.allow("Read", "--topic", topic);
        self.allow("Describe", "--group", READER_GROUP);
        self
    }

    /// To append to these topics beside the services.
    #[must_use]
    pub fn append(mut self, topics: &[&str]) -> Self {
        topics.iter().for_each(|topic| self.allow("Write", "--topic", topic));
        self.allow_transactions(APPENDER);
        self
    }

    /// To append to these topics as the only one of `name`.
    #[must_use]
    pub fn append_alone(mut self, name: &str, topics: &[&str]) -> Self {
        topics.iter().for_each(|topic| self.allow("Write", "--topic", topic));
        self.allow("Write", "--transactional-id", name);
        self
    }

    /// To run a stage.
    #[must_use]
    pub fn run(mut self, stage: &str, input: &str, state: Option<&str>, outputs: &[&str]) -> Self {
        self.allow("Read", "--group", stage);
        for topic in [input].into_iter().chain(state) {
            self.allow("Read", "--topic", topic);
        }
        for topic in outputs.iter().copied().chain(state) {
            self.allow("Write", "--topic", topic);
        }
        // How old a copy of the state may be.
        state.iter().for_each(|topic| self.allow("DescribeConfigs", "--topic", topic));
        self.allow_transactions(stage);
        self
    }

    /// To see from beside a stage how far it has read, and its state.
    #[must_use]
    pub fn watch(mut self, stage: &str, state: &str) -> Self {
        self.allow("Describe", "--group", stage);
        self.read(state)
    }

    fn allow(&mut self, operation: &'static str, kind: &'static str, name: &str) {
        let resource = (kind, self.settings.topic(name));
        self.allowed.entry((false, operation)).or_default().insert(resource);
    }

    /// Each process has a transactional id of its own, which begins with `name`.
    fn allow_transactions(&mut self, name: &str) {
        let ids = ("--transactional-id", format!("{}-", self.settings.topic(name)));
        self.allowed.entry((true, "Write")).or_default().insert(ids);
    }

    /// The arguments of `kafka-acls.sh --add --allow-principal …` that allow it, one string for each call.
    pub fn arguments(&self) -> impl Iterator<Item = String> {
        self.allowed.iter().map(|((begins, operation), resources)| {
            let pattern = if *begins { "--resource-pattern-type prefixed " } else { "" };
            let names: Vec<String> = resources.iter().map(|(kind, name)| format!("{kind} {name}")).collect();
            format!("--operation {operation} {pattern}{}", names.join(" "))
        })
    }
}
