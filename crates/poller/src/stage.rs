use feed::{Attempt, Document};
use jiff::{SignedDuration, Timestamp};
use metrics::counter;
use model::{Entry, Feed, Id, host_key};
use stream::topics::ENTRIES;
use stream::{Emit, Fault, Record, Reject, Stage, State, foreign_state};

use crate::poll::{Outcome, Poll, Verdict};
use crate::seen::{News, Seen};
use crate::settings::Settings;
use crate::state::{FeedState, LastError, Moving, feed_key, seen_key};

type Context<'a> = stream::Context<'a, Poll>;

/// The stage. See the crate.
#[derive(Debug, Clone)]
pub struct Poller {
    settings: Settings,
}

impl Poller {
    /// A poller with these settings.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Stage for Poller {
    type Job = Poll;
    type Outcome = Outcome;
    type State = State;

    fn check(&self, state: &State) -> Result<(), Fault> {
        for (key, value) in state.iter() {
            let read = match key {
                [b'f', b'e', b'e', b'd', b'/', ..] => FeedState::read(value).map(drop),
                [b's', b'e', b'e', b'n', b'/', ..] => Seen::read(value).map(drop),
                _ => Err(Reject::new("bad_state", "its kind is not known")),
            };
            read.map_err(|reject| foreign_state(key, reject))?;
        }
        Ok(())
    }

    fn record(&mut self, record: &Record, context: &mut Context<'_>) -> Result<(), Reject> {
        let key = String::from_utf8_lossy(&record.key);
        let id: Id =
            key.parse().map_err(|error| Reject::new("bad_feed", format!("the record's key: {error}")))?;
        match &record.value {
            Some(value) => self.define(definition(id, value)?, context),
            None => {
                context.delete(feed_key(&id));
                context.delete(seen_key(&id));
                context.cancel_wake(job_key(&id));
                context.cancel_job(job_key(&id));
                Ok(())
            }
        }
    }

    fn woken(&mut self, timer: &[u8], context: &mut Context<'_>) -> Result<(), Reject> {
        let Ok(id) = String::from_utf8_lossy(timer).parse::<Id>() else { return Ok(()) };
        let Some(mut state) = load(&id, context)? else { return Ok(()) };
        let url = state.url().to_owned();
        let poll = Poll {
            feed: state.feed.clone(),
            etag: state.etag.clone(),
            last_modified: state.last_modified.clone(),
            url,
        };
        state.next_poll_at = None;
        context.put(feed_key(&id), state.write());
        // Should this poll be lost (it crashed three times, say), the feed still wakes again.
        let at_last = self.settings.max_backoff_seconds.max(state.feed.poll_interval_seconds.unwrap_or(0));
        context.wake_at(job_key(&id), later(context.now(), at_last));
        let order = host_key(&poll.url).unwrap_or_default();
        context.start(job_key(&id), order, poll);
        Ok(())
    }

    fn job_done(&mut self, poll: &Poll, outcome: Outcome, context: &mut Context<'_>) -> Result<(), Reject> {
        let Some(mut state) = load(&poll.feed.id, context)? else { return Ok(()) };
        // Set only when the definition was written again while the poll ran: it wants one of its own.
        let asked_again = state.next_poll_at;
        let verdict = Verdict::of(&outcome, &state, &self.settings);
        counter!("khabar_polls_total", "outcome" => verdict.label()).increment(1);
        self.settle(&mut state, &verdict, &outcome, context);
        if let Verdict::Document(document, _) = &verdict {
            self.announce(&mut state, document, context)?;
        }
        if asked_again.is_some() {
            state.next_poll_at = asked_again;
            state.retired_at = None;
        }
        match state.next_poll_at {
            Some(at) => context.wake_at(job_key(&state.feed.id), at),
            None => context.cancel_wake(job_key(&state.feed.id)),
        }
        context.put(feed_key(&state.feed.id), state.write());
        Ok(())
    }

    /// A feed is polled by its timer alone.
    fn wake_again(&self, _: &[u8]) -> Option<SignedDuration> {
        Some(seconds(self.settings.max_backoff_seconds))
    }

    fn letter(job: &Poll) -> Vec<u8> {
        serde_json::to_vec(&job.feed).unwrap_or_default()
    }
}

impl Poller {
    /// Takes up a new or changed definition.
    fn define(&self, feed: Feed, context: &mut Context<'_>) -> Result<(), Reject> {
        let now = context.now();
        let id = feed.id;
        let state = match load(&id, context)? {
            // Written again: polled at once, and no longer held to be gone.
            Some(state) => {
                let retired = FeedState { retired_at: None, failures: 0, ..state };
                FeedState { feed, next_poll_at: Some(now), ..retired }
            }
            None => {
                let spread = seconds(self.settings.first_poll_spread_seconds);
                let first = feed::first_poll(&id, now, spread);
                FeedState { next_poll_at: Some(first), ..FeedState::new(feed) }
            }
        };
        context.wake_at(job_key(&id), state.next_poll_at.unwrap_or(now));
        context.put(feed_key(&id), state.write());
        Ok(())
    }

    /// What the verdict does to all but the entries: validators, failures, the next poll, the address.
    fn settle(&self, state: &mut FeedState, verdict: &Verdict, outcome: &Outcome, context: &Context<'_>) {
        let now = context.now();
        let answer = match outcome {
            Outcome::Answered(answer) => Some(answer),
            Outcome::Failed(_) => None,
        };
        let mut soon = None;
        match verdict {
            Verdict::Document(..) | Verdict::SameBody | Verdict::NotModified => {
                if let (Some(answer), is_304) = (answer, matches!(verdict, Verdict::NotModified)) {
                    // A 304 need not repeat what still holds; a document without validators has none.
                    if !is_304 || answer.etag.is_some() {
                        state.etag.clone_from(&answer.etag);
                    }
                    if !is_304 || answer.last_modified.is_some() {
                        state.last_modified.clone_from(&answer.last_modified);
                    }
                    self.follow(state, answer.permanent_url.as_deref(), now);
                }
                if let Verdict::Document(_, hash) = verdict {
                    state.body_hash = Some(*hash);
                }
                if let Some(error) = state.last_error.take() {
                    tracing::info!(feed = state.feed.url, was = error.message, "the feed is well again");
                }
                state.failures = 0;
                state.last_success_at = Some(now);
            }
            Verdict::Gone if state.moved_to.is_some() => {
                self.complain(state, verdict.label(), "the feed is gone from where it had moved", now);
                self.move_back(state);
                soon = Some(self.settings.outage_retry_seconds);
            }
            Verdict::Gone => {
                let message = "the server says that the feed is gone for good (410): it is no longer polled, \
                               until it is added again";
                self.complain(state, verdict.label(), message, now);
                state.retired_at = Some(now);
                state.next_poll_at = None;
                return;
            }
            Verdict::Error(label, message) => {
                state.failures = state.failures.saturating_add(1);
                self.complain(state, label, message, now);
                if state.moved_to.is_some() && state.failures >= self.settings.move_back_failures {
                    self.move_back(state);
                }
            }
            Verdict::Outage(message) => {
                self.complain(state, verdict.label(), message, now);
                soon = Some(self.settings.outage_retry_seconds);
            }
        }
        let schedule = self.settings.schedule();
        let usual = state.feed.poll_interval().unwrap_or(seconds(schedule.interval_seconds));
        let attempt = Attempt {
            interval: Some(soon.map_or(usual, |soon| seconds(soon).min(usual))),
            failures: if soon.is_some() { 0 } else { state.failures },
            retry_after: answer.and_then(|answer| answer.retry_after),
        };
        state.next_poll_at = Some(feed::next_poll(&state.feed.id, &attempt, now, &schedule));
    }

    /// Keeps a permanent redirect as the address once it has held.
    fn follow(&self, state: &mut FeedState, to: Option<&str>, now: Timestamp) {
        let Some(to) = to.filter(|to| *to != state.url() && host_key(to).is_some()) else {
            state.moving = None;
            return;
        };
        match &state.moving {
            Some(moving) if moving.to == to => {
                if now >= later(moving.since, self.settings.move_after_seconds) {
                    tracing::info!(feed = state.feed.url, to, "the feed has moved for good");
                    state.moved_to = Some(to.to_owned()).filter(|to| *to != state.feed.url);
                    state.moving = None;
                }
            }
            _ => state.moving = Some(Moving { to: to.to_owned(), since: now }),
        }
    }

    /// Back to the first address, which may know better by now.
    fn move_back(&self, state: &mut FeedState) {
        tracing::warn!(feed = state.feed.url, from = state.url(), "back to the feed's first address");
        state.moved_to = None;
        state.moving = None;
        state.forget_document();
    }

    /// Notes an error, and logs it when it is another than before.
    fn complain(&self, state: &mut FeedState, outcome: &str, message: &str, now: Timestamp) {
        let is_known = |error: &LastError| error.outcome == outcome && error.message == message;
        if state.last_error.as_ref().is_some_and(is_known) {
            return;
        }
        tracing::warn!(feed = state.feed.url, outcome, failures = state.failures, "{message}");
        state.last_error =
            Some(LastError { outcome: outcome.to_owned(), message: message.to_owned(), since: now });
    }

    /// Emits the new and changed entries of `document`, the last ones first: feeds have the newest on
    /// top.
    fn announce(
        &self,
        state: &mut FeedState,
        document: &Document,
        context: &mut Context<'_>,
    ) -> Result<(), Reject> {
        let key = seen_key(&state.feed.id);
        let mut seen = context.get(&key).map(Seen::read).transpose()?.unwrap_or_default();
        let identities = feed::identities(&state.feed.id, document);
        let news = seen.take_up(&identities, context.now(), self.settings.seen_max_entries);
        let mut without_link = 0;
        for (place, id, news) in news.into_iter().rev() {
            let kind = match news {
                News::New => "new",
                News::Changed => "changed",
                News::Known => continue,
            };
            let Some(item) = document.entries.get(place) else { continue };
            let host = item.link.as_deref().and_then(|link| Some((link, host_key(link)?)));
            let Some((link, host)) = host else {
                without_link += 1;
                counter!("khabar_feed_entries_total", "kind" => "without_link").increment(1);
                continue;
            };
            let entry = Entry {
                id,
                feed: state.feed.id,
                feed_url: state.url().to_owned(),
                feed_title: document.title.clone().or_else(|| state.feed.title.clone()),
                feed_language: document.language.clone(),
                link: link.to_owned(),
                text: item.text.clone(),
                seen_at: context.now(),
                redirects: 0,
            };
            counter!("khabar_feed_entries_total", "kind" => kind).increment(1);
            let emit = Emit::new(ENTRIES, id.to_string(), self.value_of(entry)).partitioned_by(host);
            context.emit(emit.with_headers(model::json_headers("entry")));
        }
        if without_link > 0 && state.without_link == 0 {
            let feed = &state.feed.url;
            tracing::warn!(feed, without_link, "entries without an address to fetch are left out");
        }
        state.without_link = document.entries.iter().filter(|item| item.link.is_none()).count();
        if document.left_out > 0 {
            let (feed, left_out) = (&state.feed.url, document.left_out);
            tracing::warn!(feed, left_out, "entries beyond poller.max_feed_entries are left out");
        }
        context.put(key, seen.write());
        Ok(())
    }

    /// The entry as a record's value, no larger than it may be.
    fn value_of(&self, mut entry: Entry) -> Vec<u8> {
        // Serialising an entry into memory fails on no value of its type.
        let mut value = serde_json::to_vec(&entry).unwrap_or_default();
        for shorten in
            [|entry: &mut Entry| entry.text.content = None, |entry: &mut Entry| entry.text.summary = None]
        {
            if value.len() <= self.settings.max_entry_bytes {
                break;
            }
            shorten(&mut entry);
            value = serde_json::to_vec(&entry).unwrap_or_default();
        }
        value
    }
}

/// The definition in `value`, checked.
fn definition(id: Id, value: &[u8]) -> Result<Feed, Reject> {
    let bad = |message: String| Reject::new("bad_feed", message);
    let feed: Feed = serde_json::from_slice(value).map_err(|error| {
        bad(format!("the feed {id} is no feed definition: {error}; see `khabar schema feed`"))
    })?;
    if feed.id != id {
        return Err(bad(format!("the record's key is {id}, but the feed in it has the id {}", feed.id)));
    }
    if host_key(&feed.url).is_none() {
        return Err(bad(format!("`{}` is no http or https URL: the feed can't be polled", feed.url)));
    }
    Ok(feed)
}

fn load(feed: &Id, context: &Context<'_>) -> Result<Option<FeedState>, Reject> {
    context.get(&feed_key(feed)).map(FeedState::read).transpose()
}

/// The key of a feed's timer and job.
fn job_key(feed: &Id) -> Vec<u8> {
    feed.to_string().into_bytes()
}

fn seconds(number: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(number).unwrap_or(i64::MAX))
}

fn later(at: Timestamp, by_seconds: u64) -> Timestamp {
    at.saturating_add(seconds(by_seconds)).unwrap_or(Timestamp::MAX)
}
