//! What a feed says about polling it in elements that feed-rs passes over.

use std::borrow::Cow;

use url::Url;

use crate::markup::{Token, Tokens, local, unescape};
use crate::{Document, links};

/// Adds what stands in `text` before the first entry.
pub(crate) fn add(document: &mut Document, text: &str, base: Option<&Url>) {
    let (mut inside, mut period, mut frequency) = ("", None, 1);
    for token in Tokens::of(text) {
        let value = match token {
            Token::Start(tag) => {
                inside = local(tag.name);
                if matches!(inside, "item" | "entry") {
                    break;
                }
                continue;
            }
            Token::End(_) => {
                inside = "";
                continue;
            }
            Token::Text(text) => unescape(text),
            Token::CData(text) => Cow::Borrowed(text),
        };
        let value = value.trim();
        let hints = &mut document.hints;
        match inside {
            "updatePeriod" => period = seconds_of(value),
            "updateFrequency" => frequency = value.parse().unwrap_or(1).max(1),
            // RSS 0.91 counts from 1 to 24.
            "hour" => hints
                .skip_hours
                .extend(value.parse().ok().filter(|hour| *hour <= 24).map(|hour: u8| hour % 24)),
            "day" => hints.skip_days.extend(day_of(value)),
            "new-feed-url" => document.moved_to = links::resolve(value, base),
            _ => {}
        }
    }
    let hints = &mut document.hints;
    hints.update_seconds = period.map(|period| period / frequency);
    for list in [&mut hints.skip_hours, &mut hints.skip_days] {
        list.sort_unstable();
        list.dedup();
    }
}

fn seconds_of(period: &str) -> Option<u64> {
    const DAY: u64 = 24 * 3600;
    Some(match period.to_ascii_lowercase().as_str() {
        "hourly" => 3600,
        "daily" => DAY,
        "weekly" => 7 * DAY,
        "monthly" => 30 * DAY,
        "yearly" => 365 * DAY,
        _ => return None,
    })
}

fn day_of(name: &str) -> Option<u8> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    (1..).zip(DAYS).find(|(_, day)| name.eq_ignore_ascii_case(day)).map(|(number, _)| number)
}
