//! No page costs more than 20 times its size in memory, beyond the floor that any page may cost.
//!
//! The pages are small here, since the test is not optimized; those of 10 MB are tried by
//! `SPLIT_COST_BYTES=10000000 cargo test --release -p split --test cost`, and timed by
//! `cargo bench -p split --bench hostile`.

#![allow(clippy::indexing_slicing)]

use peak_alloc::PeakAlloc;
use split::{Limits, Source, split};

#[path = "support/hostile.rs"]
mod hostile;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One test, since all in this binary share what they are measured by.
#[test]
fn hostile_pages_cost_at_most_20_times_their_size() {
    const FACTOR: usize = 20;
    let size = std::env::var("SPLIT_COST_BYTES").ok().and_then(|size| size.parse().ok()).unwrap_or(200_000);
    let mut over = String::new();
    for (name, page) in hostile::CATALOGUE {
        let page = page(size);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let _ = split(&Source::new(&page), &Limits::default());
        let peak = MEMORY.peak_usage() - before;
        if peak > page.len() * FACTOR + Limits::FLOOR {
            over += &format!("\n{name}: {peak} bytes for {}", page.len());
        }
    }
    assert!(over.is_empty(), "too much memory:{over}");
}
