//! A file of rules, read with the line of each thing in it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::selector::Selectors;
use super::{Host, Problem, Site, SiteError};

/// The longest file of rules, in bytes.
pub const MAX_FILE_BYTES: usize = 64 << 10;

/// The most selectors in one file, those of a list counted one by one.
pub(super) const MAX_SELECTORS: usize = 64;

impl Site {
    /// The rules in `text`, which stands in the file `name`.
    ///
    /// # Errors
    /// The first mistake, with its line.
    pub fn parse(name: impl Into<String>, text: &str) -> Result<Self, SiteError> {
        let mut reader = Reader { site: Self::empty(name.into()), text, selectors: 0 };
        reader.read()?;
        Ok(reader.site)
    }

    fn empty(file: String) -> Self {
        let none = Selectors::default;
        Self { file, hosts: Vec::new(), story: none(), title: none(), body: none(), remove: none() }
    }
}

struct Reader<'a> {
    site: Site,
    text: &'a str,
    selectors: usize,
}

impl<'a> Reader<'a> {
    fn read(&mut self) -> Result<(), SiteError> {
        if self.text.len() > MAX_FILE_BYTES {
            return Err(self.mistake(0, Problem::TooLong(self.text.len())));
        }
        let table = DeTable::parse(self.text).map_err(|error| {
            let message = error.message().lines().collect::<Vec<_>>().join(" ");
            self.mistake(error.span().map_or(0, |span| span.start), Problem::Toml(message))
        })?;
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "hosts" => self.hosts(value)?,
                "story" => self.site.story = self.rule("story", value)?,
                "title" => self.site.title = self.rule("title", value)?,
                "body" => self.site.body = self.rule("body", value)?,
                "remove" => self.site.remove = self.rule("remove", value)?,
                other => return Err(self.mistake(key.span().start, Problem::UnknownKey(other.to_owned()))),
            }
        }
        if self.site.hosts.is_empty() {
            return Err(self.mistake(0, Problem::NoHosts));
        }
        if self.selectors == 0 {
            return Err(self.mistake(0, Problem::NoRules));
        }
        Ok(())
    }

    fn hosts(&mut self, value: &Spanned<DeValue<'_>>) -> Result<(), SiteError> {
        for (at, text) in self.texts("hosts", value)? {
            let host = Host::parse(&text).ok_or_else(|| self.mistake(at, Problem::NoHost(text)))?;
            self.site.hosts.push((self.line(at), host));
        }
        Ok(())
    }

    fn rule(&mut self, key: &'static str, value: &Spanned<DeValue<'_>>) -> Result<Selectors, SiteError> {
        let mut rule = Selectors::default();
        for (at, selector) in self.texts(key, value)? {
            match rule.add(&selector) {
                Ok(count) => self.selectors += count,
                Err(reason) => {
                    let selector = shortened(selector);
                    return Err(self.mistake(at, Problem::Selector { key, selector, reason }));
                }
            }
            if self.selectors > MAX_SELECTORS {
                return Err(self.mistake(at, Problem::TooMany(self.selectors)));
            }
        }
        Ok(rule)
    }

    /// One text or a list of them, each with its place.
    fn texts(
        &self,
        key: &'static str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Vec<(usize, String)>, SiteError> {
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let text = |item: &Spanned<DeValue<'_>>| {
            let text = item.get_ref().as_str().map(|text| text.trim().to_owned());
            text.map(|text| (item.span().start, text))
                .ok_or_else(|| self.mistake(item.span().start, Problem::NotText(key)))
        };
        items.into_iter().map(text).collect()
    }

    fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or(self.text).matches('\n').count() + 1
    }

    fn mistake(&self, at: usize, problem: Problem) -> SiteError {
        self.site.mistake(self.line(at), problem)
    }
}

/// `text` as it fits into a message.
fn shortened(text: String) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
