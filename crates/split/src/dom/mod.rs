//! The tree of an HTML page, in one arena.
//!
//! Nodes are indices into a vector: no reference counts, no recursion when walking or dropping,
//! so that no nesting can overflow the stack.

mod attributes;
mod parse;
mod sink;
mod walk;

use html5ever::{Attribute, LocalName, QualName, tendril::StrTendril};

use crate::sites::Marks;

pub(crate) use parse::parse;
pub(crate) use walk::Step;

/// The place of a node in its [`Dom`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// The document itself.
    pub(crate) const DOCUMENT: Self = Self(0);
    const NONE: Self = Self(u32::MAX);

    /// The place as an index, for tables that stand beside the tree.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

/// A parsed page.
#[derive(Debug, Default)]
pub(crate) struct Dom {
    nodes: Vec<Node>,
    marks: Marks,
}

#[derive(Debug)]
struct Node {
    parent: NodeId,
    first: NodeId,
    last: NodeId,
    next: NodeId,
    previous: NodeId,
    depth: u32,
    data: Data,
}

#[derive(Debug)]
enum Data {
    Document,
    Element {
        name: QualName,
        attributes: Vec<Attribute>,
    },
    Text(StrTendril),
    /// Comments, doctypes and instructions, which nothing here reads.
    Other,
}

impl Dom {
    /// How many nodes there are; every [`NodeId::index`] is below.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What the rules of the page's site say of its nodes.
    pub(crate) fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Keeps `marks`, and takes out what they remove.
    pub(crate) fn set_marks(&mut self, marks: Marks) {
        for node in &marks.removed {
            sink::detach(&mut self.nodes, *node);
        }
        self.marks = marks;
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// The local name of an element.
    pub(crate) fn name(&self, id: NodeId) -> Option<&LocalName> {
        match self.node(id)?.data {
            Data::Element { ref name, .. } => Some(&name.local),
            _ => None,
        }
    }

    /// Whether `id` is the element `name`.
    pub(crate) fn is(&self, id: NodeId, name: &str) -> bool {
        self.name(id).is_some_and(|local| &**local == name)
    }

    /// The text of a text node.
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        match self.node(id)?.data {
            Data::Text(ref text) => Some(text),
            _ => None,
        }
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        match self.node(id)?.data {
            Data::Element { ref attributes, .. } => {
                attributes.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
            }
            _ => None,
        }
    }

    /// All attributes of an element, name and value.
    pub(crate) fn attributes(&self, id: NodeId) -> impl Iterator<Item = (&str, &str)> {
        let attributes = match self.node(id).map(|node| &node.data) {
            Some(Data::Element { attributes, .. }) => attributes.as_slice(),
            _ => &[],
        };
        attributes.iter().map(|a| (&*a.name.local, &*a.value))
    }

    /// The node above.
    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.parent.some()
    }

    /// The node after, with the same parent.
    pub(crate) fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.next.some()
    }

    /// The node before, with the same parent.
    pub(crate) fn previous_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.previous.some()
    }

    /// The first node below.
    pub(crate) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id)?.first.some()
    }
}
