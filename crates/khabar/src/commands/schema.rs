//! `khabar schema`: the JSON Schemas of records.

use std::io::Write;

use anyhow::{Result, anyhow};

use crate::cli::SchemaArgs;
use crate::output::stdout;

pub(super) fn run(args: &SchemaArgs) -> Result<()> {
    let mut out = stdout();
    match &args.name {
        Some(name) => {
            let schema = model::schema(name).ok_or_else(|| {
                let known: Vec<&str> = model::schema_names().collect();
                anyhow!("there is no kind of record called `{name}`: there are {}", known.join(", "))
            })?;
            serde_json::to_writer_pretty(&mut out, &schema)?;
            writeln!(out)?;
        }
        None => model::schema_names().try_for_each(|name| writeln!(out, "{name}"))?,
    }
    Ok(out.flush()?)
}
