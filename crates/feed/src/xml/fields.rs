//! Which element of a feed or an item means what.

use jiff::Timestamp;

use super::{Draft, Format, MAX_HUBS, Place, Preference, Space, Walk, links};
use crate::markup::Tag;
use crate::{MAX_LIST, ParseError, parse_date, plain};

impl<'a> Walk<'a> {
    pub(super) fn feed_field(&mut self, tag: Tag<'a>, space: Space, name: &str) -> Result<(), ParseError> {
        let is_atom = self.format == Some(Format::Atom);
        match (space, name) {
            (Space::Core, "title") => {
                let title = self.title(tag);
                self.document.title = self.document.title.take().or(title);
            }
            (Space::Core, "link") if !is_atom => {
                if let Some(link) = self.capture(tag, true).value().or_else(|| href(&tag)) {
                    offer(&mut self.link, Preference::Link, link);
                }
            }
            (Space::Core | Space::Atom, "link") => self.feed_link(tag)?,
            (Space::Core | Space::DublinCore, "language") => {
                let language = self.value(tag);
                self.document.language = self.document.language.take().or(language);
            }
            (Space::Core, "ttl") => {
                self.document.hints.ttl_minutes = self.value(tag).and_then(|ttl| ttl.parse().ok());
            }
            (Space::Core, "skiphours" | "skipdays") => self.push(tag, Place::Skip)?,
            (Space::Syndication, "updateperiod") => {
                self.rhythm.0 = self.value(tag).and_then(|period| seconds_of(&period));
            }
            (Space::Syndication, "updatefrequency") => {
                let frequency = self.value(tag).and_then(|frequency| frequency.parse().ok());
                self.rhythm.1 = frequency.unwrap_or(1).max(1);
            }
            (Space::Itunes, "new-feed-url") => {
                let url = self.value(tag);
                self.document.moved_to = url.and_then(|url| links::resolve(&url, self.base));
            }
            (Space::Core, "author") if is_atom => self.push(tag, Place::Person)?,
            _ => self.push(tag, Place::Other)?,
        }
        Ok(())
    }

    fn feed_link(&mut self, tag: Tag<'a>) -> Result<(), ParseError> {
        if let Some(href) = href(&tag) {
            let absolute = self.absolute(&href).map(String::from);
            match (rel(&tag).as_str(), absolute) {
                ("alternate", absolute) => {
                    offer(&mut self.link, preference(&tag), absolute.unwrap_or(href));
                }
                ("self", Some(url)) => self.document.self_url = Some(url),
                ("hub", Some(url)) if self.document.hubs.len() < MAX_HUBS => self.document.hubs.push(url),
                _ => {}
            }
        }
        self.push(tag, Place::Other)
    }

    pub(super) fn item_field(&mut self, tag: Tag<'a>, space: Space, name: &str) -> Result<(), ParseError> {
        let is_atom = self.format == Some(Format::Atom);
        match (space, name) {
            (Space::Core, "author") if is_atom => return self.push(tag, Place::Person),
            (Space::Core | Space::Atom, "link") if is_atom || space == Space::Atom => {
                if let (Some(href), "alternate") = (href(&tag), rel(&tag).as_str()) {
                    self.with_draft(|draft| draft.links.push((preference(&tag), href)));
                }
                return self.push(tag, Place::Other);
            }
            (Space::Core, "link") => {
                let link = self.capture(tag, true).value().or_else(|| href(&tag));
                self.with_draft(|draft| draft.links.extend(link.map(|link| (Preference::Link, link))));
            }
            (Space::Core, "title") => {
                let title = self.title(tag);
                self.with_draft(|draft| fill(&mut draft.item.text.title, title));
            }
            (Space::Core, "guid") => self.guid(tag),
            (Space::Core | Space::Atom, "id") => {
                let id = self.value(tag);
                self.with_draft(|draft| draft.item.id = id.unwrap_or_else(|| draft.item.id.clone()));
            }
            (Space::Core | Space::DublinCore, "description" | "summary" | "abstract")
            | (Space::Itunes | Space::Atom, "summary") => {
                let summary = self.capture(tag, false).html();
                self.with_draft(|draft| fill(&mut draft.item.text.summary, summary));
            }
            (Space::Content, "encoded") | (Space::Core | Space::Atom, "content") | (Space::Xhtml, "body") => {
                self.content(tag);
            }
            (
                Space::Core | Space::DublinCore | Space::Atom,
                "pubdate" | "published" | "issued" | "date" | "created",
            ) => {
                let date = self.date(tag);
                self.with_draft(|draft| fill(&mut draft.item.text.published_at, date));
            }
            (Space::Core | Space::DublinCore | Space::Atom, "updated" | "modified" | "lastbuilddate") => {
                let date = self.date(tag);
                self.with_draft(|draft| fill(&mut draft.item.text.updated_at, date));
            }
            (Space::Core | Space::DublinCore, "author" | "creator") => {
                let author = self.capture(tag, true).html().and_then(|author| person(&author));
                self.with_draft(|draft| add(&mut draft.item.text.authors, author));
            }
            (Space::Itunes, "author") => {
                let author = self.value(tag);
                self.with_draft(|draft| {
                    if draft.item.text.authors.is_empty() {
                        add(&mut draft.item.text.authors, author);
                    }
                });
            }
            (Space::Core | Space::DublinCore, "category" | "subject") => {
                let named =
                    tag.attribute("label").or_else(|| tag.attribute("term")).map(|name| name.into_owned());
                let category = self.title(tag).or(named);
                self.with_draft(|draft| add(&mut draft.item.text.categories, category));
            }
            _ => return self.push(tag, Place::Other),
        }
        Ok(())
    }

    /// RSS' id, which is also a link unless it says that it is not.
    fn guid(&mut self, tag: Tag<'a>) {
        let is_link = tag.attribute("isPermaLink").is_none_or(|value| !value.eq_ignore_ascii_case("false"));
        let Some(guid) = self.value(tag) else { return };
        self.with_draft(|draft| {
            if is_link && guid.starts_with("http") {
                draft.links.push((Preference::Permalink, guid.clone()));
            }
            draft.item.id = guid;
        });
    }

    fn content(&mut self, tag: Tag<'a>) {
        let source = tag.attribute("src").map(|source| source.into_owned());
        // Base64 of something binary: no text of the item.
        let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let is_text = kind.is_empty()
            || ["text", "html", "xhtml"].iter().any(|text| kind.starts_with(text))
            || kind.ends_with("xml");
        let content = self.capture(tag, false).html().filter(|_| is_text);
        self.with_draft(|draft| {
            draft.links.extend(source.map(|source| (Preference::Alternate, source)));
            fill(&mut draft.item.text.content, content);
        });
    }

    pub(super) fn person_field(&mut self, tag: Tag<'a>, name: &str) -> Result<(), ParseError> {
        if name != "name" {
            return self.push(tag, Place::Other);
        }
        let author = self.title(tag);
        match &mut self.draft {
            Some(draft) => add(&mut draft.item.text.authors, author),
            None => add(&mut self.authors, author),
        }
        Ok(())
    }

    pub(super) fn skip_field(&mut self, tag: Tag<'a>, name: &str) -> Result<(), ParseError> {
        let hints = match name {
            "hour" | "day" => self.value(tag),
            _ => return self.push(tag, Place::Other),
        };
        let Some(value) = hints else { return Ok(()) };
        let hints = &mut self.document.hints;
        let (list, number) = if name == "hour" {
            // RSS 0.91 counts from 1 to 24.
            (&mut hints.skip_hours, value.parse::<u8>().ok().filter(|hour| *hour <= 24).map(|hour| hour % 24))
        } else {
            (&mut hints.skip_days, day_of(&value))
        };
        list.extend(number.filter(|number| !list.contains(number)));
        Ok(())
    }

    fn with_draft(&mut self, change: impl FnOnce(&mut Draft)) {
        if let Some(draft) = &mut self.draft {
            change(draft);
        }
    }

    fn value(&mut self, tag: Tag<'a>) -> Option<String> {
        self.capture(tag, true).value()
    }

    /// Plain text. Atom's `type="text"` is text already; what else says so is often HTML all the same.
    fn title(&mut self, tag: Tag<'a>) -> Option<String> {
        let is_text = tag.attribute("type").as_deref() == Some("text");
        let text = self.capture(tag, true).html()?;
        if is_text { plain::spaced(&text) } else { plain::title(&text) }
    }

    fn date(&mut self, tag: Tag<'a>) -> Option<Timestamp> {
        parse_date(&self.value(tag)?)
    }
}

/// Keeps what came first.
fn fill<T>(field: &mut Option<T>, value: Option<T>) {
    *field = field.take().or(value);
}

fn add(list: &mut Vec<String>, value: Option<String>) {
    list.extend(value.filter(|value| list.len() < MAX_LIST && !list.contains(value)));
}

fn offer(link: &mut Option<(Preference, String)>, preference: Preference, candidate: String) {
    if link.as_ref().is_none_or(|(known, _)| *known < preference) {
        *link = Some((preference, candidate));
    }
}

fn href(tag: &Tag<'_>) -> Option<String> {
    tag.attribute("href").map(|href| href.into_owned())
}

fn rel(tag: &Tag<'_>) -> String {
    tag.attribute("rel").map_or_else(|| "alternate".to_owned(), |rel| rel.to_ascii_lowercase())
}

fn preference(tag: &Tag<'_>) -> Preference {
    match tag.attribute("type") {
        Some(kind) if !kind.contains("html") => Preference::Alternate,
        _ => Preference::Page,
    }
}

/// The name in `mail (Name)`, `Name (mail)` and `Name <mail>`.
fn person(text: &str) -> Option<String> {
    let (before, inside) = match text.split_once(['(', '<']) {
        Some((before, inside)) => (before.trim(), inside.trim_end().trim_end_matches([')', '>'])),
        None => return plain::title(text),
    };
    match (before.contains('@'), inside.contains('@')) {
        (true, false) if !inside.is_empty() => plain::spaced(inside),
        (false, true) if !before.is_empty() => plain::spaced(before),
        _ => plain::title(text),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_known_by_name_where_there_is_one() {
        for (text, expected) in [
            ("ada@a.example (Ada Long)", "Ada Long"),
            ("Ada Long (mailto:ada@a.example)", "Ada Long"),
            ("Ada Long <ada@a.example>", "Ada Long"),
            ("Ada Long (Reuters)", "Ada Long (Reuters)"),
            ("<a href='x'>Ada Long</a>", "Ada Long"),
            ("ada@a.example", "ada@a.example"),
        ] {
            assert_eq!(person(text).as_deref(), Some(expected), "{text}");
        }
    }
}
