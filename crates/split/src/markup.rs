//! What a story's own element says of it: an address, and dates in microdata.

use std::ops::Range;

use crate::dom::{Dom, NodeId};
use crate::flow::Flow;

/// What an element says of the story in it.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    /// The story's own address.
    pub(crate) url: Option<String>,
    /// When it was published.
    pub(crate) published: Option<String>,
    /// Whether it calls itself an update of a live blog.
    pub(crate) update: bool,
}

/// Nodes looked at in one element.
const MAX_NODES: usize = 3000;

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
