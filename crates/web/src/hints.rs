use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, RETRY_AFTER};

/// How long the server asks to be left alone: `Retry-After`, in seconds or as a date (RFC 9110,
/// section 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let value = text(headers, RETRY_AFTER)?;
    seconds(value).or_else(|| Some(not_negative(date(value)?.duration_since(now))))
}

/// How long the answer stays good: `max-age` less `Age`, or else `Expires` less `Date` (RFC 9111,
/// section 4.2.1). Zero where the server wants no caching.
pub(crate) fn max_age(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let mut lifetime = None;
    for value in headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok()) {
        for directive in value.split(',') {
            let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => return Some(SignedDuration::ZERO),
                "max-age" => lifetime = lifetime.or_else(|| seconds(argument.trim().trim_matches('"'))),
                _ => {}
            }
        }
    }
    if let Some(lifetime) = lifetime {
        let age = text(headers, AGE).and_then(seconds).unwrap_or_default();
        return Some(not_negative(lifetime.saturating_sub(age)));
    }
    let expires = text(headers, EXPIRES)?;
    // What is no date ("0", "-1") stands for the past.
    let Some(expires) = date(expires) else { return Some(SignedDuration::ZERO) };
    let sent = text(headers, DATE).and_then(date).unwrap_or(now);
    Some(not_negative(expires.duration_since(sent)))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn seconds(text: &str) -> Option<SignedDuration> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // A number too large to read is as good as for ever.
    Some(SignedDuration::from_secs(text.parse().unwrap_or(i64::MAX)))
}

fn date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

fn not_negative(duration: SignedDuration) -> SignedDuration {
    duration.max(SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn now() -> Timestamp {
        "2026-01-02T03:04:05Z".parse().unwrap()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        for (value, expected) in [
            ("120", Some(120)),
            ("0", Some(0)),
            ("Fri, 02 Jan 2026 03:05:05 GMT", Some(60)),
            ("Fri, 02 Jan 2026 03:00:00 GMT", Some(0)),
            ("99999999999999999999999", Some(i64::MAX)),
            ("-5", None),
            ("soon", None),
        ] {
            let found = retry_after(&headers(&[(RETRY_AFTER, value)]), now());
            assert_eq!(found, expected.map(SignedDuration::from_secs), "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now()), None);
    }

    #[test]
    fn max_age_comes_before_expires() {
        let expires = (EXPIRES, "Fri, 02 Jan 2026 03:05:05 GMT");
        for (pairs, expected) in [
            (vec![(CACHE_CONTROL, "public, Max-Age=600"), expires.clone()], Some(600)),
            (vec![(CACHE_CONTROL, "max-age=600"), (AGE, "60")], Some(540)),
            (vec![(CACHE_CONTROL, "max-age=60"), (AGE, "600")], Some(0)),
            (vec![(CACHE_CONTROL, "max-age=60, no-cache")], Some(0)),
            (vec![expires.clone()], Some(60)),
            (vec![expires, (DATE, "Fri, 02 Jan 2026 03:05:00 GMT")], Some(5)),
            (vec![(EXPIRES, "-1")], Some(0)),
            (vec![(CACHE_CONTROL, "max-age=soon")], None),
            (vec![], None),
        ] {
            let found = max_age(&headers(&pairs), now());
            assert_eq!(found, expected.map(SignedDuration::from_secs), "{pairs:?}");
        }
    }
}
