//! Keywords of a story, as a line below it lists them: "Tags: harbour, Aden".

use crate::dom::{Dom, NodeId};
use crate::labels::{self, Label};
use crate::piece::Piece;

/// What parts one keyword from the next.
const MARKS: [char; 9] = [',', '،', ';', '؛', '|', '#', '、', '，', '/'];
/// Links of a line, and nodes of its element, that are looked at.
const MAX_LINKS: usize = 50;
const MAX_NODES: usize = 300;
/// Keywords of a story.
const MOST: usize = 200;

/// Adds to `known` the keywords of `list`, which stands in `piece` behind its label.
pub(crate) fn add(known: &mut Vec<String>, list: &str, piece: &Piece, dom: Option<&Dom>) {
    let linked = dom.map(|dom| linked(dom, piece, list)).unwrap_or_default();
    let words: Vec<&str> = if !linked.is_empty() {
        linked.iter().map(String::as_str).collect()
    } else if list.contains(MARKS) {
        list.split(MARKS).collect()
    } else {
        list.split_whitespace().collect()
    };
    words.into_iter().for_each(|word| note(known, word));
}

/// Adds one keyword, without the marks around it; a number of comments is none.
pub(crate) fn note(known: &mut Vec<String>, word: &str) {
    let word = word.trim().trim_start_matches('#').trim_end_matches(['.', ',']);
    let counts = word.contains(char::is_numeric) && labels::counts_comments(word);
    if known.len() < MOST && !word.is_empty() && !counts && !known.iter().any(|other| other == word) {
        known.push(word.to_owned());
    }
}

/// The list behind a number of comments: "3 comments · Labels: market".
pub(crate) fn behind_comments(line: &str) -> Option<&str> {
    let (at, found) = labels::inside(line, &[Label::Keywords])?;
    line.get(..at).filter(|before| labels::counts_comments(before)).map(|_| found.rest)
}

/// The texts of the links in a line, where they are most of `list`: each is one keyword, though it has
/// several words.
fn linked(dom: &Dom, piece: &Piece, list: &str) -> Vec<String> {
    let within = || dom.descendants(piece.node).take(MAX_NODES).filter(|node| dom.is(*node, "a"));
    let links: Vec<NodeId> = if piece.links.is_empty() { within().collect() } else { piece.links.clone() };
    let short = |link: &&NodeId| {
        dom.descendants(**link).filter_map(|node| dom.text(node)).all(|text| text.len() <= list.len())
    };
    let texts = links.iter().take(MAX_LINKS).filter(short).map(|link| dom.inner_text(*link));
    let texts: Vec<String> = texts.filter(|text| !text.is_empty() && list.contains(text)).collect();
    let most = texts.iter().map(String::len).sum::<usize>() * 2 > list.len();
    let single = texts.iter().all(|text| !text.contains(MARKS));
    if most && single { texts } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom;
    use crate::piece::Form;

    fn words(list: &str, html: &str) -> Vec<String> {
        let dom = dom::parse(html, &crate::Limits::default());
        let node = dom.descendants(NodeId::DOCUMENT).find(|node| dom.is(*node, "p")).unwrap();
        let piece = Piece { node, ..Piece::plain(Form::Paragraph, format!("Tags: {list}"), 0) };
        let mut known = Vec::new();
        add(&mut known, list, &piece, Some(&dom));
        known
    }

    #[test]
    fn keywords_are_parted_by_marks_or_links() {
        let none = "<p></p>";
        assert_eq!(words("harbour, old town, #Aden.", none), ["harbour", "old town", "Aden"]);
        assert_eq!(words("harbour Aden harbour", none), ["harbour", "Aden"]);
        assert_eq!(words("old town Aden", "<p>Tags: <a>old town</a> <a>Aden</a></p>"), ["old town", "Aden"]);
        assert_eq!(words("old town", "<p>Tags: <a>old town</a></p>"), ["old town"]);
        // One link among words is not the list.
        assert_eq!(words("Aden harbour repairs", "<p>Tags: <a>Aden</a> harbour repairs</p>").len(), 3);
    }

    #[test]
    fn numbers_of_comments_are_none() {
        let linked = "<p>Tagi: <a>dom</a>, <a>woda</a> | <a>12 komentarzy</a></p>";
        assert_eq!(words("dom, woda | 12 komentarzy", linked), ["dom", "woda"]);
        assert_eq!(words("dom, woda | 12 komentarzy", "<p></p>"), ["dom", "woda"]);
        assert_eq!(behind_comments("3 bình luận · Nhãn: chợ nổi"), Some("chợ nổi"));
        assert_eq!(behind_comments("He said of them · tags: none"), None);
    }
}
