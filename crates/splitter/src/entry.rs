use jiff::Timestamp;
use model::{DateOrigin, Dated, EntryText, Precision, Story};

/// Fills what the page does not say of its only story with what the feed says of its entry: headline,
/// authors, date.
pub(crate) fn fill(story: &mut Story, entry: &EntryText) {
    if story.title.is_none() {
        let title = entry.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
        story.title = title.map(str::to_owned);
    }
    if story.authors.is_empty() {
        story.authors = entry.authors.clone();
    }
    if story.published.is_none() && story.published_at.is_none() {
        story.published = entry.published_at.map(dated);
        story.published_at = story.published.as_ref().map(|date| date.at.clone());
    }
}

fn dated(time: Timestamp) -> Dated {
    let at = time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Dated { at, precision: Precision::Second, origin: DateOrigin::Feed }
}
