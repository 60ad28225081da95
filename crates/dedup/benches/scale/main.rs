//! How fast and how large the index is, as it grows, and `gaoya` beside it.
//!
//! ```sh
//! cargo bench -p dedup --bench scale                         # 100,000 stories: half a minute
//! cargo bench -p dedup --bench scale -- --stories 10000000   # as many as one partition should bear: a quarter of an hour
//! ```
//!
//! Everything runs on one core, one story after the other: normalising, verdict and insertion.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a bench prints, and ends when something is wrong"
)]

mod copy;
mod peer;
mod stories;
mod text;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use dedup::{Index, Settings, Verdict};
use jiff::Timestamp;
use model::Story;

use copy::Copy;
use stories::{COPIES, TIMED};
use text::Press;

/// Stories of the small index.
const SMALL: u64 = 100_000;
/// How often is timed; the median counts.
const ROUNDS: u64 = 5;

fn main() {
    // Cargo says `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let stories = match arguments.as_slice() {
        [name, file] if name == "--load" => return load(Path::new(file)),
        [] => SMALL,
        [name, count] if name == "--stories" => count.parse().expect("a number of stories"),
        _ => {
            println!("give nothing, or --stories and a number");
            std::process::exit(2);
        }
    };
    let press = Press::new();
    let bytes: usize = (0..1_000).map(|number| press.text(number).len()).sum();
    println!(
        "Texts of {} bytes on average, a tenth of the timed ones edited copies of earlier ones.",
        bytes / 1_000
    );
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("copy.sqlite");
    let mut copy = Copy::create(&file);
    let mut index = empty();
    index.restored();
    let small = stories.min(SMALL);
    fill(&mut index, &press, 0..small, &mut copy);
    let at_small = timed(&mut index, &press, 0, small, &mut copy);
    told(&index, at_small);
    if stories > small {
        fill(&mut index, &press, small..stories, &mut copy);
        let at_full = timed(&mut index, &press, 1, stories, &mut copy);
        told(&index, at_full);
        println!("{:.2} times the time of {small} stories", at_full.as_secs_f64() / at_small.as_secs_f64());
    }
    let known = index.len();
    // It has a cache.
    copy.close();
    println!("{:.0} bytes of memory a story as counted", index.bytes() as f64 / known as f64);
    drop(index);
    // A process of its own, so that nothing else is counted as its memory.
    let mut loading = Command::new(std::env::current_exe().expect("this program"));
    let loaded = loading.arg("--load").arg(&file).status().expect("a process");
    assert!(loaded.success(), "{loaded}");

    let full = full(&press, small);
    println!(
        "{small} stories, one forgotten with each that comes: {:.0} stories/s, {:.2} times the time",
        rate(full),
        full.as_secs_f64() / at_small.as_secs_f64()
    );
    let peer = peer::timed(&press, small);
    println!(
        "gaoya, {small} stories: {:.0} stories/s; the index is {:.2} times as fast",
        rate(peer),
        peer.as_secs_f64() / at_small.as_secs_f64()
    );
}

/// The time that further stories take where there is room for `stories`, and as many more were there before.
fn full(press: &Press, stories: u64) -> Duration {
    let dir = tempfile::tempdir().expect("a folder");
    let mut copy = Copy::create(&dir.path().join("copy.sqlite"));
    let mut index = Index::new(Settings { max_stories: stories, max_mib: u64::MAX, ..Settings::default() });
    index.restored();
    // Copies are of the first ones of all: these come last.
    fill(&mut index, press, stories..2 * stories, &mut copy);
    fill(&mut index, press, 0..stories, &mut copy);
    let mut times: Vec<Duration> = (0..3)
        .map(|round| round_of(&mut index, &stories::coming(press, 10 + round, stories), &mut copy))
        .collect();
    times.sort_unstable();
    assert_eq!(index.len() as u64, stories);
    times[times.len() / 2]
}

/// Loads an index from its copy on disk, and tells the time and the memory.
fn load(file: &Path) {
    let before = resident_bytes();
    let begun = Instant::now();
    let mut index = empty();
    copy::each(file, |key, value| index.set(key, Some(value)));
    index.restored();
    let time = begun.elapsed();
    assert_eq!(index.check(), Ok(()));
    let (known, now) = (index.len() as f64, resident_bytes());
    println!("{known} stories loaded from an SQLite file in {:.1} s", time.as_secs_f64());
    println!(
        "{:.0} bytes of memory a story as counted, {:.0} as the system counts it",
        index.bytes() as f64 / known,
        now.saturating_sub(before) as f64 / known,
    );
}

fn empty() -> Index {
    Index::new(Settings { max_stories: u64::MAX, max_mib: u64::MAX, ..Settings::default() })
}

fn rate(time: Duration) -> f64 {
    TIMED as f64 / time.as_secs_f64()
}

fn told(index: &Index, time: Duration) {
    println!("{} stories: {:.0} stories/s", index.len(), rate(time));
}

fn fill(index: &mut Index, press: &Press, numbers: std::ops::Range<u64>, copy: &mut Copy) {
    for number in numbers {
        let story = stories::story(press, number);
        let (_, changes) = index.observe(&story, Timestamp::UNIX_EPOCH);
        for (key, value) in &changes {
            index.set(key, value.as_deref());
        }
        copy.write(changes);
    }
}

/// The time that [`TIMED`] further stories take, the median of some rounds, with `stories` in the index before.
fn timed(index: &mut Index, press: &Press, series: u64, stories: u64, copy: &mut Copy) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|round| {
            let coming = stories::coming(press, series * ROUNDS + round, stories);
            round_of(index, &coming, copy)
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

#[inline(never)]
fn round_of(index: &mut Index, coming: &[Story], copy: &mut Copy) -> Duration {
    let mut duplicates = 0;
    let mut all = Vec::with_capacity(coming.len());
    let begun = Instant::now();
    for story in coming {
        let (verdict, changes) = index.observe(story, Timestamp::UNIX_EPOCH);
        for (key, value) in &changes {
            index.set(key, value.as_deref());
        }
        duplicates += u64::from(matches!(verdict, Verdict::Duplicate { .. }));
        all.push(changes);
    }
    let time = begun.elapsed();
    assert!(duplicates * 100 >= COPIES * 99, "{duplicates} of {COPIES} edited copies found");
    all.into_iter().for_each(|changes| copy.write(changes));
    time
}

/// The memory that the process has from the system.
fn resident_bytes() -> u64 {
    let pages = |statm: String| statm.split(' ').nth(1)?.parse::<u64>().ok();
    std::fs::read_to_string("/proc/self/statm").ok().and_then(pages).unwrap_or(0) * 4_096
}
