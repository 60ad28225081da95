//! How fast and how large the index is, as it grows.
//!
//! ```sh
//! cargo bench -p dedup --bench scale                         # 100,000 stories: half a minute
//! cargo bench -p dedup --bench scale -- --stories 10000000   # as many as one partition should bear
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

mod text;

use std::time::{Duration, Instant};

use dedup::{Index, Settings, Verdict};
use jiff::Timestamp;
use model::{PageRef, Story};
use rusqlite::Connection;

use text::Press;

/// Stories that are timed once the index is full.
const TIMED: u64 = 20_000;

fn main() {
    // Cargo says `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let stories = match arguments.as_slice() {
        [] => 100_000,
        [name, count] if name == "--stories" => count.parse().expect("a number of stories"),
        _ => {
            println!("give nothing, or --stories and a number");
            std::process::exit(2);
        }
    };
    let press = Press::new();
    let dir = tempfile::tempdir().expect("a folder");
    let mut copy = Copy::create(&dir.path().join("copy.sqlite"));
    let mut index = Index::new(Settings { max_stories: u64::MAX, max_mib: u64::MAX, ..Settings::default() });
    index.restored();
    let small = stories.min(100_000);
    fill(&mut index, &press, 0..small, &mut copy);
    let at_small = timed(&mut index, &press, small, &mut copy);
    println!("{small} stories: {:.0} stories/s", rate(at_small));
    fill(&mut index, &press, small..stories, &mut copy);
    let at_full = if stories > small { timed(&mut index, &press, stories, &mut copy) } else { at_small };
    let known = index.len();
    println!(
        "{known} stories: {:.0} stories/s, {:.2} times the time",
        rate(at_full),
        at_full.as_secs_f64() / at_small.as_secs_f64()
    );
    println!("{:.0} bytes of memory a story as counted", index.bytes() as f64 / known as f64);
    drop(index);
    copy.close();

    let begun = Instant::now();
    let index = restored(&dir.path().join("copy.sqlite"));
    let time = begun.elapsed();
    assert_eq!(index.len(), known, "stories restored");
    println!("{:.1} s to load {known} stories from an SQLite file", time.as_secs_f64());
}

fn rate(time: Duration) -> f64 {
    TIMED as f64 / time.as_secs_f64()
}

fn fill(index: &mut Index, press: &Press, numbers: std::ops::Range<u64>, copy: &mut Copy) {
    for number in numbers {
        observe(index, &story(press, number), copy);
    }
}

/// The time that further stories take, a tenth of which are edited copies of earlier ones.
fn timed(index: &mut Index, press: &Press, from: u64, copy: &mut Copy) -> Duration {
    let stories: Vec<Story> = (0..TIMED)
        .map(|number| match number % 10 {
            0 => Story {
                text: press.edited(number * (from / TIMED).max(1)),
                ..story(press, (1 << 40) + from + number)
            },
            _ => story(press, (1 << 40) + from + number),
        })
        .collect();
    let mut duplicates = 0;
    let begun = Instant::now();
    let mut all = Vec::new();
    for story in &stories {
        let (verdict, changes) = index.observe(story, Timestamp::UNIX_EPOCH);
        for (key, value) in &changes {
            index.set(key, value.as_deref());
        }
        duplicates += u64::from(matches!(verdict, Verdict::Duplicate { .. }));
        all.extend(changes);
    }
    let time = begun.elapsed();
    copy.write(all);
    println!("{duplicates} of {} edited copies found", TIMED / 10);
    time
}

fn observe(index: &mut Index, story: &Story, copy: &mut Copy) {
    let (_, changes) = index.observe(story, Timestamp::UNIX_EPOCH);
    for (key, value) in &changes {
        index.set(key, value.as_deref());
    }
    copy.write(changes);
}

fn story(press: &Press, number: u64) -> Story {
    let url = format!("https://{}.example/{number}", number % 977);
    Story {
        page: PageRef { url: Some(url.clone()), part: 1, parts: 1 },
        url: Some(url),
        title: Some(press.headline(number)),
        text: press.text(number),
        ..Story::blank()
    }
}

/// The entries of state in a file, as a service keeps them beside the log.
struct Copy {
    connection: Connection,
    pending: u64,
}

impl Copy {
    fn create(path: &std::path::Path) -> Self {
        let connection = Connection::open(path).expect("a file");
        connection
            .execute_batch(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
                 CREATE TABLE entries (key BLOB PRIMARY KEY, value BLOB NOT NULL); BEGIN",
            )
            .expect("a table");
        Self { connection, pending: 0 }
    }

    fn write(&mut self, changes: dedup::Changes) {
        let mut put =
            self.connection.prepare_cached("INSERT OR REPLACE INTO entries VALUES (?1, ?2)").expect("SQL");
        let mut delete = self.connection.prepare_cached("DELETE FROM entries WHERE key = ?1").expect("SQL");
        for (key, value) in changes {
            match value {
                Some(value) => put.execute((key, value)).expect("written"),
                None => delete.execute([key]).expect("deleted"),
            };
            self.pending += 1;
        }
    }

    fn close(self) {
        self.connection.execute_batch("COMMIT").expect("written");
    }
}

fn restored(path: &std::path::Path) -> Index {
    let mut index = Index::new(Settings { max_stories: u64::MAX, max_mib: u64::MAX, ..Settings::default() });
    let connection = Connection::open(path).expect("a file");
    let mut statement = connection.prepare("SELECT key, value FROM entries").expect("SQL");
    let mut rows = statement.query([]).expect("rows");
    while let Some(row) = rows.next().expect("a row") {
        let blob = |place: usize| row.get_ref(place).expect("a column").as_blob().expect("bytes");
        index.set(blob(0), Some(blob(1)));
    }
    index.restored();
    assert_eq!(index.check(), Ok(()));
    index
}
