use dedup::{Changes, Forgotten, Settings, Verdict, Withdrawal};
use jiff::{SignedDuration, Timestamp};
use model::{
    Article, Change, Changed, Duplicate, Id, PageRef, REPLAY_HEADER, Recount, Replay, SCHEMA_HEADER,
    SEEN_AT_HEADER, Source, Status, Story, host_key,
};
use stream::topics::{ARTICLES, COPIES, DUPLICATES};
use stream::{Emit, Fault, NoJob, Record, Reject, Stage, foreign_state};

use crate::memory::Stories;

type Context<'a> = stream::Context<'a, NoJob, Stories>;

/// The stage, for one partition of `stories`.
///
/// | verdict on the story | emitted |
/// |---|---|
/// | new, or changed into something of its own | [`Article`] with revision 1 |
/// | revision | [`Article`] with the same id and the next revision |
/// | duplicate | [`Duplicate`] |
/// | unchanged, or older than what is known | nothing |
///
/// A revision says what changed, and when its page was fetched.
///
/// Where the copies of an article come to be others, the stage is woken after
/// [`copies_interval_seconds`](Settings::copies_interval_seconds) to publish [`model::Copies`].
///
/// A [`Recount`] leads to a last revision, without text, of each article that its page does not tell after all.
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
    type State = Stories;

    fn state(&self) -> Stories {
        Stories::new(self.settings.clone())
    }

    fn check(&self, state: &Stories) -> Result<(), Fault> {
        state.check().map_err(|(key, error)| foreign_state(key, error))
    }

    fn record(&mut self, record: &Record, context: &mut Context<'_>) -> Result<(), Reject> {
        if record.header(SCHEMA_HEADER) == Some(b"recount") {
            return self.recount(record, context);
        }
        let story = read(record)?;
        let now = context.now();
        let replay = record.header(REPLAY_HEADER).and_then(Replay::read);
        let index = &context.kept().0;
        let (verdict, changes) = match replay {
            None => index.observe(&story, now),
            Some(Replay::Stories) => index.observe_again(&story, None, now),
            Some(Replay::Pages(number)) => index.observe_again(&story, Some(number), now),
        };
        self.remember(changes, context);
        let page = story.page.url.as_deref().unwrap_or_default();
        tracing::debug!(page, part = story.page.part, ?verdict, "story seen");
        match verdict {
            Verdict::New { id } => {
                metrics::counter!("khabar_articles_total", "kind" => "new").increment(1);
                let first_fetched_at = story.fetched_at;
                let article = Article {
                    id,
                    revision: 1,
                    status: Status::Published,
                    first_fetched_at,
                    updated_at: None,
                    change: None,
                    story,
                };
                publish(article, record, context)
            }
            Verdict::Revision { id, revision, first_fetched_at, change } => {
                metrics::counter!("khabar_articles_total", "kind" => "revision").increment(1);
                let article = Article {
                    id,
                    revision,
                    status: Status::Published,
                    first_fetched_at,
                    updated_at: story.fetched_at,
                    change: told(change),
                    story,
                };
                publish(article, record, context)
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
                context.emit(emit(DUPLICATES, of, "duplicate", &duplicate)?);
                Ok(())
            }
            Verdict::Unchanged { .. } => Ok(()),
        }
    }

    fn woken(&mut self, timer: &[u8], context: &mut Context<'_>) -> Result<(), Reject> {
        let article = timer.try_into().map(Id::from_bytes);
        let article = article.map_err(|_| Reject::new("unexpected_timer", "the timer is of no article"))?;
        // It may have been forgotten since, or withdrawn.
        let Some((copies, changes)) = context.kept().0.copies(article, context.now()) else { return Ok(()) };
        metrics::counter!("khabar_copies_total").increment(1);
        self.remember(changes, context);
        context.emit(emit(COPIES, article, "copies", &copies)?);
        Ok(())
    }

    /// Copies that come later wait for the timer that is set, and set none.
    fn wake_again(&self, _: &[u8]) -> Option<SignedDuration> {
        Some(SignedDuration::from_hours(1))
    }
}

impl Deduper {
    /// Sets changes of state, and the time when what they make of articles' copies is published.
    fn remember(&self, changes: Changes, context: &mut Context<'_>) {
        let index = &context.kept().0;
        let Forgotten { unseen, crowded } = index.forgotten(&changes, context.now());
        metrics::counter!("khabar_stories_forgotten_total", "reason" => "unseen").increment(unseen);
        metrics::counter!("khabar_stories_forgotten_total", "reason" => "crowded").increment(crowded);
        for article in index.to_publish(&changes) {
            let interval = SignedDuration::from_secs(self.settings.copies_interval_seconds.into());
            let at = context.now().saturating_add(interval).unwrap_or(Timestamp::MAX);
            context.wake_at(*article.as_bytes(), at);
        }
        for (key, value) in changes {
            match value {
                Some(value) => context.put(key, value),
                None => context.delete(key),
            }
        }
    }

    /// Withdraws what a page does not tell after all.
    fn recount(&self, record: &Record, context: &mut Context<'_>) -> Result<(), Reject> {
        let value = record.value.as_deref().ok_or_else(|| malformed("it has no value"))?;
        let recount: Recount = serde_json::from_slice(value).map_err(malformed)?;
        let (withdrawals, changes) = context.kept().0.recount(&recount, context.now());
        self.remember(changes, context);
        for Withdrawal { id, revision, first_fetched_at } in withdrawals {
            metrics::counter!("khabar_articles_total", "kind" => "withdrawn").increment(1);
            tracing::info!(%id, page = recount.page, "article withdrawn");
            let story = Story {
                page: PageRef { url: Some(recount.page.clone()), part: 1, parts: recount.stories.max(1) },
                source: Source { host: host_key(&recount.page), name: None },
                fetched_at: Some(recount.fetched_at),
                ..Story::blank()
            };
            let article = Article {
                id,
                revision,
                status: Status::Withdrawn,
                first_fetched_at,
                updated_at: Some(recount.fetched_at),
                change: None,
                story,
            };
            context.emit(emit(ARTICLES, id, "article", &article)?);
        }
        Ok(())
    }
}

/// A change as it is published; none where a reader sees none.
fn told(change: dedup::Change) -> Option<Change> {
    let what = match (change.title, change.text) {
        (true, true) => Changed::Both,
        (true, false) => Changed::Title,
        (false, true) => Changed::Text,
        (false, false) => return None,
    };
    // An estimate: more digits would say nothing.
    Some(Change { what, words: (change.words * 1000.0).round() / 1000.0 })
}

fn read(record: &Record) -> Result<Story, Reject> {
    let value = record.value.as_deref().ok_or_else(|| malformed("it has no value"))?;
    let story: Story = serde_json::from_slice(value).map_err(malformed)?;
    if !dedup::has_words(&story.text) {
        return Err(malformed("its text has no words"));
    }
    Ok(story)
}

fn malformed(reason: impl std::fmt::Display) -> Reject {
    Reject::new("malformed_story", format_args!("the record is not a story: {reason}"))
}

fn publish(article: Article, record: &Record, context: &mut Context<'_>) -> Result<(), Reject> {
    let since = |then: Timestamp| context.now().duration_since(then).as_secs_f64().max(0.0);
    if let Some(fetched_at) = article.story.fetched_at {
        metrics::histogram!("khabar_article_delay_seconds").record(since(fetched_at));
    }
    if let Some(seen_at) = seen_at(record) {
        metrics::histogram!("khabar_end_to_end_seconds").record(since(seen_at));
    }
    context.emit(emit(ARTICLES, article.id, "article", &article)?);
    Ok(())
}

/// When the poll saw the entry that led to this story, as the splitter wrote it.
fn seen_at(record: &Record) -> Option<Timestamp> {
    std::str::from_utf8(record.header(SEEN_AT_HEADER)?).ok()?.parse().ok()
}

fn emit(topic: &'static str, id: Id, kind: &str, value: &impl serde::Serialize) -> Result<Emit, Reject> {
    let value = serde_json::to_vec(value).map_err(malformed)?;
    Ok(Emit::new(topic, id.to_string(), value).with_headers(model::json_headers(kind)))
}
