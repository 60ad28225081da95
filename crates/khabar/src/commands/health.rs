//! `khabar health`: asks a running service whether it is ready, for containers' health checks.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use toml::Value;

use crate::cli::HealthArgs;
use crate::config::Loaded;
use crate::output::stdout;

const LIMIT: Duration = Duration::from_secs(3);

/// The answer is a few lines; nothing longer is read.
const MAX_ANSWER_BYTES: u64 = 64 << 10;

pub(super) fn run(file: Option<&Path>, args: &HealthArgs) -> Result<()> {
    let flag = args.listen.as_ref().map(|listen| ("http.listen", Value::String(listen.clone())));
    let Loaded { config, .. } = super::configuration(file, flag.as_slice())?;
    let address = address(&config.http.listen)?;
    let answer = ask(address).with_context(|| format!("no service answers on {address}; is it running?"))?;
    let (head, body) =
        answer.split_once("\r\n\r\n").ok_or_else(|| anyhow!("{address} does not speak HTTP"))?;
    let mut out = stdout();
    out.write_all(body.as_bytes())?;
    out.flush()?;
    if head.lines().next().is_some_and(|status| status.contains(" 200 ")) {
        return Ok(());
    }
    bail!("the service on {address} is not ready")
}

/// Where to ask: a service that listens everywhere is asked on this machine.
fn address(listen: &str) -> Result<SocketAddr> {
    let found = listen.to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    let mut address = found.ok_or_else(|| anyhow!("http.listen: `{listen}` is no address"))?;
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    Ok(address)
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut connection = TcpStream::connect_timeout(&address, LIMIT)?;
    connection.set_read_timeout(Some(LIMIT))?;
    connection.set_write_timeout(Some(LIMIT))?;
    write!(connection, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    connection.take(MAX_ANSWER_BYTES).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
