//! Which elements are furniture by their name, role or class: navigation, comments, share rows.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::dom::{Dom, NodeId};

/// How surely an element is furniture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Furniture {
    /// It is not.
    No,
    /// By its class; unless much of the page's running text is in it.
    Likely,
    /// Nothing in it is ever part of a story.
    Always,
}

/// Words of class names and ids, such as `article-share-bar`.
static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    [
        "comment",
        "comments",
        "commentlist",
        "disqus",
        "respond",
        "reply",
        "replies",
        "share",
        "sharing",
        "shares",
        "sharebar",
        "social",
        "socials",
        "sociallinks",
        "addtoany",
        "related",
        "recommend",
        "recommended",
        "recommendation",
        "recommendations",
        "recirculation",
        "recirc",
        "newsletter",
        "newsletters",
        "subscribe",
        "subscription",
        "signup",
        "cookie",
        "cookies",
        "consent",
        "gdpr",
        "promo",
        "promos",
        "promotion",
        "promobox",
        "advert",
        "adverts",
        "advertisement",
        "advertising",
        "advertorial",
        "ad",
        "ads",
        "adslot",
        "adunit",
        "adbox",
        "adsbygoogle",
        "banner",
        "sponsor",
        "sponsored",
        "outbrain",
        "taboola",
        "sidebar",
        "breadcrumb",
        "breadcrumbs",
        "pagination",
        "pager",
        "paging",
        "caption",
        "captions",
        "figcaption",
        "toolbar",
        "toolbox",
        "tools",
        "widget",
        "popup",
        "modal",
        "overlay",
        "lightbox",
        "tooltip",
        "footer",
        "nav",
        "navbar",
        "navigation",
        "menu",
        "submenu",
        "authorbox",
        "bio",
        "biography",
        "trending",
        "popular",
        "gallery",
        "carousel",
        "slider",
        "slideshow",
        "swiper",
        "player",
        "video",
        "audio",
        "poll",
        "quiz",
        "rating",
        "print",
        "paywall",
        "login",
        "register",
        "hidden",
        "skip",
        "tags",
        "taglist",
        "topics",
        "keywords",
        "teaser",
        "teasers",
        "readmore",
        "mostread",
        "ticker",
        "feedback",
        "correction",
        "copyright",
        "disclaimer",
        "donate",
        "donation",
        "membership",
        "abo",
        "anzeige",
        "werbung",
        "weiterlesen",
        "embed",
        "instagram",
        "twitter",
        "tiktok",
        "facebook",
        "credit",
        "credits",
        "copyrights",
        "infobox",
        "toc",
        "fallback",
        "crosslinks",
        "crosslink",
        "topstories",
        "linkbox",
        "linklist",
    ]
    .into_iter()
    .collect()
});

/// The verdict on one element.
pub(crate) fn of(dom: &Dom, node: NodeId) -> Furniture {
    let Some(name) = dom.name(node) else { return Furniture::No };
    match name.as_ref() {
        "script" | "style" | "template" | "svg" | "math" | "iframe" | "object" | "embed" | "canvas"
        | "video" | "audio" | "map" | "button" | "select" | "option" | "input" | "textarea" | "dialog"
        | "menu" | "figcaption" | "datalist" | "head" | "title" | "noframes" | "noscript" => {
            return Furniture::Always;
        }
        "nav" => return Furniture::Always,
        "footer" | "aside" => return Furniture::Likely,
        "html" | "body" | "main" | "a" | "p" | "h1" | "h2" | "h3" | "span" | "em" | "strong" | "b" | "i"
        | "br" | "font" | "time" => {
            // Too general to be told by a class, except where it hides.
            return if hides(dom, node) {
                Furniture::Always
            } else if matches!(name.as_ref(), "html" | "body" | "main" | "a") {
                Furniture::No
            } else {
                by_class(dom, node)
            };
        }
        _ => {}
    }
    if hides(dom, node) {
        return Furniture::Always;
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
                | "complementary"
                | "toolbar"
                | "tablist"
        )
    {
        return Furniture::Likely;
    }
    by_class(dom, node)
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

fn by_class(dom: &Dom, node: NodeId) -> Furniture {
    let mut names =
        dom.attributes(node).filter(|(name, _)| matches!(*name, "class" | "id")).map(|(_, value)| value);
    if names.any(is_furniture_name) { Furniture::Likely } else { Furniture::No }
}

/// Whether a class attribute or id names furniture.
fn is_furniture_name(names: &str) -> bool {
    names.split_ascii_whitespace().any(|name| {
        let words = words_of(name);
        // `has-sidebar` and `no-comments` tell what is beside; utility classes come with colons.
        let beside = words.first().is_some_and(|word| {
            matches!(
                word.as_str(),
                "has"
                    | "with"
                    | "no"
                    | "is"
                    | "not"
                    | "js"
                    | "show"
                    | "hide"
                    | "without"
                    | "md"
                    | "lg"
                    | "sm"
                    | "xl"
            )
        });
        !beside
            && words.len() <= 6
            && !name.contains(':')
            && words.iter().any(|word| WORDS.contains(word.as_str()))
    })
}

/// The words of a name in kebab, snake or camel case, in lower case.
fn words_of(name: &str) -> Vec<String> {
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
            assert!(is_furniture_name(name), "{name}");
        }
        for name in ["article", "has-sidebar", "story-body", "header", "shareholder", "md:hidden"] {
            assert!(!is_furniture_name(name), "{name}");
        }
    }
}
