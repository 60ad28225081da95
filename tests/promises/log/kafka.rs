use std::sync::Arc;

use stream::backend::{Appender, Backend, Cursor, Reader};
use stream::kafka::{Cluster, Settings};
use stream::{Fault, Output, Signal};

use super::{Log, STAGE, WORK, catalogue};
use crate::support;

/// Topics of one's own in the Kafka that all tests share.
pub(in crate::promises) struct Kafka {
    settings: Settings,
    cluster: Arc<Cluster>,
}

impl Kafka {
    /// A log whose stages lose their partitions when they have not polled for a second.
    pub(in crate::promises) fn of_the_quick() -> Self {
        let mut settings = settings(support::kafka::Kafka::shared().bootstrap(), &prefix());
        settings.session_timeout_ms = 1_000;
        settings.client.set("max.poll.interval.ms", "1000");
        Self::made(settings)
    }

    fn made(settings: Settings) -> Self {
        let log = Self::with(settings);
        log.cluster.create_topics().unwrap();
        log
    }

    fn with(settings: Settings) -> Self {
        let cluster = Cluster::new(settings.clone(), catalogue()).unwrap();
        Self { settings, cluster }
    }
}

fn prefix() -> String {
    format!("{}.", support::kafka::unique("promises"))
}

fn settings(bootstrap: &str, prefix: &str) -> Settings {
    Settings {
        bootstrap_servers: bootstrap.to_owned(),
        prefix: prefix.to_owned(),
        // What a dead process held is free again soon.
        session_timeout_ms: 3_000,
        transaction_timeout_ms: 5_000,
        client: [("socket.timeout.ms", "5000")].into(),
        connect_timeout_ms: 60_000,
        ..Settings::default()
    }
}

impl Log for Kafka {
    const SHARED: bool = true;

    fn new() -> Self {
        Self::made(settings(support::kafka::Kafka::shared().bootstrap(), &prefix()))
    }

    fn address(&self) -> String {
        format!("kafka {} {}", self.settings.bootstrap_servers, self.settings.prefix)
    }

    fn at(address: &str) -> Self {
        let (bootstrap, prefix) = address.split_once(' ').unwrap();
        Self::with(settings(bootstrap, prefix))
    }

    fn backend(&self, signal: Signal) -> Result<Box<dyn Backend>, Fault> {
        self.cluster.backend(STAGE, WORK, signal)
    }

    fn reader(&self, topic: &str) -> Box<dyn Reader> {
        Box::new(self.cluster.reader(topic, Cursor::default()).unwrap())
    }

    fn append(&self, outputs: Vec<Output>) {
        self.cluster.appender().unwrap().append(outputs).unwrap();
    }
}
