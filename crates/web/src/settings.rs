use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The bounds and manners of a [`Client`](crate::Client): the table `[web]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The product that requests name themselves.
    pub user_agent: String,
    /// Where the owner of a host can reach who runs this: an address or a URL, put behind the user
    /// agent as `(+contact)`.
    pub contact: Option<String>,
    /// The languages asked for; empty for none in particular.
    pub accept_language: String,
    /// How long connecting may take, the name's lookup included.
    pub connect_timeout_ms: u64,
    /// How long one request may take from its first start to the last byte, over all redirects,
    /// waiting for a turn not counted.
    pub total_timeout_ms: u64,
    /// How many bytes a body may have, after decompression.
    pub max_body_bytes: usize,
    /// How long the URL of a request or redirect may be.
    pub max_url_bytes: usize,
    /// How long a header value that is kept (validators, content type) may be; longer ones count
    /// as absent.
    pub max_header_value_bytes: usize,
    /// How many redirects are followed.
    pub max_redirects: u32,
    /// How many requests run at once, over all hosts.
    pub max_concurrent: usize,
    /// How many requests run at once to one host.
    pub max_per_host: usize,
    /// The least time between two starts to one host.
    pub min_host_delay_ms: u64,
    /// How long a host is left alone that answers 429 (too many requests) and does not say how long.
    pub host_pause_ms: u64,
    /// How long a host is left alone at most, when it says how long (429 or 503 with `Retry-After`).
    pub max_host_pause_ms: u64,
    /// How many requests may wait for their turn.
    pub max_waiting: usize,
    /// How long a request may wait for its turn.
    pub max_wait_ms: u64,
    /// How many hosts are remembered at once, for their turns.
    pub max_hosts: usize,
    /// How many names are looked up at once (each takes a thread meanwhile).
    pub max_concurrent_lookups: usize,
    /// How long an idle connection is kept for the next request.
    pub idle_connection_ms: u64,
    /// After how long without an answer from any host at all a failed lookup or connection counts
    /// as an outage of our own.
    pub local_outage_after_ms: u64,
    /// Whether hosts at private, loopback and other non-public addresses may be asked.
    pub allow_private_addresses: bool,
    /// Hosts (names, or addresses as URLs write them; without port) that may be asked although
    /// their address is not public.
    pub allow_private_hosts: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!("khabar/", env!("CARGO_PKG_VERSION")).to_owned(),
            contact: None,
            accept_language: String::new(),
            connect_timeout_ms: 10_000,
            total_timeout_ms: 60_000,
            max_body_bytes: 8 * 1024 * 1024,
            max_url_bytes: 8 * 1024,
            max_header_value_bytes: 2 * 1024,
            max_redirects: 8,
            max_concurrent: 256,
            max_per_host: 2,
            min_host_delay_ms: 500,
            host_pause_ms: 60_000,
            max_host_pause_ms: 3_600_000,
            max_waiting: 10_000,
            max_wait_ms: 30_000,
            max_hosts: 100_000,
            max_concurrent_lookups: 32,
            idle_connection_ms: 30_000,
            local_outage_after_ms: 30_000,
            allow_private_addresses: false,
            allow_private_hosts: Vec::new(),
        }
    }
}

impl Settings {
    /// The `User-Agent` header.
    pub fn user_agent_header(&self) -> String {
        match &self.contact {
            Some(contact) => format!("{} (+{contact})", self.user_agent),
            None => self.user_agent.clone(),
        }
    }

    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    pub(crate) fn total_timeout(&self) -> Duration {
        Duration::from_millis(self.total_timeout_ms)
    }

    pub(crate) fn min_host_delay(&self) -> Duration {
        Duration::from_millis(self.min_host_delay_ms)
    }

    pub(crate) fn max_wait(&self) -> Duration {
        Duration::from_millis(self.max_wait_ms)
    }

    /// The name of the first setting that must not be zero and is.
    pub fn zero(&self) -> Option<&'static str> {
        let at_least_one: [(&'static str, u64); 10] = [
            ("connect_timeout_ms", self.connect_timeout_ms),
            ("total_timeout_ms", self.total_timeout_ms),
            ("max_body_bytes", self.max_body_bytes as u64),
            ("max_url_bytes", self.max_url_bytes as u64),
            ("max_concurrent", self.max_concurrent as u64),
            ("max_per_host", self.max_per_host as u64),
            ("max_waiting", self.max_waiting as u64),
            ("max_wait_ms", self.max_wait_ms),
            ("max_hosts", self.max_hosts as u64),
            ("max_concurrent_lookups", self.max_concurrent_lookups as u64),
        ];
        at_least_one.into_iter().find(|(_, value)| *value == 0).map(|(name, _)| name)
    }
}
