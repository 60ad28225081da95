//! What `explain` says of a page, as people read it.

use split::{Limits, Source, explain};

fn of(file: &str) -> std::io::Result<String> {
    let path = format!("{}/tests/fixtures/{file}", env!("CARGO_MANIFEST_DIR"));
    Ok(explain(&Source::new(&std::fs::read(path)?), &Limits::default()))
}

#[test]
fn each_block_of_a_text_is_accounted_for() {
    insta::assert_snapshot!(of("seed/page.txt").unwrap());
}

#[test]
fn what_was_passed_by_in_a_page_is_named() {
    insta::assert_snapshot!(of("forms/teasers_no_names.hu.html").unwrap());
}

#[test]
fn other_ways_to_take_a_page_apart_are_weighed() {
    insta::assert_snapshot!(of("forms/live_blog_jsonld.fr.html").unwrap());
}

#[test]
fn a_page_that_is_refused_is_not_explained() {
    assert_eq!(explain(&Source::new(b"%PDF-1.7"), &Limits::default()), "");
}
