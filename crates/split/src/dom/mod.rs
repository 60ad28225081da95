//! The tree of an HTML page, in one arena.
//!
//! Nodes are indices into a vector: no reference counts, no recursion when walking or dropping,
//! so that no nesting can overflow the stack. A node is 24 bytes, whatever it is; what elements and
//! texts have beyond their place stands in tables beside, all attributes in one of them.

mod arena;
mod parse;
mod prune;
mod sink;
mod walk;

use html5ever::tendril::StrTendril;
use html5ever::{LocalName, Namespace};

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
    elements: Vec<Element>,
    texts: Vec<StrTendril>,
    /// Those of an element stand side by side.
    attributes: Vec<Attribute>,
    /// The names and values of all attributes, one behind the other.
    values: String,
    /// What the rules of the page's site say of its nodes.
    marks: Marks,
}

#[derive(Debug)]
struct Node {
    parent: NodeId,
    first: NodeId,
    last: NodeId,
    next: NodeId,
    previous: NodeId,
    content: Content,
}

/// What a node is: a place among the elements or, with the highest bit set, among the texts.
#[derive(Debug, Clone, Copy)]
struct Content(u32);

#[derive(Debug)]
struct Element {
    name: LocalName,
    namespace: Namespace,
    /// Its first attribute.
    attributes: u32,
    attribute_count: u16,
    depth: u16,
}

/// Where a name and the value behind it are.
#[derive(Debug, Clone, Copy)]
struct Attribute {
    name: u32,
    value: u32,
    end: u32,
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
            self.detach(*node);
        }
        self.marks = marks;
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    fn element(&self, id: NodeId) -> Option<&Element> {
        self.elements.get(self.node(id)?.content.element()?)
    }

    fn attributes_of(&self, id: NodeId) -> &[Attribute] {
        self.element(id).and_then(|own| self.attributes.get(own.range())).unwrap_or_default()
    }

    fn name_of(&self, attribute: Attribute) -> &str {
        self.values.get(attribute.name as usize..attribute.value as usize).unwrap_or_default()
    }

    fn value_of(&self, attribute: Attribute) -> &str {
        self.values.get(attribute.value as usize..attribute.end as usize).unwrap_or_default()
    }

    /// The local name of an element.
    pub(crate) fn name(&self, id: NodeId) -> Option<&LocalName> {
        self.element(id).map(|element| &element.name)
    }

    /// Whether `id` is the element `name`.
    pub(crate) fn is(&self, id: NodeId, name: &str) -> bool {
        self.name(id).is_some_and(|local| &**local == name)
    }

    /// The text of a text node.
    pub(crate) fn text(&self, id: NodeId) -> Option<&str> {
        self.texts.get(self.node(id)?.content.text()?).map(|text| &**text)
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        self.attributes(id).find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// All attributes of an element, name and value.
    pub(crate) fn attributes(&self, id: NodeId) -> impl Iterator<Item = (&str, &str)> {
        self.attributes_of(id).iter().map(|a| (self.name_of(*a), self.value_of(*a)))
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
