//! One stage over the embedded store, against SQLite alone reading and writing the same rows in the same batches.

mod sqlite;

use std::path::Path;
use std::time::Duration;

use stream::backend::Appender;
use stream::embedded::{Settings as StoreSettings, Store};
use stream::runner::Settings;
use stream::{Output, partition_of};

use crate::drive::{Plan, drive};
use crate::findings::{Asked, Findings, list, median, rate};
use crate::lab::{PARTITIONS, catalogue};
use crate::stage::Copier;
use crate::text::{Pool, key};

const STAGE: &str = "copier";
const INPUT: &str = "in";
const OUT: &str = "out";
/// Records that are appended at once before anything is measured.
const FILL: usize = 5_000;

/// Runs both in turn, each time in a fresh folder.
pub(crate) fn measure(records: usize, runs: usize, findings: &mut Findings) {
    let bytes = 2048;
    println!("\nembedded: {records} records of 2 KB, {runs} runs of each, records a second");
    let pool = Pool::new(bytes);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        ours.push(rate(records, in_folder(|folder| runner(folder, &pool, records))));
        theirs.push(rate(records, in_folder(|folder| sqlite::run(folder, &pool, records))));
    }
    let ratio = median(&ours) / median(&theirs);
    println!("  runner   {}  median {:.0}", list(&ours, 0), median(&ours));
    println!("  rusqlite {}  median {:.0}", list(&theirs, 0), median(&theirs));
    println!("  ratio    {ratio:.3}");
    findings.add("embedded: runner / rusqlite alone", Asked::AtLeast(0.6), ratio);
}

fn in_folder(run: impl FnOnce(&Path) -> Duration) -> Duration {
    // Beside what is built: a temporary folder may be in memory.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = tempfile::tempdir_in(target).expect("a folder");
    run(folder.path())
}

/// From the first record handed out until the last commit.
fn runner(folder: &Path, pool: &Pool, records: usize) -> Duration {
    let catalogue = catalogue(STAGE, &[INPUT, OUT]);
    let store = Store::open_as_runner(folder, catalogue.clone(), StoreSettings::default()).expect("a store");
    let mut appender = store.appender().expect("an appender");
    let numbers: Vec<usize> = (0..records).collect();
    for numbers in numbers.chunks(FILL) {
        let outputs = numbers.iter().map(|number| output(*number, pool)).collect();
        appender.append(outputs).expect("they are appended");
    }
    let plan = Plan {
        name: STAGE,
        input: INPUT,
        catalogue,
        settings: Settings::default(),
        make: Box::new(|_| Copier { out: OUT }),
    };
    let driven = drive(plan, |signal| store.backend(STAGE, INPUT, signal));
    let seen = driven.watch.wait_until(|seen| seen.committed() >= records as u64);
    driven.stop();
    let (Some(begun), Some(ended)) = (seen.begun_at, seen.committed_at) else { panic!("nothing was seen") };
    let time = (ended - begun).as_secs_f64();
    println!(
        "  runner: {} transactions of {:.1} ms; of {time:.2} s {:.0} % polling, {:.0} % committing",
        seen.commits,
        seen.committing.as_secs_f64() * 1e3 / f64::from(seen.commits),
        100.0 * seen.polling.as_secs_f64() / time,
        100.0 * seen.committing.as_secs_f64() / time,
    );
    ended - begun
}

fn output(number: usize, pool: &Pool) -> Output {
    let key = key(number).into_bytes();
    Output {
        topic: INPUT.to_owned(),
        partition: partition_of(&key, PARTITIONS),
        key,
        headers: Vec::new(),
        value: Some(pool.value(number).to_vec().into()),
    }
}
