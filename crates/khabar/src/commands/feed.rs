//! `khabar feed`: one feed, read and printed.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use feed::Limits;
use web::{Client, Outcome, Request};

use crate::cli::FeedArgs;
use crate::config::Loaded;
use crate::output::stdout;

/// A feed's bytes, and what is known of them.
struct Source {
    bytes: Vec<u8>,
    content_type: Option<String>,
    url: Option<String>,
}

pub(super) fn run(file: Option<&Path>, args: &FeedArgs) -> Result<()> {
    let Loaded { config, .. } = super::quiet_configuration(file)?;
    let limits = Limits { max_bytes: config.poller.max_feed_bytes, ..Limits::default() };
    let is_url = args.source.starts_with("http://") || args.source.starts_with("https://");
    let source = match is_url {
        true => super::runtime()?.block_on(get(config.web, &args.source))?,
        false => read(&args.source, limits.max_bytes)?,
    };
    let document = feed::parse(&source.bytes, source.content_type.as_deref(), source.url.as_deref(), &limits)
        .with_context(|| format!("{} can't be read as a feed", args.source))?;
    let mut out = stdout();
    serde_json::to_writer_pretty(&mut out, &document)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

async fn get(settings: web::Settings, url: &str) -> Result<Source> {
    let response = Client::new(settings)?.get(Request::feed(url)).await?;
    if response.outcome != Outcome::Body {
        bail!("{}: the server answers with status {}", response.url, response.status);
    }
    Ok(Source { bytes: response.body.to_vec(), content_type: response.content_type, url: Some(response.url) })
}

fn read(name: &str, max_bytes: usize) -> Result<Source> {
    let input: Box<dyn Read> = match name {
        "-" => Box::new(std::io::stdin()),
        _ => Box::new(std::fs::File::open(name).with_context(|| format!("{name} can't be read"))?),
    };
    // One byte more than allowed shows that there are too many.
    let mut bytes = Vec::new();
    input
        .take(max_bytes as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{name} can't be read"))?;
    Ok(Source { bytes, content_type: None, url: None })
}
