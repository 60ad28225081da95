//! What must come out of the site's pages.

use std::collections::BTreeMap;

use crate::paper::Paper;

/// What must have been published of the site once its current edition is polled and handled.
///
/// Reports, not articles, because the order of fetching is free: of the stories that tell the same
/// report one becomes an article, whichever comes first, and each other one a duplicate of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// One for each article, in the order of their names.
    pub reports: Vec<Report>,
    /// The links that lead nowhere.
    pub dead_letters: Vec<DeadLetter>,
}

/// What is told by one article and its duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the catalogue calls the report.
    pub name: String,
    /// The stories that tell it: one article and otherwise duplicates. Never empty.
    pub tellings: Vec<Telling>,
    /// The article's revision, provided that every edition up to this one was polled and its pages
    /// fetched before the next came out.
    pub revision: u32,
}

/// One story of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// The page's URL.
    pub page: String,
    /// The story's place in its page, from 1.
    pub part: u32,
    /// How many stories the page holds.
    pub parts: u32,
    /// The headline.
    pub title: String,
    /// ISO 639-1.
    pub lang: &'static str,
}

/// A link that ends in `dead-letters`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The link.
    pub url: String,
    /// The HTTP status that it is answered with.
    pub status: u16,
}

impl Expected {
    /// How many stories are published as duplicates.
    pub fn duplicates(&self) -> usize {
        self.reports.iter().map(|report| report.tellings.len().saturating_sub(1)).sum()
    }

    /// How many revisions follow the first ones.
    pub fn later_revisions(&self) -> u32 {
        self.reports.iter().map(|report| report.revision.saturating_sub(1)).sum()
    }

    /// What must come out of `papers` in `edition`.
    pub(crate) fn of<'a>(papers: impl IntoIterator<Item = &'a Paper>, edition: u32) -> Self {
        let mut reports: BTreeMap<&str, Report> = BTreeMap::new();
        let mut dead_letters = Vec::new();
        for paper in papers {
            for page in &paper.pages {
                let (Some(version), Some(changed)) = (page.version(edition), page.changed_in(edition)) else {
                    continue;
                };
                if matches!(version.body, crate::page::Body::Missing) {
                    dead_letters.push(DeadLetter { url: paper.url_of(page), status: 404 });
                }
                let parts = version.stories.len() as u32;
                for (part, told) in (1..).zip(&version.stories) {
                    let report = reports.entry(&told.report).or_insert_with(|| Report {
                        name: told.report.clone(),
                        tellings: Vec::new(),
                        revision: 1,
                    });
                    report.revision = report.revision.max(1 + changed - page.since);
                    report.tellings.push(Telling {
                        page: paper.url_of(page),
                        part,
                        parts,
                        title: told.title.clone(),
                        lang: page.lang,
                    });
                }
            }
        }
        Self { reports: reports.into_values().collect(), dead_letters }
    }
}
