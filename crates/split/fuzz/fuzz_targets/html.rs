//! Any bytes as a page of HTML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use split::Source;

#[path = "../../tests/support/laws.rs"]
mod laws;
#[path = "../../tests/support/plain_tree.rs"]
mod plain_tree;

fuzz_target!(|bytes: &[u8]| {
    let url = Some("https://page.example/one");
    let source = Source { content_type: Some("text/html"), url, ..Source::new(bytes) };
    let Some(stories) = laws::stories(source) else { return };
    // What bytes beyond UTF-8 and control characters mean is another question; and a described body comes
    // from a script.
    if let Ok(page) = std::str::from_utf8(bytes)
        && !page.contains("ld+json")
        && !page.contains(|c: char| c.is_control() && !c.is_whitespace())
    {
        let text = plain_tree::text(page.trim_start_matches('\u{FEFF}'));
        if let Some(block) = laws::not_in(&stories, &text) {
            // Of a page without a tag that is known, what looks like tags is text.
            let plain = laws::stories(Source { content_type: Some("text/plain"), url, ..Source::new(bytes) });
            assert_eq!(plain.as_ref(), Some(&stories), "{block}");
        }
    }
});
