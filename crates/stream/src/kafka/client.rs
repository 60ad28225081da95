//! Client configurations, and what an error of librdkafka means.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Instant;

use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::BaseProducer;

use super::Settings;
use crate::fault::{Fault, FaultKind};

/// What Kafka adds to a record in a batch of its own, generously.
pub(super) const BATCH_OVERHEAD_BYTES: u64 = 64 * 1024;

/// The promises rest on these: they can't be set from outside.
const OURS: [&str; 15] = [
    "allow.auto.create.topics",
    "auto.offset.reset",
    "bootstrap.servers",
    "check.crcs",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.protocol",
    "isolation.level",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "transaction.timeout.ms",
    "transactional.id",
];

/// Bounds and what readiness rests on, and what to set instead.
const BOUNDS: [(&str, &str); 4] = [
    ("message.max.bytes", "it follows from the largest record of the topics"),
    ("queue.buffering.max.kbytes", "set `kafka.produce_buffer_kib`"),
    ("queued.max.messages.kbytes", "set `kafka.prefetch_kib`"),
    ("statistics.interval.ms", "readiness and lag are told by it"),
];

/// Refuses settings that are ours, and those that librdkafka refuses.
pub(super) fn check(settings: &Settings) -> Result<(), Fault> {
    if let Some(name) = settings.client.iter().map(|(name, _)| name).find(|name| OURS.contains(name)) {
        let message = format!(
            "`{name}` in [kafka.client] can't be chosen: that nothing is lost or doubled rests on it"
        );
        return Err(Fault::new(FaultKind::Misconfigured, message));
    }
    if let Some((name, instead)) = BOUNDS.iter().find(|(name, _)| settings.client.has(name)) {
        let message = format!("`{name}` in [kafka.client] can't be chosen: {instead}");
        return Err(Fault::new(FaultKind::Misconfigured, message));
    }
    // Making clients checks values too; connecting takes longer than they live.
    let made: Result<BaseConsumer, _> = group_member(settings, "check").create();
    made.map(drop).map_err(|error| fault_of("the settings of Kafka", &error))?;
    let made: Result<BaseProducer, _> = producer(settings, "check", 0).create();
    made.map(drop).map_err(|error| fault_of("the settings of Kafka", &error))
}

/// What all clients share.
pub(super) fn base(settings: &Settings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &settings.bootstrap_servers)
        .set("client.id", "khabar")
        // A broker that hangs is left for another after as long; 60 s by default.
        .set("socket.timeout.ms", "10000")
        // A broker that comes back is found within a second; 10 s by default.
        .set("reconnect.backoff.max.ms", "1000")
        // For group members, but librdkafka compares it with others in every consumer.
        .set("session.timeout.ms", settings.session_timeout_ms.to_string())
        .set("heartbeat.interval.ms", (settings.session_timeout_ms / 5).clamp(1, 3_000).to_string());
    chosen(&mut config, settings);
    config
}

/// What `[kafka.client]` says comes last: what it may not say is refused in the beginning.
fn chosen(config: &mut ClientConfig, settings: &Settings) {
    for (name, value) in settings.client.iter() {
        config.set(name, value);
    }
}

/// A client that asks and never reads or writes records.
pub(super) fn inquirer(settings: &Settings) -> Result<BaseConsumer<Refusals>, Fault> {
    let made = base(settings).create_with_context(Refusals::default());
    made.map_err(|error| fault_of("the Kafka client", &error))
}

/// Remembers that a broker refused to talk to us: a question that gets no answer does not say so.
#[derive(Default)]
pub(super) struct Refusals(Mutex<Option<(RDKafkaErrorCode, String)>>);

impl Refusals {
    /// The refusal that came last, met with `what`.
    pub(super) fn fault(&self, what: &str) -> Option<Fault> {
        let (code, reason) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let Fault { kind, message } = fault_of(what, &KafkaError::Global(code));
        Some(Fault::new(kind, format!("{message} ({reason})")))
    }
}

impl ClientContext for Refusals {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        log_line(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        use RDKafkaErrorCode as Code;
        if let Some(code @ (Code::Authentication | Code::SaslAuthenticationFailed | Code::SSL)) =
            error.rdkafka_error_code()
        {
            let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *last = Some((code, reason.to_owned()));
        }
        log_error(&error, reason);
    }
}

impl ConsumerContext for Refusals {}

/// A member of the consumer group `group`.
pub(super) fn group_member(settings: &Settings, group: &str) -> ClientConfig {
    let mut config = reader(settings, group);
    config
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("queued.max.messages.kbytes", settings.prefetch_kib.to_string())
        .set("statistics.interval.ms", "1000");
    chosen(&mut config, settings);
    config
}

/// A reader of committed records from places that are named.
pub(super) fn reader(settings: &Settings, group: &str) -> ClientConfig {
    let mut config = base(settings);
    config
        .set("group.id", group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "error")
        .set("isolation.level", "read_committed")
        .set("allow.auto.create.topics", "false")
        .set("check.crcs", "true")
        // When as much is fetched, look again soon; after 1 s by default.
        .set("fetch.queue.backoff.ms", "10");
    config
}

/// A transactional producer.
pub(super) fn producer(settings: &Settings, transactional_id: &str, max_record_bytes: u64) -> ClientConfig {
    let mut config = base(settings);
    config
        .set("transactional.id", transactional_id)
        .set("transaction.timeout.ms", settings.transaction_timeout_ms.to_string())
        .set("compression.type", "zstd")
        .set("message.max.bytes", (max_record_bytes + BATCH_OVERHEAD_BYTES).max(1_000_000).to_string())
        .set("queue.buffering.max.kbytes", settings.produce_buffer_kib.to_string())
        // A transaction's records come all at once and are waited for.
        .set("linger.ms", "1")
        // The coordinator asks to come back when it still ends the transaction before: 100 ms by default.
        .set("retry.backoff.ms", "5")
        // It also asks for high watermarks, which open transactions are below.
        .set("isolation.level", "read_uncommitted");
    chosen(&mut config, settings);
    config
}

/// A name that no other process has: transactions and one-off groups.
pub(super) fn unique(settings: &Settings, name: &str) -> String {
    let random = RandomState::new().hash_one(std::process::id());
    format!("{}{name}-{}-{random:016x}", settings.prefix, std::process::id())
}

/// What an error of librdkafka, met with `what`, means for the runner.
pub(super) fn fault_of(what: &str, error: &KafkaError) -> Fault {
    use RDKafkaErrorCode as Code;
    // Without the value: a misspelt name does not tell that it is a secret.
    if let KafkaError::ClientConfig(_, reason, name, _) = error {
        let message = format!("[kafka.client] {name}: {reason}");
        return Fault::new(FaultKind::Misconfigured, message);
    }
    let code = match error {
        KafkaError::AdminOp(code) => Some(*code),
        error => error.rdkafka_error_code(),
    };
    let (kind, way_out) = match code {
        Some(Code::Authentication | Code::SaslAuthenticationFailed | Code::SSL) => {
            (FaultKind::Misconfigured, ": see the security settings in [kafka.client]")
        }
        Some(
            Code::TopicAuthorizationFailed
            | Code::GroupAuthorizationFailed
            | Code::ClusterAuthorizationFailed
            | Code::TransactionalIdAuthorizationFailed,
        ) => (
            FaultKind::Misconfigured,
            ": this user needs an ACL for it on the broker, see `khabar topics acls`",
        ),
        Some(Code::InvalidTopic) => (FaultKind::Misconfigured, ": see kafka.prefix"),
        // A broker that has just come back does not know all yet. What was never there is found at the start.
        Some(Code::UnknownTopic | Code::UnknownPartition) => (
            FaultKind::Unavailable,
            ": if it was removed, make the topics with `khabar topics create` and start anew",
        ),
        Some(Code::MessageSizeTooLarge | Code::InvalidMessageSize) => {
            (FaultKind::Misconfigured, ": raise the topic's max.message.bytes")
        }
        Some(Code::PolicyViolation | Code::InvalidReplicationFactor | Code::InvalidConfig) => {
            (FaultKind::Misconfigured, ": the broker refuses these settings")
        }
        Some(_) => (FaultKind::Unavailable, ""),
        None if matches!(error, KafkaError::ClientCreation(_) | KafkaError::Nul(_)) => {
            (FaultKind::Misconfigured, ": see [kafka.client]")
        }
        None => (FaultKind::Unavailable, ""),
    };
    Fault::new(kind, format!("{what}: {error}{way_out}"))
}

/// The same for a reader of `topic` under `group`: what was refused is the one or the other.
pub(super) fn reading_fault(topic: &str, group: &str, error: &KafkaError) -> Fault {
    match error.rdkafka_error_code() {
        Some(RDKafkaErrorCode::GroupAuthorizationFailed) => fault_of(&format!("the group {group}"), error),
        _ => fault_of(&format!("reading {topic}"), error),
    }
}

/// A client that is being dropped on a thread of its own, for that can hang.
pub(super) struct Leaving(mpsc::Receiver<()>);

/// Drops a client aside.
pub(super) fn drop_aside<T: Send + 'static>(client: T) -> Leaving {
    let (gone, leaving) = mpsc::channel();
    let aside = std::thread::Builder::new().name("kafka-leave".to_owned()).spawn(move || {
        drop(client);
        // Nobody may wait any more.
        let _ = gone.send(());
    });
    if let Err(error) = aside {
        // The client was dropped with the closure.
        tracing::debug!("no thread to leave Kafka on: {error}");
    }
    Leaving(leaving)
}

impl Leaving {
    /// Waits until the client is gone, at most until then.
    pub(super) fn wait_until(self, deadline: Instant) {
        let left = deadline.saturating_duration_since(Instant::now());
        if let Err(mpsc::RecvTimeoutError::Timeout) = self.0.recv_timeout(left) {
            tracing::debug!("a Kafka client takes its time to end");
        }
    }
}

/// Hands librdkafka's lines and errors to our log.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Logged;

impl ClientContext for Logged {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        log_line(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        log_error(&error, reason);
    }
}

impl ConsumerContext for Logged {}

pub(super) fn log_line(level: RDKafkaLogLevel, facility: &str, line: &str) {
    match level {
        // Settings for consumers, told to a producer: [kafka.client] goes to both.
        _ if facility == "CONFWARN" => tracing::debug!(facility, "librdkafka: {line}"),
        RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
            tracing::error!(facility, "librdkafka: {line}");
        }
        // It calls errors what it will try again.
        RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning => tracing::warn!(facility, "librdkafka: {line}"),
        _ => tracing::debug!(facility, "librdkafka: {line}"),
    }
}

pub(super) fn log_error(error: &KafkaError, reason: &str) {
    tracing::debug!("librdkafka: {error}: {reason}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Remedy;

    #[test]
    fn what_a_broker_does_not_know_yet_is_asked_again() {
        for code in [RDKafkaErrorCode::UnknownPartition, RDKafkaErrorCode::UnknownTopic] {
            let fault = fault_of("the ends of entries/2", &KafkaError::MetadataFetch(code));
            assert_eq!(fault.remedy(), Remedy::Retry, "{fault}");
        }
        let refused = KafkaError::MetadataFetch(RDKafkaErrorCode::TopicAuthorizationFailed);
        assert_eq!(fault_of("reading", &refused).remedy(), Remedy::Stop);
    }
}
