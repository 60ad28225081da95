//! Which elements are furniture by their name, role or class: navigation, comments, share rows.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::dom::{Dom, NodeId};
use crate::words;

/// How surely an element is furniture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Furniture {
    /// It is not.
    No,
    /// By its class; unless much of the page's running text is in it.
    Likely,
    /// It stands beside the story by its tag or role; unless nearly all of the page's running text is in it.
    Beside,
    /// Nothing in it is ever part of a story.
    Always,
}

/// Words of class names and ids that never hold a story, such as `cookie-banner`.
const NEVER: &[&str] = &[
    "adbox",
    "addtoany",
    "adsbygoogle",
    "adslot",
    "adunit",
    "advert",
    "advertisement",
    "advertising",
    "adverts",
    "anzeige",
    "breadcrumb",
    "breadcrumbs",
    "caption",
    "captions",
    "comment",
    "commentlist",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "disqus",
    "figcaption",
    "gdpr",
    "navbar",
    "navigation",
    "newsletter",
    "newsletters",
    "onetrust",
    "outbrain",
    "pagination",
    "sharebar",
    "signup",
    "sociallinks",
    "taboola",
    "werbung",
];

/// Words that mostly name furniture, but now and then wrap a story.
const OFTEN: &[&str] = &[
    "abo",
    "ad",
    "ads",
    "advertorial",
    "authorbox",
    "bio",
    "biography",
    "carousel",
    "copyright",
    "copyrights",
    "correction",
    "credit",
    "credits",
    "crosslink",
    "crosslinks",
    "disclaimer",
    "donate",
    "donation",
    "facebook",
    "feedback",
    "footer",
    "gallery",
    "factbox",
    "infobox",
    "instagram",
    "linkbox",
    "linklist",
    "login",
    "membership",
    "menu",
    "modal",
    "mostread",
    "nav",
    "pager",
    "paging",
    "player",
    "poll",
    "popular",
    "popup",
    "promo",
    "promobox",
    "promos",
    "promotion",
    "quiz",
    "rating",
    "readmore",
    "recirc",
    "recirculation",
    "recommend",
    "recommendation",
    "recommendations",
    "recommended",
    "register",
    "related",
    "replies",
    "reply",
    "respond",
    "share",
    "shares",
    "sharing",
    "sidebar",
    "slider",
    "slideshow",
    "social",
    "socials",
    "sponsor",
    "sponsored",
    "submenu",
    "subscribe",
    "subscription",
    "swiper",
    "taglist",
    "tags",
    "ticker",
    "tiktok",
    "toc",
    "toolbar",
    "toolbox",
    "tooltip",
    "topstories",
    "trending",
    "twitter",
];

/// How often each word means furniture; true for always.
static WORDS: LazyLock<HashMap<&'static str, bool>> = LazyLock::new(|| {
    NEVER.iter().map(|word| (*word, true)).chain(OFTEN.iter().map(|word| (*word, false))).collect()
});

/// The verdict on one element by its tag alone, where classes have led astray.
pub(crate) fn by_tag(dom: &Dom, node: NodeId) -> Furniture {
    if dom.marks().keeps(node) {
        return Furniture::No;
    }
    match dom.name(node).map_or("", |name| name.as_ref()) {
        "script" | "style" | "template" | "svg" | "iframe" | "button" | "select" | "textarea" | "nav"
        | "head" | "rt" | "rp" => Furniture::Always,
        // One that is not closed holds the rest of the page.
        "noscript" if !holds_page(dom, node) => Furniture::Always,
        _ => Furniture::No,
    }
}

/// Whether an element holds running text enough for a page.
fn holds_page(dom: &Dom, node: NodeId) -> bool {
    const PAGE: usize = 1000;
    const RUNNING: usize = 60;
    let texts = dom.descendants(node).filter_map(|inner| dom.text(inner));
    texts.map(str::len).filter(|length| *length >= RUNNING).sum::<usize>() >= PAGE
}

/// The verdict on one element.
pub(crate) fn of<'a>(dom: &'a Dom, node: NodeId, classes: &mut Classes<'a>) -> Furniture {
    let Some(name) = dom.name(node).filter(|_| !dom.marks().keeps(node)) else { return Furniture::No };
    match name.as_ref() {
        "script" | "style" | "template" | "svg" | "math" | "iframe" | "object" | "embed" | "canvas"
        | "video" | "audio" | "map" | "button" | "select" | "option" | "input" | "textarea" | "dialog"
        | "menu" | "figcaption" | "datalist" | "head" | "title" | "noframes" | "noscript" | "rt" | "rp" => {
            return Furniture::Always;
        }
        "nav" => return Furniture::Always,
        "aside" => return Furniture::Beside,
        "footer" => return Furniture::Likely,
        // Too general to be told by a class, except where it hides.
        "html" | "body" | "main" | "article" | "a" | "h1" | "h2" | "em" | "strong" | "b" | "i" | "br"
        | "font" | "time" => {
            return if hides(dom, node) { Furniture::Likely } else { Furniture::No };
        }
        _ => {}
    }
    // Some pages hide all they have until their scripts have run.
    if hides(dom, node) {
        return Furniture::Likely;
    }
    if dom.attribute(node, "role") == Some("complementary") {
        return Furniture::Beside;
    }
    if let Some(role) = dom.attribute(node, "role")
        && matches!(
            role,
            "navigation"
                | "menu"
                | "menubar"
                | "search"
                | "dialog"
                | "alertdialog"
                | "banner"
                | "contentinfo"
                | "toolbar"
                | "tablist"
        )
    {
        return Furniture::Likely;
    }
    by_class(dom, node, classes)
}

fn hides(dom: &Dom, node: NodeId) -> bool {
    dom.attributes(node).any(|(name, value)| match name {
        "hidden" => true,
        "aria-hidden" => value == "true",
        "style" => {
            let style: String = value.chars().filter(|c| !c.is_whitespace()).collect();
            style.contains("display:none") || style.contains("visibility:hidden")
        }
        _ => false,
    })
}

/// Whether an element that is named a teaser is the story's own lead: that of another story stands beside
/// or in a link that leads there.
fn is_lead(dom: &Dom, node: NodeId) -> bool {
    const LARGEST: usize = 40;
    const ABOVE: usize = 4;
    let leads = |node: NodeId| {
        dom.descendants(node).take(LARGEST).any(|inner| {
            dom.is(inner, "a")
                || dom.is(inner, "img")
                || ["h1", "h2", "h3", "h4"].iter().any(|name| dom.is(inner, name))
        })
    };
    let beside = |node: NodeId| {
        let before = std::iter::successors(dom.previous_sibling(node), |node| dom.previous_sibling(*node));
        before.take(ABOVE).any(|other| dom.name(other).is_some() && !dom.is(other, "h1") && leads(other))
            || dom.next_sibling(node).is_some_and(|other| dom.is(other, "a"))
    };
    !leads(node)
        && dom.descendants(node).nth(LARGEST).is_none()
        && dom.descendants(node).filter_map(|inner| dom.text(inner)).map(str::len).sum::<usize>() >= LARGEST
        && !dom
            .ancestors(node)
            .take(ABOVE)
            .any(|above| ["a", "li", "aside"].iter().any(|name| dom.is(above, name)))
        && !beside(node)
}

/// What is known of the class attributes and ids of a page: most elements share theirs with others.
#[derive(Debug, Default)]
pub(crate) struct Classes<'a>(HashMap<&'a str, Names>);

/// What a class attribute or id means.
#[derive(Debug, Clone, Copy)]
struct Names {
    verdict: Furniture,
    /// It names an image.
    image: bool,
    /// It names the opening of a story, this one or another.
    teaser: bool,
}

impl<'a> Classes<'a> {
    /// What `names` means.
    fn get(&mut self, names: &'a str) -> Names {
        /// Bytes that are looked at: no element of a page has so many names.
        const LONGEST: usize = 4096;
        let names = words::head(names, LONGEST);
        if let Some(known) = self.0.get(names) {
            return *known;
        }
        const IMAGE: [&str; 9] =
            ["image", "photo", "picture", "bild", "foto", "figure", "img", "imagem", "imagen"];
        const TEASER: [&str; 2] = ["teaser", "teasers"];
        let verdict = Names {
            verdict: of_name(names),
            image: has_word(names, &IMAGE),
            teaser: has_word(names, &TEASER),
        };
        self.0.insert(names, verdict);
        verdict
    }
}

fn by_class<'a>(dom: &'a Dom, node: NodeId, classes: &mut Classes<'a>) -> Furniture {
    let mut worst = Furniture::No;
    for (_, value) in dom.attributes(node).filter(|(name, _)| matches!(*name, "class" | "id")) {
        let Names { verdict: own, image, teaser } = classes.get(value);
        if (image && is_captioned_image(dom, node)) || (teaser && !is_lead(dom, node)) {
            return Furniture::Likely;
        }
        worst = if worst == Furniture::Always || own == Furniture::No { worst } else { own };
    }
    worst
}

/// Why an element is taken for furniture, for people.
pub(crate) fn reason(dom: &Dom, node: NodeId) -> String {
    if hides(dom, node) {
        return "hidden".to_owned();
    }
    if let Some(role) = dom.attribute(node, "role") {
        return format!("role `{role}`");
    }
    let names = dom.attributes(node).filter(|(name, _)| matches!(*name, "class" | "id"));
    let words = names.flat_map(|(_, value)| words_of(value));
    let known = |word: &String| {
        WORDS.contains_key(word.as_str()) || ["teaser", "teasers", "hidden"].contains(&word.as_str())
    };
    match words.into_iter().find(known) {
        Some(word) => format!("named `{word}`"),
        None => dom.name(node).map_or(String::new(), |name| format!("`{name}`")),
    }
}

/// Whether a class or id has one of `wanted` among its words.
fn has_word(names: &str, wanted: &[&str]) -> bool {
    names
        .split_ascii_whitespace()
        .any(|name| words_of(name).iter().any(|word| wanted.contains(&word.as_str())))
}

/// Whether an element that is named for an image holds that and its caption alone.
fn is_captioned_image(dom: &Dom, node: NodeId) -> bool {
    const LARGEST: usize = 60;
    let inside: Vec<NodeId> = dom.descendants(node).take(LARGEST + 1).collect();
    let is = |names: &[&str]| inside.iter().any(|inner| names.iter().any(|name| dom.is(*inner, name)));
    inside.len() <= LARGEST
        && is(&["img", "picture"])
        && !is(&["h1", "h2", "h3", "h4", "article", "li"])
        && inside.iter().filter(|inner| dom.is(**inner, "p")).count() <= 2
}

/// What a class attribute or id names.
fn of_name(names: &str) -> Furniture {
    /// A post, whose other classes name its keywords.
    const POST: [&str; 3] = ["hentry", "type-post", "type-page"];
    let mut verdict = Furniture::No;
    if names.split_ascii_whitespace().any(|name| POST.contains(&name)) {
        return Furniture::No;
    }
    for name in names.split_ascii_whitespace() {
        let words = words_of(name);
        // `has-sidebar` and `no-comments` tell what is beside; utility classes come with colons.
        const BESIDE: [&str; 14] = [
            "has", "with", "no", "is", "not", "js", "show", "hide", "without", "md", "lg", "sm", "xl", "open",
        ];
        if name.contains([':', '['])
            || words.len() > 6
            || words.first().is_some_and(|word| BESIDE.contains(&word.as_str()))
        {
            continue;
        }
        // A longer name tells of a part of it that is hidden: `field-label-hidden`.
        if words.last().is_some_and(|word| word == "hidden") && words.len() <= 2 && name != "label-hidden" {
            verdict = Furniture::Likely;
        }
        for word in &words {
            match WORDS.get(word.as_str()) {
                Some(true) => return Furniture::Always,
                Some(false) => verdict = Furniture::Likely,
                None => {}
            }
        }
    }
    verdict
}

/// The words of a name in kebab, snake or camel case, in lower case.
pub(crate) fn words_of(name: &str) -> Vec<String> {
    // No name is so long, and it would have as many words.
    let name = words::head(name, 256);
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_furniture_are_told_by_their_words() {
        for name in ["comments", "article-share-bar", "c-related__list", "NewsletterBox", "post adsbygoogle"]
        {
            assert_ne!(of_name(name), Furniture::No, "{name}");
        }
        for name in [
            "article",
            "has-sidebar",
            "story-body",
            "header",
            "shareholder",
            "md:hidden",
            "field--label-hidden",
            "hentry tag-twitter",
        ] {
            assert_eq!(of_name(name), Furniture::No, "{name}");
        }
    }
}
