//! Prints the stories of the pages that a manifest lists, one JSON object a line, for scoring.
//!
//! `split_manifest MANIFEST.jsonl`: each line has `id`, `file` (relative to the manifest's folder)
//! and perhaps `url`. A page without a story is named on standard error, and the rest goes on.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::Write;
use std::path::Path;

use serde_json::Value;
use split::{Limits, Source, split};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = std::env::args().nth(1).ok_or("usage: split_manifest MANIFEST.jsonl")?;
    let folder = Path::new(&manifest).parent().unwrap_or(Path::new("."));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::fs::read_to_string(&manifest)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let id = row.get("id").cloned().unwrap_or_default();
        let file = row.get("file").and_then(Value::as_str).ok_or("a line of the manifest has no `file`")?;
        let bytes = std::fs::read(folder.join(file))?;
        let source = Source { url: row.get("url").and_then(Value::as_str), ..Source::new(&bytes) };
        match split(&source, &Limits::default()) {
            Ok(stories) => {
                for story in stories {
                    let mut value = serde_json::to_value(&story)?;
                    if let Value::Object(map) = &mut value {
                        map.insert("part".to_owned(), story.page.part.into());
                        map.insert("parts".to_owned(), story.page.parts.into());
                        map.insert("page".to_owned(), id.clone());
                    }
                    writeln!(out, "{value}")?;
                }
            }
            Err(reason) => eprintln!("{id}: {reason}"),
        }
    }
    Ok(())
}
