//! How much of a page is looked at.

use serde::{Deserialize, Serialize};

/// Bounds on the work and memory that one page may cost.
///
/// What exceeds a bound is left out, not refused, except for [`Limits::max_bytes`]: a page cut in
/// its middle would yield half a story and nobody would know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Elements nested in one another; deeper start tags are dropped and their content moves up.
    /// html5ever takes quadratic time in the depth, and news pages stay under 60.
    pub max_depth: usize,
    /// Nodes of the tree; what comes after is dropped.
    pub max_nodes: usize,
    /// Attributes of one tag; further ones are dropped. html5ever compares each with all before.
    pub max_attributes: usize,
    /// Paragraphs, headings and other blocks of text, or lines; what comes after is dropped.
    pub max_pieces: usize,
    /// Bytes of the page; a longer one is refused.
    pub max_bytes: usize,
    /// Stories of a page; what comes after is dropped.
    pub max_stories: usize,
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
