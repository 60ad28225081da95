//! Ways through the tree, none of them recursive.

use super::{Dom, NodeId};
use crate::clean;

/// One step of a walk through a subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A node is entered.
    Enter(NodeId),
    /// All below a node has been seen.
    Leave(NodeId),
}

impl Dom {
    /// The children of `id`.
    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.first_child(id), |child| self.next_sibling(*child))
    }

    /// `id` and all above it, upwards.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(id), |node| self.parent(*node))
    }

    /// `root` and all below it, in document order.
    pub(crate) fn descendants(&self, root: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(root), move |node| {
            self.first_child(*node).or_else(|| self.after(*node, root))
        })
    }

    /// The step that follows `step` in a walk of `root`; `enter` false leaves a node unseen inside.
    pub(crate) fn step(&self, step: Step, root: NodeId, enter: bool) -> Option<Step> {
        match step {
            Step::Enter(node) => {
                let inside = self.first_child(node).filter(|_| enter);
                Some(inside.map_or(Step::Leave(node), Step::Enter))
            }
            Step::Leave(node) if node == root => None,
            Step::Leave(node) => match self.next_sibling(node) {
                Some(next) => Some(Step::Enter(next)),
                None => self.parent(node).map(Step::Leave),
            },
        }
    }

    fn after(&self, mut node: NodeId, root: NodeId) -> Option<NodeId> {
        while node != root {
            if let Some(next) = self.next_sibling(node) {
                return Some(next);
            }
            node = self.parent(node)?;
        }
        None
    }

    /// All text below `id` on one line; elements part words only where they have white space.
    pub(crate) fn inner_text(&self, id: NodeId) -> String {
        let mut out = String::new();
        for node in self.descendants(id) {
            if let Some(text) = self.text(node) {
                clean::push(&mut out, text);
            } else if self.is(node, "br") {
                clean::push(&mut out, " ");
            }
        }
        out.truncate(clean::end(&out));
        out
    }

    /// The text below `id` as it stands, scripts included.
    pub(crate) fn raw_text(&self, id: NodeId) -> String {
        self.descendants(id).filter_map(|node| self.text(node)).collect()
    }
}
