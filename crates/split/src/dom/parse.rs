//! From text to tree, within bounds.

use std::cell::{Cell, RefCell};

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::TreeSink;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, local_name};

use super::arena::short;
use super::sink::Sink;
use super::{Dom, NodeId, prune};
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
        max_calls: html.len() * CALLS_A_BYTE + SPARE_CALLS,
        strange: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(bounded, TokenizerOpts::default());
    let queue = BufferQueue::default();
    for part in prune::kept(html, limits.max_attributes) {
        // Tendrils are counted in 32 bits; a page longer than that is refused before.
        let part = StrTendril::from(html.get(part).unwrap_or_default());
        let mut read = 0;
        // In steps, so that no more is read of a page that is found to be too much.
        while read < part.len() && !tokenizer.sink.is_full() {
            let end = part.ceil_char_boundary(read + STEP);
            queue.push_back(part.subtendril(short(read), short(end - read)));
            // A script stops the tokenizer, as a browser would run it here.
            while !queue.is_empty() {
                let _ = tokenizer.feed(&queue);
            }
            read = end;
        }
    }
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

/// Bytes that the tokenizer is given at once.
const STEP: usize = 256 * 1024;
/// Bytes of attribute values beyond those of the page itself: html5ever repeats an inline element that
/// was not closed, with its attributes, in each block that follows.
const SPARE_VALUES: usize = 1024 * 1024;

/// For one tag html5ever may look at all open elements and at all that it repeats. News pages come to
/// less than two calls for a byte.
const CALLS_A_BYTE: usize = 4;
/// What a token itself counts as.
const CALLS_A_TOKEN: usize = 8;
const SPARE_CALLS: usize = 1_000_000;
/// Elements of long names that HTML does not have. Names are kept in one table for all threads, which
/// does not grow: with more of them it is a list.
const MAX_STRANGE: usize = 10_000;

/// The tree builder behind bounds: html5ever's costs grow with the square of the depth.
struct Bounded {
    builder: TreeBuilder<NodeId, Sink>,
    /// The start tags that were dropped and whose end tags have not come.
    dropped: RefCell<Vec<LocalName>>,
    max_depth: usize,
    max_nodes: usize,
    max_values: usize,
    max_calls: usize,
    /// How many elements have strange names.
    strange: Cell<usize>,
}

impl TokenSink for Bounded {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        if let Token::TagToken(tag) = &token
            && self.drops(tag)
        {
            return TokenSinkResult::Continue;
        }
        if self.is_full() && !matches!(token, Token::EOFToken) {
            return TokenSinkResult::Continue;
        }
        self.builder.sink.count(CALLS_A_TOKEN);
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
    /// Whether what comes now is too much.
    fn is_full(&self) -> bool {
        let sink = &self.builder.sink;
        sink.calls() > self.max_calls || sink.is_full(self.max_nodes, self.max_values)
    }

    /// Whether an element has a strange name, and many had one before.
    fn is_strange(&self, name: &LocalName) -> bool {
        // Shorter ones need no table.
        const SHORT: usize = 7;
        let strange = name.len() > SHORT && LocalName::try_static(name).is_none();
        self.strange.set(self.strange.get() + usize::from(strange));
        strange && self.strange.get() > MAX_STRANGE
    }

    fn drops(&self, tag: &Tag) -> bool {
        match tag.kind {
            TagKind::StartTag => {
                if self.is_strange(&tag.name) {
                    return true;
                }
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
