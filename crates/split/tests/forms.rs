//! Pages in the forms that news comes in, each with the stories that it should give.
//!
//! The pages are written for this; the name of each tells its form and its language.

use std::fmt::Write;
use std::path::PathBuf;

use split::{Limits, Source, split};

/// What readers see of the stories of a page.
fn summary(bytes: &[u8]) -> String {
    let source = Source { url: Some("https://page.example/one"), ..Source::new(bytes) };
    let stories = match split(&source, &Limits::default()) {
        Ok(stories) => stories,
        Err(reason) => return format!("none: {reason}\n"),
    };
    let mut out = String::new();
    for story in stories {
        let _ = writeln!(out, "# {} ({:?})", story.title.as_deref().unwrap_or("-"), story.kind);
        let _ = writeln!(
            out,
            "{} {} by {:?}",
            story.lang.as_deref().unwrap_or("-"),
            story.published_at.as_deref().unwrap_or("-"),
            story.authors
        );
        let _ = writeln!(
            out,
            "url {:?}, source {:?}, keywords {:?}",
            story.url, story.source.name, story.keywords
        );
        for block in story.blocks {
            let _ = writeln!(out, "{:?}: {}", block.kind, block.text);
        }
        for link in story.links {
            let _ = writeln!(out, "link {:?}: {}", link.text, link.url);
        }
        out.push('\n');
    }
    out
}

#[test]
fn every_form_gives_its_stories() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/forms");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().replace('.', "_");
        insta::assert_snapshot!(name, summary(&std::fs::read(&file).unwrap()));
    }
}
