use dedup::{Index, Settings, Verdict};
use model::{Article, Duplicate, Id, Status, Story};
use stream::topics::{ARTICLES, DUPLICATES};
use stream::{Context, Emit, NoJob, Record, Reject, Stage};

use crate::memory::StageMemory;

/// The stage, for one partition of `stories`.
///
/// | verdict on the story | emitted |
/// |---|---|
/// | new, or changed into something of its own | [`Article`] with revision 1 |
/// | revision | [`Article`] with the same id and the next revision |
/// | duplicate | [`Duplicate`] |
/// | unchanged, or older than what is known | nothing |
#[derive(Debug)]
pub struct Deduper {
    settings: Settings,
}

impl Deduper {
    /// The stage with these settings, which hold for each partition.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Stage for Deduper {
    type Job = NoJob;
    type Outcome = ();

    fn record(&mut self, record: &Record, context: &mut Context<'_, NoJob>) -> Result<(), Reject> {
        let story = read(record)?;
        let now = context.now();
        let verdict = Index::new(&mut StageMemory(context), &self.settings)
            .observe(&story, now)
            .map_err(|error| Reject::new("unreadable_state", error))?;
        let page = story.page.url.as_deref().unwrap_or_default();
        tracing::debug!(page, part = story.page.part, ?verdict, "story seen");
        match verdict {
            Verdict::New { id } => {
                metrics::counter!("khabar_articles_total", "kind" => "new").increment(1);
                let first_fetched_at = story.fetched_at;
                publish(
                    Article { id, revision: 1, status: Status::Published, first_fetched_at, story },
                    context,
                )
            }
            Verdict::Revision { id, revision, first_fetched_at, .. } => {
                metrics::counter!("khabar_articles_total", "kind" => "revision").increment(1);
                publish(Article { id, revision, status: Status::Published, first_fetched_at, story }, context)
            }
            Verdict::Duplicate { of, similarity, reason } => {
                metrics::counter!("khabar_duplicates_total").increment(1);
                let duplicate = Duplicate {
                    of,
                    url: story.url.or(story.page.url),
                    part: story.page.part,
                    source: story.source,
                    feed: story.feed,
                    title: story.title,
                    published_at: story.published_at,
                    fetched_at: story.fetched_at,
                    similarity,
                    reason,
                };
                context.emit(emit(DUPLICATES, of, &duplicate)?);
                Ok(())
            }
            Verdict::Unchanged { .. } => Ok(()),
        }
    }
}

fn read(record: &Record) -> Result<Story, Reject> {
    let value = record.value.as_deref().ok_or_else(|| malformed("it has no value"))?;
    let story: Story = serde_json::from_slice(value).map_err(malformed)?;
    if dedup::normal(&story.text).is_empty() {
        return Err(malformed("its text has no words"));
    }
    Ok(story)
}

fn malformed(reason: impl std::fmt::Display) -> Reject {
    Reject::new("malformed_story", format_args!("the record is not a story: {reason}"))
}

fn publish(article: Article, context: &mut Context<'_, NoJob>) -> Result<(), Reject> {
    if let Some(fetched_at) = article.story.fetched_at {
        let delay = context.now().duration_since(fetched_at).as_secs_f64();
        metrics::histogram!("khabar_article_delay_seconds").record(delay.max(0.0));
    }
    context.emit(emit(ARTICLES, article.id, &article)?);
    Ok(())
}

fn emit(topic: &'static str, id: Id, value: &impl serde::Serialize) -> Result<Emit, Reject> {
    let value = serde_json::to_vec(value).map_err(malformed)?;
    Ok(Emit::new(topic, id.to_string(), value))
}
