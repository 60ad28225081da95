use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use url::Url;

use crate::contact::Contact;
use crate::hints::{max_age, retry_after};
use crate::resolver::NotPublic;
use crate::{Error, Outcome, Request, Response, Settings};

/// What one hop answered; with its body where the status is a success.
pub(crate) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    fetched_at: Timestamp,
    body: Bytes,
}

/// Asks `url` and reads the answer, within the bounds on bytes. The caller bounds the time.
pub(crate) async fn exchange(
    http: &reqwest::Client,
    contact: &Contact,
    settings: &Settings,
    url: &Url,
    request: &Request,
) -> Result<Answer, Error> {
    let mut builder = http.get(url.clone()).header(ACCEPT, request.accept.header());
    for (name, value) in [
        (ACCEPT_LANGUAGE, Some(&settings.accept_language).filter(|language| !language.is_empty())),
        (IF_NONE_MATCH, request.etag.as_ref()),
        (IF_MODIFIED_SINCE, request.last_modified.as_ref()),
    ] {
        // A validator kept from elsewhere that no header can hold is as good as none.
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            builder = builder.header(name, value);
        }
    }
    let mut response = builder.send().await.map_err(|error| fault(url, error, contact, settings))?;
    let fetched_at = Timestamp::now();
    contact.answered();
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let mut body = Bytes::new();
    if is_whole(status) {
        // The client removes the encodings it has undone.
        if let Some(encoding) = headers.get(CONTENT_ENCODING).filter(|value| *value != "identity") {
            let reason = format!("its encoding {encoding:?} was not asked for");
            return Err(Error::Broken { url: url.to_string(), reason });
        }
        body = read(response, url, request, contact, settings).await?;
    }
    Ok(Answer { status, headers, fetched_at, body })
}

/// Whether the body is what was asked for: no range was, so 206 is not.
fn is_whole(status: StatusCode) -> bool {
    status.is_success() && status != StatusCode::PARTIAL_CONTENT
}

async fn read(
    mut response: reqwest::Response,
    url: &Url,
    request: &Request,
    contact: &Contact,
    settings: &Settings,
) -> Result<Bytes, Error> {
    let (limit_bytes, bound_by) = match request.max_body_bytes {
        Some(bytes) if bytes < settings.max_body_bytes => (bytes, "this kind of request"),
        _ => (settings.max_body_bytes, "web.max_body_bytes"),
    };
    let too_large = || Error::TooLarge { url: url.to_string(), limit_bytes, bound_by };
    // Known beforehand only where the body is not compressed.
    if response.content_length().is_some_and(|bytes| bytes > limit_bytes as u64) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| fault(url, error, contact, settings))? {
        metrics::counter!("khabar_http_bytes_total").increment(chunk.len() as u64);
        if chunk.len() > limit_bytes - body.len() {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

impl Answer {
    /// Where a redirect leads, as the server wrote it, and whether for good.
    pub(crate) fn redirect(&self) -> Option<(String, bool)> {
        let permanent = match self.status.as_u16() {
            301 | 308 => true,
            302 | 303 | 307 => false,
            _ => return None,
        };
        let location = self.headers.get(LOCATION)?;
        Some((String::from_utf8_lossy(location.as_bytes()).trim().to_owned(), permanent))
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match self.status {
            StatusCode::NOT_MODIFIED => Outcome::NotModified,
            status if is_whole(status) => Outcome::Body,
            _ => Outcome::Refused,
        }
    }

    /// How long the host as a whole wants to be left alone, if it does (RFC 6585, section 4).
    pub(crate) fn wants_pause(&self, settings: &Settings) -> Option<Duration> {
        let asked = retry_after(&self.headers, self.fetched_at);
        let asked = asked.map(|asked| Duration::try_from(asked).unwrap_or_default());
        let pause = match self.status {
            StatusCode::TOO_MANY_REQUESTS => asked.unwrap_or(Duration::from_millis(settings.host_pause_ms)),
            StatusCode::SERVICE_UNAVAILABLE => asked?,
            _ => return None,
        };
        Some(pause.min(Duration::from_millis(settings.max_host_pause_ms)))
    }

    pub(crate) fn into_response(
        self,
        url: &Url,
        permanent_url: Option<&Url>,
        outcome: Outcome,
        max_header_value_bytes: usize,
    ) -> Response {
        let text = |name: HeaderName| {
            let value = self.headers.get(name).filter(|value| value.len() <= max_header_value_bytes)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        // Validators are sent back as they came, so they must be what a header can hold.
        let validator = |name: HeaderName| text(name).filter(|value| !value.contains('\u{fffd}'));
        Response {
            url: url.to_string(),
            status: self.status.as_u16(),
            content_type: text(CONTENT_TYPE),
            etag: validator(ETAG),
            last_modified: validator(LAST_MODIFIED),
            retry_after: retry_after(&self.headers, self.fetched_at),
            max_age: max_age(&self.headers, self.fetched_at),
            permanent_url: permanent_url.map(Url::to_string),
            fetched_at: self.fetched_at,
            body: self.body,
            outcome,
        }
    }
}

fn fault(url: &Url, error: reqwest::Error, contact: &Contact, settings: &Settings) -> Error {
    let error = error.without_url();
    if let Some(NotPublic(address)) = cause(&error) {
        return Error::PrivateAddress { url: url.to_string(), address: *address };
    }
    let url = url.to_string();
    if error.is_connect() {
        let local = is_local(&error, contact);
        let reason = match error.is_timeout() {
            true => format!("not within {} ms (web.connect_timeout_ms)", settings.connect_timeout_ms),
            false => reason(&error),
        };
        return Error::Connect { url, reason, local };
    }
    if error.is_builder() {
        return Error::Url { url, reason: reason(&error) };
    }
    Error::Broken { url, reason: reason(&error) }
}

/// Whether a failure to connect is likely our own outage.
fn is_local(error: &reqwest::Error, contact: &Contact) -> bool {
    // Linux and macOS: too many open files, in the system or in the process.
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    let Some(fault) = cause::<io::Error>(error) else { return contact.is_lost() };
    match (fault.kind(), fault.raw_os_error()) {
        (_, Some(ENFILE | EMFILE)) | (io::ErrorKind::AddrNotAvailable, _) => true,
        // Somebody answered, if only to refuse or to break off a handshake.
        (
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::InvalidData
            | io::ErrorKind::UnexpectedEof,
            _,
        ) => false,
        _ => contact.is_lost(),
    }
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The whole chain of causes on one line, without a cause that only repeats the one before.
fn reason(error: &(dyn StdError + 'static)) -> String {
    let mut line = String::new();
    for text in causes(error).map(ToString::to_string) {
        if !line.ends_with(&text) {
            if !line.is_empty() {
                line.push_str(": ");
            }
            line.push_str(&text);
        }
    }
    line
}
