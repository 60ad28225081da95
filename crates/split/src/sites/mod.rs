//! Rules for single sites: the odd page that needs help.
//!
//! A file of rules names the hosts it is for, and says by CSS selectors what is what on their pages:
//!
//! ```
//! let rules = r##"
//! hosts = ["news.example", "*.news.example"]
//! story = "article.entry"
//! title = "h2.headline"
//! body = [".entry-text", ".entry-more"]
//! remove = ".poll, .weather"
//! "##;
//! let sites = split::Sites::parse([("news.toml", rules)])?;
//! assert!(sites.of("www.news.example").is_some() && sites.of("other.example").is_none());
//! # Ok::<(), split::SiteError>(())
//! ```
//!
//! | rule | what its elements are |
//! |---|---|
//! | `story` | one story each, the outermost of nested ones; nothing else on the page is a story |
//! | `title` | the headline, of the story that it stands in or of the page's only one |
//! | `body` | the text: nothing outside of them is text, of the page or of each `story` |
//! | `remove` | taken out before anything is read, metadata included |
//!
//! What a `story`, `title` or `body` matches is never taken for furniture by its name or class. A rule
//! that matches nothing on a page says nothing of it: sites have pages of several kinds.
//!
//! The work is bounded: [`MAX_FILE_BYTES`] and `MAX_SELECTORS` bound a file, `MAX_STEPS` what one page
//! may cost.

mod element;
mod error;
mod file;
mod host;
mod marks;
mod pieces;
mod selector;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use error::{Problem, SiteError};
pub use file::MAX_FILE_BYTES;
pub(crate) use marks::Marks;
pub(crate) use pieces::{body, settle, shape, stories, title};

use host::Host;
use selector::Selectors;

/// The rules of all sites.
#[derive(Debug, Default)]
pub struct Sites {
    sites: Vec<Site>,
    /// Places in `sites`, by host.
    exact: HashMap<String, usize>,
    /// The same for all hosts below one.
    below: HashMap<String, usize>,
}

/// The rules of one file.
#[derive(Debug)]
pub struct Site {
    file: String,
    hosts: Vec<(usize, Host)>,
    story: Selectors,
    title: Selectors,
    body: Selectors,
    remove: Selectors,
}

impl Sites {
    /// The rules of `files`, each a name and its TOML text.
    ///
    /// # Errors
    /// The first mistake, with file and line.
    pub fn parse<N: Into<String>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, SiteError> {
        let mut all = Self::default();
        for (name, text) in files {
            let site = Site::parse(name, text.as_ref())?;
            all.add(site)?;
        }
        Ok(all)
    }

    fn add(&mut self, site: Site) -> Result<(), SiteError> {
        let place = self.sites.len();
        for (line, host) in &site.hosts {
            let (table, name) = match host {
                Host::Exact(name) => (&mut self.exact, name),
                Host::Below(name) => (&mut self.below, name),
            };
            let before = *table.entry(name.clone()).or_insert(place);
            if before != place {
                let other = self.sites.get(before).map(|other| other.file.clone()).unwrap_or_default();
                return Err(site.mistake(*line, Problem::Twice { host: host.to_string(), other }));
            }
        }
        self.sites.push(site);
        Ok(())
    }

    /// The rules for `host`: those that name it, else those for all below the nearest domain above it.
    pub fn of(&self, host: &str) -> Option<&Site> {
        if self.sites.is_empty() {
            return None;
        }
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let above = || {
            let dots = host.match_indices('.');
            dots.filter_map(|(at, _)| host.get(at + 1..)).find_map(|domain| self.below.get(domain))
        };
        let place = self.exact.get(&host).or_else(above)?;
        self.sites.get(*place)
    }

    /// The rules for the host of `url`.
    pub fn of_url(&self, url: &str) -> Option<&Site> {
        if self.sites.is_empty() {
            return None;
        }
        self.of(url::Url::parse(url).ok()?.host_str()?)
    }

    /// How many sites have rules.
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// Whether no site has rules.
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }
}

impl Site {
    fn mistake(&self, line: usize, problem: Problem) -> SiteError {
        SiteError { file: self.file.clone(), line, problem }
    }
}
