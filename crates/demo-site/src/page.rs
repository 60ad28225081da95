//! What a page is, and how it becomes bytes.

use encoding_rs::Encoding;
use jiff::{SignedDuration, Timestamp};

/// Midnight (UTC) of 2 March 2026, the day on which the site's clock stands.
const TODAY: Timestamp = Timestamp::constant(1_772_409_600, 0);

/// Where a page's file is cut: what goes into the layout's head stands above, its body below.
const CUT: &str = "<!-- main -->";

/// The place of a byte that is valid in no charset, in the source of a page with [`Charset::stray`].
const STRAY: &[u8] = b"{{stray}}";

/// The time `hour:minute` (UTC), `days` after the site's day.
pub(crate) fn at(days: i64, hour: i64, minute: i64) -> Timestamp {
    TODAY + SignedDuration::from_mins((days * 24 + hour) * 60 + minute)
}

/// When the edition was put out: in the afternoon, one a day.
pub(crate) fn edition_time(edition: u32) -> Timestamp {
    at(i64::from(edition) - 1, 15, 0)
}

/// The three publishers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Publisher {
    Wadi,
    Courier,
    Meridian,
}

impl Publisher {
    /// In the order of [`crate::Options::ports`] and [`crate::Site::feeds`].
    pub(crate) const ALL: [Self; 3] = [Self::Wadi, Self::Courier, Self::Meridian];

    /// The frame of its pages.
    pub(crate) fn layout(self) -> &'static str {
        match self {
            Self::Wadi => include_str!("../pages/wadi/layout.html"),
            Self::Courier => include_str!("../pages/courier/layout.html"),
            Self::Meridian => include_str!("../pages/meridian/layout.html"),
        }
    }
}

/// A page behind an entry of a publisher's feed.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) publisher: Publisher,
    pub(crate) path: String,
    /// ISO 639-1.
    pub(crate) lang: &'static str,
    pub(crate) charset: Charset,
    /// Whether it is answered late.
    pub(crate) slow: bool,
    /// The edition in which the first version appears; each further version comes an edition later.
    pub(crate) since: u32,
    pub(crate) versions: Vec<Version>,
}

/// A page as it stands for one edition or more, and what its feed says of it.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) body: Body,
    /// The entry's title.
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) summary: String,
    pub(crate) published: Timestamp,
    pub(crate) updated: Timestamp,
    /// The stories it holds, in order.
    pub(crate) stories: Vec<Told>,
}

/// One story of a page.
#[derive(Debug)]
pub(crate) struct Told {
    /// Names the report that it tells: stories with the same name are duplicates.
    pub(crate) report: String,
    pub(crate) title: String,
}

/// What the link leads to.
#[derive(Debug)]
pub(crate) enum Body {
    /// The file of an HTML page: a whole document, or a head and a main part for the layout.
    Html(&'static str),
    /// A text file, sent as it is.
    Text(&'static str),
    /// Paragraphs that were made up.
    Generated(Vec<String>),
    /// Nothing: 404.
    Missing,
}

/// How a page is encoded, and what it says of that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charset {
    /// What it is in.
    pub(crate) bytes: &'static Encoding,
    /// What the `Content-Type` header says, if anything.
    pub(crate) header: Option<&'static str>,
    /// What the page's `<meta>` says.
    pub(crate) meta: &'static str,
    /// Whether `{{stray}}` in the source becomes a byte that does not belong there.
    pub(crate) stray: bool,
}

impl Charset {
    pub(crate) const UTF_8: Self =
        Self { bytes: encoding_rs::UTF_8, header: Some("utf-8"), meta: "utf-8", stray: false };
}

impl Page {
    /// The version that stands in `edition`; none when the page has not appeared yet.
    pub(crate) fn version(&self, edition: u32) -> Option<&Version> {
        let age = edition.checked_sub(self.since)?;
        self.versions.get(age as usize).or(self.versions.last())
    }

    /// The edition, up to `edition`, in which the page last changed.
    pub(crate) fn changed_in(&self, edition: u32) -> Option<u32> {
        let age = edition.checked_sub(self.since)? as usize;
        let version = age.min(self.versions.len().saturating_sub(1));
        Some(self.since + u32::try_from(version).unwrap_or(u32::MAX))
    }

    /// The `Content-Type` header.
    pub(crate) fn content_type(&self, version: &Version) -> String {
        let kind = if matches!(version.body, Body::Text(_)) { "text/plain" } else { "text/html" };
        match self.charset.header {
            Some(charset) => format!("{kind}; charset={charset}"),
            None => kind.to_owned(),
        }
    }

    /// The body in its own charset, with links under `base`; none when the link leads nowhere.
    ///
    /// What the charset does not have is written as a character reference, as browsers do.
    pub(crate) fn render(&self, version: &Version, base: &str) -> Option<Vec<u8>> {
        let text = match &version.body {
            Body::Missing => return None,
            Body::Text(text) => (*text).to_owned(),
            Body::Html(file) => match file.split_once(CUT) {
                Some((head, main)) => self.frame(&version.title, head, main),
                None => (*file).to_owned(),
            },
            Body::Generated(paragraphs) => self.frame(&version.title, "", &article(version, paragraphs)),
        };
        let text = text.replace("{{base}}", base).replace("{{charset}}", self.charset.meta);
        let (bytes, _, _) = self.charset.bytes.encode(&text);
        Some(if self.charset.stray { with_stray_bytes(&bytes) } else { bytes.into_owned() })
    }

    fn frame(&self, title: &str, head: &str, main: &str) -> String {
        let dir = if matches!(self.lang, "ar" | "fa") { "rtl" } else { "ltr" };
        self.publisher
            .layout()
            .replace("{{lang}}", self.lang)
            .replace("{{dir}}", dir)
            .replace("{{title}}", &escape(title))
            .replace("{{head}}", head.trim())
            .replace("{{main}}", main.trim())
    }
}

/// The markup of a story that was made up.
fn article(version: &Version, paragraphs: &[String]) -> String {
    let mut html = format!(
        "<article>\n<h1>{}</h1>\n<p class=\"byline\">By {}, <time datetime=\"{at}\">{at}</time></p>\n",
        escape(&version.title),
        escape(&version.author),
        at = version.published,
    );
    for paragraph in paragraphs {
        html.push_str(&format!("<p>{}</p>\n", escape(paragraph)));
    }
    html + "</article>"
}

/// Text as it stands in HTML and XML, in an attribute too.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn with_stray_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(STRAY) {
            out.push(0xFF);
            rest = after;
        } else {
            out.push(first);
            rest = tail;
        }
    }
    out
}
