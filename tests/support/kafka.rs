//! A real Apache Kafka for the tests: one process that is broker and controller, or a cluster of such, on free ports of
//! loopback, over fresh data folders.
//!
//! The server's jars come from Maven Central by `tests/kafka/pom.xml` and stay in `target/kafka/lib`. Java 17 or
//! newer and Maven must be there; where they are not, the test fails and says what to install.
//!
//! `KHABAR_TEST_KAFKA=host:port` makes [`Kafka::shared`] use a server that runs already.
//!
//! Nothing is left behind: the server runs under a small shell script (`guard.sh`) that kills it and removes its data
//! when its standard input closes, which the kernel does however the test process ends.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;

const INSTALL: &str =
    "the Kafka tests need Java 17 or newer and Maven: apt-get install openjdk-17-jre-headless maven";

/// How long a server may take from its start until it answers, on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(90);

/// Of an authorizer's decisions each is logged.
const AUDIT: &str = "-Dorg.slf4j.simpleLogger.log.kafka.authorizer.logger=debug";

/// A running Kafka.
pub(crate) struct Kafka {
    bootstrap: String,
    /// None: somebody else's server, from `KHABAR_TEST_KAFKA`.
    guard: Option<Mutex<Guard>>,
}

impl Kafka {
    /// The server that all tests of this process share, started by whoever asks first.
    pub(crate) fn shared() -> &'static Kafka {
        static SHARED: OnceLock<Kafka> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var("KHABAR_TEST_KAFKA") {
            Ok(bootstrap) => {
                wait_until_ready(&bootstrap, Path::new("of a server that is not ours"), 1);
                Kafka { bootstrap, guard: None }
            }
            Err(_) => Kafka::start(),
        })
    }

    /// A server of one's own, that may be killed, frozen and started again. It ends when this value is dropped.
    pub(crate) fn start() -> Kafka {
        Kafka::cluster(1, |port| port).pop().expect("one server")
    }

    /// Servers that form one cluster. Clients are told to come to the port that `advertised` makes of each server's
    /// own.
    pub(crate) fn cluster(size: usize, advertised: impl Fn(u16) -> u16) -> Vec<Kafka> {
        let nodes: Vec<Node> = (1..=size).map(|id| Node::new(id, &advertised)).collect();
        Kafka::of(&nodes)
    }

    /// A server with more listeners and settings, and a user that its storage tool is told of.
    pub(crate) fn with(more: More, scram: Option<String>) -> Kafka {
        let node = Node { more, scram, ..Node::new(1, |port| port) };
        Kafka::of(&[node]).pop().expect("one server")
    }

    fn of(nodes: &[Node]) -> Vec<Kafka> {
        let size = nodes.len();
        let servers: Vec<(Kafka, PathBuf)> = nodes.iter().map(|node| node.start(nodes)).collect();
        servers
            .into_iter()
            .map(|(kafka, data)| {
                wait_until_ready(&kafka.bootstrap, &data, size);
                kafka
            })
            .collect()
    }

    /// `host:port`, what `bootstrap.servers` wants.
    pub(crate) fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// A client configuration that knows where this server is and nothing else.
    pub(crate) fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap);
        config
    }

    /// Ends the server at once (SIGKILL), as a power cut would. Returns when it is gone.
    pub(crate) fn kill(&self) {
        self.order("KILL");
    }

    /// Starts a killed server again, on the same port and data. Returns when it answers.
    pub(crate) fn restart(&self) {
        let data = self.order("START");
        wait_until_ready(&self.bootstrap, &data, 1);
    }

    /// Stops the server's process (SIGSTOP): its connections stay open and nothing answers.
    pub(crate) fn freeze(&self) {
        self.order("STOP");
    }

    /// Lets a frozen server go on (SIGCONT).
    pub(crate) fn thaw(&self) {
        self.order("CONT");
    }

    fn order(&self, order: &str) -> PathBuf {
        let guard = self.guard.as_ref().expect("only a server of one's own, from Kafka::start, takes orders");
        let mut guard = guard.lock().expect("no test died while it gave an order");
        guard.order(order);
        guard.data.clone()
    }

    /// What a server of one's own has logged since it was started: warnings, and each decision of its authorizer.
    pub(crate) fn log(&self) -> String {
        let guard = self.guard.as_ref().expect("only a server of one's own has a log here");
        let log = guard.lock().expect("no test died while it gave an order").data.join("server.log");
        fs::read_to_string(log).expect("the server's log")
    }

    /// All committed records of a topic, from its beginning to its end, as Apache Kafka's own console consumer reads
    /// them (`read_committed`): a consumer that we did not write. Keys, header values and values must be text.
    ///
    /// The console consumer cannot stop at the end of a topic, only after so many records; so librdkafka counts first.
    pub(crate) fn console_consumer(&self, topic: &str) -> Vec<ConsoleRecord> {
        let count = self.count_committed(topic);
        if count == 0 {
            return Vec::new();
        }
        let output = java(jars(), &["-Xmx256m"])
            .arg("org.apache.kafka.tools.consumer.ConsoleConsumer")
            .args(["--bootstrap-server", &self.bootstrap, "--topic", topic, "--from-beginning"])
            .args(["--isolation-level", "read_committed", "--timeout-ms", "60000"])
            .args(["--max-messages", &count.to_string()])
            .args(
                ["print.partition", "print.offset", "print.headers", "print.key"]
                    .iter()
                    .flat_map(|print| ["--property".to_owned(), format!("{print}=true")]),
            )
            .args(["--property", &format!("key.separator={FIELD_END}")])
            .args(["--property", &format!("line.separator={RECORD_END}")])
            .args(["--property", &format!("headers.separator={HEADER_END}")])
            .args(["--property", &format!("null.literal={NULL}")])
            .output()
            .unwrap_or_else(|error| panic!("{INSTALL} ({error})"));
        let text = String::from_utf8(output.stdout).expect("the records of this topic are text");
        let records: Vec<_> = text.split_terminator(RECORD_END).map(ConsoleRecord::parse).collect();
        assert_eq!(
            records.len(),
            count,
            "the console consumer read another number of records of {topic} than librdkafka: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        records
    }

    /// How many committed records a topic holds.
    fn count_committed(&self, topic: &str) -> usize {
        let consumer: BaseConsumer = self
            .client()
            .set("group.id", "khabar-test-count")
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true")
            .set("isolation.level", "read_committed")
            .create()
            .expect("a consumer");
        let metadata =
            consumer.fetch_metadata(Some(topic), Duration::from_secs(30)).expect("metadata of the topic");
        let mut assignment = rdkafka::TopicPartitionList::new();
        for partition in metadata.topics().iter().flat_map(|topic| topic.partitions()) {
            assignment
                .add_partition_offset(topic, partition.id(), rdkafka::Offset::Beginning)
                .expect("an offset to start at");
        }
        consumer.assign(&assignment).expect("an assignment");
        let (mut count, mut ends) = (0, 0);
        let deadline = Instant::now() + Duration::from_secs(60);
        while ends < assignment.count() {
            assert!(Instant::now() < deadline, "{topic} was not read to its end within 60 s");
            match consumer.poll(Duration::from_secs(1)) {
                Some(Ok(_)) => count += 1,
                Some(Err(KafkaError::PartitionEOF(_))) => ends += 1,
                Some(Err(error)) => panic!("cannot read {topic}: {error}"),
                None => {}
            }
        }
        count
    }
}

/// A record as the console consumer printed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConsoleRecord {
    /// The partition it lies in.
    pub(crate) partition: i32,
    /// Its offset there.
    pub(crate) offset: i64,
    /// Names and values, in the record's order.
    pub(crate) headers: Vec<(String, String)>,
    /// The key, where it has one.
    pub(crate) key: Option<String>,
    /// The value; none is a tombstone.
    pub(crate) value: Option<String>,
}

// Characters that text does not hold: the control characters made for it.
const FIELD_END: char = '\u{1f}';
const RECORD_END: char = '\u{1e}';
const HEADER_END: char = '\u{1d}';
const NULL: &str = "\u{1a}";

impl ConsoleRecord {
    /// Takes `Partition:0␟Offset:7␟name:value␝name:value␟key␟value` apart.
    fn parse(line: &str) -> ConsoleRecord {
        let mut fields = line.splitn(5, FIELD_END);
        let mut field = || fields.next().unwrap_or_else(|| panic!("not a record: {line:?}"));
        let text = |field: &str| (field != NULL).then(|| field.to_owned());
        ConsoleRecord {
            partition: field().trim_start_matches("Partition:").parse().expect("a partition"),
            offset: field().trim_start_matches("Offset:").parse().expect("an offset"),
            headers: match field() {
                "NO_HEADERS" => Vec::new(),
                headers => headers
                    .split(HEADER_END)
                    .map(|header| header.split_once(':').expect("name:value"))
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect(),
            },
            key: text(field()),
            value: text(field()),
        }
    }
}

/// A name that no other test and no earlier run has used, for topics and groups.
pub(crate) fn unique(name: &str) -> String {
    static RUN: OnceLock<u64> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let run = RUN.get_or_init(|| RandomState::new().hash_one(std::process::id()));
    format!("{name}-{run:016x}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The shell script that keeps the server, and the two ends we talk to it through.
struct Guard {
    data: PathBuf,
    script: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Guard {
    fn start(data: &Path, server: &Command) -> Guard {
        let mut script = Command::new("sh")
            .arg(workspace().join("tests/kafka/guard.sh"))
            .arg(data)
            .arg(server.get_program())
            .args(server.get_args())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C at the terminal ends the test; the guard then ends the server.
            .process_group(0)
            .spawn()
            .expect("start sh");
        let orders = script.stdin.take();
        let answers = BufReader::new(script.stdout.take().expect("it was piped"));
        Guard { data: data.to_owned(), script, orders, answers }
    }

    /// Gives an order and waits until it is carried out.
    fn order(&mut self, order: &str) {
        let orders = self.orders.as_mut().expect("taken only on drop");
        writeln!(orders, "{order}").expect("the guard listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the guard answers");
        assert_eq!(answer.trim(), order, "the guard did not carry out the order");
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.orders.take());
        // Its last step removes the data folder; nothing hangs on how it went.
        let _ = self.script.wait();
    }
}

/// A server and its place in a cluster.
struct Node {
    id: usize,
    port: u16,
    /// Where clients are told to come.
    advertised: u16,
    /// Where the other servers come.
    internal: u16,
    controller: u16,
    /// What it listens to besides, and how.
    more: More,
    /// A user, as Kafka's storage tool is told of it.
    scram: Option<String>,
}

/// Listeners beyond those of every server.
#[derive(Default)]
pub(crate) struct More {
    /// Each with a comma before it.
    pub(crate) listeners: String,
    /// Their protocols, each with a comma before it.
    pub(crate) protocols: String,
    /// Further lines.
    pub(crate) lines: String,
}

impl Node {
    fn new(id: usize, advertised: impl Fn(u16) -> u16) -> Node {
        let port = free_port();
        Node {
            id,
            port,
            advertised: advertised(port),
            internal: free_port(),
            controller: free_port(),
            more: More::default(),
            scram: None,
        }
    }

    /// Starts it, as one of `all`; its data folder too.
    fn start(&self, all: &[Node]) -> (Kafka, PathBuf) {
        let lib = jars();
        let data =
            tempfile::Builder::new().prefix("khabar-test-kafka-").tempdir().expect("a temporary folder");
        let properties = data.path().join("server.properties");
        fs::write(&properties, settings(data.path(), self, all)).expect("write server.properties");
        format_storage(lib, &properties, self.scram.as_deref());
        // From now on the guard removes it, when the server has ended.
        let data = data.keep();
        let guard = Guard::start(
            &data,
            java(lib, &["-Xms512m", "-Xmx512m", AUDIT]).arg("kafka.Kafka").arg(&properties),
        );
        let kafka = Kafka { bootstrap: format!("127.0.0.1:{}", self.port), guard: Some(Mutex::new(guard)) };
        (kafka, data)
    }
}

/// What differs from a production server: it is alone or nearly so, small, and does at once what is otherwise done in
/// minutes.
fn settings(data: &Path, node: &Node, all: &[Node]) -> String {
    let logs = data.join("log");
    let logs = logs.display();
    let Node { id, port, advertised, internal, controller, more, scram: _ } = node;
    let More { listeners, protocols, lines } = more;
    let voters: Vec<String> =
        all.iter().map(|node| format!("{}@127.0.0.1:{}", node.id, node.controller)).collect();
    let voters = voters.join(",");
    let copies = all.len().min(3);
    let in_sync = if copies >= 3 { 2 } else { 1 };
    format!(
        "\
process.roles=broker,controller
node.id={id}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
inter.broker.listener.name=INTERNAL
listeners=CLIENTS://127.0.0.1:{port},INTERNAL://127.0.0.1:{internal},CONTROLLER://127.0.0.1:{controller}{listeners}
advertised.listeners=CLIENTS://127.0.0.1:{advertised},INTERNAL://127.0.0.1:{internal}{listeners}
listener.security.protocol.map=CLIENTS:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT{protocols}
{lines}log.dirs={logs}
auto.create.topics.enable=false

# So many copies as there are servers.
default.replication.factor={copies}
min.insync.replicas={in_sync}
offsets.topic.replication.factor={copies}
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={in_sync}
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr={in_sync}

# Small.
offsets.topic.num.partitions=2
transaction.state.log.num.partitions=2
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=8388608

# At once: groups form, sessions end, forgotten transactions are aborted, logs are cleaned and shortened.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
transaction.abort.timed.out.transaction.cleanup.interval.ms=200
log.initial.task.delay.ms=100
log.cleaner.backoff.ms=200
log.retention.check.interval.ms=200
"
    )
}

/// Writes the identity that a KRaft server's data folder needs before its first start.
fn format_storage(lib: &Path, properties: &Path, scram: Option<&str>) {
    let output = java(lib, &["-Xmx128m"])
        .args(["kafka.tools.StorageTool", "format", "--cluster-id", "a2hhYmFyLXRlc3RzLWthZg", "--config"])
        .arg(properties)
        .args(scram.into_iter().flat_map(|user| ["--add-scram", user]))
        .output()
        .unwrap_or_else(|error| panic!("{INSTALL} ({error})"));
    assert!(
        output.status.success(),
        "cannot format Kafka's data folder: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Until the server names so many in its metadata: itself, when it has registered with its controller, and others.
fn wait_until_ready(bootstrap: &str, data: &Path, servers: usize) {
    let client: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .set("reconnect.backoff.ms", "20")
        .set("reconnect.backoff.max.ms", "100")
        // Refused connections are what is waited for here, not news.
        .set_log_level(rdkafka::config::RDKafkaLogLevel::Emerg)
        .create()
        .expect("a client");
    let deadline = Instant::now() + START_TIMEOUT;
    loop {
        match client.fetch_metadata(None, Duration::from_secs(1)) {
            Ok(metadata) if metadata.brokers().len() >= servers => return,
            outcome => assert!(
                Instant::now() < deadline,
                "no Kafka answers at {bootstrap} ({}). The last lines of its log:\n{}",
                outcome
                    .err()
                    .map_or_else(|| "no broker has registered".to_owned(), |error| error.to_string()),
                last_lines(&data.join("server.log"))
            ),
        }
    }
}

fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_else(|error| format!("{}: {error}", log.display()));
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

/// `java` with the server's jars: warnings on standard error, and a virtual machine that starts fast rather than
/// one that runs fast for days.
fn java(lib: &Path, memory: &[&str]) -> Command {
    let mut java = Command::new("java");
    java.args(memory)
        .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"])
        .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .arg("-cp")
        .arg(lib.join("*"));
    java
}

/// One of Kafka's command-line tools, as a script for the shell.
pub(super) fn tool(class: &str) -> String {
    let java = java(jars(), &["-Xmx128m"]);
    let words = [java.get_program()].into_iter().chain(java.get_args());
    let quoted: Vec<String> = words.map(|word| format!("'{}'", word.to_string_lossy())).collect();
    format!("#!/bin/sh\nexec {} {class} \"$@\"\n", quoted.join(" "))
}

/// The folder of the server's jars, fetched by Maven when the pom has changed since they were.
fn jars() -> &'static Path {
    static JARS: OnceLock<PathBuf> = OnceLock::new();
    JARS.get_or_init(|| {
        let target = workspace().join("target/kafka");
        fs::create_dir_all(&target).expect("create target/kafka");
        // Another test process may be at it.
        let lock = fs::File::create(target.join("lock")).expect("create target/kafka/lock");
        lock.lock().expect("lock target/kafka/lock");

        let pom = workspace().join("tests/kafka/pom.xml");
        let wanted = fs::read(&pom).expect("read tests/kafka/pom.xml");
        let (lib, fetched) = (target.join("lib"), target.join("fetched.pom.xml"));
        if lib.is_dir() && fs::read(&fetched).is_ok_and(|fetched| fetched == wanted) {
            return lib;
        }
        // Jars of another version would come first on the class path.
        let _ = fs::remove_dir_all(&lib);
        let output = Command::new("mvn")
            .args([OsStr::new("--batch-mode"), OsStr::new("--quiet"), OsStr::new("--file"), pom.as_os_str()])
            .arg("process-resources")
            .output()
            .unwrap_or_else(|error| panic!("{INSTALL} ({error})"));
        assert!(
            output.status.success(),
            "Maven could not fetch Kafka's jars: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        fs::write(fetched, wanted).expect("note what was fetched");
        lib
    })
}

fn workspace() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.ancestors().nth(2).expect("crates are two folders below the workspace").to_owned()
}

/// A port that nobody listens on, and that this process was not given before: the system may name one twice.
pub(super) fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        if GIVEN.lock().expect("nobody panics with it").insert(port) {
            return port;
        }
    }
}
