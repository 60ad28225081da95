//! From text to tree, within bounds.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::TreeSink;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, local_name};

use super::sink::Sink;
use super::{Dom, NodeId, attributes};
use crate::Limits;

/// The tree of `html`.
///
/// Start tags below [`Limits::max_depth`] are dropped together with their end tags, and all that
/// comes after [`Limits::max_nodes`].
pub(crate) fn parse(html: &str, limits: &Limits) -> Dom {
    let sink = Sink::new(html.len(), limits.max_attributes);
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let bounded = Bounded {
        builder: TreeBuilder::new(sink, options),
        dropped: RefCell::new(Vec::new()),
        max_depth: limits.max_depth,
        max_nodes: limits.max_nodes,
        max_values: html.len() + SPARE_VALUES,
    };
    let tokenizer = Tokenizer::new(bounded, TokenizerOpts::default());
    let queue = BufferQueue::default();
    // Tendrils are counted in 32 bits; a page longer than that is refused before.
    queue.push_back(StrTendril::from(attributes::bounded(html, limits.max_attributes).as_ref()));
    // A script stops the tokenizer, as a browser would run it here.
    while !queue.is_empty() {
        let _ = tokenizer.feed(&queue);
    }
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

/// Bytes of attribute values beyond those of the page itself: html5ever repeats an inline element that
/// was not closed, with its attributes, in each block that follows.
const SPARE_VALUES: usize = 1024 * 1024;

/// The tree builder behind bounds: html5ever's costs grow with the square of the depth.
struct Bounded {
    builder: TreeBuilder<NodeId, Sink>,
    /// The start tags that were dropped and whose end tags have not come.
    dropped: RefCell<Vec<LocalName>>,
    max_depth: usize,
    max_nodes: usize,
    max_values: usize,
}

impl TokenSink for Bounded {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        if let Token::TagToken(tag) = &token
            && self.drops(tag)
        {
            return TokenSinkResult::Continue;
        }
        if self.builder.sink.is_full(self.max_nodes, self.max_values) && !matches!(token, Token::EOFToken) {
            return TokenSinkResult::Continue;
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Bounded {
    fn drops(&self, tag: &Tag) -> bool {
        match tag.kind {
            TagKind::StartTag => {
                let deep = self.builder.sink.depth() >= self.max_depth && !holds_raw_text(&tag.name);
                if deep && !tag.self_closing {
                    self.dropped.borrow_mut().push(tag.name.clone());
                }
                deep
            }
            TagKind::EndTag => {
                let mut dropped = self.dropped.borrow_mut();
                let own = dropped.last() == Some(&tag.name);
                if own {
                    dropped.pop();
                }
                own
            }
        }
    }
}

/// Elements whose content the tokenizer reads differently, once the builder has told it to.
fn holds_raw_text(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("script")
            | local_name!("style")
            | local_name!("title")
            | local_name!("textarea")
            | local_name!("xmp")
            | local_name!("iframe")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("plaintext")
    )
}
