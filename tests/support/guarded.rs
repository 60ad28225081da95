//! A Kafka that asks each user whether it may, and khabar's users on it.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use super::installation::configure;
use super::kafka::{Kafka, More, free_port, tool};
use super::process::Home;

/// What a user is allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Acl {
    pub(crate) user: String,
    pub(crate) operation: String,
    /// The kind of the resource.
    pub(crate) kind: String,
    /// Whether its name is given, or only what that begins with.
    pub(crate) pattern: String,
    pub(crate) name: String,
}

/// A server with a door for users with passwords. Whoever comes through the other one may do everything.
pub(crate) struct Guarded {
    kafka: Kafka,
    port: u16,
    /// Where the ACLs are given from.
    admin: Home,
}

impl Guarded {
    /// A server that knows `users` and allows them nothing.
    pub(crate) fn start(users: &[&str]) -> Self {
        let port = free_port();
        let passwords: String = users.iter().map(|user| format!(" user_{user}=\"{user}-7\"")).collect();
        let more = More {
            listeners: format!(",USERS://127.0.0.1:{port}"),
            protocols: ",USERS:SASL_PLAINTEXT".to_owned(),
            lines: format!(
                "\
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
listener.name.users.sasl.enabled.mechanisms=PLAIN
listener.name.users.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required{passwords};
"
            ),
        };
        Self { kafka: Kafka::with(more, None), port, admin: Home::new() }
    }

    /// The server, to which everything is allowed.
    pub(crate) fn kafka(&self) -> &Kafka {
        &self.kafka
    }

    /// A home in which khabar is `user`.
    pub(crate) fn home_of(&self, user: &str, feeds: &[String]) -> Home {
        let settings = format!(
            "\
[kafka]
bootstrap_servers = \"127.0.0.1:{}\"

[kafka.client]
\"security.protocol\" = \"SASL_PLAINTEXT\"
\"sasl.mechanism\" = \"PLAIN\"
\"sasl.username\" = {user:?}
\"sasl.password\" = \"{user}-7\"

[topics]
host_partitions = 3
page_partitions = 3
story_partitions = 3
article_partitions = 3
",
            self.port
        );
        let home = Home::new();
        configure(&home, feeds, &settings);
        home
    }

    /// Runs a script that `khabar topics acls` printed, as an operator does.
    pub(crate) fn run(&self, script: &str) {
        self.admin.write("admin.properties", "");
        self.admin.write("kafka-acls.sh", tool("org.apache.kafka.tools.AclCommand"));
        let script = format!("set -e; chmod +x kafka-acls.sh; PATH=.:$PATH\n{script}");
        self.admin.script(&script).run().expect_success();
    }

    /// Gives ACLs all at once, where starting Java for each would take long.
    pub(crate) fn allow<'a>(&self, acls: impl IntoIterator<Item = &'a Acl>) {
        let acls: Vec<&Acl> = acls.into_iter().collect();
        let mut request = Vec::new();
        // CreateAcls, version 1; request 7, of no client in particular.
        request.extend([0, 30, 0, 1, 0, 0, 0, 7, 0xff, 0xff]);
        request.extend(length(acls.len()));
        let text = |request: &mut Vec<u8>, text: &str| {
            request.extend(u16::try_from(text.len()).expect("a short text").to_be_bytes());
            request.extend(text.as_bytes());
        };
        for acl in &acls {
            let code = |of: &str, codes: &[(&str, u8)]| {
                let found = codes.iter().find(|(name, _)| *name == of);
                found.unwrap_or_else(|| panic!("no code for {of}")).1
            };
            request.push(code(&acl.kind, &[("TOPIC", 2), ("GROUP", 3), ("TRANSACTIONAL_ID", 5)]));
            text(&mut request, &acl.name);
            request.push(code(&acl.pattern, &[("LITERAL", 3), ("PREFIXED", 4)]));
            text(&mut request, &format!("User:{}", acl.user));
            text(&mut request, "*");
            request.push(code(
                &acl.operation,
                &[("READ", 3), ("WRITE", 4), ("CREATE", 5), ("DESCRIBE", 8), ("DESCRIBE_CONFIGS", 10)],
            ));
            request.push(3);
        }
        let mut server = TcpStream::connect(self.kafka.bootstrap()).expect("the server listens");
        server.write_all(&length(request.len())).expect("the server listens");
        server.write_all(&request).expect("the server listens");
        let mut size = [0; 4];
        server.read_exact(&mut size).expect("an answer");
        let mut answer = vec![0; u32::from_be_bytes(size) as usize];
        server.read_exact(&mut answer).expect("an answer");
        // Behind the request's number, throttling and the number of results: of each 0 for done, and an empty message.
        let done = answer.len() == 12 + 4 * acls.len() && answer[12..].iter().all(|byte| *byte == 0);
        assert!(done, "{acls:#?}: {}", String::from_utf8_lossy(&answer));
    }

    /// What the authorizer has allowed so far, each as the ACL that names it; and what it has refused, line by line.
    pub(crate) fn decisions(&self) -> (BTreeSet<Acl>, Vec<String>) {
        let log = self.kafka.log();
        let decisions = log.lines().filter(|line| line.contains("Principal = User:"));
        let users = decisions.filter(|line| !line.contains("User:ANONYMOUS"));
        let (allowed, refused): (Vec<&str>, Vec<&str>) =
            users.partition(|line| line.contains(" is Allowed "));
        let word = |line: &str, before: &str, after: &str| {
            let (_, rest) = line.split_once(before).unwrap_or_else(|| panic!("{before} in {line}"));
            rest.split(after).next().unwrap_or(rest).to_owned()
        };
        let allowed = allowed.into_iter().map(|line| Acl {
            user: word(line, "User:", " "),
            operation: word(line, "operation = ", " "),
            kind: word(line, "resourceType=", ","),
            pattern: word(line, "patternType=", ","),
            name: word(line, "resourceName=", ","),
        });
        (allowed.collect(), refused.into_iter().map(str::to_owned).collect())
    }
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).expect("a small number").to_be_bytes()
}

/// The ACLs in a script that `khabar topics acls` printed, where each principal is the user of its role's name.
pub(crate) fn acls_in(script: &str) -> BTreeSet<Acl> {
    let mut acls = BTreeSet::new();
    let script = script.replace(" \\\n ", "");
    for line in script.lines().filter_map(|line| line.strip_prefix("allow User:")) {
        let (user, arguments) = line.split_once(' ').expect("a user, and arguments");
        let (mut operation, mut pattern) = (String::new(), "LITERAL".to_owned());
        let words: Vec<&str> = arguments.split(' ').collect();
        for pair in words.chunks(2) {
            let value = pair[1].to_uppercase();
            match pair[0] {
                "--operation" => operation = value.replace("DESCRIBECONFIGS", "DESCRIBE_CONFIGS"),
                "--resource-pattern-type" => pattern = value,
                kind => drop(acls.insert(Acl {
                    user: user.to_owned(),
                    operation: operation.clone(),
                    kind: kind.trim_start_matches("--").to_uppercase().replace('-', "_"),
                    pattern: pattern.clone(),
                    name: pair[1].to_owned(),
                })),
            }
        }
    }
    acls
}
