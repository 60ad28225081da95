//! Builds the arena as html5ever calls for it.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName};

use super::{Dom, Element, NodeId};

/// What a comment or an instruction is called. Nothing here reads one, so it gets no node; but text
/// before it and text behind it are two.
const COMMENT: NodeId = NodeId(u32::MAX - 1);

/// An arena under construction.
pub(super) struct Sink {
    dom: RefCell<Dom>,
    /// How deep the element stands that was opened last and not closed since.
    depth: Cell<u16>,
    /// How often html5ever has asked for a name or compared two nodes: it does so at each step of its
    /// ways through the open elements.
    calls: Cell<usize>,
    /// The node before the last comment.
    sealed: Cell<NodeId>,
    max_attributes: usize,
    /// What an unknown handle is; never seen, since all handles come from here.
    nameless: RefCell<Element>,
}

impl Sink {
    /// A tree for a page of `bytes`, whose elements get no attribute beyond `max_attributes`.
    pub(super) fn new(bytes: usize, max_attributes: usize) -> Self {
        let nameless = Element {
            name: html5ever::local_name!("div"),
            namespace: html5ever::ns!(html),
            attributes: 0,
            attribute_count: 0,
            depth: 0,
        };
        Self {
            dom: RefCell::new(Dom::new(bytes)),
            depth: Cell::new(0),
            calls: Cell::new(0),
            sealed: Cell::new(NodeId::NONE),
            max_attributes,
            nameless: RefCell::new(nameless),
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth.get().into()
    }

    /// How much html5ever has had to do.
    pub(super) fn calls(&self) -> usize {
        self.calls.get()
    }

    /// Counts `calls` more.
    pub(super) fn count(&self, calls: usize) {
        self.calls.set(self.calls.get() + calls);
    }

    /// As [`Dom::is_full`].
    pub(super) fn is_full(&self, max_nodes: usize, max_values: usize) -> bool {
        self.dom.borrow().is_full(max_nodes, max_values)
    }

    fn insert(&self, parent: NodeId, before: NodeId, child: NodeOrText<NodeId>) {
        let dom = &mut *self.dom.borrow_mut();
        let id = match child {
            NodeOrText::AppendNode(COMMENT) => return self.sealed.set(dom.left_of(parent, before)),
            NodeOrText::AppendNode(id) => {
                dom.detach(id);
                id
            }
            NodeOrText::AppendText(text) => {
                let previous = dom.left_of(parent, before);
                // Text beside text is one text.
                if previous != self.sealed.get()
                    && let Some(earlier) = dom.text_mut(previous)
                {
                    earlier.push_tendril(&text);
                    return;
                }
                dom.push_text(text)
            }
        };
        dom.attach(id, parent, before);
        let depth = dom.element(parent).map_or(0, |parent| parent.depth).saturating_add(1);
        if let Some(element) = dom.element_mut(id) {
            element.depth = depth;
            self.depth.set(depth);
        }
    }

    fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.dom.borrow().parent(id)
    }
}

/// The name of an element, as html5ever asks for it.
#[derive(Debug)]
pub(super) struct Name<'a>(Ref<'a, Element>);

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.namespace
    }

    fn local_name(&self) -> &LocalName {
        &self.0.name
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Dom;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Dom {
        self.dom.into_inner().shrunk()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        NodeId::DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Name<'a> {
        self.count(1);
        let element = Ref::filter_map(self.dom.borrow(), |dom| dom.element(*target));
        Name(element.unwrap_or_else(|_| self.nameless.borrow()))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> NodeId {
        self.dom.borrow_mut().push_element(name, attributes)
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        COMMENT
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        COMMENT
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.insert(*parent, NodeId::NONE, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        match self.parent(*element) {
            Some(parent) => self.insert(parent, *element, child),
            None => self.append(previous, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &NodeId) {
        let depth = self.dom.borrow().element(*node).map_or(0, |element| element.depth);
        self.depth.set(depth.saturating_sub(1));
    }

    /// A template's content is furniture of scripts: it hangs below the template like any other.
    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        self.count(1);
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        self.insert(self.parent(*sibling).unwrap_or(NodeId::DOCUMENT), *sibling, child);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, more: Vec<Attribute>) {
        self.dom.borrow_mut().add_attributes(*target, more, self.max_attributes);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.dom.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let first = || self.dom.borrow().first_child(*node);
        while let Some(child) = first() {
            self.insert(*new_parent, NodeId::NONE, NodeOrText::AppendNode(child));
        }
    }
}
