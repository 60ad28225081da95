//! One story's pieces, sorted into its fields.

use model::{Block, BlockKind, DateOrigin, Dated};

use crate::clean::references;
use crate::date::{self, Read};
use crate::dom::{Dom, NodeId};
use crate::glue::{self, Vocabulary};
use crate::labels::{self, Label};
use crate::piece::{Form, Piece, STORY_WEIGHT};
use crate::{byline, keywords, line, tail, title, words};

/// Bytes that are looked at of a headline, to find its words elsewhere.
const LONGEST_HEADLINE: usize = 2048;

/// What a story's own pieces say.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) title: Option<String>,
    pub(crate) subtitle: Option<String>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) source: Option<String>,
    pub(crate) keywords: Vec<String>,
    pub(crate) authors: Vec<String>,
    pub(crate) published: Option<Dated>,
    pub(crate) modified: Option<String>,
    /// The links in the text, each with the place of its block.
    pub(crate) links: Vec<(usize, NodeId)>,
    /// Whether it is an item of a column of briefs.
    pub(crate) brief: bool,
    /// Where the headline links to, or a "read on" at the end.
    pub(crate) href: Option<String>,
    /// What became of each of its pieces.
    pub(crate) fates: Vec<Fate>,
    /// Which piece each of the blocks was made of.
    made_of: Vec<usize>,
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Fate {
    /// It went into the text.
    Kept,
    /// It went into this field.
    Field(&'static str),
    /// It was left out, for this reason.
    Dropped(&'static str),
    /// It says nothing.
    #[default]
    Empty,
}

/// What is known from outside the pieces.
pub(crate) struct Outside<'a> {
    /// The headline, where the page's own description tells it.
    pub(crate) headline: Option<&'a str>,
    /// Whether the stories of the page are numbered.
    pub(crate) numbered: bool,
    /// How dates are read.
    pub(crate) dates: date::Context<'a>,
    /// The words of the whole page.
    pub(crate) vocabulary: &'a Vocabulary<'a>,
    /// The tree that the pieces come from, of HTML.
    pub(crate) dom: Option<&'a Dom>,
}

impl Draft {
    /// Sorts `pieces`, which begin at the story's headline or before; `known` is the headline's place, where
    /// that is known.
    pub(crate) fn of(pieces: &[Piece], known: Option<usize>, outside: &Outside<'_>) -> Self {
        let mut draft = Self { fates: vec![Fate::Empty; pieces.len()], ..Self::default() };
        let first_running = pieces.iter().position(Piece::is_running).unwrap_or(pieces.len());
        let headline = known.or_else(|| headline(pieces, first_running, outside.headline));
        let mut body = 0;
        if let Some(at) = headline
            && let Some(piece) = pieces.get(at)
        {
            // The description parts a kicker from the headline where the markup alone does.
            let before = at
                .checked_sub(1)
                .and_then(|before| pieces.get(before))
                .map(|piece| piece.text.as_str())
                .unwrap_or_default();
            let with_kicker = format!("{before} {}", piece.text);
            let named = outside.headline.filter(|named| {
                title::same_letters(&piece.text, named) || title::same_letters(&with_kicker, named)
            });
            // In plain text numbers part the stories, and are no part of a headline.
            let bare = line::numbered(&piece.text).filter(|_| piece.is_plain() && outside.numbered);
            let own = bare.map_or(piece.text.as_str(), |(_, text)| text);
            draft.title = Some(references::resolved(named.unwrap_or(own)).into_owned());
            draft.brief = piece.brief;
            draft.href = piece.href.as_deref().filter(|_| piece.link_density() > 0.8).map(str::to_owned);
            draft.decide(at, Fate::Field("title"));
            for (at, piece) in pieces.get(..at).unwrap_or_default().iter().enumerate() {
                let fate = draft.head(at, piece, outside, false);
                draft.decide(at, fate);
            }
            body = at + 1;
        }
        // A headline of two sentences passes for running text.
        let first_running = pieces.iter().skip(body).position(Piece::is_running).map_or(body, |at| body + at);
        let mut skipping_links = false;
        let mut in_head = true;
        let prompts = tail::prompts(pieces);
        for (at, piece) in pieces.iter().enumerate().skip(body) {
            let fate = if prompts.get(at) == Some(&true) {
                Fate::Dropped(if piece.teaser { "opens another story" } else { "prompt" })
            } else if in_head && at < first_running {
                let subhead = at + 1 == first_running
                    && is_subhead(piece, pieces.get(first_running..).unwrap_or_default());
                if subhead { draft.push(at, piece, outside) } else { draft.head(at, piece, outside, true) }
            } else {
                in_head = false;
                draft.body(at, piece, outside, &mut skipping_links)
            };
            draft.decide(at, fate);
        }
        draft.trim(pieces.iter().any(|piece| !piece.is_plain()));
        draft
    }

    fn decide(&mut self, at: usize, fate: Fate) {
        if let Some(known) = self.fates.get_mut(at) {
            *known = fate;
        }
    }

    /// A piece among or behind the running text.
    fn body(&mut self, at: usize, piece: &Piece, outside: &Outside<'_>, skipping_links: &mut bool) -> Fate {
        if let Some(fate) = self.label(piece, outside, skipping_links) {
            return fate;
        }
        // Below a lead, a byline is still one, and so is one whose date looks like the end of a sentence.
        let near = self.blocks.len() <= 3
            && piece.kind == Form::Paragraph
            && (!piece.is_running() || byline::is_dated(&piece.text));
        // A line that leads to a quotation is not one, whatever its class.
        let leads = piece.text.ends_with([':', '：']);
        if near && !leads && self.authors_of(piece) {
            if piece.is_running() {
                self.date(date::find(&piece.text, &outside.dates), DateOrigin::Label, false);
            }
            return Fate::Field("authors");
        }
        self.push(at, piece, outside)
    }

    /// A piece before the running text.
    fn head(&mut self, at: usize, piece: &Piece, outside: &Outside<'_>, after_headline: bool) -> Fate {
        let mut skipping = false;
        if let Some(time) = &piece.time {
            self.date(date::machine(time, &outside.dates), DateOrigin::TimeElement, false);
        }
        let signed = self.authors_of(piece);
        if piece.text.is_empty() {
            return if piece.time.is_some() { Fate::Field("date") } else { Fate::Empty };
        }
        if let Some(fate) = self.label(piece, outside, &mut skipping) {
            return fate;
        }
        if piece.is_date_line() || piece.text.len() < 60 {
            let origin = if piece.time.is_some() { DateOrigin::TimeElement } else { DateOrigin::Label };
            let read = date::find(&piece.text, &outside.dates);
            let is_date = read.is_some();
            self.date(read, origin, false);
            if is_date {
                return Fate::Field("date");
            }
        }
        if signed || piece.byline {
            return Fate::Field("authors");
        }
        // The line that is set apart under the headline opens the report: it is text too.
        let known = self.title.as_deref().or(outside.headline);
        let known = known.map(|known| words::normal(words::head(known, LONGEST_HEADLINE)));
        let repeats = known.is_some_and(|known| known.contains(&words::normal(&piece.text)));
        let apart = piece.weight >= 40
            && piece.link_density() < 0.5
            && piece.kind != Form::ListItem
            && !labels::is_credited(&piece.text);
        if after_headline && self.subtitle.is_none() && apart && !repeats {
            self.subtitle = Some(piece.text.clone());
            self.block(at, piece, BlockKind::Paragraph, &piece.text);
            return Fate::Field("subtitle");
        }
        if piece.time.is_some() {
            return Fate::Field("date");
        }
        Fate::Dropped(if repeats { "says the headline again" } else { "above the text" })
    }

    /// Takes the authors that a byline names; false where it is none.
    fn authors_of(&mut self, piece: &Piece) -> bool {
        const MOST: usize = 10;
        let names = byline::names(piece);
        for name in &names {
            if self.authors.len() < MOST && !self.authors.iter().any(|known| known == name) {
                self.authors.push((*name).to_owned());
            }
        }
        !names.is_empty()
    }

    fn date(&mut self, read: Option<Read>, origin: DateOrigin, modified: bool) {
        let Some(read) = read else { return };
        let origin = if read.relative { DateOrigin::Relative } else { origin };
        if modified {
            self.modified.get_or_insert(read.at);
        } else {
            self.published.get_or_insert(Dated { at: read.at, precision: read.precision, origin });
        }
    }

    /// Takes a piece that is a label with what it announces; nothing where it is text.
    fn label(&mut self, piece: &Piece, outside: &Outside<'_>, skipping_links: &mut bool) -> Option<Fate> {
        let text = piece.text.as_str();
        let weight = piece.weight;
        if piece.kind == Form::Rule {
            return Some(Fate::Empty);
        }
        if *skipping_links
            && (piece.link_density() > 0.8 || (!piece.is_running() && piece.kind == Form::ListItem))
        {
            return Some(Fate::Dropped("below a label: read also"));
        }
        *skipping_links = false;
        if weight > 300 {
            return None;
        }
        if piece.link_density() > 0.8 && labels::is_read_on(text) {
            if self.href.is_none() {
                self.href = piece.href.as_deref().map(str::to_owned);
            }
            return Some(Fate::Field("url"));
        }
        let found = labels::at_start(text);
        match found {
            Some(found)
                if found.label == Label::ReadAlso
                    && (found.rest.is_empty() || found.colon || piece.link_density() > 0.3) =>
            {
                *skipping_links = found.rest.is_empty();
                return Some(Fate::Dropped("label: read also"));
            }
            Some(found)
                if found.label == Label::Advertisement
                    && (found.rest.is_empty()
                        || labels::is_promotion(text)
                        || !words::ends_sentence(text)) =>
            {
                self.source_inside(text);
                return Some(Fate::Dropped("label: advertisement"));
            }
            Some(found) if found.label == Label::Source && found.colon && words::weight(found.rest) < 60 => {
                self.source.get_or_insert_with(|| found.rest.trim_end_matches('.').to_owned());
                return Some(Fate::Field("source"));
            }
            // "Keywords: the programme names …" is a sentence.
            Some(found)
                if found.label == Label::Keywords
                    && found.colon
                    && (piece.linked > 0 || !words::ends_sentence(found.rest) || weight < 60) =>
            {
                keywords::add(&mut self.keywords, found.rest, piece, outside.dom);
                return Some(Fate::Field("keywords"));
            }
            Some(found) if matches!(found.label, Label::Published | Label::Updated) && weight < 160 => {
                let read = date::find(found.rest, &outside.dates);
                let dated = read.is_some();
                self.date(read, DateOrigin::Label, found.label == Label::Updated);
                if dated {
                    return Some(Fate::Field("date"));
                }
            }
            // Ways to pass the story on, in a row: "Share: Facebook Mastodon".
            Some(found)
                if found.label == Label::Share
                    && found.colon
                    && weight < 80
                    && !words::ends_sentence(text) =>
            {
                return Some(Fate::Dropped("label: comments or sharing"));
            }
            Some(found) if found.label == Label::Photo && found.colon && weight < 120 => {
                return Some(Fate::Dropped("label: picture"));
            }
            Some(found)
                if matches!(found.label, Label::Share | Label::Comments)
                    && (found.rest.is_empty() || weight < 20) =>
            {
                return Some(Fate::Dropped("label: comments or sharing"));
            }
            _ => {}
        }
        if let Some(list) = keywords::behind_comments(text) {
            keywords::add(&mut self.keywords, list, piece, outside.dom);
            return Some(Fate::Field("keywords"));
        }
        if is_captioned(text, weight) {
            return Some(Fate::Dropped("caption with its credit"));
        }
        if weight < 400 && labels::is_consent(text) {
            return Some(Fate::Dropped("stands in for what is loaded after consent"));
        }
        if weight < 160 && labels::is_promotion(text) {
            self.source_inside(text);
            return Some(Fate::Dropped("promotion"));
        }
        None
    }

    /// A source that sticks to the end of a line of furniture.
    fn source_inside(&mut self, text: &str) {
        if let Some((_, found)) = labels::inside(text, &[Label::Source])
            && words::weight(found.rest) < 60
            && !found.rest.is_empty()
        {
            self.source.get_or_insert_with(|| found.rest.to_owned());
        }
    }

    /// A piece of the text.
    fn push(&mut self, at: usize, piece: &Piece, outside: &Outside<'_>) -> Fate {
        if piece.text.is_empty() {
            return Fate::Empty;
        }
        let kind = match piece.kind {
            Form::Heading(_) => BlockKind::Heading,
            Form::ListItem => BlockKind::ListItem,
            Form::Quote => BlockKind::Quote,
            Form::Preformatted => BlockKind::Preformatted,
            Form::TableRow => BlockKind::TableRow,
            Form::Paragraph | Form::Rule if piece.bold && piece.looks_like_heading() => BlockKind::Heading,
            Form::Paragraph | Form::Rule => BlockKind::Paragraph,
        };
        let glued = || {
            glue::bold_heading(&piece.text, piece.lead)
                .or_else(|| glue::heading(&piece.text, outside.vocabulary))
        };
        if kind == BlockKind::Paragraph
            && let Some((head, rest)) = glued()
        {
            self.add(at, BlockKind::Heading, head);
            self.block(at, piece, kind, rest);
            return Fate::Kept;
        }
        self.block(at, piece, kind, &piece.text);
        Fate::Kept
    }

    /// A block of the text, with the links of its piece.
    fn block(&mut self, at: usize, piece: &Piece, kind: BlockKind, text: &str) {
        let block = self.blocks.len();
        self.links.extend(piece.links.iter().map(|link| (block, *link)));
        self.add(at, kind, text);
    }

    fn add(&mut self, at: usize, kind: BlockKind, text: &str) {
        self.blocks.push(Block { kind, text: text.to_owned() });
        self.made_of.push(at);
    }

    /// Takes the first block away: what the rules of a site say is not text.
    pub(crate) fn remove_first(&mut self) {
        if self.blocks.is_empty() || self.made_of.is_empty() {
            return;
        }
        self.blocks.remove(0);
        let at = self.made_of.remove(0);
        self.decide(at, Fate::Dropped("not in the `body` of the site's rules"));
        self.links.retain_mut(|(at, _)| at.checked_sub(1).map(|before| *at = before).is_some());
    }

    /// What trails after the text, a heading with nothing below it or a few words that are no
    /// sentence, is none of the story's.
    fn trim(&mut self, html: bool) {
        let trails = |block: &Block, html: bool| {
            let short = words::weight(&block.text) < 60
                && !words::ends_sentence(&block.text)
                && !block.text.starts_with('(');
            // Below a story stand the names and dates of those who comment on it.
            let quoted = block.text.contains(['"', '“', '”', '«', '»', '„', '「']);
            let short = short && !quoted;
            let signed = words::weight(&block.text) < 12 || date::is_line(&block.text);
            block.kind == BlockKind::Heading
                || (html && (short || signed) && block.kind != BlockKind::TableRow)
        };
        let whole = |block: &Block| {
            block.kind != BlockKind::Heading && words::weight(&block.text) >= STORY_WEIGHT / 2
        };
        // Of a brief that is nothing but a few lines, all of them are its text.
        let html = html && self.blocks.iter().any(whole);
        let trails = |block: &Block| trails(block, html);
        // Each list is looked at once.
        let mut in_list = false;
        while self.blocks.len() > 1
            && let Some(last) = self.blocks.last().filter(|last| trails(last))
        {
            let item = last.kind == BlockKind::ListItem;
            if item && !in_list && self.ends_in_list() {
                break;
            }
            in_list = item;
            self.drop_last("trails behind the text");
        }
        // What the author did before is no part of the report.
        let about = |block: &Block| {
            let behind = |author: &String| block.text.strip_prefix(author.as_str());
            let names = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric());
            self.authors.iter().filter_map(behind).any(names)
        };
        let last = |n: usize| self.blocks.iter().rev().take(n).all(about);
        let about = match self.blocks.len() {
            len if html && len > 2 && last(2) => 2,
            len => usize::from(html && len > 2 && last(1)),
        };
        for _ in 0..about {
            self.drop_last("about the author");
        }
    }

    fn drop_last(&mut self, why: &'static str) {
        self.blocks.pop();
        if let Some(at) = self.made_of.pop() {
            self.decide(at, Fate::Dropped(why));
        }
    }

    /// Whether the text ends in a list of more than single words that a paragraph with a colon announces.
    fn ends_in_list(&self) -> bool {
        /// "Facebook" weighs less.
        const ITEM: usize = 16;
        let before = self.blocks.iter().rposition(|block| block.kind != BlockKind::ListItem);
        let Some((before, items)) = before.and_then(|at| self.blocks.get(at..)?.split_first()) else {
            return false;
        };
        let weight: usize = items.iter().map(|item| words::weight(&item.text)).sum();
        before.kind == BlockKind::Paragraph
            && before.text.ends_with([':', '：'])
            && !items.is_empty()
            && weight >= items.len() * ITEM
    }
}

/// Whether a short line ends in who took the picture that it tells of: "The new bus. Photo: Town Hall".
fn is_captioned(text: &str, weight: usize) -> bool {
    // Inside a sentence the word is part of it: "paid for one photo: the last".
    let apart = |before: &str| {
        let before = before.trim_end();
        words::ends_sentence(before)
            || before.ends_with(['(', '[', '|', '/', '–', '—', '-', '•', '·', '（', '＝'])
    };
    weight < 200
        && labels::inside(text, &[Label::Photo]).is_some_and(|(at, found)| {
            (1..50).contains(&words::weight(found.rest)) && text.get(..at).is_some_and(apart)
        })
}

/// Whether a heading right above the running text is the first of its subheads, and no second headline:
/// others of its rank follow.
fn is_subhead(piece: &Piece, after: &[Piece]) -> bool {
    piece.is_heading()
        && !piece.is_date_line()
        && labels::at_start(&piece.text).is_none()
        && after.iter().any(|other| other.kind == piece.kind && other.link_density() < 0.5)
}

/// Which piece is the headline: the one that the page's description names; else the first of the
/// first rank before the running text; else, where no name is known, the highest ranking heading or,
/// in plain text, a first line that looks like one.
fn headline(pieces: &[Piece], first_running: usize, named: Option<&str>) -> Option<usize> {
    let head = pieces.get(..first_running).unwrap_or_default();
    if let Some(named) = named {
        // A kicker above or a second line below may stand apart.
        let joined = |at: &usize| match head.get(*at..*at + 2) {
            Some([one, two]) => {
                let both = format!("{} {}", one.text, two.text);
                (one.is_heading() || two.is_heading()) && title::same_letters(&both, named)
            }
            _ => false,
        };
        let whole = head.iter().position(|piece| title::same_letters(&piece.text, named));
        let parts = || (0..head.len()).find(joined).map(|at| at + 1);
        let begun = || head.iter().position(|piece| title::same(&piece.text, named));
        if let Some(at) = whole.or_else(parts).or_else(begun) {
            return Some(at);
        }
    }
    let rank = |piece: &Piece| match piece.kind {
        Form::Heading(level) => Some(level),
        _ if piece.bold && piece.looks_like_heading() => Some(7),
        _ => None,
    };
    let best = head.iter().enumerate().filter_map(|(at, piece)| rank(piece).map(|rank| (rank, at))).min();
    match (best, named) {
        (Some((1, at)), _) | (Some((_, at)), None) => return Some(at),
        // A name of a word or two is that of a section.
        (Some((_, at)), Some(named)) if words::count(named) <= 2 => {
            return head.get(at).filter(|piece| words::count(&piece.text) >= 4).map(|_| at);
        }
        (_, Some(_)) => return None,
        (None, None) => {}
    }
    // A line right above a date or a byline.
    let signed = |piece: &Piece| piece.is_date_line() || labels::is_byline(&piece.text);
    let above = head.windows(2).position(|pair| {
        matches!(pair, [line, next] if line.looks_like_heading() && !signed(line) && signed(next)
            && line.linked == 0 && words::count(&line.text) >= 2 && labels::at_start(&line.text).is_none())
    });
    if above.is_some() {
        return above;
    }
    let plain = pieces.first().is_some_and(|piece| piece.node == NodeId::DOCUMENT);
    let first = pieces.iter().position(|piece| piece.kind != Form::Rule)?;
    let piece = pieces.get(first)?;
    let short = piece.weight <= 200 && pieces.len() > first + 1;
    let looks = || piece.looks_like_heading() || first < first_running || words::count(&piece.text) <= 25;
    (plain && short && looks()).then_some(first)
}
