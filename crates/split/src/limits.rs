//! How much of a page is looked at.

use serde::{Deserialize, Serialize};

/// Bounds on the work and memory that one page may cost.
///
/// What exceeds a bound is left out, not refused, except for [`Limits::max_bytes`]: a page cut in
/// its middle would yield half a story and nobody would know.
///
/// With the defaults a page costs at most 20 times its size in memory, beyond a [`Limits::FLOOR`] that
/// any page may cost: nodes and pieces are bounded by the page's size too, at several times what the
/// densest markup of news has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Elements nested in one another; deeper start tags are dropped and their content moves up.
    /// html5ever takes quadratic time in the depth, and news pages stay under 60.
    pub max_depth: usize,
    /// Nodes of the tree, and attributes of all its tags; what comes after is dropped. A page has at
    /// most one for each 8 of its bytes and 32,768 more.
    pub max_nodes: usize,
    /// Attributes of one tag; further ones are dropped. html5ever compares each with all before.
    pub max_attributes: usize,
    /// Paragraphs, headings and other blocks of text, or lines; what comes after is dropped.
    /// A page has at most one for each 32 of its bytes and 8,192 more.
    pub max_pieces: usize,
    /// Bytes of the page; a longer one is refused.
    pub max_bytes: usize,
    /// Stories of a page; what comes after is dropped.
    pub max_stories: usize,
}

impl Limits {
    /// Bytes of memory that any page may cost, however small.
    pub const FLOOR: usize = 8 * 1024 * 1024;

    /// These limits for a page of `bytes`: what is small may have many parts, but not all that there
    /// are in a large one.
    pub(crate) fn within(&self, bytes: usize) -> Self {
        Self {
            max_nodes: self.max_nodes.min(32_768 + bytes / 8),
            max_pieces: self.max_pieces.min(8_192 + bytes / 32),
            ..self.clone()
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_depth: 256,
            max_nodes: 1_000_000,
            max_attributes: 256,
            max_pieces: 50_000,
            max_bytes: 16 * 1024 * 1024,
            max_stories: 500,
        }
    }
}
