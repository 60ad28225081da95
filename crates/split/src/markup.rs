//! What a story's own element says of it: an address, dates in microdata, tags.

use std::ops::Range;

use crate::dom::{Dom, NodeId};
use crate::flow::Flow;
use crate::keywords;

/// What an element says of the story in it.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    /// The story's own address.
    pub(crate) url: Option<String>,
    /// When it was published.
    pub(crate) published: Option<String>,
    /// The words of its links to tags.
    pub(crate) keywords: Vec<String>,
    /// Whether it calls itself an update of a live blog.
    pub(crate) update: bool,
}

/// Nodes looked at in one element.
const MAX_NODES: usize = 3000;
/// Links to tags that are read.
const MAX_KEYWORDS: usize = 20;

/// Reads the outermost element that holds nothing but the story in `range`.
pub(crate) fn of(dom: &Dom, flow: &Flow, range: &Range<usize>) -> Markup {
    let mut markup = Markup::default();
    let inner = flow
        .get(range.clone())
        .iter()
        .find(|piece| !piece.text.is_empty() && !piece.is_plain())
        .map(|piece| piece.node);
    let within = |node: &NodeId| {
        let span = flow.span(*node);
        span.start >= range.start && span.end <= range.end
    };
    let Some(root) = inner.and_then(|inner| dom.ancestors(inner).take_while(within).last()) else {
        return markup;
    };
    for (n, node) in dom.descendants(root).take(MAX_NODES).enumerate() {
        let own = n < 8;
        if markup.keywords.len() < MAX_KEYWORDS && is_tag(dom, node) {
            keywords::note(&mut markup.keywords, &dom.inner_text(node));
        }
        for (name, value) in dom.attributes(node) {
            match name {
                "data-url" | "data-permalink" | "data-href" | "data-uri" | "data-article-url"
                | "data-canonical-url" | "itemid"
                    if own =>
                {
                    markup.url.get_or_insert_with(|| value.to_owned());
                }
                "class" | "id" | "itemtype" if n == 0 => {
                    let words = value.split(|c: char| !c.is_alphabetic()).map(str::to_ascii_lowercase);
                    markup.update |= words.into_iter().any(|word| {
                        matches!(word.as_str(), "update" | "liveupdate" | "liveblog" | "liveblogupdate")
                    });
                }
                "itemprop" if value.contains("datePublished") => {
                    let date = dom.attribute(node, "content").or_else(|| dom.attribute(node, "datetime"));
                    markup.published = markup
                        .published
                        .take()
                        .or_else(|| date.map(str::to_owned))
                        .or_else(|| Some(dom.inner_text(node)));
                }
                "itemprop" if value == "url" || value == "mainEntityOfPage" => {
                    let url = dom
                        .attribute(node, "content")
                        .or_else(|| dom.attribute(node, "href"))
                        .or_else(|| dom.attribute(node, "itemid"));
                    markup.url = markup.url.take().or_else(|| url.map(str::to_owned));
                }
                _ => {}
            }
        }
    }
    markup
}

/// Whether a link leads to a tag of the story: it says so itself, or both its address and a box around it
/// do. A cloud holds the tags of the whole site.
fn is_tag(dom: &Dom, node: NodeId) -> bool {
    /// The boxes around a link that are asked.
    const ABOVE: usize = 3;
    const NAMES: [&str; 6] = ["tag", "tags", "topic", "topics", "keyword", "keywords"];
    if !dom.is(node, "a") {
        return false;
    }
    let says = |node, name| dom.attribute(node, name).unwrap_or_default();
    let names = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        words.any(|word| NAMES.iter().any(|name| name.eq_ignore_ascii_case(word)))
    };
    let rel = |wanted: &str| says(node, "rel").split_whitespace().any(|word| word == wanted);
    let boxes = || dom.ancestors(node).skip(1).take(ABOVE);
    let cloud = std::iter::once(node).chain(boxes()).any(|node| says(node, "class").contains("cloud"));
    let boxed = || names(says(node, "href")) && boxes().any(|above| names(says(above, "class")));
    !cloud && ((rel("tag") && !rel("category")) || boxed())
}
