//! From a page's text to its stories.

use model::{Block, BlockKind, DateOrigin, Dated, Image, Kind, PageRef, Story};
use url::Url;

use crate::date::{self, Context};
use crate::dateline::Dateline;
use crate::dom::{self, Dom};
use crate::draft::{Draft, Outside};
use crate::flow::Flow;
use crate::glue::Vocabulary;
use crate::markup::{self, Markup};
use crate::meta::Meta;
use crate::piece::{Piece, STORY_WEIGHT};
use crate::title::Headlines;
use crate::unit::Unit;
use crate::{
    Limits, NoStory, Source, VERSION, byline, clean, explain, image, lang, links, parts, plain, sites, title,
    words,
};

/// The stories of a page of HTML.
pub(crate) fn of_html(
    html: &str,
    source: &Source<'_>,
    url: Option<&Url>,
    limits: &Limits,
) -> Result<Vec<Story>, NoStory> {
    let dom = tree(html, source, limits);
    let meta = Meta::read(&dom);
    let stories = of_flow(&dom, Flow::read(&dom, limits.max_pieces), &meta, source, url, limits);
    stories.or_else(|refused| {
        of_flow(&dom, Flow::read_all(&dom, limits.max_pieces), &meta, source, url, limits)
            .map_err(|_| refused)
    })
}

/// The tree of the page, as the rules of its site want it.
fn tree(html: &str, source: &Source<'_>, limits: &Limits) -> Dom {
    let mut dom = dom::parse(html, limits);
    if let Some(site) = source.site {
        dom.set_marks(site.marks(&dom));
    }
    dom
}

fn of_flow(
    dom: &Dom,
    flow: Flow,
    meta: &Meta,
    source: &Source<'_>,
    url: Option<&Url>,
    limits: &Limits,
) -> Result<Vec<Story>, NoStory> {
    let site = meta.site.as_deref().or_else(|| site(&flow, meta)).map(str::to_owned);
    let declared = meta.lang.as_deref();
    let (flow, units) = parts::of_html(dom, flow, meta, limits.max_pieces);
    let one = units.len() == 1;
    let page = Page { source, url, meta, limits, one, declared, site: site.as_deref(), dom: Some(dom) };
    let mut stories = page.stories(&flow.pieces, &units);
    for (story, unit) in stories.iter_mut().zip(&units) {
        let from = flow.images.partition_point(|(at, _)| *at < unit.range.start);
        let nodes =
            flow.images.iter().skip(from).take_while(|(at, _)| *at < unit.range.end).map(|(_, node)| *node);
        story.images = image::of(dom, nodes, |href| page.absolute(href));
        page.add_declared_image(story);
        page.add_markup(story, &markup::of(dom, &flow, &unit.range));
        page.add_shown_date(story, dom, flow.get(unit.range.clone()));
    }
    page.mark_updates(&mut stories);
    page.finish(stories)
}

/// How a page of HTML is read, for people.
pub(crate) fn explain_html(html: &str, source: &Source<'_>, limits: &Limits) -> String {
    let dom = tree(html, source, limits);
    let meta = Meta::read(&dom);
    let named = Headlines::of(&meta.item_headlines());
    let read = |flow: Flow| {
        let considered = parts::considered(&dom, &flow, &meta, &named);
        let (flow, units) = parts::of_html(&dom, flow, &meta, limits.max_pieces);
        let (one, declared) = (units.len() == 1, meta.lang.as_deref());
        let page =
            Page { source, url: None, meta: &meta, limits, one, declared, site: None, dom: Some(&dom) };
        let drafts = page.drafts(&flow.pieces, &units);
        let said =
            explain::page(&flow, Some(&dom), &considered, &units, drafts.iter().map(|(draft, _)| draft));
        (said, drafts.iter().any(|(draft, _)| !draft.blocks.is_empty()))
    };
    let (said, found) = read(Flow::read(&dom, limits.max_pieces));
    if found { said } else { read(Flow::read_all(&dom, limits.max_pieces)).0 }
}

/// How a page of plain text is read, for people.
pub(crate) fn explain_plain(text: &str, source: &Source<'_>, limits: &Limits) -> String {
    let (text, copies) = plain::copies(text, limits.max_pieces);
    let (pieces, units) = parts::of_plain(text, limits.max_pieces);
    let meta = Meta::default();
    let one = units.len() == 1;
    let page = Page { source, url: None, meta: &meta, limits, one, declared: None, site: None, dom: None };
    let drafts = page.drafts(&pieces, &units);
    let flow = Flow::of_lines(pieces);
    let said = explain::page(
        &flow,
        None,
        &parts::considered(&Dom::default(), &flow, &meta, &Headlines::default()),
        &units,
        drafts.iter().map(|(draft, _)| draft),
    );
    if copies > 1 { format!("said {copies} times, each:\n{said}") } else { said }
}

/// The stories of a page of plain text.
pub(crate) fn of_plain(
    text: &str,
    source: &Source<'_>,
    url: Option<&Url>,
    limits: &Limits,
) -> Result<Vec<Story>, NoStory> {
    // A text that says all it says again gives its stories as often.
    let (text, copies) = plain::copies(text, limits.max_pieces);
    let (pieces, units) = parts::of_plain(text, limits.max_pieces);
    let meta = Meta::default();
    let one = units.len() == 1;
    let page = Page { source, url, meta: &meta, limits, one, declared: None, site: None, dom: None };
    let stories = page.stories(&pieces, &units);
    let copies = copies.min(limits.max_stories / stories.len().max(1));
    page.finish(vec![stories; copies.max(1)].concat())
}

/// The site's name in the page's `<title>`.
fn site<'a>(flow: &Flow, meta: &'a Meta) -> Option<&'a str> {
    /// Headings that may be the one in the title.
    const HEADINGS: usize = 64;
    let title = meta.title.as_deref()?;
    let headings = flow.pieces.iter().filter(|piece| piece.is_heading()).map(|piece| piece.text.as_str());
    let named = meta.headline.as_deref().into_iter().chain(meta.item_headlines());
    title::site(title, &headings.take(HEADINGS).chain(named).collect::<Vec<_>>())
}

/// What the stories of one page share.
struct Page<'a> {
    source: &'a Source<'a>,
    url: Option<&'a Url>,
    meta: &'a Meta,
    limits: &'a Limits,
    one: bool,
    declared: Option<&'a str>,
    /// The site's name.
    site: Option<&'a str>,
    /// The tree, of HTML.
    dom: Option<&'a Dom>,
}

impl Page<'_> {
    /// The story in each of `units`.
    fn stories(&self, pieces: &[Piece], units: &[Unit]) -> Vec<Story> {
        self.drafts(pieces, units).into_iter().map(|(draft, lang)| self.story(draft, lang)).collect()
    }

    /// The draft of each of `units`, and its language.
    fn drafts(&self, pieces: &[Piece], units: &[Unit]) -> Vec<(Draft, Option<String>)> {
        let vocabulary = Vocabulary::of(pieces.iter().map(|piece| piece.text.as_str()));
        let mut out = Vec::new();
        for unit in units.iter().take(self.limits.max_stories) {
            let own = pieces.get(unit.range.clone()).unwrap_or_default();
            let headline = unit.headline.and_then(|at| at.checked_sub(unit.range.start));
            let sample: String = own
                .iter()
                .filter(|piece| piece.is_running())
                .take(6)
                .map(|piece| piece.text.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            let lang = lang::of(&sample, self.declared);
            let marked = self.dom.and_then(|dom| sites::title(dom, own, self.one));
            let named = marked.as_deref().or_else(|| self.meta.named().filter(|_| self.one));
            let dates = self.dates(lang.as_deref());
            let (numbered, dom) = (unit.numbered, self.dom);
            let outside = Outside { headline: named, numbered, dates, vocabulary: &vocabulary, dom };
            let mut draft = Draft::of(own, headline, &outside);
            self.dom.iter().for_each(|dom| sites::settle(&mut draft, dom, own, marked.clone()));
            out.push((draft, lang));
        }
        out
    }

    fn story(&self, draft: Draft, lang: Option<String>) -> Story {
        let absolute = |href: &str| self.absolute(href);
        let links = self.dom.map(|dom| links::of(dom, &draft.links, &draft.blocks, self.url, absolute));
        let blocks = draft.blocks;
        let text = text_of(&blocks);
        let words = u32::try_from(words::count(&text)).unwrap_or(u32::MAX);
        let host = self.url.and_then(Url::host_str).map(|host| host.trim_start_matches("www.").to_owned());
        let mut story = Story {
            kind: if draft.brief { Kind::Brief } else { Kind::Article },
            page: PageRef { url: self.source.url.map(str::to_owned), part: 1, parts: 1 },
            url: draft.href.as_deref().and_then(|href| self.absolute(href)).filter(|_| !self.one),
            source: model::Source { host, name: draft.source },
            feed: self.source.feed,
            title: draft.title,
            subtitle: draft.subtitle,
            text,
            blocks,
            direction: lang.as_deref().map(model::direction_of),
            lang,
            authors: draft.authors,
            keywords: draft.keywords,
            images: Vec::new(),
            links: links.unwrap_or_default(),
            published_at: None,
            published: draft.published,
            modified_at: draft.modified,
            fetched_at: self.source.fetched_at,
            words,
            splitter: VERSION,
        };
        if story.source.name.is_none() {
            story.source.name = self
                .meta
                .item()
                .and_then(|item| item.publisher.clone())
                .or_else(|| self.site.map(str::to_owned))
                .or_else(|| byline::agency(&story.text).map(str::to_owned));
        }
        if self.one {
            self.add_meta(&mut story);
        }
        if story.published.is_none() {
            story.published = self.of_dateline(&story);
        }
        story.published_at = story.published.as_ref().map(|date| date.at.clone());
        story
    }

    /// The date in the dateline that the text of `story` begins with.
    fn of_dateline(&self, story: &Story) -> Option<Dated> {
        let body = story.blocks.iter().find(|block| block.kind == BlockKind::Paragraph)?;
        let dateline = Dateline::of(&body.text)?;
        let read = date::find(dateline.behind_place, &self.dates(story.lang.as_deref()))?;
        // A place and a day without an agency may begin a report of times long past.
        let is_news = || date::is_near(&read.at, self.source.fetched_at?).then_some(());
        if !dateline.has_agency {
            is_news()?;
        }
        Some(Dated { at: read.at, precision: read.precision, origin: DateOrigin::Dateline })
    }

    /// How a story in `lang` writes dates.
    fn dates<'a>(&'a self, lang: Option<&'a str>) -> Context<'a> {
        let region = self.declared.and_then(date::region);
        Context { lang, region, fetched_at: self.source.fetched_at, ..Context::default() }
    }

    /// What the story's own element, or its own article of JSON-LD, says.
    fn add_markup(&self, story: &mut Story, markup: &Markup) {
        let item = story.title.as_deref().and_then(|title| self.meta.item_named(title)).filter(|_| !self.one);
        let dates = self.dates(story.lang.as_deref());
        let read = |text: Option<&String>, origin| {
            let read = date::machine(text?, &dates)?;
            Some(Dated { at: read.at, precision: read.precision, origin })
        };
        if !self.one || story.published.is_none() {
            let own = read(markup.published.as_ref(), DateOrigin::Microdata)
                .or_else(|| read(item.and_then(|item| item.published.as_ref()), DateOrigin::JsonLd));
            story.published = own.or(story.published.take());
            story.published_at = story.published.as_ref().map(|date| date.at.clone());
        }
        if story.keywords.is_empty() {
            story.keywords.clone_from(&markup.keywords);
        }
        if markup.update && !self.one {
            story.kind = Kind::LiveUpdate;
        }
        let Some(item) = item else {
            let url = markup.url.as_deref().and_then(|href| self.absolute(href)).filter(|_| !self.one);
            story.url = url.or(story.url.take());
            return;
        };
        let url = markup.url.as_deref().or(item.url.as_deref()).and_then(|href| self.absolute(href));
        story.url = url.or(story.url.take());
        if story.authors.is_empty() {
            story.authors.clone_from(&item.authors);
        }
        if story.keywords.is_empty() {
            story.keywords.clone_from(&item.keywords);
        }
    }

    /// On a page that calls itself live, stories with a time of their own are updates.
    fn mark_updates(&self, stories: &mut [Story]) {
        let live = self.meta.is_live();
        let timed = |story: &&Story| {
            story.published.as_ref().is_some_and(|date| date.precision >= model::Precision::Minute)
        };
        if live && stories.len() >= 2 && stories.iter().filter(timed).count() * 3 >= stories.len() * 2 {
            for story in stories {
                story.kind = Kind::LiveUpdate;
            }
        }
    }

    /// What the page says of itself holds for its only story.
    fn add_meta(&self, story: &mut Story) {
        let meta = self.meta;
        let item = meta.item();
        let dates = self.dates(story.lang.as_deref());
        let read = |text: Option<&String>, origin| {
            let read = date::machine(text?, &dates)?;
            Some(Dated { at: read.at, precision: read.precision, origin })
        };
        let declared = read(item.and_then(|item| item.published.as_ref()), DateOrigin::JsonLd)
            .or_else(|| read(meta.published.as_ref(), DateOrigin::Meta));
        story.published = declared.or(story.published.take());
        let modified = item.and_then(|item| item.modified.as_ref()).or(meta.modified.as_ref());
        if let Some(read) = modified.and_then(|text| date::machine(text, &dates)) {
            story.modified_at = Some(read.at);
        }
        self.add_described_body(story);
        if story.title.is_none() {
            let site = self.site;
            let named = meta.named().map(str::to_owned);
            story.title = named.or_else(|| meta.title.as_ref().map(|text| title::without_site(text, site)));
        }
        let authors = item
            .map(|item| item.authors.clone())
            .filter(|authors| !authors.is_empty())
            .unwrap_or_else(|| meta.authors.clone());
        if !authors.is_empty() {
            story.authors = authors;
        }
        for keyword in
            item.map(|item| item.keywords.as_slice()).unwrap_or_default().iter().chain(&meta.keywords)
        {
            if !story.keywords.contains(keyword) {
                story.keywords.push(keyword.clone());
            }
        }
        story.url = meta
            .canonical
            .as_deref()
            .and_then(|href| self.absolute(href))
            .or_else(|| item.and_then(|item| item.url.as_deref()).and_then(|href| self.absolute(href)))
            .or(story.url.take());
    }

    /// Where nothing else tells the date of the page's only story: what it shows nearest to it.
    fn add_shown_date(&self, story: &mut Story, dom: &Dom, pieces: &[Piece]) {
        let begins = pieces.iter().find(|piece| !piece.text.is_empty()).map(|piece| piece.node);
        let (true, None, Some(begins)) = (self.one, &story.published, begins) else { return };
        let shown = date::near(dom, begins, &self.dates(story.lang.as_deref()));
        let in_path = || Some((date::in_path(self.url?.path())?, DateOrigin::Url));
        story.published = shown.or_else(in_path).map(|(read, origin)| {
            let origin = if read.relative { DateOrigin::Relative } else { origin };
            Dated { at: read.at, precision: read.precision, origin }
        });
        story.published_at = story.published.as_ref().map(|date| date.at.clone());
    }

    /// The text that JSON-LD gives, where the page shows only its beginning or loads it by script.
    fn add_described_body(&self, story: &mut Story) {
        let marked = self.dom.is_some_and(|dom| dom.marks().has_body());
        let body = self.meta.item().and_then(|item| item.body.as_deref()).filter(|_| !marked);
        let Some(body) = body else { return };
        if words::weight(body) < STORY_WEIGHT || words::weight(body) < words::weight(&story.text) * 2 {
            return;
        }
        let lines =
            body.lines().map(clean::line).filter(|line| !line.is_empty()).take(self.limits.max_pieces);
        story.blocks = lines.map(|text| Block { kind: BlockKind::Paragraph, text }).collect();
        story.text = text_of(&story.blocks);
        story.links.retain(|link| story.text.contains(&link.text));
        story.words = u32::try_from(words::count(&story.text)).unwrap_or(u32::MAX);
    }

    /// The image that the page names as its own, where it is not in the text.
    fn add_declared_image(&self, story: &mut Story) {
        let declared = self.meta.item().and_then(|item| item.images.first()).or(self.meta.image.as_ref());
        if self.one
            && story.images.is_empty()
            && let Some(url) = declared.and_then(|href| self.absolute(href))
        {
            story.images.push(Image { url, alt: None, caption: None });
        }
    }

    fn absolute(&self, href: &str) -> Option<String> {
        let url = match self.url {
            Some(base) => base.join(href).ok()?,
            None => Url::parse(href).ok()?,
        };
        matches!(url.scheme(), "http" | "https").then(|| url.to_string())
    }

    /// The stories that are stories, numbered.
    fn finish(&self, stories: Vec<Story>) -> Result<Vec<Story>, NoStory> {
        let words = stories.iter().map(|story| story.words as usize).sum();
        let mut stories: Vec<Story> = stories.into_iter().filter(is_story).collect();
        let parts = u32::try_from(stories.len()).unwrap_or(u32::MAX);
        for (part, story) in (1..).zip(stories.iter_mut()) {
            story.page.part = part;
            story.page.parts = parts;
        }
        if stories.is_empty() { Err(NoStory::NoText { words }) } else { Ok(stories) }
    }
}

/// Whether a story has text enough to be one.
fn is_story(story: &Story) -> bool {
    story.words >= 18
}

/// The running text of `blocks`: one block a line, subheads among them. Against what publishers
/// count as the text of 122 real pages, that is 1.7 points of F1 better than without them.
fn text_of(blocks: &[Block]) -> String {
    let lines: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    lines.join("\n")
}
