//! The tree as the crate `selectors` wants to see it.

use std::cell::Cell;

use html5ever::{LocalName, Namespace};
use selectors::OpaqueElement;
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::matching::{ElementSelectorFlags, MatchingContext};

use super::selector::{Css, Name, Never};
use crate::dom::{Dom, NodeId};

/// Bytes of an attribute that count as one step.
const BYTES_A_STEP: usize = 64;

/// A tree, and how many steps may still be taken on it.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    dom: &'a Dom,
    steps: Cell<u64>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(dom: &'a Dom, steps: u64) -> Self {
        Self { dom, steps: Cell::new(steps) }
    }

    /// Whether all steps were taken: what is matched from then on is not to be trusted.
    pub(super) fn is_used_up(&self) -> bool {
        self.steps.get() == 0
    }

    fn take(&self, steps: usize) {
        self.steps.set(self.steps.get().saturating_sub(steps as u64));
    }
}

/// An element of the tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    ground: &'a Ground<'a>,
    node: NodeId,
}

impl<'a> Element<'a> {
    /// The element at `node`, if it is one.
    pub(super) fn new(ground: &'a Ground<'a>, node: NodeId) -> Option<Self> {
        ground.dom.name(node).map(|_| Self { ground, node })
    }

    /// The first element from `node` on in the direction of `next`; none once the steps are used up.
    fn find(self, node: Option<NodeId>, next: impl Fn(NodeId) -> Option<NodeId>) -> Option<Self> {
        let mut at = node;
        while let Some(node) = at {
            self.ground.take(1);
            if self.ground.is_used_up() {
                return None;
            }
            if let Some(found) = Self::new(self.ground, node) {
                return Some(found);
            }
            at = next(node);
        }
        None
    }

    fn attribute(self, name: &str) -> Option<&'a str> {
        let value = self.ground.dom.attribute(self.node, name);
        self.ground.take(1 + value.map_or(0, str::len) / BYTES_A_STEP);
        value
    }
}

impl selectors::Element for Element<'_> {
    type Impl = Css;

    /// The place of its name in memory, which no other element shares.
    fn opaque(&self) -> OpaqueElement {
        match self.ground.dom.name(self.node) {
            Some(name) => OpaqueElement::new(name),
            None => OpaqueElement::new(self.ground),
        }
    }

    fn parent_element(&self) -> Option<Self> {
        self.find(self.ground.dom.parent(self.node), |_| None)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        let dom = self.ground.dom;
        self.find(dom.previous_sibling(self.node), |node| dom.previous_sibling(node))
    }

    fn next_sibling_element(&self) -> Option<Self> {
        let dom = self.ground.dom;
        self.find(dom.next_sibling(self.node), |node| dom.next_sibling(node))
    }

    fn first_element_child(&self) -> Option<Self> {
        let dom = self.ground.dom;
        self.find(dom.first_child(self.node), |node| dom.next_sibling(node))
    }

    fn has_local_name(&self, name: &LocalName) -> bool {
        self.ground.take(1);
        self.ground.dom.name(self.node) == Some(name)
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.ground.dom.name(self.node) == self.ground.dom.name(other.node)
    }

    fn has_id(&self, id: &Name, case: CaseSensitivity) -> bool {
        self.attribute("id").is_some_and(|own| case.eq(own.as_bytes(), id.as_ref().as_bytes()))
    }

    fn has_class(&self, name: &Name, case: CaseSensitivity) -> bool {
        let is_it = |class: &str| case.eq(class.as_bytes(), name.as_ref().as_bytes());
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(is_it))
    }

    fn attr_matches(
        &self,
        _: &NamespaceConstraint<&Namespace>,
        name: &Name,
        operation: &AttrSelectorOperation<&Name>,
    ) -> bool {
        self.attribute(name.as_ref()).is_some_and(|value| operation.eval_str(value))
    }

    fn is_empty(&self) -> bool {
        let dom = self.ground.dom;
        self.ground.take(1);
        !dom.children(self.node)
            .any(|child| dom.name(child).is_some() || dom.text(child).is_some_and(|text| !text.is_empty()))
    }

    fn is_root(&self) -> bool {
        self.ground.dom.parent(self.node) == Some(NodeId::DOCUMENT)
    }

    // All elements count as HTML in an HTML document, whatever their namespace.

    fn is_html_element_in_html_document(&self) -> bool {
        true
    }

    fn has_namespace(&self, _: &Namespace) -> bool {
        false
    }

    // What a browser has, and there is none.

    fn is_link(&self) -> bool {
        false
    }

    fn match_non_ts_pseudo_class(&self, class: &Never, _: &mut MatchingContext<'_, Css>) -> bool {
        match *class {}
    }

    fn match_pseudo_element(&self, element: &Never, _: &mut MatchingContext<'_, Css>) -> bool {
        match *element {}
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn has_custom_state(&self, _: &Name) -> bool {
        false
    }

    fn imported_part(&self, _: &Name) -> Option<Name> {
        None
    }

    fn is_part(&self, _: &Name) -> bool {
        false
    }

    // What speeds up a browser's many rules.

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
