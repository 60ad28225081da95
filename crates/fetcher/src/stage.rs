use jiff::{SignedDuration, Timestamp};
use model::{Entry, Page, host_key};
use stream::topics::{ENTRIES, PAGES};
use stream::{Context, Emit, Fault, Record, Reject, Stage, State};

use crate::content::not_a_page;
use crate::memory::Memory;
use crate::retries::{Retries, pause, start_at};
use crate::{Failure, Fetch, Fetched, Remedy, Settings};

/// The stage. Its input is `entries`, its outputs are `pages` and again `entries`.
#[derive(Debug)]
pub struct Fetcher {
    settings: Settings,
    memory: Memory,
    retries: Retries,
}

impl Fetcher {
    /// The stage for one partition of `entries`.
    pub fn new(settings: Settings) -> Self {
        Self { settings, memory: Memory::default(), retries: Retries::default() }
    }

    fn publish(&mut self, page: Page, context: &mut Context<'_, Fetch>) {
        let is_news = self.memory.note(
            &page.url,
            page.content_type.as_deref(),
            &page.body,
            page.fetched_at,
            &self.settings,
            context,
        );
        if is_news {
            count("page");
            let headers = page.to_headers();
            context.emit(Emit::new(PAGES, page.url, page.body).with_headers(headers));
        } else {
            count("unchanged");
        }
    }

    /// Sends the entry on, to be fetched by whoever has the other host.
    fn send_on(&self, entry: &Entry, to: String, context: &mut Context<'_, Fetch>) -> Result<(), Reject> {
        let (link, max) = (&entry.link, self.settings.max_host_changes);
        let Some(host) = host_key(&to) else {
            let message = format!("{link}: redirected to `{to}`, which is no http or https URL");
            return Err(dead("bad_redirect", message));
        };
        if entry.redirects >= max {
            let message = format!(
                "{link}: redirected to yet another host, {to}, after {max} others; fetcher.max_host_changes can \
                 raise that"
            );
            return Err(dead("too_many_hosts", message));
        }
        let entry = Entry { link: to, redirects: entry.redirects + 1, ..entry.clone() };
        context.emit(entry_record(&entry)?.partitioned_by(host));
        count("other_host");
        Ok(())
    }

    /// Puts the fetch off to another try, or gives it up.
    fn try_again(
        &mut self,
        fetch: &Fetch,
        why: Failure,
        retry_after: Option<SignedDuration>,
        context: &mut Context<'_, Fetch>,
    ) -> Result<(), Reject> {
        let settings = &self.settings;
        let mut fetch = fetch.clone();
        let pause = if why.remedy == Remedy::Wait {
            SignedDuration::from_secs(settings.outage_retry_seconds.into())
        } else {
            fetch.failed_attempts = fetch.failed_attempts.saturating_add(1);
            if fetch.failed_attempts >= settings.max_attempts {
                let message = format!(
                    "{}; given up after {} tries (fetcher.max_attempts)",
                    why.message, fetch.failed_attempts
                );
                return Err(dead(why.reason, message));
            }
            pause(&fetch.entry.id, fetch.failed_attempts, retry_after, settings)
        };
        let at = context.now().checked_add(pause).unwrap_or(Timestamp::MAX);
        if at.duration_since(fetch.since) > settings.max_retry_time() {
            let hours = settings.max_retry_hours;
            let message = format!("{}; given up after {hours} hours (fetcher.max_retry_hours)", why.message);
            return Err(dead(why.reason, message));
        }
        self.retries.put_off(&fetch, at, settings, context)?;
        count(if why.remedy == Remedy::Wait { "outage" } else { "retry" });
        Ok(())
    }
}

impl Stage for Fetcher {
    type Job = Fetch;
    type Outcome = Fetched;
    type State = State;

    fn check(&self, state: &State) -> Result<(), Fault> {
        Retries::check(state)
    }

    fn reset(&mut self, state: &State) {
        self.memory = Memory::of(state);
        self.retries = Retries::of(state);
    }

    fn record(&mut self, record: &Record, context: &mut Context<'_, Fetch>) -> Result<(), Reject> {
        let Some(value) = &record.value else { return Ok(()) };
        let entry: Entry = serde_json::from_slice(value)
            .map_err(|error| dead("bad_entry", format!("this is no entry: {error}")))?;
        if host_key(&entry.link).is_none() {
            let message = format!("the link `{}` is no http or https URL", entry.link);
            return Err(dead("bad_link", message));
        }
        // A newer version of an entry replaces the one that waits or runs.
        self.retries.cancel(&entry.id, context);
        let since = context.now();
        let fetch = Fetch { entry, failed_attempts: 0, since };
        start_at(fetch, Timestamp::MIN, &self.settings, context);
        Ok(())
    }

    fn job_done(
        &mut self,
        job: &Fetch,
        outcome: Fetched,
        context: &mut Context<'_, Fetch>,
    ) -> Result<(), Reject> {
        match outcome {
            Fetched::OtherHost { to } => self.send_on(&job.entry, to, context),
            Fetched::Failed(failure) if failure.remedy == Remedy::None => {
                Err(dead(failure.reason, failure.message))
            }
            Fetched::Failed(failure) => self.try_again(job, failure, None, context),
            Fetched::Answer { url, status, retry_after, .. } if !(200..300).contains(&status) => {
                let refusal = refusal(&url, status);
                match refusal.remedy {
                    Remedy::None => Err(dead(refusal.reason, refusal.message)),
                    _ => self.try_again(job, refusal, retry_after, context),
                }
            }
            Fetched::Answer { url, status, content_type, fetched_at, body, .. } => {
                if let Some(why) = not_a_page(content_type.as_deref(), &body) {
                    return Err(dead("not_a_page", format!("{url}: no page of text: {why}")));
                }
                let entry = job.entry.clone();
                self.publish(Page { url, status, content_type, fetched_at, entry, body }, context);
                Ok(())
            }
        }
    }

    fn woken(&mut self, timer: &[u8], context: &mut Context<'_, Fetch>) -> Result<(), Reject> {
        self.retries.due(timer, &self.settings, context)
    }

    fn letter(job: &Fetch) -> Vec<u8> {
        serde_json::to_vec(&job.entry).unwrap_or_default()
    }
}

/// What a status other than success means.
fn refusal(url: &str, status: u16) -> Failure {
    let (reason, what, remedy) = match status {
        404 => ("http_404", "the page is not there", Remedy::None),
        410 => ("http_410", "the page is gone for good", Remedy::None),
        401 | 402 | 403 | 451 => ("http_denied", "the host does not let us read it", Remedy::None),
        408 | 425 => ("http_4xx", "the host wants it to be tried again", Remedy::Retry),
        429 => {
            ("http_429", "the host is asked too often; web.min_host_delay_ms can slow us down", Remedy::Retry)
        }
        400..500 => ("http_4xx", "the host refuses the request", Remedy::None),
        500.. => ("http_5xx", "the host has a fault", Remedy::Retry),
        _ => ("http_other", "an answer without a page", Remedy::None),
    };
    Failure { reason, message: format!("{url}: HTTP status {status}: {what}"), remedy }
}

fn entry_record(entry: &Entry) -> Result<Emit, Reject> {
    let value = serde_json::to_vec(entry)
        .map_err(|error| dead("unwritable", format!("the entry can't be written: {error}")))?;
    Ok(Emit::new(ENTRIES, entry.id.to_string(), value).with_headers(model::json_headers("entry")))
}

fn dead(reason: &'static str, message: String) -> Reject {
    count(reason);
    Reject::new(reason, message)
}

fn count(outcome: &'static str) {
    metrics::counter!("khabar_fetches_total", "outcome" => outcome).increment(1);
}
