//! Bytes to stories, against html5ever alone building its tree of the same bytes.
//!
//! The pages are those of `tests/fixtures`, wrapped in the markup that a real page has around its
//! text; `SPLIT_BENCH_PAGES=DIR` takes the `.html` files of a directory instead. The ratio of the two
//! times is printed first.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, QualName, parse_document};
use split::{Limits, Source, split};

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
    pages
        .iter()
        .map(|page| parse_document(Arena::default(), Default::default()).from_utf8().one(page.as_slice()))
        .sum()
}

/// The least time of a few runs.
fn least(run: impl Fn() -> usize) -> Duration {
    let time = || {
        let start = Instant::now();
        black_box(run());
        start.elapsed()
    };
    (0..5).map(|_| time()).min().unwrap()
}

fn benchmark(criterion: &mut Criterion) {
    let pages = pages();
    let (whole, tree) = (least(|| stories(&pages)), least(|| trees(&pages)));
    println!(
        "{} pages: {whole:.2?} to stories, {tree:.2?} to html5ever's tree, ratio {:.2}",
        pages.len(),
        whole.as_secs_f64() / tree.as_secs_f64()
    );
    let mut group = criterion.benchmark_group("page");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(pages.iter().map(|page| page.len() as u64).sum()));
    group.bench_function("html5ever alone", |bencher| bencher.iter(|| trees(&pages)));
    group.bench_function("bytes to stories", |bencher| bencher.iter(|| stories(&pages)));
    group.finish();
}

criterion_group!(benches, benchmark);
criterion_main!(benches);

/// The plainest tree: nodes in one vector, each with its parent and children.
#[derive(Default)]
struct Arena {
    nodes: std::cell::RefCell<Vec<Node>>,
}

#[derive(Default)]
struct Node {
    name: Option<QualName>,
    parent: Option<usize>,
    children: Vec<usize>,
    text: Option<StrTendril>,
    _attributes: Vec<Attribute>,
}

impl Arena {
    fn push(&self, node: Node) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(node);
        nodes.len()
    }

    fn with<T>(&self, id: usize, run: impl FnOnce(&mut Node) -> T) -> Option<T> {
        id.checked_sub(1).and_then(|at| self.nodes.borrow_mut().get_mut(at).map(run))
    }

    fn insert(&self, parent: usize, before: Option<usize>, child: NodeOrText<usize>) {
        let id = match child {
            NodeOrText::AppendNode(id) => {
                self.remove_from_parent(&id);
                id
            }
            NodeOrText::AppendText(text) => {
                let last = self.with(parent, |node| node.children.last().copied()).flatten();
                let joined = before.is_none()
                    && last.is_some_and(|last| {
                        self.with(last, |node| node.text.as_mut().map(|own| own.push_tendril(&text)))
                            .flatten()
                            .is_some()
                    });
                if joined {
                    return;
                }
                self.push(Node { text: Some(text), ..Node::default() })
            }
        };
        self.with(id, |node| node.parent = Some(parent));
        self.with(parent, |node| {
            let at = before.and_then(|before| node.children.iter().position(|child| *child == before));
            node.children.insert(at.unwrap_or(node.children.len()), id);
        });
    }
}

impl TreeSink for Arena {
    type Handle = usize;
    type Output = usize;
    type ElemName<'a> = std::cell::Ref<'a, QualName>;

    fn finish(self) -> usize {
        self.nodes.into_inner().len()
    }
    fn parse_error(&self, _: std::borrow::Cow<'static, str>) {}
    fn get_document(&self) -> usize {
        if self.nodes.borrow().is_empty() { self.push(Node::default()) } else { 1 }
    }
    fn elem_name<'a>(&'a self, target: &'a usize) -> Self::ElemName<'a> {
        std::cell::Ref::map(self.nodes.borrow(), |nodes| nodes[*target - 1].name.as_ref().unwrap())
    }
    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> usize {
        self.push(Node { name: Some(name), _attributes: attributes, ..Node::default() })
    }
    fn create_comment(&self, _: StrTendril) -> usize {
        self.push(Node::default())
    }
    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.push(Node::default())
    }
    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        self.insert(*parent, None, child);
    }
    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        match self.with(*element, |node| node.parent).flatten() {
            Some(parent) => self.insert(parent, Some(*element), child),
            None => self.append(previous, child),
        }
    }
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }
    fn same_node(&self, x: &usize, y: &usize) -> bool {
        x == y
    }
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        if let Some(parent) = self.with(*sibling, |node| node.parent).flatten() {
            self.insert(parent, Some(*sibling), child);
        }
    }
    fn add_attrs_if_missing(&self, _: &usize, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, target: &usize) {
        if let Some(parent) = self.with(*target, |node| node.parent.take()).flatten() {
            self.with(parent, |node| node.children.retain(|child| child != target));
        }
    }
    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let children = self.with(*node, |node| std::mem::take(&mut node.children)).unwrap_or_default();
        for child in children {
            self.with(child, |node| node.parent = None);
            self.insert(*new_parent, None, NodeOrText::AppendNode(child));
        }
    }
}
