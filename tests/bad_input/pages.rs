//! Pages that are none, or barely.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::Html;
use axum::routing::get;
use futures_util::stream::{self};

use crate::support::installation::{configure, run};
use crate::support::outcome::Watch;
use crate::support::process::Home;
use crate::support::site::OddServer;

/// A feed with an entry for each of these links.
pub(crate) fn rss(links: impl IntoIterator<Item = String>) -> String {
    let item = |link: String| format!("<item><title>{link}</title><link>{link}</link></item>");
    let items: String = links.into_iter().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>Odd</title>{items}</channel></rss>")
}

/// A page of one story. Stories of two numbers have hardly a run of words in common.
pub(crate) fn story(title: &str, number: usize) -> String {
    format!("<!doctype html><title>{title}</title><article><h1>{title}</h1>{}</article>", paragraphs(number))
}

fn paragraphs(number: usize) -> String {
    let things =
        ["bridge", "ferry", "orchard", "library", "tram", "kiln", "harbour", "clock", "mill", "well"];
    let thing = |step: usize| things[(number * 7 + step * 3) % things.len()];
    let sentence = |at: usize| {
        format!(
            "On day {} of the year {} the council of borough {} chose {} plan {}{} and sent {} letters to the {}.",
            at * 5 + number,
            1900 + number * 3 + at,
            number * 13 + at,
            thing(at),
            number,
            at,
            at * 17 + number * 29,
            thing(at + 4)
        )
    };
    (0..3).map(|at| format!("<p>{} {}</p>", sentence(at * 2), sentence(at * 2 + 1))).collect()
}

/// Russian running text. Each of two wordings.
const RUSSIAN: [(&str, &str); 2] = [
    (
        "Старый мост снова открыт",
        "Жители города снова ходят через реку по старому мосту, который мастера чинили всю зиму. Новые доски \
         привезли из соседнего леса, а перила покрасили в зеленый цвет. Первыми на другой берег перешли школьники \
         со своими учителями, и каждый получил на память маленький деревянный гвоздь.",
    ),
    (
        "Музей часов ищет мастера",
        "Музей часов на площади ищет мастера, потому что прежний ушел на покой после сорока лет работы. Каждое утро \
         он заводил сто двадцать механизмов и знал голос каждого из них. Директор говорит, что теперь половина часов \
         молчит, а посетители спрашивают, почему в залах стало так тихо.",
    ),
];

/// In windows-1251, where Russian letters have the order of Unicode.
fn windows_1251(text: &str) -> Vec<u8> {
    let byte = |letter: char| match letter {
        'А'..='я' => u8::try_from(u32::from(letter) - u32::from('А') + 0xC0).expect("64 letters"),
        other => u8::try_from(other).expect("ASCII"),
    };
    text.chars().map(byte).collect()
}

fn russian(which: usize) -> Vec<u8> {
    let (title, text) = RUSSIAN[which];
    windows_1251(&format!("<title>{title}</title><article><h1>{title}</h1><p>{text}</p></article>"))
}

fn router() -> Router {
    const HTML: &str = "text/html";
    let huge = || {
        // 100 MB in pieces of one.
        let piece = Bytes::from("<p>More and more of the same.</p>\n".repeat(1 << 15));
        let pieces = (0..100).map(move |_| Ok::<_, std::io::Error>(piece.clone()));
        Body::from_stream(stream::iter(pieces))
    };
    let nested = || {
        let body = format!("<article><h1>Deep down</h1>{}</article>", paragraphs(3));
        Html(format!("<title>Deep down</title>{}{body}", "<div>".repeat(100_000)))
    };
    let links = "<ul>".to_owned() + &"<li><a href=\"/x\">Read on</a></li>".repeat(200) + "</ul>";
    Router::new()
        .route("/good", get(|| async { Html(story("A good page", 1)) }))
        .route("/empty", get(|| async { Html("") }))
        .route("/white", get(|| async { Html(" \n\n\t ") }))
        .route("/binary", get(|| async { ([(CONTENT_TYPE, HTML)], [0_u8, 159, 146, 150].repeat(5_000)) }))
        .route("/pdf", get(|| async { ([(CONTENT_TYPE, HTML)], "%PDF-1.7\n%âãÏÓ\n1 0 obj") }))
        .route("/picture", get(|| async { ([(CONTENT_TYPE, "image/png")], &b"\x89PNG\r\n\x1a\n"[..]) }))
        .route("/huge", get(move || async move { ([(CONTENT_TYPE, HTML)], huge()) }))
        .route("/nested", get(move || async move { nested() }))
        .route("/links", get(|| async { Html(links) }))
        .route("/wrong-charset", get(|| async { ([(CONTENT_TYPE, "text/html; charset=utf-8")], russian(0)) }))
        .route("/no-charset", get(|| async { ([(CONTENT_TYPE, HTML)], russian(1)) }))
        .route(
            "/charset-of-its-own",
            get(|| async {
                ([(CONTENT_TYPE, "text/html; charset=klingon")], story("Of no charset that is known", 5))
            }),
        )
        .route("/circle", get(|| async { (StatusCode::FOUND, [(LOCATION, "/circle")]) }))
        .route("/inside", get(|| async { (StatusCode::FOUND, [(LOCATION, "http://10.1.2.3/secret")]) }))
        .route("/gone", get(|| async { StatusCode::GONE }))
}

/// What is no page becomes a dead letter that says why; what is barely one is read; the rest goes on.
#[test]
fn each_is_read_or_put_aside_with_its_reason() {
    let read = ["good", "nested", "wrong-charset", "no-charset", "charset-of-its-own"];
    let put_aside = [
        "empty", "white", "binary", "pdf", "picture", "huge", "links", "circle", "inside", "gone", "missing",
    ];
    let server = OddServer::start(|base| {
        let links = put_aside.iter().chain(&read).map(|path| format!("{base}/{path}"));
        let feed = rss(links);
        router().route("/feed", get(|| async { feed }))
    });
    let home = Home::new();
    configure(&home, &[server.url("/feed")], "");
    let mut services = run(&home);
    services.wait_until_ready();

    let mut watch = Watch::embedded(&home.path().join("data"));
    watch.until_dead_letters(put_aside.len());
    watch.until_further(::stream::topics::ARTICLES, read.len());
    let outcome = watch.outcome();

    let plain = |text: &str| text.replace(&server.url(""), "http://site");
    let letters: BTreeMap<String, &str> =
        outcome.letters.iter().map(|letter| (plain(&letter.message), &*letter.reason)).collect();
    let said: String = letters.iter().map(|(message, reason)| format!("{reason}\n  {message}\n")).collect();
    insta::assert_snapshot!(said);
    assert_eq!(outcome.letters.len(), put_aside.len());

    let titles: BTreeMap<&str, &str> = outcome
        .articles
        .iter()
        .map(|article| {
            let url = article.story.page.url.as_deref().expect("a URL");
            (url.rsplit('/').next().expect("a path"), article.story.title.as_deref().unwrap_or_default())
        })
        .collect();
    let wanted = BTreeMap::from([
        ("good", "A good page"),
        ("nested", "Deep down"),
        ("wrong-charset", RUSSIAN[0].0),
        ("no-charset", RUSSIAN[1].0),
        ("charset-of-its-own", "Of no charset that is known"),
    ]);
    assert_eq!(titles, wanted);
    services.stop().expect_success();
}
