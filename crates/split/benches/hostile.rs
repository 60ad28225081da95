//! Pages made to cost as much as they can: how long each takes, and how many times its size in memory.
//!
//! `SPLIT_BENCH_BYTES` says how large they are, 10 MB if unset; `SPLIT_BENCH_ONLY` takes those with
//! that in their name.
#![allow(clippy::indexing_slicing, clippy::print_stdout, missing_docs)]

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use split::{Limits, Source, split};

#[path = "../tests/support/hostile.rs"]
mod hostile;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The processor's time that this process has used: other work on the machine does not count. Where
/// the system does not tell, the time that has passed.
fn processor() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let used = || {
        let line = std::fs::read_to_string("/proc/self/schedstat").ok()?;
        line.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    used().unwrap_or_else(|| START.elapsed())
}

fn cost(page: &[u8]) -> (Duration, f64) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let start = processor();
    let _ = split(&Source::new(page), &Limits::default());
    let time = processor().saturating_sub(start);
    let peak = MEMORY.peak_usage().saturating_sub(before).saturating_sub(Limits::FLOOR);
    (time, peak as f64 / page.len() as f64)
}

fn main() {
    let size = std::env::var("SPLIT_BENCH_BYTES").ok().and_then(|size| size.parse().ok());
    let only = std::env::var("SPLIT_BENCH_ONLY").unwrap_or_default();
    let mut worst = (("nothing", Duration::ZERO), ("nothing", 0.0));
    println!("seconds  times its size, beyond {} MB", Limits::FLOOR / 1024 / 1024);
    for (name, page) in hostile::CATALOGUE.iter().filter(|(name, _)| name.contains(&only)) {
        let (time, factor) = cost(&page(size.unwrap_or(10_000_000)));
        println!("{:7.2}  {factor:6.1}  {name}", time.as_secs_f64());
        if time > worst.0.1 {
            worst.0 = (name, time);
        }
        if factor > worst.1.1 {
            worst.1 = (name, factor);
        }
    }
    println!("slowest: {} ({:.2?}); largest: {} ({:.1} times)", worst.0.0, worst.0.1, worst.1.0, worst.1.1);
}
