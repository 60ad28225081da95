use std::collections::BTreeMap;

use model::{Page, REPLAY_HEADER, Recount, Replay, SEEN_AT_HEADER, Story, language_group};
use split::{Limits, NoStory, Source};
use stream::topics::STORIES;
use stream::{Context, Emit, NoJob, Record, Reject, Stage, State};

use crate::{Rules, entry};

/// The stage, for one partition of `pages`.
#[derive(Debug)]
pub struct Splitter {
    limits: Limits,
    rules: Rules,
}

impl Splitter {
    /// The stage that looks at as much of a page as `limits` allow, by the `rules` for its site.
    pub fn new(limits: Limits, rules: Rules) -> Self {
        Self { limits, rules }
    }

    fn split(&self, page: &Page) -> Result<Vec<Story>, NoStory> {
        let sites = self.rules.current();
        let source = Source {
            bytes: &page.body,
            content_type: page.content_type.as_deref(),
            url: Some(&page.url),
            fetched_at: Some(page.fetched_at),
            feed: Some(page.entry.feed),
            entry: Some(&page.entry.text),
            site: sites.of_url(&page.url),
        };
        let mut stories = split::split(&source, &self.limits)?;
        if let [story] = stories.as_mut_slice() {
            entry::fill(story, &page.entry.text);
        }
        Ok(stories)
    }
}

impl Stage for Splitter {
    type Job = NoJob;
    type Outcome = ();
    type State = State;

    fn record(&mut self, record: &Record, context: &mut Context<'_, NoJob>) -> Result<(), Reject> {
        let body = record.value.clone().ok_or_else(|| malformed("the page has no body"))?;
        let page = Page::from_record(&record.headers, body).map_err(malformed)?;
        let replay = record.header(REPLAY_HEADER).and_then(Replay::read);
        let stories = match (self.split(&page), replay) {
            (Ok(stories), _) => stories,
            // Why it has none was said when it came first.
            (Err(reason), Some(Replay::Pages(number))) if was_looked_at(&reason) => {
                count_page("none");
                context.emit(recount(&page, number, 0)?.to_all_partitions());
                return Ok(());
            }
            (Err(reason), _) => {
                count_page("none");
                return Err(Reject::new(name(&reason), format_args!("{}: {reason}", page.url)));
            }
        };
        tracing::debug!(page = page.url, stories = stories.len(), "page split");
        let group = dominant_group(&stories);
        let mut headers = model::json_headers("story");
        headers.push((SEEN_AT_HEADER.to_owned(), page.entry.seen_at.to_string().into_bytes()));
        headers.extend(replay.map(Replay::header));
        for story in &stories {
            let value = serde_json::to_vec(story).map_err(malformed)?;
            let emit = Emit::new(STORIES, page.url.as_str(), value).partitioned_by(group);
            context.emit(emit.with_headers(headers.clone()));
        }
        if let Some(Replay::Pages(number)) = replay {
            context.emit(recount(&page, number, stories.len())?.partitioned_by(group));
        }
        count_page(if stories.len() == 1 { "one" } else { "several" });
        metrics::counter!("khabar_stories_total").increment(stories.len() as u64);
        Ok(())
    }
}

/// The last word on a page that was split again. Whoever gets it knows the page's stories, or, where there are none,
/// may have known some.
fn recount(page: &Page, replay: i64, stories: usize) -> Result<Emit, Reject> {
    let stories = u32::try_from(stories).unwrap_or(u32::MAX);
    let recount = Recount { page: page.url.clone(), fetched_at: page.fetched_at, replay, stories };
    let value = serde_json::to_vec(&recount).map_err(malformed)?;
    Ok(Emit::new(STORIES, page.url.as_str(), value).with_headers(model::json_headers("recount")))
}

/// The language group that most words of the page's stories are written in; of equals the first by
/// name.
fn dominant_group(stories: &[Story]) -> &str {
    let mut words = BTreeMap::<&str, u64>::new();
    for story in stories {
        *words.entry(language_group(story.lang.as_deref())).or_default() += u64::from(story.words);
    }
    let most = words.values().max();
    let found = words.iter().find(|(_, count)| Some(*count) == most);
    found.map_or_else(|| language_group(None), |(group, _)| *group)
}

fn count_page(outcome: &'static str) {
    metrics::counter!("khabar_pages_total", "outcome" => outcome).increment(1);
}

fn malformed(reason: impl std::fmt::Display) -> Reject {
    Reject::new("malformed_page", format_args!("the record is not a page: {reason}"))
}

/// Whether the page itself has shown that it has no story. One that was passed over may have any.
fn was_looked_at(reason: &NoStory) -> bool {
    matches!(reason, NoStory::Empty | NoStory::Binary { .. } | NoStory::Pdf | NoStory::NoText { .. })
}

/// The short name of a reason, for metrics and filters.
fn name(reason: &NoStory) -> &'static str {
    match reason {
        NoStory::Empty => "empty_page",
        NoStory::Binary { .. } => "binary_page",
        NoStory::Pdf => "pdf_page",
        NoStory::TooLarge { .. } => "page_too_large",
        // No text, and what later versions may add.
        _ => "no_story",
    }
}
