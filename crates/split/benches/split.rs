//! Bytes to stories, against html5ever alone building its tree of the same bytes.
//!
//! The pages are those of `tests/fixtures`, wrapped in the markup that a real page has around its
//! text; `SPLIT_BENCH_PAGES=DIR` takes the `.html` files of a directory instead. How the times compare,
//! also to those of `dom_smoothie`, is printed first.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use split::{Limits, Source, split};

#[path = "../tests/support/plain_tree.rs"]
mod plain_tree;

fn pages() -> Vec<Vec<u8>> {
    if let Ok(folder) = std::env::var("SPLIT_BENCH_PAGES") {
        return read(Path::new(&folder));
    }
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/forms");
    let link = "<li class=\"menu-item\"><a class=\"link link--small\" href=\"/section/page\">A headline elsewhere</a></li>";
    let furniture = format!("<nav class=\"site-nav\"><ul>{}</ul></nav>", link.repeat(400));
    let script = format!("<script>{}</script>", "window.data.push({id: 1, name: 'x'});".repeat(800));
    read(&fixtures)
        .into_iter()
        .map(|page| [page, furniture.clone().into_bytes(), script.clone().into_bytes()].concat())
        .collect()
}

fn read(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "html"))
        .map(|file| std::fs::read(file).unwrap())
        .collect()
}

fn stories(pages: &[Vec<u8>]) -> usize {
    let limits = Limits::default();
    pages.iter().map(|page| split(&Source::new(page), &limits).map_or(0, |stories| stories.len())).sum()
}

fn trees(pages: &[Vec<u8>]) -> usize {
    pages.iter().map(|page| plain_tree::nodes(page)).sum()
}

/// How many of the pages `dom_smoothie` finds an article on.
fn articles(pages: &[Vec<u8>]) -> usize {
    let article = |page: &Vec<u8>| {
        let html = String::from_utf8_lossy(page);
        dom_smoothie::Readability::new(html.as_ref(), None, None).and_then(|mut page| page.parse())
    };
    pages.iter().map(article).filter(Result::is_ok).count()
}

/// The least time that each of `runs` takes, of a few in turn: what else the machine does then meets
/// all of them alike.
fn least<const N: usize>(runs: [&dyn Fn() -> usize; N]) -> [Duration; N] {
    let time = |run: &dyn Fn() -> usize| {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    };
    let mut best = [Duration::MAX; N];
    for _ in 0..7 {
        for (best, run) in best.iter_mut().zip(runs) {
            *best = time(run).min(*best);
        }
    }
    best
}

fn benchmark(criterion: &mut Criterion) {
    let pages = pages();
    let [whole, tree, other] = least([&|| stories(&pages), &|| trees(&pages), &|| articles(&pages)]);
    let ratio = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
    println!("{} pages: {whole:.2?} to stories", pages.len());
    println!("html5ever's tree alone: {tree:.2?}; to stories takes {:.2} times that", ratio(whole, tree));
    println!("dom_smoothie: {other:.2?}; to stories is {:.2} times as fast", ratio(other, whole));
    let mut group = criterion.benchmark_group("page");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(pages.iter().map(|page| page.len() as u64).sum()));
    group.bench_function("html5ever alone", |bencher| bencher.iter(|| trees(&pages)));
    group.bench_function("bytes to stories", |bencher| bencher.iter(|| stories(&pages)));
    group.finish();
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
