//! What the demo prints at its end.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use model::Article;

use super::watch::Watch;
use crate::commands::articles::line;
use crate::output::stdout;

pub(super) struct Report<'a> {
    pub(super) watch: &'a Watch,
    pub(super) took: Duration,
    pub(super) dir: &'a Path,
}

impl Report<'_> {
    pub(super) fn print(&self) -> Result<()> {
        let mut out = stdout();
        let mut articles: Vec<&Article> = self.watch.articles.values().collect();
        articles.sort_by_key(|article| (&article.story.page.url, article.story.page.part));
        writeln!(out)?;
        for article in &articles {
            writeln!(out, "{}", line(article))?;
        }
        let mut split_pages: BTreeMap<&str, u32> = BTreeMap::new();
        for article in &articles {
            let page = &article.story.page;
            if let (Some(url), 2..) = (&page.url, page.parts) {
                split_pages.insert(url, page.parts);
            }
        }
        let seconds = self.took.as_secs_f64();
        writeln!(out, "\n{} articles in {seconds:.1} s", articles.len())?;
        writeln!(out, "{:>4} from pages that hold several stories:", split_pages.values().sum::<u32>())?;
        for (url, parts) in split_pages {
            writeln!(out, "       {parts} parts  {url}")?;
        }
        writeln!(
            out,
            "{:>4} duplicates: the same report found elsewhere, noted and not published",
            self.watch.duplicates
        )?;
        writeln!(out, "{:>4} revisions: the same article, changed", self.watch.revisions())?;
        writeln!(out, "{:>4} dead letters, with the reason:", self.watch.dead_letters.len())?;
        for (reason, message) in &self.watch.dead_letters {
            writeln!(out, "       {reason}: {message}")?;
        }
        let (dir, khabar) = (self.dir.display(), program());
        writeln!(out, "\nLook into it:")?;
        writeln!(out, "  KHABAR_STORE__DIR={dir} {khabar} articles --format ndjson | head -1")?;
        writeln!(out, "Try it on feeds of your own:")?;
        writeln!(out, "  {khabar} feeds add https://example.org/feed.xml")?;
        writeln!(out, "  {khabar} run")?;
        writeln!(out, "  {khabar} articles --follow")?;
        Ok(out.flush()?)
    }
}

/// How this program is started from here: it may not be on the PATH yet.
fn program() -> String {
    let exe = std::env::current_exe().ok();
    let here = std::env::current_dir().ok();
    let relative = exe.as_deref().zip(here.as_deref()).and_then(|(exe, here)| exe.strip_prefix(here).ok());
    relative.map_or("khabar".to_owned(), |exe| format!("./{}", exe.display()))
}
