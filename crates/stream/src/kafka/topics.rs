//! Makes topics and counts partitions.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::consumer::Consumer;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::Settings;
use super::client::{BATCH_OVERHEAD_BYTES, Logged, base, fault_of, inquirer};
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;
use crate::topics::{Catalogue, TopicSpec};

const MINUTE_MS: u64 = 60 * 1000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const MIB: u64 = 1 << 20;

/// librdkafka's `batch.size`: a batch counts as one record against a topic's limit.
const BATCH_BYTES: u64 = 1_000_000;

/// How soon to look again whether the brokers know a new topic.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Events among which a refusal is looked for.
const MAX_EVENTS: usize = 64;

/// Names and values of a topic's settings.
type Config = Vec<(&'static str, String)>;

/// The installation's topics, by short name, as one broker knows them.
pub(super) struct Known(BTreeMap<String, KnownTopic>);

struct KnownTopic {
    /// 0 where the broker has only heard of the topic.
    partitions: u32,
    /// Each partition has a leader: it can be written and read.
    led: bool,
}

impl Known {
    /// Asks a broker.
    pub(super) fn ask(settings: &Settings) -> Result<Self, Fault> {
        let client = inquirer(settings)?;
        let metadata = client.fetch_metadata(None, settings.connect_timeout()).map_err(|error| {
            // What was refused is told by a poll, one event each, and by nothing else.
            (0..MAX_EVENTS).for_each(|_| drop(client.poll(Duration::ZERO)));
            let what = unreachable(settings);
            client.context().fault(&what).unwrap_or_else(|| fault_of(&what, &error))
        })?;
        let ours = metadata.topics().iter().filter_map(|topic| {
            let short = topic.name().strip_prefix(&settings.prefix)?;
            let partitions = u32::try_from(topic.partitions().len()).ok()?;
            let led = topic.partitions().iter().all(|partition| partition.leader() >= 0);
            Some((short.to_owned(), KnownTopic { partitions, led: led && partitions > 0 }))
        });
        Ok(Self(ours.collect()))
    }

    /// Partitions of all topics that have some.
    pub(super) fn partitions(&self) -> BTreeMap<String, u32> {
        let counts = self.0.iter().map(|(name, topic)| (name.clone(), topic.partitions));
        counts.filter(|(_, partitions)| *partitions > 0).collect()
    }

    /// Partitions of a topic that is needed. Whether they are led just now is no matter: brokers come and go.
    pub(super) fn partitions_of(&self, settings: &Settings, name: &str) -> Result<u32, Fault> {
        match self.0.get(name) {
            None => Err(missing(&settings.topic(name))),
            Some(topic) if topic.partitions == 0 => Err(no_leader(&settings.topic(name))),
            Some(topic) => Ok(topic.partitions),
        }
    }

    fn is_led(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|topic| topic.led)
    }
}

/// See [`super::Cluster::create_topics`].
pub(super) fn create(settings: &Settings, catalogue: &Catalogue) -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| {
        Fault::new(FaultKind::Unavailable, format!("no thread to make topics on: {error}"))
    })?;
    let known = Known::ask(settings)?;
    let missing: Vec<(String, &TopicSpec, Config)> = catalogue
        .iter()
        .filter(|spec| !known.0.contains_key(&spec.name))
        .map(|spec| (settings.topic(&spec.name), spec, config_of(spec, settings.replication_factor)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let new: Vec<NewTopic<'_>> = missing
        .iter()
        .map(|(name, spec, config)| {
            // -1 leaves it to the broker.
            let replication = TopicReplication::Fixed(settings.replication_factor.map_or(-1, i32::from));
            let partitions = i32::try_from(spec.partitions).unwrap_or(i32::MAX);
            let topic = NewTopic::new(name, partitions, replication);
            config.iter().fold(topic, |topic, (key, value)| topic.set(key, value))
        })
        .collect();
    let admin: AdminClient<Logged> =
        base(settings).create_with_context(Logged).map_err(|error| fault_of("the Kafka client", &error))?;
    let options = AdminOptions::new().request_timeout(Some(settings.connect_timeout()));
    let results = runtime
        .block_on(admin.create_topics(&new, &options))
        .map_err(|error| fault_of(&unreachable(settings), &error))?;
    for result in results {
        match result {
            // Another process was faster.
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                let what = format!("this user sees no topic {topic} and can't make it");
                return Err(fault_of(&what, &KafkaError::AdminOp(code)));
            }
        }
    }
    wait_until_known(settings, catalogue)
}

/// Brokers learn of a new topic one after the other.
fn wait_until_known(settings: &Settings, catalogue: &Catalogue) -> Result<(), Fault> {
    let deadline = Instant::now() + settings.connect_timeout();
    loop {
        let known = Known::ask(settings)?;
        let Some(unknown) = catalogue.iter().find(|spec| !known.is_led(&spec.name)) else {
            return Ok(());
        };
        if Instant::now() >= deadline {
            let topic = settings.topic(&unknown.name);
            let message =
                format!("the topic {topic} was made but has no leader yet: look at the brokers' health");
            return Err(Fault::new(FaultKind::Unavailable, message));
        }
        // Nobody rings: this is a pause.
        Signal::default().wait(LOOK_AGAIN);
    }
}

/// How long a compacted topic keeps tombstones; none when the broker does not say, since this user may not ask or it
/// is away.
pub(super) fn tombstones_kept(settings: &Settings, topic: &str) -> Option<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
    let admin: AdminClient<Logged> = base(settings).create_with_context(Logged).ok()?;
    let options = AdminOptions::new().request_timeout(Some(settings.connect_timeout()));
    let asked = [ResourceSpecifier::Topic(topic)];
    let answers = runtime.block_on(admin.describe_configs(&asked, &options));
    let told = answers.map_err(|error| error.to_string()).and_then(|answers| {
        let answer = answers.into_iter().next().ok_or("no answer")?.map_err(|code| code.to_string())?;
        let setting = answer.get("delete.retention.ms").and_then(|setting| setting.value.as_deref());
        setting.and_then(|value| value.parse().ok()).ok_or_else(|| "no answer".to_owned())
    });
    match told {
        Ok(milliseconds) => Some(Duration::from_millis(milliseconds)),
        Err(error) => {
            tracing::debug!(topic, "the settings of the topic are not known: {error}");
            None
        }
    }
}

pub(super) fn missing(topic: &str) -> Fault {
    let message = format!(
        "there is no topic {topic} that this user may see: make the topics with `khabar topics create`; what each \
         user needs says `khabar topics acls`"
    );
    Fault::new(FaultKind::Misconfigured, message)
}

fn no_leader(topic: &str) -> Fault {
    let message = format!("the topic {topic} was made but has no leader yet: look at the brokers' health");
    Fault::new(FaultKind::Unavailable, message)
}

pub(super) fn unreachable(settings: &Settings) -> String {
    format!("no answer from Kafka at {}", settings.bootstrap_servers)
}

/// The topic's settings on the broker.
///
/// Only closed segments are compacted or dropped, so segments close several times within what they are kept for. State
/// topics are read in whole at a restart: theirs are small, closed every few minutes and compacted as soon as a tenth
/// is stale. Their tombstones stay for a day: a copy of the state that is older may have missed some.
fn config_of(spec: &TopicSpec, replication_factor: Option<u16>) -> Config {
    let keeps_latest_only = spec.compact && spec.retention_ms.is_none();
    let policy = match (spec.compact, spec.retention_ms.is_some() || spec.retention_bytes.is_some()) {
        (true, true) => "compact,delete",
        (true, false) => "compact",
        (false, _) => "delete",
    };
    let partition_bytes = spec.retention_bytes.map(|bytes| bytes / u64::from(spec.partitions.max(1)));
    let max_message_bytes = spec.max_record_bytes.max(BATCH_BYTES) + BATCH_OVERHEAD_BYTES;
    let segment_bytes = match partition_bytes {
        Some(bytes) => (bytes / 4).clamp(16 * MIB, 256 * MIB),
        None if keeps_latest_only => 32 * MIB,
        None => 256 * MIB,
    };
    let segment_ms = match spec.retention_ms {
        Some(retention) => (retention / 6).clamp(10 * MINUTE_MS, 24 * HOUR_MS),
        None => 10 * MINUTE_MS,
    };
    let text = |number: Option<u64>| number.map_or_else(|| "-1".to_owned(), |number| number.to_string());
    let mut config = vec![
        ("cleanup.policy", policy.to_owned()),
        ("retention.ms", text(spec.retention_ms)),
        ("retention.bytes", text(partition_bytes)),
        ("max.message.bytes", max_message_bytes.to_string()),
        ("segment.bytes", segment_bytes.max(2 * max_message_bytes).to_string()),
        ("segment.ms", segment_ms.to_string()),
        ("compression.type", "zstd".to_owned()),
    ];
    // One broker may be away, and what was committed is on two at least.
    if replication_factor.is_some_and(|copies| copies >= 3) {
        config.push(("min.insync.replicas", "2".to_owned()));
    }
    if spec.compact {
        config.push(("delete.retention.ms", (24 * HOUR_MS).to_string()));
        config.push(("max.compaction.lag.ms", HOUR_MS.to_string()));
    }
    if keeps_latest_only {
        config.push(("min.cleanable.dirty.ratio", "0.1".to_owned()));
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_three_copies_two_must_have_what_is_committed() {
        let spec = TopicSpec {
            name: "articles".to_owned(),
            partitions: 1,
            compact: false,
            retention_ms: None,
            retention_bytes: None,
            drop_consumed: false,
            max_record_bytes: 1 << 20,
        };
        let insync = |copies| {
            let config = config_of(&spec, copies);
            config.into_iter().find(|(name, _)| *name == "min.insync.replicas").map(|(_, value)| value)
        };
        assert_eq!(insync(Some(3)), Some("2".to_owned()));
        // With two, a broker that is away would stop everything.
        assert_eq!(insync(Some(2)), None);
        assert_eq!(insync(None), None);
    }
}
