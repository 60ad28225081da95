//! Safe ways to a Kafka: TLS with a user and a password, and TLS with certificates on both sides. Certificates are made
//! with Java's keytool, as many operators do.

use std::path::Path;
use std::process::Command;

use super::kafka::{Kafka, More, free_port};
use super::process::Home;

/// The user that the server knows, and its password.
pub(crate) const USER: &str = "khabar";
pub(crate) const PASSWORD: &str = "open-sesame-7";

/// Of the files with keys.
const STORE_PASSWORD: &str = "changeit-7";

/// Certificates in a folder, and where a server listens with them.
pub(crate) struct Secure {
    dir: Home,
    user_port: u16,
    mutual_port: u16,
}

impl Secure {
    /// Makes certificates: one for the server, one for khabar, each its own issuer.
    pub(crate) fn new() -> Self {
        let secure = Self { dir: Home::new(), user_port: free_port(), mutual_port: free_port() };
        for name in ["server", "client"] {
            let (store, pem) = (format!("{name}.p12"), format!("{name}.pem"));
            secure.keytool(&format!(
                "-genkeypair -alias {name} -keyalg EC -groupname secp256r1 -dname CN={name} -validity 2 \
                 -ext SAN=dns:localhost,ip:127.0.0.1 -ext bc:c=ca:true -keystore {store}"
            ));
            secure.keytool(&format!("-exportcert -rfc -alias {name} -keystore {store} -file {pem}"));
        }
        secure.keytool("-importcert -noprompt -alias client -file client.pem -keystore trusted.p12");
        secure
    }

    fn keytool(&self, arguments: &str) {
        let output = Command::new("keytool")
            .args(arguments.split_whitespace())
            .args(["-storetype", "PKCS12", "-storepass", STORE_PASSWORD])
            .current_dir(self.dir.path())
            .output()
            .expect("keytool comes with Java");
        assert!(output.status.success(), "keytool {arguments}: {}", String::from_utf8_lossy(&output.stdout));
    }

    fn file(&self, name: &str) -> String {
        Path::new(self.dir.path()).join(name).display().to_string()
    }

    /// A server that also takes clients in safe ways only.
    pub(crate) fn kafka(&self) -> Kafka {
        let user = format!("SCRAM-SHA-512=[name={USER},password={PASSWORD}]");
        Kafka::with(self.settings(), Some(user))
    }

    /// What the server is told.
    fn settings(&self) -> More {
        let (user, mutual) = (self.user_port, self.mutual_port);
        let (own, trusted) = (self.file("server.p12"), self.file("trusted.p12"));
        More {
            listeners: format!(",USERS://127.0.0.1:{user},MUTUAL://127.0.0.1:{mutual}"),
            protocols: ",USERS:SASL_SSL,MUTUAL:SSL".to_owned(),
            lines: format!(
                "\
ssl.keystore.type=PKCS12
ssl.keystore.location={own}
ssl.keystore.password={STORE_PASSWORD}
ssl.key.password={STORE_PASSWORD}
ssl.truststore.type=PKCS12
ssl.truststore.location={trusted}
ssl.truststore.password={STORE_PASSWORD}
listener.name.mutual.ssl.client.auth=required
listener.name.users.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.users.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.users.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}=\"{PASSWORD}\";
"
            ),
        }
    }

    /// Settings for khabar: a user whose password is in the file `password`, by `mechanism`.
    pub(crate) fn by_user(&self, mechanism: &str) -> String {
        format!(
            "\
{}\"sasl.mechanism\" = {mechanism:?}
\"sasl.username\" = {USER:?}

[kafka.client_files]
\"sasl.password\" = \"password\"
",
            self.through("SASL_SSL", self.user_port)
        )
    }

    /// Settings for khabar: a certificate of its own.
    pub(crate) fn by_certificate(&self) -> String {
        format!(
            "\
{}\"ssl.keystore.location\" = {:?}
\"ssl.keystore.password\" = {STORE_PASSWORD:?}
",
            self.through("SSL", self.mutual_port),
            self.file("client.p12")
        )
    }

    fn through(&self, protocol: &str, port: u16) -> String {
        format!(
            "\
[kafka]
bootstrap_servers = \"127.0.0.1:{port}\"

[kafka.client]
\"security.protocol\" = {protocol:?}
\"ssl.ca.location\" = {:?}
",
            self.file("server.pem")
        )
    }
}
