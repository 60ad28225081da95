//! What an installation has published: read record by record beside it, and held against what its site holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use demo_site::Expected;
use model::{Article, Copies, Duplicate, Id};
use stream::backend::{Cursor, Reader};
use stream::embedded::{self, Store};
use stream::kafka::{self, Cluster};
use stream::topics::{ARTICLES, COPIES, Catalogue, CatalogueSettings, DEAD_LETTERS, DUPLICATES};
use stream::{Record, Remedy};

use super::kafka::Kafka;
use super::process::PATIENCE;

/// How long one look for a further record waits.
const LOOK: Duration = Duration::from_millis(500);

/// Opens a reader of a topic, at its beginning.
type Open = dyn Fn(&str) -> Box<dyn Reader>;

/// Follows the topics of an installation from their beginning.
pub(crate) struct Watch {
    open: Box<Open>,
    readers: BTreeMap<&'static str, Box<dyn Reader>>,
    counts: BTreeMap<&'static str, usize>,
    outcome: Outcome,
}

impl Watch {
    /// Beside the runner of the embedded store in `dir`, which need not be there yet.
    pub(crate) fn embedded(dir: &Path) -> Self {
        let catalogue = Catalogue::khabar(&CatalogueSettings::default());
        let store = Store::open(dir, catalogue, embedded::Settings::default()).expect("the store opens");
        Self::of(move |topic| Box::new(store.reader(topic, Cursor::default()).expect("a reader")))
    }

    /// Beside services on Kafka, whose topics must be there.
    pub(crate) fn kafka(bootstrap: &str, prefix: &str) -> Self {
        let settings = kafka::Settings {
            bootstrap_servers: bootstrap.to_owned(),
            prefix: prefix.to_owned(),
            connect_timeout_ms: 60_000,
            ..kafka::Settings::default()
        };
        let cluster = Cluster::new(settings, Catalogue::default()).expect("settings of Kafka");
        Self::of(move |topic| {
            let deadline = Instant::now() + PATIENCE;
            loop {
                match cluster.reader(topic, Cursor::default()) {
                    Ok(reader) => return Box::new(reader),
                    // A partition has no leader for a moment when its topic was just made.
                    Err(fault) if fault.remedy() == Remedy::Retry && Instant::now() < deadline => {}
                    Err(fault) => panic!("{topic} can't be read: {fault}"),
                }
            }
        })
    }

    fn of(open: impl Fn(&str) -> Box<dyn Reader> + 'static) -> Self {
        let (readers, counts, outcome) = (BTreeMap::new(), BTreeMap::new(), Outcome::default());
        Self { open: Box::new(open), readers, counts, outcome }
    }

    /// Records of `topic` seen so far.
    pub(crate) fn count(&self, topic: &'static str) -> usize {
        self.counts.get(topic).copied().unwrap_or(0)
    }

    /// What has been seen so far.
    pub(crate) fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Waits until `topic` has `more` records than have been seen so far.
    pub(crate) fn until_further(&mut self, topic: &'static str, more: usize) {
        let goal = self.count(topic) + more;
        let deadline = Instant::now() + PATIENCE;
        while self.count(topic) < goal {
            let seen = self.count(topic);
            assert!(Instant::now() < deadline, "{seen} of {goal} records came to {topic}");
            self.look(topic, LOOK);
        }
    }

    /// Waits until all that `expected` names is published.
    pub(crate) fn until_all(&mut self, expected: &Expected) {
        if let Some(missing) = self.missing_after(expected, PATIENCE) {
            panic!("{missing}");
        }
    }

    /// The same, where it may take so long; what is still missing then.
    pub(crate) fn missing_after(&mut self, expected: &Expected, patience: Duration) -> Option<String> {
        let deadline = Instant::now() + patience;
        while !self.outcome.reaches(expected) {
            if Instant::now() >= deadline {
                return Some(format!("not all is published: {:?}", self.outcome.compare(expected)));
            }
            self.look(ARTICLES, LOOK);
            self.look(DUPLICATES, Duration::ZERO);
            self.look(DEAD_LETTERS, Duration::ZERO);
        }
        None
    }

    /// Waits until of each article as many copies are counted as there are duplicates.
    pub(crate) fn until_copies_are_counted(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while self.outcome.counted() < self.outcome.duplicates.len() {
            assert!(Instant::now() < deadline, "not all copies are counted: {:#?}", self.outcome.copies);
            self.look(COPIES, LOOK);
        }
        self.outcome.assert_copies_are_counted();
    }

    /// Waits until so many dead letters have come.
    pub(crate) fn until_dead_letters(&mut self, count: usize) {
        let more = count.saturating_sub(self.count(DEAD_LETTERS));
        self.until_further(DEAD_LETTERS, more);
    }

    /// Reads everything again, from the beginning to what is the end now.
    pub(crate) fn read_anew(&mut self) {
        self.outcome = Outcome::default();
        for topic in [ARTICLES, DUPLICATES, DEAD_LETTERS] {
            self.counts.insert(topic, 0);
            self.readers.insert(topic, (self.open)(topic));
            let deadline = Instant::now() + PATIENCE;
            while !self.reader(topic).at_end().expect("the topic can be read") {
                assert!(Instant::now() < deadline, "{topic} can't be read to its end");
                self.look(topic, LOOK);
            }
        }
    }

    fn reader(&mut self, topic: &'static str) -> &mut Box<dyn Reader> {
        self.readers.entry(topic).or_insert_with(|| (self.open)(topic))
    }

    fn look(&mut self, topic: &'static str, wait: Duration) -> usize {
        let records = self.reader(topic).read(1_000, wait).expect("the topic can be read");
        *self.counts.entry(topic).or_default() += records.len();
        for record in &records {
            self.outcome.take(record);
        }
        records.len()
    }
}

/// What was published.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Every revision, in the order of each article's records.
    pub(crate) articles: Vec<Article>,
    /// The copies.
    pub(crate) duplicates: Vec<Duplicate>,
    /// The last count of each article's copies.
    pub(crate) copies: BTreeMap<Id, Copies>,
    /// What could not be handled.
    pub(crate) letters: Vec<Letter>,
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Letter {
    /// The topic, partition and offset that it came from.
    pub(crate) origin: String,
    /// What is wrong, in one word.
    pub(crate) reason: String,
    /// What is wrong, for people.
    pub(crate) message: String,
}

impl Outcome {
    fn take(&mut self, record: &Record) {
        let header = |name: &str| {
            let found = record.header(name);
            found.map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
        };
        let key = String::from_utf8_lossy(&record.key).into_owned();
        self.add(&record.topic, &key, header, record.value.as_deref().unwrap_or_default());
    }

    /// What the console consumer of Apache Kafka sees of the topics that begin with `prefix`.
    pub(crate) fn seen_by_others(kafka: &Kafka, prefix: &str) -> Self {
        let mut outcome = Self::default();
        for topic in [ARTICLES, DUPLICATES, DEAD_LETTERS] {
            for record in kafka.console_consumer(&format!("{prefix}{topic}")) {
                let header = |name: &str| {
                    let found = record.headers.iter().find(|(known, _)| known == name);
                    found.map(|(_, value)| value.clone()).unwrap_or_default()
                };
                let (key, value) = (record.key.unwrap_or_default(), record.value.unwrap_or_default());
                outcome.add(topic, &key, header, value.as_bytes());
            }
        }
        outcome
    }

    fn add(&mut self, topic: &str, key: &str, header: impl Fn(&str) -> String, value: &[u8]) {
        match topic {
            ARTICLES => self.articles.push(serde_json::from_slice(value).expect("an article")),
            DUPLICATES => self.duplicates.push(serde_json::from_slice(value).expect("a duplicate")),
            COPIES => {
                let copies: Copies = serde_json::from_slice(value).expect("copies");
                assert_eq!(copies.of.to_string(), key);
                self.copies.insert(copies.of, copies);
            }
            DEAD_LETTERS => self.letters.push(Letter {
                origin: key.to_owned(),
                reason: header("khabar-reason"),
                message: header("khabar-message"),
            }),
            _ => {}
        }
    }

    /// Whether as much is published as `expected` names. It may be something else, or too much.
    pub(crate) fn reaches(&self, expected: &Expected) -> bool {
        self.compare(expected).iter().all(|(_, is, should_be)| is >= should_be)
    }

    /// What is counted, how much of it there is, and how much there should be.
    fn compare(&self, expected: &Expected) -> [(&'static str, usize, usize); 4] {
        let articles = self.latest().len();
        let revisions = self.latest().values().map(|article| article.revision as usize - 1).sum();
        [
            ("articles", articles, expected.reports.len()),
            ("later revisions", revisions, expected.later_revisions() as usize),
            ("duplicates", self.duplicates.len(), expected.duplicates()),
            ("dead letters", self.letters.len(), expected.dead_letters.len()),
        ]
    }

    /// How many copies are counted, of all articles.
    fn counted(&self) -> usize {
        self.copies.values().map(|copies| copies.copies as usize).sum()
    }

    /// Fails unless of each article as many copies are counted as there are duplicates, where these are.
    fn assert_copies_are_counted(&self) {
        let mut repeated: BTreeMap<Id, BTreeSet<&str>> = BTreeMap::new();
        for copy in &self.duplicates {
            repeated.entry(copy.of).or_default().insert(copy.url.as_deref().expect("copies have URLs"));
        }
        let listed: BTreeMap<Id, BTreeSet<&str>> = self
            .copies
            .iter()
            .map(|(of, copies)| {
                assert_eq!(copies.copies as usize, copies.also_at.len(), "all are listed: {copies:#?}");
                (*of, copies.also_at.iter().filter_map(|copy| copy.url.as_deref()).collect())
            })
            .collect();
        assert_eq!(listed, repeated);
    }

    /// The last revision of each article.
    fn latest(&self) -> BTreeMap<Id, &Article> {
        self.articles.iter().map(|article| (article.id, article)).collect()
    }

    /// Fails unless exactly what `expected` names is published, each revision, duplicate and dead letter once.
    pub(crate) fn assert_is(&self, expected: &Expected) {
        let mut revisions: BTreeMap<Id, Vec<u32>> = BTreeMap::new();
        for article in &self.articles {
            revisions.entry(article.id).or_default().push(article.revision);
        }
        for (id, revisions) in &revisions {
            let in_order: Vec<u32> = (1..).take(revisions.len()).collect();
            assert_eq!(revisions, &in_order, "each revision of {id} once, in order");
        }

        let latest = self.latest();
        let at: BTreeMap<(&str, u32), &Article> = latest
            .values()
            .map(|article| {
                let page = &article.story.page;
                ((page.url.as_deref().expect("pages have URLs"), page.part), *article)
            })
            .collect();
        let mut told = BTreeSet::new();
        let mut copies = BTreeSet::new();
        for report in &expected.reports {
            let is_article = |telling: &&demo_site::Telling| at.contains_key(&(&*telling.page, telling.part));
            let published: Vec<_> = report.tellings.iter().filter(is_article).collect();
            let [telling] = published.as_slice() else {
                panic!("of {report:#?} these are articles, and one should be: {published:#?}");
            };
            let article = at[&(&*telling.page, telling.part)];
            let story = &article.story;
            assert_eq!(
                (story.title.as_deref(), story.lang.as_deref(), story.page.parts, article.revision),
                (Some(&*telling.title), Some(telling.lang), telling.parts, report.revision),
                "{article:#?}"
            );
            told.insert(article.id);
            let others = report.tellings.iter().filter(|other| other != telling);
            copies.extend(others.map(|copy| (article.id, copy.title.clone(), copy.part)));
        }
        assert_eq!(told.len(), latest.len(), "articles that tell no report of the site: {latest:#?}");

        let noted: BTreeSet<_> = self
            .duplicates
            .iter()
            .map(|copy| (copy.of, copy.title.clone().unwrap_or_default(), copy.part))
            .collect();
        assert_eq!(noted, copies);
        assert_eq!(self.duplicates.len(), copies.len(), "each duplicate once: {:#?}", self.duplicates);

        let mut letters: Vec<&str> = self.letters.iter().map(|letter| letter.message.as_str()).collect();
        let mut missing: Vec<String> = expected
            .dead_letters
            .iter()
            .map(|letter| format!("{}: HTTP status {}: the page is not there", letter.url, letter.status))
            .collect();
        letters.sort_unstable();
        missing.sort_unstable();
        assert_eq!(letters, missing);
    }
}
