//! `khabar dead-letters`: what could not be handled.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use serde_json::json;
use stream::backend::{Appender, Cursor, Reader};
use stream::topics::DEAD_LETTERS;
use stream::{DeadLetter, FaultKind, Output};

use crate::cli::{DeadLettersCommand, LetterChoice, LetterFilter, TableFormat};
use crate::config::Loaded;
use crate::journal::{self, Journal};
use crate::output::{complain, stdout};

/// Records read at once: each may be as large as any topic takes.
const READ_BATCH: usize = 100;

/// What is written in one transaction: records, and bytes unless one alone has more.
const WRITE_RECORDS: usize = 1000;
const WRITE_BYTES: usize = 16 << 20;

/// What is done with chosen letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Retry,
    Drop,
}

pub(super) fn run(file: Option<&Path>, command: DeadLettersCommand) -> Result<()> {
    let Loaded { config, .. } = super::quiet_configuration(file)?;
    let journal = Journal::open_beside(&config)?;
    match command {
        DeadLettersCommand::List { which, limit, format } => list(&journal, &which, limit, format),
        DeadLettersCommand::Show { key, value } => show(&journal, &key, value),
        DeadLettersCommand::Retry(choice) => settle(&journal, &choice, Deed::Retry),
        DeadLettersCommand::Drop(choice) => settle(&journal, &choice, Deed::Drop),
    }
}

/// Passes every letter that is there to `take`, replaced ones and removals included: those come as none.
fn scan(
    reader: &mut dyn Reader,
    mut take: impl FnMut(&[u8], Option<DeadLetter>) -> Result<()>,
) -> Result<()> {
    journal::each(reader, READ_BATCH, |record| {
        let letter = DeadLetter::read(&record);
        if letter.is_none() && record.value.is_some() {
            let (partition, offset) = (record.partition, record.offset);
            complain(&format!("{DEAD_LETTERS}/{partition}/{offset} is no dead letter of khabar: left alone"));
        }
        take(&record.key, letter)
    })
}

/// The letters that stand, by their keys, without their values and headers.
fn standing(
    reader: &mut dyn Reader,
    wanted: impl Fn(&DeadLetter) -> bool,
) -> Result<BTreeMap<Vec<u8>, DeadLetter>> {
    let mut letters = BTreeMap::new();
    scan(reader, |key, letter| {
        match letter.filter(&wanted) {
            Some(letter) => {
                letters.insert(key.to_vec(), DeadLetter { value: None, headers: Vec::new(), ..letter })
            }
            None => letters.remove(key),
        };
        Ok(())
    })?;
    Ok(letters)
}

impl LetterFilter {
    fn takes(&self, letter: &DeadLetter) -> bool {
        let is = |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|wanted| wanted == own);
        is(&self.stage, &letter.stage)
            && is(&self.topic, &letter.topic)
            && is(&self.reason, &letter.reason)
            && self.since.is_none_or(|since| letter.at.is_some_and(|at| at >= since))
    }
}

fn list(journal: &Journal, which: &LetterFilter, limit: usize, format: TableFormat) -> Result<()> {
    let mut reader = journal.reader(DEAD_LETTERS, Cursor::default())?;
    let mut letters: Vec<DeadLetter> =
        standing(reader.as_mut(), |letter| which.takes(letter))?.into_values().collect();
    letters.sort_by_key(|letter| letter.at);
    let older = letters.len().saturating_sub(limit);
    let mut out = stdout();
    for letter in letters.iter().skip(older) {
        let (key, at) = (shown(&letter.key), letter.at.map(|at| at.to_string()));
        match format {
            TableFormat::Table => writeln!(
                out,
                "{}  {key}  {}  {}  {}",
                at.as_deref().map_or("-", |at| at.get(..19).unwrap_or(at)),
                printable(&letter.stage),
                printable(&letter.reason),
                printable(&letter.message)
            )?,
            TableFormat::Ndjson => {
                let line = json!({
                    "key": key,
                    "at": at,
                    "stage": letter.stage,
                    "topic": letter.topic,
                    "partition": letter.origin_partition,
                    "record_key": shown(&letter.record_key),
                    "reason": letter.reason,
                    "message": letter.message,
                    "can_be_retried": letter.obstacle.is_none(),
                });
                writeln!(out, "{line}")?;
            }
        }
    }
    out.flush()?;
    match (letters.len(), older) {
        (0, _) => complain("there are no such dead letters"),
        (_, 0) => {}
        (_, older) => complain(&format!("{older} older ones are not shown: --limit shows more")),
    }
    Ok(())
}

fn show(journal: &Journal, key: &str, value_alone: bool) -> Result<()> {
    let mut found = None;
    scan(journal.reader(DEAD_LETTERS, Cursor::default())?.as_mut(), |own, letter| {
        if shown(own) == key {
            found = letter;
        }
        Ok(())
    })?;
    let Some(letter) = found else {
        bail!("there is no dead letter `{key}`: see `khabar dead-letters list`")
    };
    let mut out = stdout();
    let value = letter.value.as_deref().unwrap_or_default();
    if value_alone {
        out.write_all(value)?;
        return Ok(out.flush()?);
    }
    let at = letter.at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    writeln!(out, "key      {}", shown(&letter.key))?;
    writeln!(out, "at       {at}")?;
    writeln!(out, "stage    {}", printable(&letter.stage))?;
    let (topic, partition) = (printable(&letter.topic), letter.origin_partition);
    writeln!(out, "record   {topic}/{partition} `{}`", shown(&letter.record_key))?;
    writeln!(out, "reason   {}", printable(&letter.reason))?;
    writeln!(out, "message  {}", printable(&letter.message))?;
    let retry = match &letter.obstacle {
        None => "can be sent again".to_owned(),
        Some(obstacle) => format!("can't be sent again: {obstacle}"),
    };
    writeln!(out, "retry    {retry}")?;
    for (name, value) in &letter.headers {
        writeln!(out, "header   {}: {}", printable(name), printable(&String::from_utf8_lossy(value)))?;
    }
    writeln!(out, "value    {} bytes", value.len())?;
    match std::str::from_utf8(value) {
        Ok("") => {}
        Ok(text) => {
            let lines = text.split('\n').map(printable).collect::<Vec<_>>();
            writeln!(out, "\n{}", lines.join("\n"))?;
        }
        Err(_) => writeln!(out, "\n(not UTF-8: --value prints it as it is)")?,
    }
    Ok(out.flush()?)
}

/// Sends the chosen letters again, or not, and removes them: each with its removal in one transaction.
fn settle(journal: &Journal, choice: &LetterChoice, deed: Deed) -> Result<()> {
    let keys: HashSet<&str> = choice.keys.iter().map(String::as_str).collect();
    let wanted = |letter: &DeadLetter| match keys.is_empty() {
        true => choice.which.takes(letter),
        false => keys.contains(shown(&letter.key).as_str()),
    };
    // What another such command has settled is seen, and from now on it settles nothing: each letter is sent once.
    let (appender, mut reader) = journal.take_over(journal::DEAD_LETTERS_ALONE, DEAD_LETTERS)?;
    let chosen = standing(reader.as_mut(), wanted)?;
    let found: HashSet<String> = chosen.keys().map(|key| shown(key)).collect();
    if let Some(missing) = choice.keys.iter().find(|key| !found.contains(*key)) {
        bail!("there is no dead letter `{missing}`: see `khabar dead-letters list`");
    }
    if deed == Deed::Retry
        && let Some(letter) = chosen.values().find(|letter| !keys.is_empty() && letter.obstacle.is_some())
        && let Some(obstacle) = &letter.obstacle
    {
        bail!("`{}` can't be sent again: {obstacle}", shown(&letter.key));
    }
    let (mut done, mut left) = (0, 0);
    let mut batch = Batch { appender, outputs: Vec::new(), bytes: 0 };
    // Their values were not kept: they come by once more.
    let places: HashSet<(u32, u64)> =
        chosen.values().map(|letter| (letter.partition, letter.offset)).collect();
    scan(journal.reader(DEAD_LETTERS, Cursor::default())?.as_mut(), |_, letter| {
        let Some(letter) = letter.filter(|letter| places.contains(&(letter.partition, letter.offset))) else {
            return Ok(());
        };
        match (deed, letter.again()) {
            (Deed::Drop, _) => batch.add([letter.removal()])?,
            (Deed::Retry, Ok(again)) => batch.add([again, letter.removal()])?,
            (Deed::Retry, Err(obstacle)) => {
                complain(&format!("`{}` stays: {obstacle}", shown(&letter.key)));
                left += 1;
                return Ok(());
            }
        }
        done += 1;
        Ok(())
    })?;
    batch.write()?;
    let word = if deed == Deed::Retry { "sent again" } else { "dropped" };
    let mut out = stdout();
    writeln!(out, "{done} {word}{}", if left > 0 { format!(", {left} left here") } else { String::new() })?;
    Ok(out.flush()?)
}

/// Records on their way, several letters in one transaction.
struct Batch {
    appender: Box<dyn Appender>,
    outputs: Vec<Output>,
    bytes: usize,
}

impl Batch {
    fn add<const N: usize>(&mut self, outputs: [Output; N]) -> Result<()> {
        self.bytes += outputs.iter().map(Output::weight_bytes).sum::<usize>();
        self.outputs.extend(outputs);
        if self.outputs.len() >= WRITE_RECORDS || self.bytes >= WRITE_BYTES { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        self.bytes = 0;
        if !self.outputs.is_empty() {
            self.appender.append(std::mem::take(&mut self.outputs)).map_err(|fault| match fault.kind {
                FaultKind::Fenced => anyhow!(
                    "another `khabar dead-letters` has taken over: what this one has not settled yet is left to it. \
                     Look at `khabar dead-letters list` when it has ended ({fault})"
                ),
                _ => fault.into(),
            })?;
        }
        Ok(())
    }
}

/// A key as it is printed and asked for.
fn shown(key: &[u8]) -> String {
    match std::str::from_utf8(key) {
        Ok(text) if !text.contains(char::is_control) => text.to_owned(),
        _ => key.escape_ascii().to_string(),
    }
}

/// `text` on one line, without what would drive a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
