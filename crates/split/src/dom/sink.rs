//! Builds the arena as html5ever calls for it.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName};

use super::{Data, Dom, Node, NodeId};
use crate::sites::Marks;

/// An arena under construction.
pub(super) struct Sink {
    nodes: RefCell<Vec<Node>>,
    /// How deep the element stands that was opened last and not closed since.
    depth: Cell<u32>,
    /// What an unknown handle is called; never seen, since all handles come from here.
    nameless: RefCell<QualName>,
}

impl Sink {
    pub(super) fn new(capacity: usize) -> Self {
        let mut nodes = Vec::with_capacity(capacity);
        nodes.push(node(Data::Document));
        let nameless = QualName::new(None, html5ever::ns!(html), html5ever::local_name!("div"));
        Self { nodes: RefCell::new(nodes), depth: Cell::new(0), nameless: RefCell::new(nameless) }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth.get() as usize
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.borrow().len()
    }

    fn create(&self, data: Data) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        let id = NodeId(u32::try_from(nodes.len()).unwrap_or(u32::MAX - 1));
        nodes.push(node(data));
        id
    }

    fn insert(&self, parent: NodeId, before: NodeId, child: NodeOrText<NodeId>) {
        let mut nodes = self.nodes.borrow_mut();
        let previous = match before.some() {
            Some(before) => nodes.get(before.index()).map_or(NodeId::NONE, |n| n.previous),
            None => nodes.get(parent.index()).map_or(NodeId::NONE, |n| n.last),
        };
        let id = match child {
            NodeOrText::AppendText(text) => {
                // Text beside text is one text.
                if let Some(Node { data: Data::Text(earlier), .. }) = nodes.get_mut(previous.index()) {
                    earlier.push_tendril(&text);
                    return;
                }
                let id = NodeId(u32::try_from(nodes.len()).unwrap_or(u32::MAX - 1));
                nodes.push(node(Data::Text(text)));
                id
            }
            NodeOrText::AppendNode(id) => {
                detach(&mut nodes, id);
                id
            }
        };
        // Detaching may have moved what stood before.
        let previous = match before.some() {
            Some(before) => nodes.get(before.index()).map_or(NodeId::NONE, |n| n.previous),
            None => nodes.get(parent.index()).map_or(previous, |n| n.last),
        };
        let depth = nodes.get(parent.index()).map_or(0, |n| n.depth) + 1;
        let mut element = false;
        if let Some(n) = nodes.get_mut(id.index()) {
            n.parent = parent;
            n.previous = previous;
            n.next = before;
            n.depth = depth;
            element = matches!(n.data, Data::Element { .. });
        }
        match nodes.get_mut(previous.index()) {
            Some(n) => n.next = id,
            None => {
                if let Some(n) = nodes.get_mut(parent.index()) {
                    n.first = id;
                }
            }
        }
        match nodes.get_mut(before.index()) {
            Some(n) => n.previous = id,
            None => {
                if let Some(n) = nodes.get_mut(parent.index()) {
                    n.last = id;
                }
            }
        }
        if element {
            self.depth.set(depth);
        }
    }
}

fn node(data: Data) -> Node {
    let none = NodeId::NONE;
    Node { parent: none, first: none, last: none, next: none, previous: none, depth: 0, data }
}

/// Takes `id` out of its place; what is below stays with it.
pub(super) fn detach(nodes: &mut [Node], id: NodeId) {
    let Some(n) = nodes.get_mut(id.index()) else { return };
    let (parent, previous, next) = (n.parent, n.previous, n.next);
    (n.parent, n.previous, n.next) = (NodeId::NONE, NodeId::NONE, NodeId::NONE);
    match nodes.get_mut(previous.index()) {
        Some(n) => n.next = next,
        None => {
            if let Some(n) = nodes.get_mut(parent.index()) {
                n.first = next;
            }
        }
    }
    match nodes.get_mut(next.index()) {
        Some(n) => n.previous = previous,
        None => {
            if let Some(n) = nodes.get_mut(parent.index()) {
                n.last = previous;
            }
        }
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Dom;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Dom {
        Dom { nodes: self.nodes.into_inner(), marks: Marks::default() }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        NodeId::DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        let name = Ref::filter_map(self.nodes.borrow(), |nodes| match nodes.get(target.index()) {
            Some(Node { data: Data::Element { name, .. }, .. }) => Some(name),
            _ => None,
        });
        name.unwrap_or_else(|_| self.nameless.borrow())
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> NodeId {
        self.create(Data::Element { name, attributes })
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.create(Data::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.create(Data::Other)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.insert(*parent, NodeId::NONE, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        let has_parent = self.nodes.borrow().get(element.index()).is_some_and(|n| n.parent != NodeId::NONE);
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &NodeId) {
        let depth = self.nodes.borrow().get(node.index()).map_or(0, |n| n.depth);
        self.depth.set(depth.saturating_sub(1));
    }

    /// A template's content is furniture of scripts: it hangs below the template like any other.
    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let parent = self.nodes.borrow().get(sibling.index()).map_or(NodeId::DOCUMENT, |n| n.parent);
        self.insert(parent, *sibling, child);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, more: Vec<Attribute>) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(Node { data: Data::Element { attributes, .. }, .. }) = nodes.get_mut(target.index()) {
            for attribute in more {
                if attributes.iter().all(|known| known.name != attribute.name) {
                    attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        detach(&mut self.nodes.borrow_mut(), *target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let child = |id: &NodeId| self.nodes.borrow().get(id.index()).and_then(|n| n.first.some());
        while let Some(child) = child(node) {
            self.insert(*new_parent, NodeId::NONE, NodeOrText::AppendNode(child));
        }
    }
}
