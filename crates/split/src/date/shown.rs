//! The date that a page shows beside its story: in an element that says so, or in its address.
//!
//! The last resort, where neither the page's own description nor the story's first lines tell it:
//! themes put the date above the headline, below the text or into a column of its own.

use std::collections::HashSet;

use model::{DateOrigin, Precision};

use super::{Context, Read, find, machine};
use crate::dom::{Dom, NodeId, Step};
use crate::words;

/// Parts of classes that hold a date.
#[rustfmt::skip]
const DATED: [&str; 17] = [
    "date", "datum", "data-", "fecha", "publi", "posted", "time", "created", "submitted", "authored", "byline", "meta", "info", "topline",
    "dat", "stand", "credits",
];

/// Parts of classes that hold what is another story's sooner, or not its first date.
#[rustfmt::skip]
const OTHERS: [&str; 14] = [
    "updated", "modif", "related", "teaser", "sidebar", "widget", "recent", "latest", "archive", "popular", "event", "calendar-", "footer",
    "aside",
];

/// The most elements looked at.
const MAX_NODES: usize = 50_000;
/// A text with a date that says more is none that is set apart.
const MAX_WEIGHT: usize = 90;
/// As many letters in any script, with white space between.
const MAX_BYTES: usize = 600;
/// Above the headline stand other stories' dates sooner than below.
const ABOVE: usize = 3;
/// A date in an element that does not say so is another's sooner.
const BARE: usize = 2;
/// So is one among what usually belongs to others.
const FAR: usize = 6;

/// The date nearest to where the story begins.
pub(crate) fn near(dom: &Dom, begins: NodeId, context: &Context<'_>) -> Option<(Read, DateOrigin)> {
    let above: HashSet<NodeId> = dom.ancestors(begins).collect();
    let mut best: Option<(usize, Read, DateOrigin)> = None;
    let mut step = Some(Step::Enter(NodeId::DOCUMENT));
    for _ in 0..MAX_NODES {
        let Some(here) = step else { break };
        let mut enter = true;
        if let Step::Enter(node) = here {
            let found = of(dom, node, context);
            enter = found.is_none() && (above.contains(&node) || !is_closed(dom, node));
            if let Some((read, origin, weight)) = found {
                let beside = dom.ancestors(node).take_while(|node| !above.contains(node));
                let weight =
                    if beside.into_iter().any(|node| has(dom, node, &OTHERS)) { FAR } else { weight };
                let distance = match node.index().checked_sub(begins.index()) {
                    Some(below) => below,
                    None => begins.index().saturating_sub(node.index()).saturating_mul(ABOVE),
                };
                let distance = distance.saturating_mul(weight);
                if best.as_ref().is_none_or(|(nearest, ..)| distance < *nearest) {
                    best = Some((distance, read, origin));
                }
            }
        }
        step = dom.step(here, NodeId::DOCUMENT, enter);
    }
    best.map(|(_, read, origin)| (read, origin))
}

/// The day in the path of an address: `/2024/05/03/`, `/2024-05-03-title`, `/20240503-title`.
pub(crate) fn in_path(path: &str) -> Option<Read> {
    let joined = |parts: &[&str]| {
        let [year, month, day] = parts else { return None };
        let digits = |text: &str, most: usize| {
            text.len() <= most && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let date = year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2);
        date.then(|| find(&format!("{year}-{month}-{day}"), &Context::default())).flatten()
    };
    let folders: Vec<&str> = path.split('/').collect();
    folders.windows(3).find_map(joined).or_else(|| {
        let parts: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let packed = |part: &&str| (part.len() == 8).then(|| machine(part, &Context::default())).flatten();
        parts.windows(3).find_map(joined).or_else(|| parts.iter().find_map(packed))
    })
}

/// The date that `node` is there to tell, and how much further off it counts for.
fn of(dom: &Dom, node: NodeId, context: &Context<'_>) -> Option<(Read, DateOrigin, usize)> {
    if let Some(text) = dom.text(node) {
        let read = set_apart(text, context).filter(|read| read.coverage.0 * 2 >= read.coverage.1)?;
        // Nor is it part of a sentence.
        let block = dom.ancestors(node).skip(1).find(|node| !is_inline(dom, *node))?;
        set_apart(&dom.inner_text(block), context)?;
        return Some((read, DateOrigin::Label, BARE));
    }
    let name = dom.name(node)?;
    let microdata = dom.attribute(node, "itemprop").is_some_and(|value| value.contains("datePublished"));
    let time = &**name == "time" || (&**name == "abbr" && has(dom, node, &["publi", "date", "time"]));
    let origin = match (microdata, time) {
        (true, _) => DateOrigin::Microdata,
        (_, true) => DateOrigin::TimeElement,
        _ => DateOrigin::Label,
    };
    if microdata || time {
        let values = ["datetime", "content", "title"].iter().filter_map(|name| dom.attribute(node, name));
        let value = values.filter_map(|value| machine(value, context)).find(is_day);
        if let Some(read) = value {
            return Some((read, origin, 1));
        }
    } else if !has(dom, node, &DATED) {
        return None;
    }
    let read = set_apart(&dom.inner_text(node), context)?;
    (read.coverage.0 * 3 >= read.coverage.1).then_some((read, origin, 1))
}

/// The day in a `text` of few words.
fn set_apart(text: &str, context: &Context<'_>) -> Option<Read> {
    let short = text.len() <= MAX_BYTES && words::weight(text) <= MAX_WEIGHT;
    (short && text.chars().any(char::is_numeric)).then(|| find(text, context)).flatten().filter(is_day)
}

fn is_day(read: &Read) -> bool {
    read.precision >= Precision::Day
}

/// Whether nothing of the story's is inside.
fn is_closed(dom: &Dom, node: NodeId) -> bool {
    let name = dom.name(node).is_some_and(|name| matches!(&**name, "nav" | "script" | "style" | "template"));
    name || has(dom, node, &["comment", "kommentar", "tweet", "copyright"])
}

fn is_inline(dom: &Dom, node: NodeId) -> bool {
    let inline = |name: &str| {
        matches!(name, "a" | "span" | "b" | "i" | "em" | "strong" | "small" | "font" | "nobr" | "u")
    };
    dom.name(node).is_some_and(|name| inline(name))
}

/// Whether a class or the identity of `node` holds one of `parts`.
fn has(dom: &Dom, node: NodeId, parts: &[&str]) -> bool {
    let values = ["class", "id"].iter().filter_map(|name| dom.attribute(node, name));
    values.map(str::to_ascii_lowercase).any(|value| parts.iter().any(|part| value.contains(part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::dom::parse;

    #[test]
    fn the_nearest_date_that_is_set_apart_counts() {
        let page = "<div class=recent><span class=date>1 May 2024</span></div>\
            <p class=date>2 May 2024</p><p>A</p><p>B</p><p>C</p><h1>Title</h1><p>Text of 5 May 2024 and more</p>\
            <div class=post-meta>By A. Writer on <b>3 May 2024</b></div><time datetime=2024-05-04>x</time>";
        let dom = parse(page, &Limits::default());
        let title = dom.descendants(NodeId::DOCUMENT).find(|node| dom.is(*node, "h1")).unwrap();
        let (read, origin) = near(&dom, title, &Context::default()).unwrap();
        assert_eq!((read.at.as_str(), origin), ("2024-05-03", DateOrigin::Label));
    }

    #[test]
    fn addresses_name_days() {
        let read = |path| in_path(path).map(|read| read.at);
        assert_eq!(read("/news/2024/05/03/title").as_deref(), Some("2024-05-03"));
        assert_eq!(read("/news/2024-05-03-title.html").as_deref(), Some("2024-05-03"));
        assert_eq!(read("/a/20240503-title").as_deref(), Some("2024-05-03"));
        for path in ["/news/2024/05/title", "/12345678", "/20241350", "/1/2/3", ""] {
            assert_eq!(read(path), None, "{path}");
        }
    }
}
