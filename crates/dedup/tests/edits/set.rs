//! The reports, templates and promotions, as their files hold them.

use std::fs;
use std::path::Path;

use dedup::normal;

/// A report: a headline and paragraphs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Report {
    pub(crate) headline: String,
    pub(crate) paragraphs: Vec<String>,
}

impl Report {
    pub(crate) fn text(&self) -> String {
        self.paragraphs.join("\n")
    }

    pub(crate) fn words(&self) -> usize {
        words_in(&self.text())
    }
}

/// How many words a text has; characters, in scripts without spaces.
pub(crate) fn words_in(text: &str) -> usize {
    normal(text).split(' ').count()
}

/// How a language is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Script {
    Arabic,
    Latin,
    Cyrillic,
    Devanagari,
    /// Chinese and Japanese, without spaces between words.
    Han,
}

/// All stories in one language.
pub(crate) struct Language {
    pub(crate) code: &'static str,
    pub(crate) script: Script,
    pub(crate) reports: Vec<Report>,
    /// Sentences that no report needs.
    pub(crate) promotion: Vec<String>,
    /// Each template filled in several times, in the order of [`TEMPLATES`].
    pub(crate) fillings: Vec<Vec<Report>>,
}

/// What the templates of every language are about. The last filling of weather and shares is the first
/// one's town on another day, and its company a quarter later.
pub(crate) const TEMPLATES: [&str; 4] = ["weather", "football", "shares", "obituary"];

const LANGUAGES: [(&str, Script); 12] = [
    ("ar", Script::Arabic),
    ("fa", Script::Arabic),
    ("ur", Script::Arabic),
    ("en", Script::Latin),
    ("es", Script::Latin),
    ("fr", Script::Latin),
    ("de", Script::Latin),
    ("tr", Script::Latin),
    ("ru", Script::Cyrillic),
    ("zh", Script::Han),
    ("ja", Script::Han),
    ("hi", Script::Devanagari),
];

impl Language {
    pub(crate) fn all() -> Vec<Self> {
        let promotions = blocks("promotions.txt");
        let read = |(code, script): (&'static str, Script)| Self {
            code,
            script,
            reports: blocks(&format!("reports/{code}.txt")),
            promotion: promotions.iter().find(|block| block.headline == code).unwrap().paragraphs.clone(),
            fillings: blocks(&format!("templates/{code}.txt")).iter().map(filled).collect(),
        };
        LANGUAGES.map(read).into()
    }

    /// What stands between two sentences or paragraphs.
    pub(crate) fn space(&self) -> &'static str {
        if self.script == Script::Han { "" } else { " " }
    }

    /// `text` cut into its words with what follows them; joined they give it again.
    pub(crate) fn words<'a>(&self, text: &'a str) -> Vec<&'a str> {
        match self.script {
            Script::Han => text.split_inclusive(|_: char| true).collect(),
            _ => text.split_inclusive(' ').collect(),
        }
    }

    /// The report that comes `by` places after the one `at`, round and round.
    pub(crate) fn after(&self, at: usize, by: usize) -> &Report {
        &self.reports[(at + by) % self.reports.len()]
    }
}

/// The blocks of a file: `# headline`, then a paragraph a line, then an empty line.
fn blocks(file: &str) -> Vec<Report> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edits").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let block = |block: &str| {
        let mut lines = block.trim_end().lines().map(str::to_owned);
        let headline = lines.next().unwrap().strip_prefix("# ").unwrap().to_owned();
        Report { headline, paragraphs: lines.collect() }
    };
    text.split("\n\n").map(block).collect()
}

/// A template's fillings: its first paragraph is the text with `{1}`, `{2}` and so on, each further
/// one the values of one filling with `|` between them.
fn filled(template: &Report) -> Vec<Report> {
    let (text, rows) = template.paragraphs.split_first().unwrap();
    let fill = |row: &String| {
        let put = |text: &str| {
            (1..)
                .zip(row.split(" | "))
                .fold(text.to_owned(), |text, (number, value)| text.replace(&format!("{{{number}}}"), value))
        };
        Report { headline: put(&template.headline), paragraphs: vec![put(text)] }
    };
    rows.iter().map(fill).collect()
}
