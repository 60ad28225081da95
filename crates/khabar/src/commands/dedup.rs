//! `khabar dedup`: which stories tell one told before.

use std::io::{BufRead, BufReader, Read, Write};

use anyhow::{Context, Result, anyhow};
use dedup::{Dedup, Settings};
use serde::{Deserialize, Serialize};

use crate::cli::DedupArgs;
use crate::output::stdout;

#[derive(Deserialize)]
struct Line {
    /// The story's name: `id`, or what `khabar split` prints.
    #[serde(alias = "page")]
    id: String,
    part: Option<u32>,
    url: Option<String>,
    title: Option<String>,
    #[serde(default)]
    text: String,
}

#[derive(Serialize)]
struct Said<'a> {
    id: &'a str,
    duplicate_of: Option<String>,
}

pub(super) fn run(args: &DedupArgs) -> Result<()> {
    let name = args.file.display();
    let input: Box<dyn Read> = match args.file.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(std::fs::File::open(&args.file).with_context(|| format!("{name} can't be read"))?),
    };
    // The whole file is one question, whatever its length: nothing of it is forgotten.
    let mut known = Dedup::new(Settings { max_stories: u64::MAX, max_mib: u64::MAX, ..Settings::default() });
    let mut out = stdout();
    for (at, line) in BufReader::new(input).lines().enumerate() {
        let line = line.with_context(|| format!("{name} can't be read"))?;
        if line.trim().is_empty() {
            continue;
        }
        let mut story: Line = serde_json::from_str(&line).map_err(|error| {
            anyhow!("{name}:{}: not a story as JSON with `id` and `text`: {error}", at + 1)
        })?;
        if let Some(part) = story.part {
            story.id = format!("{}#{part}", story.id);
        }
        let (url, title) = (story.url.as_deref(), story.title.as_deref());
        let duplicate_of = known.observe(&story.id, url, title, &story.text);
        serde_json::to_writer(&mut out, &Said { id: &story.id, duplicate_of })?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
