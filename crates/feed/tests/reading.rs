//! Whole documents of every format, and every kind of broken one.

use feed::{Limits, ParseError, parse};
use proptest::prelude::*;

const BASE: Option<&str> = Some("https://base.example/dir/feed");

/// `(name, bytes)` of each fixture.
macro_rules! fixtures {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("fixtures/", $name)).as_slice())),*]
    };
}

const SOUND: [(&str, &[u8]); 6] =
    fixtures!["rss2.xml", "rss1.xml", "rss091.xml", "atom.xml", "prefixed-atom.xml", "feed.json"];

const BROKEN: [(&str, &[u8]); 5] =
    fixtures!["bare-ampersand.xml", "bad-nesting.xml", "truncated.xml", "junk-before.xml", "truncated.json"];

const ODD: [(&str, &[u8]); 3] = fixtures!["windows-1256.xml", "utf-16be.xml", "identical-guids.xml"];

#[test]
fn sound_and_odd_documents() {
    for (name, bytes) in SOUND.into_iter().chain(ODD) {
        let document = parse(bytes, None, BASE, &Limits::default()).unwrap();
        assert!(!document.repaired, "{name}");
        insta::assert_json_snapshot!(name, document);
    }
}

#[test]
fn broken_documents() {
    for (name, bytes) in BROKEN {
        let document = parse(bytes, None, BASE, &Limits::default()).unwrap();
        assert!(document.repaired, "{name}");
        insta::assert_json_snapshot!(name, document);
    }
}

#[test]
fn other_documents_are_named_with_the_way_out() {
    let page = include_bytes!("fixtures/page.html").as_slice();
    let limits = Limits { max_bytes: 10_000, max_depth: 10, ..Limits::default() };
    let deep = format!("<rss><channel>{}", "<x>".repeat(20));
    let large = vec![b'x'; 10_001];
    let cases: [(&str, &[u8]); 10] = [
        ("a page", page),
        ("a page without feeds", b"<html><p>Hello"),
        ("nothing", b""),
        ("white space", b"\xef\xbb\xbf \n"),
        ("text", b"Just a moment..."),
        ("another document", b"<?xml version='1.0'?><urlset><url/></urlset>"),
        ("other JSON", b"{\"posts\": []}"),
        ("half of some JSON", b"{\"posts\": [tru"),
        ("deep", deep.as_bytes()),
        ("large", &large),
    ];
    let shown = cases.map(|(name, bytes)| {
        let error = parse(bytes, None, BASE, &limits).unwrap_err();
        format!("{name}: {error}")
    });
    insta::assert_snapshot!(shown.join("\n"));
    let feeds = match parse(page, Some("text/html"), None, &limits) {
        Err(ParseError::Html { feeds }) => feeds,
        other => panic!("{other:?}"),
    };
    assert_eq!(feeds, ["https://site.example/blog/feed.xml", "https://site.example/atom"]);
}

#[test]
fn depth_is_no_harm_inside_of_texts_and_refused_elsewhere() {
    let nested = |name: &str| {
        format!("{}x{}", format!("<{name}>").repeat(100_000), format!("</{name}>").repeat(100_000))
    };
    let read = |inner: String| {
        let feed = format!(
            "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><item><title>t</title>{inner}</item></channel></rss>"
        );
        parse(feed.as_bytes(), None, None, &Limits::default())
    };
    assert_eq!(read(format!("<description>{}</description>", nested("div"))).unwrap().entries.len(), 1);
    // feed-rs would follow these until the stack ends.
    assert_eq!(read(nested("media:group")), Err(ParseError::TooDeep { max_depth: 100 }));
}

#[test]
fn what_exceeds_the_limit_of_entries_is_counted() {
    let items: String = (0..10).map(|n| format!("<item><guid>{n}</guid><title>t</title></item>")).collect();
    let limits = Limits { max_entries: 4, ..Limits::default() };
    let document = parse(format!("<rss><channel>{items}").as_bytes(), None, None, &limits).unwrap();
    assert_eq!((document.entries.len(), document.left_out), (4, 6));
    let items = (0..10).map(|n| format!("{{\"id\":\"{n}\",\"title\":\"t\"}}")).collect::<Vec<_>>().join(",");
    let document = parse(format!("{{\"items\":[{items}]}}").as_bytes(), None, None, &limits).unwrap();
    assert_eq!((document.entries.len(), document.left_out), (4, 6));
}

/// A feed that is broken for a while keeps its entries: none is announced twice.
#[test]
fn damage_changes_no_entry() {
    let identities = |text: &str| {
        let document = parse(text.as_bytes(), None, BASE, &Limits::default()).unwrap();
        (document.repaired, feed::identities(&model::Id::of("feed", &["f"]), &document))
    };
    for (name, bytes) in SOUND {
        let text = std::str::from_utf8(bytes).unwrap();
        let damaged = match name {
            "feed.json" => text.trim_end().strip_suffix("]}").unwrap().to_owned(),
            _ => format!("<br>{}<x:y> & </z>", text.trim_end().rsplit_once("</").unwrap().0),
        };
        let (sound, damaged) = (identities(text), identities(&damaged));
        assert!(!sound.0 && damaged.0, "{name}");
        assert_eq!(sound.1, damaged.1, "{name}");
    }
}

/// What feed-rs passes over without a word, or refuses, or panics at.
#[test]
fn every_entry_is_found() {
    let entries = |text: &str| parse(text.as_bytes(), None, BASE, &Limits::default()).unwrap().entries;
    let item = "<item><guid>1</guid><title>t</title></item>";
    for text in [
        &format!("<rss><channel>{item}</channel></rss>"),
        &format!(
            "<rss version='2.0.1' xmlns='http://backend.userland.com/rss2'><channel>{item}</channel></rss>"
        ),
        &format!("<rss version='2.0' xml:base='http://['><channel>{item}</channel></rss>"),
        &format!("<?xml version='1.0'?><rss version='2.0'>{item}<channel><title>x</title></channel></rss>"),
        "<RDF xmlns='http://my.netscape.com/rdf/simple/0.9/'><item><title>no link</title></item></RDF>",
        "<feed xmlns='http://purl.org/atom/ns#' version='0.3'><entry><id>1</id><title>t</title></entry></feed>",
        "<feed><entry><id>1</id><title type='text/plain'>t</title></entry></feed>",
        "<feed><entry><id>1</id><content type='html' src='/1'/></entry></feed>",
        "<rss version='2.0'><channel><item><title>t</title><author>记者：a@b.example（甲）</author></item></channel></rss>",
        "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><item><title>t</title><itunes:duration>١٢:٣٤:٥٦</itunes:duration></item></channel></rss>",
        "<entry><id>1</id><title>alone</title></entry>",
        "{\"version\":1,\"items\":[{\"id\":7,\"title\":\"t\",\"author\":{\"name\":\"a@b.example（甲）\"}}]}",
    ] {
        assert_eq!(entries(text).len(), 1, "{text}");
    }
    let atom = &entries(
        "<feed xmlns='http://purl.org/atom/ns#'><entry><issued>2004-01-01</issued><title>t</title></entry></feed>",
    )[0];
    assert_eq!(atom.text.published_at.unwrap().to_string(), "2004-01-01T00:00:00Z");
}

fn fixture() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(
        SOUND.into_iter().chain(BROKEN).chain(ODD).map(|(_, bytes)| bytes).collect::<Vec<_>>(),
    )
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes, None, None, &Limits::default());
    }

    #[test]
    fn no_markup_panics(text in "(<|>|/|&|;|'|\"|=|\\PC|<item>|<rss>|<channel>|</item>|<title>|<!\\[CDATA\\[|]]>|<!--|&#x|<entry |<feed>|<link |<content type=){0,60}") {
        let _ = parse(text.as_bytes(), None, BASE, &Limits::default());
        let _ = parse(format!("<rss><channel><item>{text}").as_bytes(), None, BASE, &Limits::default());
        let _ = parse(format!("{{\"items\":[{text}").as_bytes(), None, BASE, &Limits::default());
    }

    #[test]
    fn no_damage_panics_and_reading_is_deterministic(
        bytes in fixture(), cut in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte: u8,
    ) {
        let mut bytes = bytes[..cut.index(bytes.len()) + 1].to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let read = |bytes| parse(bytes, Some("text/xml"), BASE, &Limits::default());
        prop_assert_eq!(read(&bytes), read(&bytes));
    }

    /// A feed that breaks off anywhere keeps the entries that were complete, as they were.
    #[test]
    fn a_feed_that_breaks_off_keeps_its_complete_entries(count in 1_usize..8, cut in any::<prop::sample::Index>()) {
        let items: Vec<String> = (0..count)
            .map(|n| format!("<item><guid>{n}</guid><title>Title {n}</title><description>Text &amp; more {n}</description></item>"))
            .collect();
        let head = "<rss version=\"2.0\"><channel>";
        let whole = format!("{head}{}</channel></rss>", items.concat());
        let all = parse(whole.as_bytes(), None, None, &Limits::default()).unwrap();
        let cut = head.len() + cut.index(whole.len() - head.len());
        let part = parse(&whole.as_bytes()[..cut], None, None, &Limits::default()).unwrap();
        let complete = whole[..cut].matches("</item>").count();
        prop_assert_eq!(&part.entries, &all.entries[..complete]);
    }
}
