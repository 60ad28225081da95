//! The plainest tree that html5ever can build: what the splitter's time and text are held against.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a wrong node is a mistake of the test")]

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
    let mut stack = vec![1];
    while let Some(id) = stack.pop() {
        let Some(node) = nodes.get(id - 1) else { continue };
        out.extend(node.text.iter().map(|text| &**text));
        stack.extend(node.children.iter().rev());
    }
    out
}

/// The plainest tree: nodes in one vector, each with its parent and children.
#[derive(Default)]
struct Arena {
    nodes: std::cell::RefCell<Vec<Node>>,
}

#[derive(Default)]
pub(crate) struct Node {
    name: Option<QualName>,
    parent: Option<usize>,
    children: Vec<usize>,
    text: Option<StrTendril>,
    _attributes: Vec<Attribute>,
}

impl Arena {
    fn push(&self, node: Node) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(node);
        nodes.len()
    }

    fn with<T>(&self, id: usize, run: impl FnOnce(&mut Node) -> T) -> Option<T> {
        id.checked_sub(1).and_then(|at| self.nodes.borrow_mut().get_mut(at).map(run))
    }

    fn insert(&self, parent: usize, before: Option<usize>, child: NodeOrText<usize>) {
        let id = match child {
            NodeOrText::AppendNode(id) => {
                self.remove_from_parent(&id);
                id
            }
            NodeOrText::AppendText(text) => {
                let last = self.with(parent, |node| node.children.last().copied()).flatten();
                let joined = before.is_none()
                    && last.is_some_and(|last| {
                        self.with(last, |node| node.text.as_mut().map(|own| own.push_tendril(&text)))
                            .flatten()
                            .is_some()
                    });
                if joined {
                    return;
                }
                self.push(Node { text: Some(text), ..Node::default() })
            }
        };
        self.with(id, |node| node.parent = Some(parent));
        self.with(parent, |node| {
            let at = before.and_then(|before| node.children.iter().position(|child| *child == before));
            node.children.insert(at.unwrap_or(node.children.len()), id);
        });
    }
}

impl TreeSink for Arena {
    type Handle = usize;
    type Output = Vec<Node>;
    type ElemName<'a> = std::cell::Ref<'a, QualName>;

    fn finish(self) -> Vec<Node> {
        self.nodes.into_inner()
    }
    fn parse_error(&self, _: std::borrow::Cow<'static, str>) {}
    fn get_document(&self) -> usize {
        if self.nodes.borrow().is_empty() { self.push(Node::default()) } else { 1 }
    }
    fn elem_name<'a>(&'a self, target: &'a usize) -> Self::ElemName<'a> {
        std::cell::Ref::map(self.nodes.borrow(), |nodes| nodes[*target - 1].name.as_ref().unwrap())
    }
    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> usize {
        self.push(Node { name: Some(name), _attributes: attributes, ..Node::default() })
    }
    fn create_comment(&self, _: StrTendril) -> usize {
        self.push(Node::default())
    }
    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.push(Node::default())
    }
    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        self.insert(*parent, None, child);
    }
    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        match self.with(*element, |node| node.parent).flatten() {
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
        if let Some(parent) = self.with(*sibling, |node| node.parent).flatten() {
            self.insert(parent, Some(*sibling), child);
        }
    }
    fn add_attrs_if_missing(&self, _: &usize, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, target: &usize) {
        if let Some(parent) = self.with(*target, |node| node.parent.take()).flatten() {
            self.with(parent, |node| node.children.retain(|child| child != target));
        }
    }
    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let children = self.with(*node, |node| std::mem::take(&mut node.children)).unwrap_or_default();
        for child in children {
            self.with(child, |node| node.parent = None);
            self.insert(*new_parent, None, NodeOrText::AppendNode(child));
        }
    }
}
