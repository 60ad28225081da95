use std::collections::HashSet;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::{Semaphore, oneshot};
use url::{Host, Url};

use crate::{Settings, is_public};

/// Which addresses may be asked.
#[derive(Debug)]
pub(crate) struct Guard {
    allow_all: bool,
    allowed_hosts: HashSet<String>,
}

/// A name that leads to no public address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the address {0} is not public")]
pub(crate) struct NotPublic(pub(crate) IpAddr);

impl Guard {
    pub(crate) fn new(settings: &Settings) -> Self {
        let allowed_hosts = settings.allow_private_hosts.iter().map(|host| plain(host)).collect();
        Self { allow_all: settings.allow_private_addresses, allowed_hosts }
    }

    /// Checks the host of a URL where it is an address: the connector asks no resolver for it. The
    /// URL's parser has brought all notations (`0x7f.1`, `2130706433`) into one.
    pub(crate) fn check_literal(&self, url: &Url) -> Result<(), NotPublic> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return Ok(()),
        };
        if is_public(address) || self.allows(url.host_str().unwrap_or_default()) {
            Ok(())
        } else {
            Err(NotPublic(address))
        }
    }

    /// Of the addresses of `host`, those that may be asked.
    fn filter(&self, host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotPublic> {
        let first = found.first().map(SocketAddr::ip);
        let allowed: Vec<_> = if self.allows(host) {
            found
        } else {
            found.into_iter().filter(|address| is_public(address.ip())).collect()
        };
        match (allowed.is_empty(), first) {
            (true, Some(address)) => Err(NotPublic(address)),
            _ => Ok(allowed),
        }
    }

    fn allows(&self, host: &str) -> bool {
        self.allow_all || self.allowed_hosts.contains(&plain(host))
    }
}

/// A host as it is compared: lower case, no closing dot, no brackets.
fn plain(host: &str) -> String {
    host.trim_end_matches('.').trim_matches(['[', ']']).to_ascii_lowercase()
}

/// The system's name service behind a [`Guard`]. What it returns is what is connected to, so a name
/// that changes its address between check and use gains nothing.
#[derive(Debug, Clone)]
pub(crate) struct Resolver {
    guard: Arc<Guard>,
    /// A lookup blocks a thread for as long as the system likes: this bounds how many.
    lookups: Arc<Semaphore>,
}

impl Resolver {
    pub(crate) fn new(guard: Arc<Guard>, max_concurrent_lookups: usize) -> Self {
        Self { guard, lookups: Arc::new(Semaphore::new(max_concurrent_lookups)) }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { guard, lookups } = self.clone();
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let permit = lookups.acquire_owned().await?;
            let (answer, answered) = oneshot::channel();
            let name = host.clone();
            // A thread of its own, not one of the runtime's: those are for short work, and stopping
            // would wait for them.
            thread::Builder::new().name("lookup".to_owned()).spawn(move || {
                // Port 0 stands for the one of the URL.
                let found: io::Result<Vec<SocketAddr>> =
                    (name.as_str(), 0).to_socket_addrs().map(Iterator::collect);
                // Given back only now, even when nobody waits for the answer any more.
                drop(permit);
                let _ = answer.send(found);
            })?;
            let found = answered.await??;
            if found.is_empty() {
                return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
            }
            let addresses: Addrs = Box::new(guard.filter(&host, found)?.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allow_private_hosts: &[&str]) -> Guard {
        let allow_private_hosts = allow_private_hosts.iter().map(|&host| host.to_owned()).collect();
        Guard::new(&Settings { allow_private_hosts, ..Settings::default() })
    }

    fn check(guard: &Guard, url: &str) -> Result<(), NotPublic> {
        guard.check_literal(&Url::parse(url).unwrap())
    }

    #[test]
    fn an_address_is_known_in_every_notation() {
        let guard = guard(&[]);
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1:8080/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::1]/",
            "http://１２７.0.0.1/",
            "http://169.254.169.254/latest/meta-data",
        ] {
            assert!(check(&guard, url).is_err(), "{url}");
        }
        assert_eq!(check(&guard, "http://1.1.1.1/"), Ok(()));
        assert_eq!(check(&guard, "http://localhost/"), Ok(()), "names are the resolver's");
    }

    #[test]
    fn named_hosts_may_be_private() {
        let guard = guard(&["10.0.0.7", "Wiki.Intranet", "::1"]);
        assert_eq!(check(&guard, "http://10.0.0.7:8080/"), Ok(()));
        assert_eq!(check(&guard, "http://[::1]/"), Ok(()));
        assert!(check(&guard, "http://10.0.0.8/").is_err());
        let private: Vec<SocketAddr> = vec!["10.0.0.9:0".parse().unwrap()];
        assert_eq!(guard.filter("wiki.intranet.", private.clone()), Ok(private.clone()));
        assert_eq!(guard.filter("other.example", private), Err(NotPublic("10.0.0.9".parse().unwrap())));
    }

    #[test]
    fn of_mixed_addresses_the_public_ones_are_left() {
        let public: SocketAddr = "1.1.1.1:0".parse().unwrap();
        let found = vec!["127.0.0.1:0".parse().unwrap(), public];
        assert_eq!(guard(&[]).filter("news.example", found), Ok(vec![public]));
    }
}
