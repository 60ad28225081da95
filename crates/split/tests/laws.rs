//! Laws of the splitter, over pages made up at random: nothing is invented, the same page gives the same
//! stories (`laws::stories` splits each twice), and a text said twice gives its stories twice.

use model::Story;
use proptest::prelude::*;
use split::Source;

#[path = "support/laws.rs"]
mod laws;
#[path = "support/plain_tree.rs"]
mod plain_tree;

fn run(page: &str) -> Vec<Story> {
    laws::stories(Source::new(page.as_bytes())).unwrap_or_default()
}

/// Sentences in scripts with and without case, spaces and its own stops.
fn sentence() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        "[A-Z][a-z]{2,9}( [a-z]{2,10}){6,14}[.?!]",
        "[А-Я][а-я]{2,9}( [а-я]{2,10}){6,14}[.!]",
        "[ا-ي]{2,8}( [ا-ي]{2,9}){6,14}[.؟]",
        "[一-龠]{12,40}。",
        "[ก-ฮ]{20,60}",
        "[क-ह]{2,6}( [क-ह]{2,7}){6,14}।",
    ];
    words.prop_map(|words: String| words)
}

fn paragraph() -> impl Strategy<Value = String> {
    prop::collection::vec(sentence(), 1..4).prop_map(|all| all.join(" "))
}

fn headline() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{2,9}( [a-z]{2,9}){2,6}",
        "[A-Z]{3,9}( [A-Z]{2,9}){2,6}",
        "[1-9][.] [A-Z][a-z]{2,9}( [a-z]{2,9}){2,6}",
        "[ا-ي]{2,8}( [ا-ي]{2,9}){2,6}",
        "[一-龠]{6,16}",
    ]
}

/// A line of a page of plain text, with the blank lines behind it.
fn line() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        4 => paragraph(),
        2 => headline(),
        1 => Just("***".to_owned()),
        1 => Just("Read also:".to_owned()),
        1 => Just("إقرأ أيضاً:".to_owned()),
        1 => Just("Source: Agency".to_owned()),
        1 => Just("كلمات دلالية: خبر مدينة".to_owned()),
        1 => Just("Published: 3 May 2024".to_owned()),
        1 => Just("Follow us on Google News".to_owned()),
        1 => Just("- Item of a list".to_owned()),
        1 => "LONDON \\(AFP\\) — [a-z ]{60,120}[.]",
    ];
    (text, 1..4usize).prop_map(|(text, breaks)| text + &"\n".repeat(breaks))
}

fn plain_page() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 1..24).prop_map(|lines| lines.concat())
}

/// A piece of markup, whole or broken.
fn markup() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => paragraph().prop_map(|text| format!("<p>{text}</p>")),
        2 => headline().prop_map(|text| format!("<h2><a href='/{}'>{text}</a></h2>", text.len())),
        1 => headline().prop_map(|text| format!("<h3>{text}</h3>")),
        1 => (headline(), paragraph()).prop_map(|(head, text)| format!("<p><b>{head}.</b> {text}</p>")),
        1 => paragraph().prop_map(|text| format!("{text}<br><br>")),
        1 => paragraph().prop_map(|text| format!("<li>{text}")),
        1 => paragraph().prop_map(|text| format!("<table><tr><td>a<td>b</tr>{text}</table>")),
        1 => Just("<article>".to_owned()),
        1 => Just("</article>".to_owned()),
        1 => Just("<div class='related'>".to_owned()),
        1 => Just("</div>".to_owned()),
        1 => Just("<hr>".to_owned()),
        1 => Just("<time datetime='2024-01-02T03:04'>2 January</time>".to_owned()),
        1 => Just("<span class='keywords'>Tags: <a>one</a> <a>two</a></span>".to_owned()),
        1 => "&[a-z]{1,6};?",
        1 => "[<>/a-z=\"' \n]{0,20}",
    ]
}

fn html_page() -> impl Strategy<Value = String> {
    prop::collection::vec(markup(), 1..30).prop_map(|parts| format!("<html><body>{}", parts.concat()))
}

/// A story, its place on the page aside.
fn anywhere(story: &Story) -> Story {
    let mut story = story.clone();
    (story.page.part, story.page.parts) = (0, 0);
    story
}

proptest! {
    #[test]
    fn text_is_taken_from_the_page_in_its_order(page in plain_page()) {
        let stories = run(&page);
        prop_assert_eq!(laws::not_in_order(laws::blocks(&stories), &page), None);
    }

    #[test]
    fn text_is_taken_from_the_tree(page in html_page()) {
        let stories = run(&page);
        prop_assert_eq!(laws::not_in(&stories, &plain_tree::text(&page)), None);
    }

    #[test]
    fn a_text_said_twice_gives_its_stories_twice(page in plain_page(), gap in 1..3usize) {
        let once: Vec<Story> = run(&page).iter().map(anywhere).collect();
        let twice = run(&format!("{page}{}{page}", "\n".repeat(gap)));
        let twice: Vec<Story> = twice.iter().map(anywhere).collect();
        prop_assert_eq!([once.as_slice(), once.as_slice()].concat(), twice);
    }
}
