//! What a page says of itself, for machines: `<meta>`, `<link>`, JSON-LD.

mod json_ld;
mod value;

use crate::dom::{Dom, NodeId};
use crate::title::{self, Headlines};
use crate::{clean, labels, words};

pub(crate) use json_ld::Item;

/// Bytes of the longest title, description or address; what is longer is none.
const LONGEST: usize = 2048;
/// … and of the longest name or keyword of an article among several.
const LONGEST_NAME: usize = 200;
/// Keywords of one page.
const MAX_KEYWORDS: usize = 2000;

/// A page's own description.
#[derive(Debug, Default)]
pub(crate) struct Meta {
    /// The `<title>`.
    pub(crate) title: Option<String>,
    /// `og:title` or its like.
    pub(crate) headline: Option<String>,
    /// The publisher's name.
    pub(crate) site: Option<String>,
    /// The description.
    pub(crate) description: Option<String>,
    /// When published.
    pub(crate) published: Option<String>,
    /// When changed.
    pub(crate) modified: Option<String>,
    /// The canonical address.
    pub(crate) canonical: Option<String>,
    /// Authors' names.
    pub(crate) authors: Vec<String>,
    /// Keywords.
    pub(crate) keywords: Vec<String>,
    /// The main image.
    pub(crate) image: Option<String>,
    /// The language of `<html>`.
    pub(crate) lang: Option<String>,
    /// Whether the page calls itself an article.
    pub(crate) is_article: bool,
    /// Whether JSON-LD calls the page a live blog.
    pub(crate) live: bool,
    /// The articles of JSON-LD.
    pub(crate) items: Vec<Item>,
}

impl Meta {
    /// Reads the description of `dom`.
    pub(crate) fn read(dom: &Dom) -> Self {
        let mut meta = Self::default();
        for node in dom.descendants(NodeId::DOCUMENT) {
            let Some(name) = dom.name(node) else { continue };
            match name.as_ref() {
                "html" => {
                    meta.lang = dom.attribute(node, "lang").or(dom.attribute(node, "xml:lang")).and_then(some)
                }
                "title"
                    if meta.title.is_none() && dom.parent(node).is_some_and(|head| !dom.is(head, "svg")) =>
                {
                    meta.title = some(&dom.inner_text(node));
                }
                "link" if dom.attribute(node, "rel") == Some("canonical") => {
                    meta.canonical = dom.attribute(node, "href").and_then(some);
                }
                "meta" => meta.meta(dom, node),
                "script"
                    if dom
                        .attribute(node, "type")
                        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json")) =>
                {
                    let script = dom.raw_text(node);
                    meta.live |= script.contains("LiveBlogPosting");
                    json_ld::read(&script, &mut meta.items);
                }
                _ => {}
            }
        }
        meta
    }

    fn meta(&mut self, dom: &Dom, node: NodeId) {
        let key =
            ["property", "name", "itemprop", "http-equiv"].iter().find_map(|name| dom.attribute(node, name));
        let (Some(key), Some(content)) = (key, dom.attribute(node, "content")) else { return };
        let key = words::head(key, LONGEST_NAME).to_ascii_lowercase();
        if let "keywords" | "news_keywords" | "article:tag" | "parsely-tags" | "sailthru.tags" = key.as_str()
        {
            return self.add_keywords(content);
        }
        let Some(value) = some(content) else { return };
        let set = |field: &mut Option<String>, value: String| {
            field.get_or_insert(value);
        };
        match key.as_str() {
            "og:title" => self.headline = Some(value),
            "twitter:title" | "dc.title" | "parsely-title" | "sailthru.title" => {
                set(&mut self.headline, value)
            }
            "og:site_name" | "application-name" => set(&mut self.site, value),
            "og:description" | "description" | "twitter:description" => set(&mut self.description, value),
            "article:published_time" => self.published = Some(value),
            "datepublished"
            | "date"
            | "pubdate"
            | "publishdate"
            | "publish-date"
            | "publish_date"
            | "dc.date"
            | "dc.date.issued"
            | "dcterms.created"
            | "dcterms.date"
            | "parsely-pub-date"
            | "sailthru.date"
            | "article.published"
            | "published-date"
            | "article:published"
            | "og:published_time"
            | "og:article:published_time"
            | "datecreated"
            | "cxenseparse:recs:publishtime"
            | "last-published"
            | "pdate"
            | "originalpublicationdate"
            | "article_date_original"
            | "article:post_date"
            | "publication_date"
            | "rnews:datepublished"
            | "shareaholic:article_published_time"
            | "cxenseparse:publishtime"
            | "bt:pubdate"
            | "pub_date"
            | "dcterms:created"
            | "dcterms:date"
            | "dcterms.issued"
            | "dcterms:issued"
            | "prism.publicationdate"
            | "vr:published-time"
            | "published_time"
            | "article:published_date"
            | "article:publish_date"
            | "article_publication_date"
            | "dc.date.created"
            | "dc:date.created"
            | "dc:date"
            | "dc:created"
            | "dc.created"
            | "og:release_date"
            | "og:pubdate"
            | "og:publish_date"
            | "og:article:time"
            | "citation_online_date"
            | "citation_publication_date"
            | "bepress_citation_date"
            | "sw-pubdate"
            | "outbrain-date"
            | "createdate"
            | "publicationdate"
            | "dcsext.articlefirstpublished" => {
                set(&mut self.published, value);
            }
            "article:modified_time"
            | "datemodified"
            | "last-modified"
            | "og:updated_time"
            | "dcterms.modified"
            | "article:modified"
            | "article:modified_date"
            | "article:updated_time"
            | "og:article:modified_time"
            | "shareaholic:article_modified_time"
            | "bt:moddate"
            | "lastmod"
            | "dateupdate"
            | "last_updated_date"
            | "last-updated"
            | "dc.date.modified"
            | "dc:date.modified"
            | "dcterms:modified" => set(&mut self.modified, value),
            "og:url" => set(&mut self.canonical, value),
            "author" | "article:author" | "dc.creator" | "parsely-author" | "byl" | "sailthru.author"
                if !value.starts_with("http") && self.authors.is_empty() =>
            {
                self.authors = json_ld::names(&value);
            }
            "og:image" | "twitter:image" => set(&mut self.image, value),
            "og:type" => self.is_article |= value.eq_ignore_ascii_case("article"),
            _ => {}
        }
    }

    fn add_keywords(&mut self, list: &str) {
        for keyword in list.split([',', ';', '،', '、']).filter_map(some) {
            if self.keywords.len() < MAX_KEYWORDS && !self.keywords.contains(&keyword) {
                self.keywords.push(keyword);
            }
        }
    }

    /// The headline that the page gives for machines: of JSON-LD, or of `og:title` where that is the
    /// same without the site's name.
    pub(crate) fn named(&self) -> Option<&str> {
        let item = self.item().and_then(|item| item.headline.as_deref());
        match (item, self.headline.as_deref()) {
            (Some(item), Some(other)) if !item.starts_with(other) => Some(item),
            (item, other) => other.or(item),
        }
    }

    /// Whether the page calls itself live.
    pub(crate) fn is_live(&self) -> bool {
        let title = self.headline.as_deref().or(self.title.as_deref());
        self.live || title.is_some_and(labels::is_live)
    }

    /// The one article that JSON-LD describes as the page's.
    pub(crate) fn item(&self) -> Option<&Item> {
        let named = || self.items.iter().filter(|item| item.headline.is_some());
        let is_page = |item: &&Item| {
            let headlines = self.headline.iter().chain(&self.title);
            headlines
                .zip(std::iter::repeat(&item.headline))
                .any(|(one, other)| other.as_ref().is_some_and(|other| title::same(one, other)))
        };
        named()
            .find(is_page)
            .or_else(|| named().find(|item| item.body.is_some() || item.published.is_some()))
            .or_else(|| named().next())
    }

    /// The different headlines of JSON-LD's articles.
    pub(crate) fn item_headlines(&self) -> Vec<&str> {
        let mut known = Headlines::default();
        let headlines = self.items.iter().filter_map(|item| item.headline.as_deref());
        headlines.filter(|headline| known.add(headline)).collect()
    }

    /// The article of JSON-LD with this headline.
    pub(crate) fn item_named(&self, headline: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.headline.as_deref().is_some_and(|own| title::same(own, headline)))
    }
}

fn some(text: &str) -> Option<String> {
    // Some pages escape what they say twice.
    let text = clean::line(&clean::references::resolved(text));
    (!text.is_empty() && text.len() <= LONGEST).then_some(text)
}
