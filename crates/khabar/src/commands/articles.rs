//! `khabar articles`: the published articles.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use model::{Article, Status};
use stream::Record;
use stream::topics::ARTICLES;

use crate::cli::{ArticlesArgs, TableFormat};
use crate::config::Loaded;
use crate::journal::Journal;
use crate::output::{complain, reader_is_gone, stdout};

/// Articles read at once.
const READ_BATCH: usize = 500;

/// How long one wait for further articles lasts: a closed pipe is noticed after it.
const WAIT: Duration = Duration::from_secs(1);

pub(super) fn run(file: Option<&Path>, args: &ArticlesArgs) -> Result<()> {
    let Loaded { config, .. } = super::quiet_configuration(file)?;
    let journal = Journal::open_beside(&config)?;
    let mut cursor = args.from.clone().unwrap_or_default();
    let mut reader = journal.reader(ARTICLES, cursor.clone())?;
    let mut out = stdout();
    let mut left = args.limit.unwrap_or(usize::MAX);
    while left > 0 && (args.follow || !reader.at_end()?) {
        if reader_is_gone() {
            // As where the pipe is found closed while something is written: there is nobody to tell.
            return Ok(());
        }
        for record in reader.read(READ_BATCH.min(left), WAIT)? {
            cursor.pass(&record);
            if print(&mut out, &record, args.format)? {
                left -= 1;
            }
        }
        out.flush()?;
    }
    // For people and scripts alike, and out of the way of the articles.
    match cursor.0.is_empty() {
        true => complain("there are no articles yet"),
        false => complain(&format!("next: --from {cursor}")),
    }
    Ok(())
}

/// Prints an article; says whether the record was one.
fn print(out: &mut impl Write, record: &Record, format: TableFormat) -> Result<bool> {
    // A tombstone removes an article that compaction may have removed already.
    let Some(value) = &record.value else { return Ok(false) };
    match format {
        TableFormat::Ndjson => {
            out.write_all(value)?;
            writeln!(out)?;
        }
        TableFormat::Table => match serde_json::from_slice::<Article>(value) {
            Ok(article) => writeln!(out, "{}", line(&article))?,
            Err(error) => {
                let (partition, offset) = (record.partition, record.offset);
                complain(&format!("articles/{partition}/{offset} is not an article: {error}"));
                return Ok(false);
            }
        },
    }
    Ok(true)
}

/// An article on one line.
pub(super) fn line(article: &Article) -> String {
    let story = &article.story;
    let id: String = article.id.to_string().chars().take(8).collect();
    let withdrawn = if article.status == Status::Withdrawn { " withdrawn" } else { "" };
    format!(
        "{id} r{:<2} {:3} {:>5} words  part {}/{}  {:10}  {}{withdrawn}  {}",
        article.revision,
        story.lang.as_deref().unwrap_or("-"),
        story.words,
        story.page.part,
        story.page.parts,
        story.published_at.as_deref().map_or("-", |at| at.get(..10).unwrap_or(at)),
        story.title.as_deref().unwrap_or("(no title)"),
        story.url.as_deref().or(story.page.url.as_deref()).unwrap_or(""),
    )
}
