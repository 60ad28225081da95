//! The plainest tree that html5ever can build: what the splitter's time and text are held against.
//!
//! It does for each call what the call asks for and no more: nodes in one vector that are linked to one
//! another, names, attributes and texts as html5ever hands them over, no bounds.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a wrong node is a mistake of the test")]

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

/// How many nodes the tree of `page` has.
#[allow(dead_code)]
pub(crate) fn nodes(page: &[u8]) -> usize {
    parse_document(Arena::default(), ParseOpts::default()).from_utf8().one(page).len()
}

/// All text of `page`, scripts included, in the order in which it stands in the tree.
#[allow(dead_code)]
pub(crate) fn text(page: &str) -> String {
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = false;
    let nodes = parse_document(Arena::default(), options).one(page);
    let mut out = String::new();
    let mut stack = vec![0];
    while let Some(id) = stack.pop() {
        let node: &Node = &nodes[id];
        if let Data::Text(text) = &node.data {
            out.push_str(text);
        }
        stack.extend(node.next);
        stack.extend(node.first);
    }
    out
}

struct Arena {
    nodes: RefCell<Vec<Node>>,
}

#[derive(Default)]
pub(crate) struct Node {
    parent: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    next: Option<usize>,
    previous: Option<usize>,
    data: Data,
}

#[derive(Default)]
enum Data {
    #[default]
    Other,
    Element(QualName, #[allow(dead_code)] Vec<Attribute>),
    Text(StrTendril),
}

impl Default for Arena {
    fn default() -> Self {
        Self { nodes: RefCell::new(vec![Node::default()]) }
    }
}

impl Arena {
    fn push(&self, data: Data) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { data, ..Node::default() });
        nodes.len() - 1
    }

    fn insert(&self, parent: usize, before: Option<usize>, child: NodeOrText<usize>) {
        let nodes = &mut *self.nodes.borrow_mut();
        let left = |nodes: &[Node]| before.map_or(nodes[parent].last, |before| nodes[before].previous);
        let id = match child {
            NodeOrText::AppendNode(id) => {
                detach(nodes, id);
                id
            }
            NodeOrText::AppendText(text) => {
                if let Some(left) = left(nodes)
                    && let Data::Text(earlier) = &mut nodes[left].data
                {
                    return earlier.push_tendril(&text);
                }
                nodes.push(Node { data: Data::Text(text), ..Node::default() });
                nodes.len() - 1
            }
        };
        let left = left(nodes);
        let node = &mut nodes[id];
        (node.parent, node.previous, node.next) = (Some(parent), left, before);
        link(nodes, parent, left, Some(id));
        link_back(nodes, parent, before, Some(id));
    }
}

fn detach(nodes: &mut [Node], id: usize) {
    let node = &mut nodes[id];
    let (Some(parent), previous, next) = (node.parent.take(), node.previous.take(), node.next.take()) else {
        return;
    };
    link(nodes, parent, previous, next);
    link_back(nodes, parent, next, previous);
}

fn link(nodes: &mut [Node], parent: usize, left: Option<usize>, next: Option<usize>) {
    match left {
        Some(left) => nodes[left].next = next,
        None => nodes[parent].first = next,
    }
}

fn link_back(nodes: &mut [Node], parent: usize, right: Option<usize>, previous: Option<usize>) {
    match right {
        Some(right) => nodes[right].previous = previous,
        None => nodes[parent].last = previous,
    }
}

impl TreeSink for Arena {
    type Handle = usize;
    type Output = Vec<Node>;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Vec<Node> {
        self.nodes.into_inner()
    }
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn get_document(&self) -> usize {
        0
    }
    fn elem_name<'a>(&'a self, target: &'a usize) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| match &nodes[*target].data {
            Data::Element(name, _) => name,
            _ => unreachable!("only elements have names"),
        })
    }
    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> usize {
        self.push(Data::Element(name, attributes))
    }
    fn create_comment(&self, _: StrTendril) -> usize {
        self.push(Data::Other)
    }
    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.push(Data::Other)
    }
    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        self.insert(*parent, None, child);
    }
    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        let parent = self.nodes.borrow()[*element].parent;
        match parent {
            Some(parent) => self.insert(parent, Some(*element), child),
            None => self.append(previous, child),
        }
    }
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }
    fn same_node(&self, x: &usize, y: &usize) -> bool {
        x == y
    }
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        let parent = self.nodes.borrow()[*sibling].parent;
        if let Some(parent) = parent {
            self.insert(parent, Some(*sibling), child);
        }
    }
    fn add_attrs_if_missing(&self, _: &usize, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, target: &usize) {
        detach(&mut self.nodes.borrow_mut(), *target);
    }
    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let first = || self.nodes.borrow()[*node].first;
        while let Some(child) = first() {
            self.insert(*new_parent, None, NodeOrText::AppendNode(child));
        }
    }
}
