//! Links in a story's text: their addresses and the words that are linked.

use model::{Block, Link};
use url::Url;

use crate::dom::{Dom, NodeId};

/// A story shows no more.
const MAX_LINKS: usize = 200;
/// Of a story's text, no more are looked at: each is sought in its block.
const MAX_SEEN: usize = 1000;
/// Longer addresses are not meant for readers.
const MAX_URL_BYTES: usize = 2048;
/// What a link says it is, where it is not one of the text: its address for good, its author, its tag.
const ABOUT: [&str; 3] = ["bookmark", "author", "tag"];

/// The links at `nodes`, each with the place of its block in `blocks`, their addresses made
/// `absolute`. Those count whose words stand in that block, and that lead away from `page`.
pub(crate) fn of(
    dom: &Dom,
    nodes: &[(usize, NodeId)],
    blocks: &[Block],
    page: Option<&Url>,
    absolute: impl Fn(&str) -> Option<String>,
) -> Vec<Link> {
    let page = page.map(|page| without_fragment(page.as_str()));
    let mut out: Vec<Link> = Vec::new();
    for (at, node) in nodes.iter().take(MAX_SEEN) {
        let href = dom.attribute(*node, "href").map(str::trim).filter(|href| leads(href));
        let Some(url) = href.filter(|_| !is_about(dom, *node)).and_then(&absolute) else { continue };
        let own = page == Some(without_fragment(&url));
        if own || url.len() > MAX_URL_BYTES || out.iter().any(|link| link.url == url) {
            continue;
        }
        let text = dom.inner_text(*node);
        if !text.is_empty() && blocks.get(*at).is_some_and(|block| block.text.contains(&text)) {
            out.push(Link { url, text });
        }
        if out.len() == MAX_LINKS {
            break;
        }
    }
    out
}

/// Whether an address leads somewhere else than to a place in its own page.
fn leads(href: &str) -> bool {
    !href.is_empty() && !href.starts_with('#')
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(before, _)| before)
}

fn is_about(dom: &Dom, node: NodeId) -> bool {
    let rel = dom.attribute(node, "rel").unwrap_or_default();
    rel.split_whitespace().any(|word| ABOUT.iter().any(|about| about.eq_ignore_ascii_case(word)))
}
