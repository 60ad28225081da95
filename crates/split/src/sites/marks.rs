//! What a site's rules say of the nodes of one page.

use selectors::context::{
    MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode, SelectorCaches,
};
use selectors::matching::MatchingContext;

use super::Site;
use super::element::{Element, Ground};
use crate::dom::{Dom, NodeId, Step};

/// What matching the rules on one page may cost, in steps from element to element or looks at one. This
/// is a fraction of a second; a large page takes a few millions. A page that costs more, by selectors
/// like `p ~ p` on a hundred thousand siblings, is read as if there were no rules.
const MAX_STEPS: u64 = 20_000_000;

/// A mark holds for the element that is matched and for all below it.
const STORY: u8 = 1;
const TITLE: u8 = 1 << 1;
const BODY: u8 = 1 << 2;
/// The element itself is matched, or holds one that is.
const KEPT: u8 = 1 << 3;
/// The element is a story, and stands in none.
const WHOLE: u8 = 1 << 4;

/// What a site's rules say of the nodes of one page. Empty where there are no rules.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    of: Vec<u8>,
    /// The outermost elements that are stories.
    pub(super) stories: Vec<NodeId>,
    /// The elements that are headlines.
    pub(super) titles: Vec<NodeId>,
    /// Whether any element is text.
    pub(super) has_body: bool,
    /// What is to be taken out of the tree.
    pub(crate) removed: Vec<NodeId>,
    /// Whether matching the rules cost too much, so that the page is read without them.
    pub(crate) given_up: bool,
}

impl Marks {
    fn has(&self, node: NodeId, mark: u8) -> bool {
        self.of.get(node.index()).is_some_and(|marks| marks & mark != 0)
    }

    fn add(&mut self, node: NodeId, mark: u8) {
        if let Some(marks) = self.of.get_mut(node.index()) {
            *marks |= mark;
        }
    }

    /// Whether the rules want what is in the element, so that it is no furniture.
    pub(crate) fn keeps(&self, node: NodeId) -> bool {
        self.has(node, KEPT)
    }

    /// Whether the rules say which elements are stories, or which are text.
    pub(crate) fn has_stories(&self) -> bool {
        !self.stories.is_empty()
    }

    /// Whether the rules say what is text.
    pub(crate) fn has_body(&self) -> bool {
        self.has_body
    }

    pub(super) fn in_title(&self, node: NodeId) -> bool {
        self.has(node, TITLE)
    }

    pub(super) fn in_body(&self, node: NodeId) -> bool {
        self.has(node, BODY)
    }

    /// Whether the element is one of [`Marks::stories`].
    pub(super) fn is_story(&self, node: NodeId) -> bool {
        self.has(node, WHOLE)
    }
}

impl Site {
    /// What the rules say of the nodes of `dom`; nothing where finding out takes more than
    /// [`MAX_STEPS`].
    pub(crate) fn marks(&self, dom: &Dom) -> Marks {
        self.marks_within(dom, MAX_STEPS)
    }

    pub(super) fn marks_within(&self, dom: &Dom, steps: u64) -> Marks {
        let ground = Ground::new(dom, steps);
        let mut caches = SelectorCaches::default();
        let mut context = MatchingContext::new(
            MatchingMode::Normal,
            None,
            &mut caches,
            QuirksMode::NoQuirks,
            NeedsSelectorFlags::No,
            MatchingForInvalidation::No,
        );
        let mut marks = Marks { of: vec![0; dom.len()], ..Marks::default() };
        let mut step = Some(Step::Enter(NodeId::DOCUMENT));
        while let Some(now) = step {
            let mut inside = true;
            if let Step::Enter(node) = now {
                let above = dom.parent(node).and_then(|parent| marks.of.get(parent.index()));
                marks.add(node, above.copied().unwrap_or(0) & (STORY | TITLE | BODY));
                if let Some(element) = Element::new(&ground, node) {
                    inside = !self.remove.match_one(element, &mut context);
                    if inside {
                        self.mark(element, node, dom, &mut marks, &mut context);
                    } else {
                        marks.removed.push(node);
                    }
                }
            }
            if ground.is_used_up() {
                return Marks { given_up: true, ..Marks::default() };
            }
            step = dom.step(now, NodeId::DOCUMENT, inside);
        }
        marks
    }

    fn mark(
        &self,
        element: Element<'_>,
        node: NodeId,
        dom: &Dom,
        marks: &mut Marks,
        context: &mut MatchingContext<'_, super::selector::Css>,
    ) {
        let mut own = 0;
        if self.story.match_one(element, context) {
            own |= STORY;
            if !marks.has(node, STORY) {
                own |= WHOLE;
                marks.stories.push(node);
            }
        }
        if self.title.match_one(element, context) {
            own |= TITLE;
            marks.titles.push(node);
        }
        if self.body.match_one(element, context) {
            own |= BODY;
            marks.has_body = true;
        }
        if own == 0 {
            return;
        }
        marks.add(node, own);
        // A page's head holds no text, even where its title is the headline.
        for above in dom.ancestors(node).take_while(|above| !dom.is(*above, "head")) {
            if marks.has(above, KEPT) {
                break;
            }
            marks.add(above, KEPT);
        }
    }
}
