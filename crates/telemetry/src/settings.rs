use serde::{Deserialize, Serialize};

/// The HTTP server's address and bounds: the table `[http]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSettings {
    /// Where to listen, as `host:port`; port 0 takes any free one.
    pub listen: String,
    /// How many connections are open at once; further ones wait to be accepted.
    pub max_connections: usize,
    /// How long the head of a request may take to come, and a connection may idle between two.
    pub header_timeout_ms: u64,
    /// How long one connection may live in all, so that none that reads slowly keeps its place.
    pub max_connection_ms: u64,
    /// How long running answers may take to end once the server is asked to stop.
    pub shutdown_grace_ms: u64,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:7070".to_owned(),
            max_connections: 64,
            header_timeout_ms: 30_000,
            max_connection_ms: 600_000,
            shutdown_grace_ms: 1_000,
        }
    }
}
