//! `khabar split`: pages in, stories out, no network.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use model::{BlockKind, Story};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Deserialize;
use serde_json::Value;
use split::{Limits, Sites, Source};

use crate::cli::{SplitArgs, SplitFormat};
use crate::output::{complain, stdout};

/// Pages split side by side before their stories are printed: what bounds the memory.
const PAGES_AT_ONCE: usize = 64;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A page to be split.
#[derive(Debug, Deserialize)]
struct Page {
    id: String,
    #[serde(default)]
    file: PathBuf,
    url: Option<String>,
    fetched_at: Option<Timestamp>,
}

/// What is printed of a page.
enum Answer {
    Stories(Vec<Story>),
    Explanation(String),
}

pub(super) fn run(file: Option<&Path>, args: &SplitArgs) -> Result<()> {
    let config = super::configuration(file, &[])?.config;
    let (limits, sites) = (config.splitter, crate::sites::read(&config.sites)?);
    let pages = match &args.manifest {
        Some(manifest) => read_manifest(manifest)?,
        None => {
            let page = |file: &PathBuf| Page {
                id: file.display().to_string(),
                file: file.clone(),
                url: args.url.clone(),
                fetched_at: args.fetched_at,
            };
            args.files.iter().map(page).collect()
        }
    };
    if args.explain && !sites.is_empty() && pages.iter().all(|page| page.url.is_none()) {
        complain("no --url is given, so the rules in `sites.dir` are not used");
    }
    let mut out = stdout();
    let mut failed = 0;
    for batch in pages.chunks(PAGES_AT_ONCE) {
        let split: Vec<Result<Answer>> =
            batch.par_iter().map(|page| answer(page, &limits, &sites, args.explain)).collect();
        for (page, answer) in batch.iter().zip(split) {
            match answer {
                Ok(Answer::Stories(stories)) => {
                    stories.into_iter().try_for_each(|story| print(&mut out, page, story, args.format))?
                }
                Ok(Answer::Explanation(text)) => writeln!(out, "── {} ──\n{text}", page.id)?,
                Err(error) => {
                    failed += 1;
                    out.flush()?;
                    complain(&format!("{}: {error:#}", page.id));
                }
            }
        }
    }
    out.flush()?;
    match failed {
        0 => Ok(()),
        _ if failed == pages.len() && args.manifest.is_none() => bail!("no story in any page"),
        _ => Ok(()),
    }
}

fn read_manifest(manifest: &Path) -> Result<Vec<Page>> {
    let name = manifest.display();
    let text =
        std::fs::read_to_string(manifest).with_context(|| format!("the manifest {name} can't be read"))?;
    let dir = manifest.parent().unwrap_or(Path::new(""));
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let page: Page = serde_json::from_str(line).map_err(|error| {
                anyhow!("{name}:{}: not a page as JSON with `id` and `file`: {error}", at + 1)
            })?;
            let file = if page.file.as_os_str().is_empty() { Path::new(&page.id) } else { &page.file };
            Ok(Page { file: dir.join(file), ..page })
        })
        .collect()
}

fn answer(page: &Page, limits: &Limits, sites: &Sites, explain: bool) -> Result<Answer> {
    let bytes = read(&page.file, limits.max_bytes)?;
    let url = page.url.as_deref();
    let site = url.and_then(|url| sites.of_url(url));
    let source = Source { url, site, fetched_at: page.fetched_at, ..Source::new(&bytes) };
    if explain {
        let explanation = split::explain(&source, limits);
        // Of a page that is refused whole there is nothing to explain but that.
        if !explanation.is_empty() {
            return Ok(Answer::Explanation(explanation));
        }
    }
    Ok(Answer::Stories(split::split(&source, limits)?))
}

/// Reads a page, unpacked, and no more of it than shows that it is too long.
fn read(file: &Path, max_bytes: usize) -> Result<Vec<u8>> {
    let mut input: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(std::fs::File::open(file).context("can't be read")?),
    };
    let mut start = Vec::new();
    input.by_ref().take(2).read_to_end(&mut start).context("can't be read")?;
    let packed = start == GZIP_MAGIC;
    let whole = std::io::Cursor::new(start).chain(input);
    let whole: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
    let mut bytes = Vec::new();
    whole.take(max_bytes as u64 + 1).read_to_end(&mut bytes).context("can't be read")?;
    Ok(bytes)
}

fn print(out: &mut impl Write, page: &Page, story: Story, format: SplitFormat) -> Result<()> {
    match format {
        SplitFormat::Ndjson => {
            serde_json::to_writer(&mut *out, &named(page, &story)?)?;
            writeln!(out)?;
        }
        SplitFormat::Text => write_text(out, page, &story)?,
    }
    Ok(())
}

/// The story in the article's form, with the page's name in place of its URL.
fn named(page: &Page, story: &Story) -> Result<Value> {
    let mut value = serde_json::to_value(story)?;
    if let Value::Object(fields) = &mut value {
        fields.insert("page".into(), page.id.clone().into());
        fields.insert("part".into(), story.page.part.into());
        fields.insert("parts".into(), story.page.parts.into());
    }
    Ok(value)
}

fn write_text(out: &mut impl Write, page: &Page, story: &Story) -> Result<()> {
    writeln!(out, "── {} · part {} of {} ──", page.id, story.page.part, story.page.parts)?;
    writeln!(out, "{}", story.title.as_deref().unwrap_or("(no title)"))?;
    let facts = [
        story.published_at.clone(),
        story.lang.clone(),
        story.source.name.clone().or_else(|| story.source.host.clone()),
        Some(story.authors.join(", ")).filter(|authors| !authors.is_empty()),
        Some(format!("{} words", story.words)),
    ];
    writeln!(out, "{}\n", facts.into_iter().flatten().collect::<Vec<_>>().join(" · "))?;
    for block in &story.blocks {
        match block.kind {
            BlockKind::Heading => writeln!(out, "\n## {}\n", block.text)?,
            BlockKind::ListItem => writeln!(out, "  - {}", block.text)?,
            BlockKind::Quote => writeln!(out, "  > {}", block.text)?,
            BlockKind::Paragraph | BlockKind::Preformatted | BlockKind::TableRow => {
                writeln!(out, "{}", block.text)?;
            }
        }
    }
    Ok(writeln!(out)?)
}
