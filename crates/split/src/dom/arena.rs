//! How the arena grows, and how its nodes are hung up and taken down.

use std::ops::Range;

use html5ever::tendril::StrTendril;
use html5ever::{Attribute as Parsed, QualName};

use super::{Attribute, Content, Dom, Element, Node, NodeId};
use crate::grow::push;
use crate::sites::Marks;

impl Content {
    const TEXT: u32 = 1 << 31;
    /// The document is the text beyond the last.
    const DOCUMENT: Self = Self(u32::MAX);

    pub(super) fn element(self) -> Option<usize> {
        (self.0 < Self::TEXT).then_some(self.0 as usize)
    }

    pub(super) fn text(self) -> Option<usize> {
        (self.0 >= Self::TEXT).then_some((self.0 & !Self::TEXT) as usize)
    }
}

impl Element {
    /// Where its attributes are.
    pub(super) fn range(&self) -> Range<usize> {
        let start = self.attributes as usize;
        start..start + usize::from(self.attribute_count)
    }
}

impl Dom {
    /// A document with nothing in it, and place for the tree of a page of `bytes`.
    pub(super) fn new(bytes: usize) -> Self {
        // One node for 24 bytes of markup is about what news pages have, half of them elements.
        let nodes = bytes / 24;
        let mut dom = Self {
            marks: Marks::default(),
            nodes: Vec::with_capacity(nodes),
            elements: Vec::with_capacity(nodes / 2),
            texts: Vec::with_capacity(nodes / 2),
            attributes: Vec::with_capacity(nodes / 2),
            values: String::with_capacity(bytes / 8),
        };
        dom.push_node(Content::DOCUMENT);
        dom
    }

    /// The finished tree, without the place that was kept for more.
    pub(super) fn shrunk(mut self) -> Self {
        self.nodes.shrink_to_fit();
        self.elements.shrink_to_fit();
        self.texts.shrink_to_fit();
        self.attributes.shrink_to_fit();
        self.values.shrink_to_fit();
        self
    }

    /// Whether nodes, attributes or their values are as many as they may be.
    pub(super) fn is_full(&self, max_nodes: usize, max_values: usize) -> bool {
        self.nodes.len() > max_nodes || self.attributes.len() > max_nodes || self.values.len() > max_values
    }

    /// A new element that hangs nowhere.
    pub(super) fn push_element(&mut self, name: QualName, attributes: Vec<Parsed>) -> NodeId {
        let at = short(self.elements.len());
        let mut element = Element {
            name: name.local,
            namespace: name.ns,
            attributes: short(self.attributes.len()),
            attribute_count: 0,
            depth: 0,
        };
        self.push_attributes(&mut element, attributes);
        push(&mut self.elements, element);
        self.push_node(Content(at))
    }

    /// Adds to the attributes of `element`, which are the last ones.
    fn push_attributes(&mut self, element: &mut Element, attributes: Vec<Parsed>) {
        for Parsed { name, value } in attributes {
            if element.attribute_count == u16::MAX {
                break;
            }
            element.attribute_count += 1;
            let start = short(self.values.len());
            self.values.push_str(&name.local);
            let middle = short(self.values.len());
            self.values.push_str(&value);
            let end = short(self.values.len());
            push(&mut self.attributes, Attribute { name: start, value: middle, end });
        }
    }

    /// Adds those of `more` to the attributes of `id` that it has not.
    pub(super) fn add_attributes(&mut self, id: NodeId, mut more: Vec<Parsed>, max: usize) {
        let known = self.attributes_of(id).to_vec();
        more.retain(|new| known.iter().all(|old| self.name_of(*old) != &*new.name.local));
        more.truncate(max.saturating_sub(known.len()));
        let Some(at) = self.node(id).and_then(|node| node.content.element()).filter(|_| !more.is_empty())
        else {
            return;
        };
        let Some(element) = self.elements.get_mut(at) else { return };
        // They move to the end, where there is place for more.
        element.attributes = short(self.attributes.len());
        let mut grown =
            Element { name: element.name.clone(), namespace: element.namespace.clone(), ..*element };
        self.attributes.extend(known);
        self.push_attributes(&mut grown, more);
        if let Some(element) = self.elements.get_mut(at) {
            *element = grown;
        }
    }

    /// A new text that hangs nowhere.
    pub(super) fn push_text(&mut self, text: StrTendril) -> NodeId {
        let at = short(self.texts.len()) | Content::TEXT;
        push(&mut self.texts, text);
        self.push_node(Content(at))
    }

    fn push_node(&mut self, content: Content) -> NodeId {
        let id = NodeId(short(self.nodes.len()));
        let none = NodeId::NONE;
        let node = Node { parent: none, first: none, last: none, next: none, previous: none, content };
        push(&mut self.nodes, node);
        id
    }

    pub(super) fn element_mut(&mut self, id: NodeId) -> Option<&mut Element> {
        let at = self.node(id)?.content.element()?;
        self.elements.get_mut(at)
    }

    pub(super) fn text_mut(&mut self, id: NodeId) -> Option<&mut StrTendril> {
        let at = self.node(id)?.content.text()?;
        self.texts.get_mut(at)
    }

    /// The node that a new one before `before`, or last in `parent`, would stand behind.
    pub(super) fn left_of(&self, parent: NodeId, before: NodeId) -> NodeId {
        match self.node(before) {
            Some(before) => before.previous,
            None => self.node(parent).map_or(NodeId::NONE, |parent| parent.last),
        }
    }

    /// Hangs `id` into `parent`, before `before` or last.
    pub(super) fn attach(&mut self, id: NodeId, parent: NodeId, before: NodeId) {
        let previous = self.left_of(parent, before);
        if let Some(node) = self.nodes.get_mut(id.index()) {
            (node.parent, node.previous, node.next) = (parent, previous, before);
        }
        self.set_next(previous, parent, id);
        self.set_previous(before, parent, id);
    }

    /// Takes `id` out of its place; what is below stays with it.
    pub(super) fn detach(&mut self, id: NodeId) {
        let Some(node) = self.nodes.get_mut(id.index()) else { return };
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        (node.parent, node.previous, node.next) = (NodeId::NONE, NodeId::NONE, NodeId::NONE);
        self.set_next(previous, parent, next);
        self.set_previous(next, parent, previous);
    }

    /// What stands behind `id`, or first in `parent` where there is no such node.
    fn set_next(&mut self, id: NodeId, parent: NodeId, next: NodeId) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.next = next;
        } else if let Some(node) = self.nodes.get_mut(parent.index()) {
            node.first = next;
        }
    }

    /// What stands before `id`, or last in `parent` where there is no such node.
    fn set_previous(&mut self, id: NodeId, parent: NodeId, previous: NodeId) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.previous = previous;
        } else if let Some(node) = self.nodes.get_mut(parent.index()) {
            node.last = previous;
        }
    }
}

/// A place in 31 bits: no page that is read has so much.
pub(super) fn short(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX) & !Content::TEXT
}
