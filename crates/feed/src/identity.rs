//! Which entry an item is, and whether it changed.
//!
//! | the item has | its identity within its feed |
//! |---|---|
//! | an id that no other item of the document has | the id |
//! | an id that items with other links have too | id and comparable link |
//! | the same id and link as an item with another title | id, comparable link and title |
//! | no id | link; else title and date; else text (see [`crate::Item::id`]) |
//!
//! Feeds change their ids (moving to another program, say). [`Identity::link_key`] is for recognising
//! an entry by its address then.

use std::collections::HashMap;

use model::{Id, comparable_url_with_fragment};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::{Document, Item, plain};

/// What an item is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The identity of the entry.
    pub id: Id,
    /// A hash of the comparable link, where the link is this item's alone in its document.
    pub link_key: Option<u64>,
    /// Tells versions of the entry apart; see [`fingerprint`].
    pub fingerprint: u64,
}

/// The identities of a document's items, in their order. Items that tell the same thing twice get the
/// same one.
pub fn identities(feed: &Id, document: &Document) -> Vec<Identity> {
    let links: Vec<Option<String>> =
        document.entries.iter().map(|item| item.link.as_deref().map(comparable)).collect();
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_link: HashMap<&str, Option<&str>> = HashMap::new();
    for (at, (item, link)) in document.entries.iter().zip(&links).enumerate() {
        by_id.entry(&item.id).or_default().push(at);
        if let Some(link) = link {
            let owner = by_link.entry(link).or_insert(Some(&item.id));
            *owner = owner.filter(|owner| *owner == item.id);
        }
    }
    let written_at = shared_update(&document.entries);
    let identity = |(item, link): (&Item, &Option<String>)| {
        let others = by_id.get(item.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let others = || others.iter().filter_map(|at| Some((document.entries.get(*at)?, links.get(*at)?)));
        let repeats = if others().any(|(other, of)| of == link && other.text.title != item.text.title) {
            Repeats::IdAndLink
        } else if others().any(|(_, of)| of != link) {
            Repeats::Id
        } else {
            Repeats::Nothing
        };
        let link_key = link.as_deref().filter(|link| by_link.get(link).copied().flatten().is_some());
        Identity {
            id: entry_id(feed, item, repeats),
            link_key: link_key.map(|link| xxh3_64(link.as_bytes())),
            fingerprint: fingerprint_without(item, written_at),
        }
    };
    document.entries.iter().zip(&links).map(identity).collect()
}

/// What of an item other items of its document have as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// Its id is its own.
    Nothing,
    /// Items with other links have its id.
    Id,
    /// Items with other titles have its id and its link.
    IdAndLink,
}

/// The identity of `item` within `feed`, by the table above.
pub fn entry_id(feed: &Id, item: &Item, repeats: Repeats) -> Id {
    let feed = feed.to_string();
    let link = item.link.as_deref().map(comparable).unwrap_or_default();
    let title = item.text.title.as_deref().unwrap_or_default();
    match repeats {
        Repeats::Nothing => Id::of("entry", &[&feed, &item.id]),
        Repeats::Id => Id::of("entry", &[&feed, &item.id, &link]),
        Repeats::IdAndLink => Id::of("entry", &[&feed, &item.id, &link, title]),
    }
}

/// The link as it is compared with others; what is no URL as it stands.
fn comparable(link: &str) -> String {
    comparable_url_with_fragment(link).unwrap_or_else(|| link.trim().to_owned())
}

/// Tells versions of an item apart: a hash of its title, its date of change, and the visible text of
/// its content and summary. Markup, addresses of images and counters outside of these are left out.
pub fn fingerprint(item: &Item) -> u64 {
    fingerprint_without(item, None)
}

fn fingerprint_without(item: &Item, written_at: Option<jiff::Timestamp>) -> u64 {
    let visible = |html: &Option<String>| html.as_deref().and_then(plain::text);
    let updated = item.text.updated_at.filter(|at| Some(*at) != written_at).map(|at| at.to_string());
    let mut hash = Xxh3::new();
    for part in [&item.text.title, &updated, &visible(&item.text.content), &visible(&item.text.summary)] {
        let part = part.as_deref().unwrap_or_default();
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.digest()
}

/// The date of change that three or more items and all of them have: the moment the feed was written,
/// which says nothing about the items. Such feeds would come out whole at every poll.
fn shared_update(items: &[Item]) -> Option<jiff::Timestamp> {
    let first = items.first()?.text.updated_at?;
    (items.len() >= 3 && items.iter().all(|item| item.text.updated_at == Some(first))).then_some(first)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn item(id: &str, link: &str, title: &str) -> Item {
        let text = model::EntryText { title: Some(title.into()), ..Default::default() };
        let mut item = Item { id: id.into(), link: (!link.is_empty()).then(|| link.into()), text };
        item.settle_id();
        item
    }

    fn ids(items: &[Item]) -> Vec<Identity> {
        let document = Document { entries: items.to_vec(), ..Document::default() };
        identities(&Id::of("feed", &["f"]), &document)
    }

    fn distinct(items: &[Item]) -> usize {
        ids(items).iter().map(|identity| identity.id).collect::<HashSet<_>>().len()
    }

    #[test]
    fn one_id_for_all_items_swallows_none() {
        let items: Vec<_> = (0..10).map(|n| item("same", &format!("https://a.example/{n}"), "t")).collect();
        assert_eq!(distinct(&items), 10);
        let items: Vec<_> = (0..10).map(|n| item("same", "https://a.example/", &n.to_string())).collect();
        assert_eq!(distinct(&items), 10);
        let twice =
            [item("1", "https://a.example/1", "t"), item("1", "https://a.example/1?utm_source=x", "t")];
        assert_eq!(distinct(&twice), 1);
    }

    #[test]
    fn an_id_outlives_title_and_link() {
        let before = ids(&[item("1", "https://a.example/1", "t")]);
        let after = ids(&[item("1", "https://a.example/2", "u")]);
        assert_eq!(before[0].id, after[0].id);
        assert_ne!(before[0].fingerprint, after[0].fingerprint);
    }

    #[test]
    fn without_an_id_the_link_tells_else_title_and_date() {
        let (one, other) = (item("", "https://a.example/1", "t"), item("", "", "t"));
        assert_eq!(one.id, "https://a.example/1");
        assert_eq!(other.id, item("", "", "t").id);
        assert_ne!(other.id, item("", "", "u").id);
    }

    #[test]
    fn a_link_of_several_items_recognises_none() {
        let identities = ids(&[
            item("1", "https://a.example/", "t"),
            item("2", "https://a.example/", "u"),
            item("3", "https://a.example/3", "v"),
        ]);
        assert_eq!(identities.iter().map(|i| i.link_key.is_some()).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn markup_and_the_time_of_writing_change_nothing() {
        let mut one = item("1", "https://a.example/1", "t");
        let mut other = one.clone();
        one.text.summary = Some("<p>Some <b>text</b></p><img src='a?1'>".into());
        other.text.summary = Some("<p>Some <i>text</i></p> <img src='a?2'>".into());
        assert_eq!(fingerprint(&one), fingerprint(&other));
        other.text.summary = Some("Some other text".into());
        assert_ne!(fingerprint(&one), fingerprint(&other));

        let at = |second| {
            let updated = Some(jiff::Timestamp::from_second(second).unwrap());
            let items = (0..3).map(|n| {
                let mut item = item(&n.to_string(), "", "t");
                item.text.updated_at = updated;
                item
            });
            ids(&items.collect::<Vec<_>>())
        };
        assert_eq!(at(1_000), at(2_000));
    }
}
