//! Any bytes as a page of plain text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use split::Source;

#[path = "../../tests/support/laws.rs"]
mod laws;

fuzz_target!(|bytes: &[u8]| {
    let source = Source { content_type: Some("text/plain"), ..Source::new(bytes) };
    let Some(stories) = laws::stories(source) else { return };
    // Signs of markup make it a page of HTML, and zeros one in UTF-16.
    if let Ok(page) = std::str::from_utf8(bytes)
        && !page.contains(|c: char| matches!(c, '<' | '&') || (c.is_control() && !c.is_whitespace()))
    {
        assert_eq!(laws::not_in_order(laws::blocks(&stories), page), None);
    }
});
