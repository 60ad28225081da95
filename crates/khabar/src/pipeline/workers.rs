//! Jobs of the stages, carried out by the HTTP client.

use std::sync::Arc;

use futures_util::FutureExt;
use stream::Stage;
use stream::runner::Worker;
use web::{Client, Outcome, Request};

use crate::config::Config;

/// The worker of a stage that starts no jobs.
pub(super) fn none<S: Stage<Outcome = ()>>() -> Worker<S> {
    Arc::new(|_| async {}.boxed())
}

/// Polls feeds.
pub(super) fn poll(client: Arc<Client>, config: &Config) -> Worker<poller::Poller> {
    let max_body_bytes = Some(config.poller.max_feed_bytes);
    Arc::new(move |poll| {
        let client = Arc::clone(&client);
        let poller::Poll { url, etag, last_modified, .. } = poll;
        let request = Request { etag, last_modified, max_body_bytes, ..Request::feed(url) };
        async move {
            match client.get(request).await {
                Ok(response) => poller::Outcome::Answered(poller::Answer {
                    url: response.url,
                    status: response.status,
                    content_type: response.content_type,
                    etag: response.etag,
                    last_modified: response.last_modified,
                    retry_after: response.retry_after,
                    permanent_url: response.permanent_url,
                    body: response.body,
                }),
                Err(error) => poller::Outcome::Failed(poller::Failure {
                    is_local: error.is_local(),
                    message: match &error {
                        // The client knows the bound, and not whose it is.
                        web::Error::TooLarge { .. } => {
                            format!("{error}; poller.max_feed_bytes can raise that")
                        }
                        _ => error.to_string(),
                    },
                }),
            }
        }
        .boxed()
    })
}

/// Fetches pages.
pub(super) fn fetch(client: Arc<Client>) -> Worker<fetcher::Fetcher> {
    Arc::new(move |fetch: fetcher::Fetch| {
        let client = Arc::clone(&client);
        async move {
            match client.get(Request::page(fetch.entry.link)).await {
                Ok(response) => match response.outcome {
                    Outcome::RedirectedToOtherHost { to } => fetcher::Fetched::OtherHost { to },
                    Outcome::Body | Outcome::NotModified | Outcome::Refused => fetcher::Fetched::Answer {
                        url: response.url,
                        status: response.status,
                        content_type: response.content_type,
                        retry_after: response.retry_after,
                        fetched_at: response.fetched_at,
                        body: response.body,
                    },
                },
                Err(error) => fetcher::Fetched::Failed(fetcher::Failure {
                    reason: error.label(),
                    remedy: remedy(&error),
                    message: error.to_string(),
                }),
            }
        }
        .boxed()
    })
}

fn remedy(error: &web::Error) -> fetcher::Remedy {
    if error.is_local() {
        fetcher::Remedy::Wait
    } else if error.is_retryable() {
        fetcher::Remedy::Retry
    } else {
        fetcher::Remedy::None
    }
}
