//! How much running text each element of a page holds.

use crate::dom::{Dom, NodeId, Step};

/// The bytes of running text below each node: text nodes of some length, outside of links.
pub(crate) fn weights(dom: &Dom) -> Vec<u32> {
    const RUNNING: usize = 60;
    let mut weights = vec![0u32; dom.len()];
    let mut step = Some(Step::Enter(NodeId::DOCUMENT));
    while let Some(now) = step {
        let mut inside = true;
        match now {
            Step::Enter(node) => {
                inside = !dom.name(node).is_some_and(|name| {
                    matches!(
                        name.as_ref(),
                        "script" | "style" | "a" | "noscript" | "svg" | "template" | "head"
                    )
                });
                if let Some(text) = dom.text(node)
                    && text.len() >= RUNNING
                    && let Some(weight) = weights.get_mut(node.index())
                {
                    *weight = u32::try_from(text.trim().len()).unwrap_or(u32::MAX);
                }
            }
            Step::Leave(node) => {
                let own = weights.get(node.index()).copied().unwrap_or(0);
                if let Some(parent) = dom.parent(node)
                    && let Some(weight) = weights.get_mut(parent.index())
                {
                    *weight = weight.saturating_add(own);
                }
            }
        }
        step = dom.step(now, NodeId::DOCUMENT, inside);
    }
    weights
}
