//! Texts that tell the same in mostly the same words.
//!
//! ```text
//! normal text ─▶ Shingles: hashes of all runs of four words ─▶ Sketch: the smallest of them, in half a byte each
//!                    │                                            ▲ how much of it is in another text?
//!                    └─▶ Postings: by the very smallest, which texts to compare with
//! ```
//!
//! A text that comes is there in full; of one that came before only its sketch is left. So the sketch of the earlier one
//! is looked for in all shingles of the later one, which tells how many the two share: more sharply than two sketches
//! would, above all when one text is a part of the other.

mod likeness;
mod overlap;
mod postings;
mod shingles;
mod sketch;

pub(crate) use likeness::Likeness;
pub(crate) use overlap::{is_hopeless, share_changed};
pub(crate) use postings::{NUMBERS, Postings, SHARDS};
pub(crate) use shingles::Shingles;
pub(crate) use sketch::Sketch;
