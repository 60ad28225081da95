//! The forms in which stories are kept as state.
//!
//! | key | value |
//! |---|---|
//! | `s` + story id | a story: what is known of it, and of its text |
//! | `m` + story id | what is known of it by now, when that changed after the text was written |
//! | `c` + story id | of an article, its [copies](crate::copies) |
//! | `r` + page | a page in the middle of its [replay](crate::replay) |

use std::borrow::Cow;

use model::Id;

use crate::error::StateError;
use crate::near::{Shingles, Sketch};
use crate::sighting::{Look, Place, Sighting, Version};

/// The first byte of every value. 1 were pointers and stories of a larger form, 2 sketches of a byte a step.
pub(crate) const FORMAT: u8 = 3;
/// How many identities of a story's past are remembered, the newest.
pub(crate) const MAX_ALIASES: usize = 24;

/// What is known of a story.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) role: Role,
    pub(crate) place: Place,
    pub(crate) version: Version,
    pub(crate) look: Look,
    /// It is an article that its page does not tell after all: nothing is like it.
    pub(crate) withdrawn: bool,
    /// When it was last seen, roughly. Seconds since 1970.
    pub(crate) seen: u32,
    /// Counts up: which of two stories was seen later.
    pub(crate) order: u64,
    /// By what it could be known before and can no longer, the newest last.
    pub(crate) aliases: Vec<u64>,
}

/// What a known story is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is an article: the story's id is the article's.
    Article {
        /// The last revision.
        revision: u32,
        /// When the page of revision 1 was fetched, in nanoseconds since 1970.
        first_fetched_at: Option<i64>,
    },
    /// It repeats an article.
    Copy {
        /// The article's id.
        of: Id,
    },
}

/// What is left of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    /// Hash of all words; none where there are none.
    pub(crate) hash: Option<u32>,
    /// How many shingles it has; 65,535 stands for all from there on.
    pub(crate) shingles: u16,
    /// As they are written.
    anchors: Cow<'a, [[u8; 4]]>,
    pub(crate) sketch: Cow<'a, [u8]>,
}

impl Text<'_> {
    pub(crate) fn of(sighting: &Sighting) -> Self {
        let shingles: &Shingles = &sighting.shingles;
        Self {
            hash: sighting.text,
            shingles: u16::try_from(shingles.len()).unwrap_or(u16::MAX),
            anchors: shingles.anchors().map(u32::to_le_bytes).collect(),
            sketch: Sketch::write(shingles).into(),
        }
    }

    /// By what it is found.
    pub(crate) fn anchors(&self) -> impl Iterator<Item = u32> {
        self.anchors.iter().map(|anchor| u32::from_le_bytes(*anchor))
    }
}

const ARTICLE: u8 = 1;
const HOME: u8 = 2;
const ALONE: u8 = 4;
const WITHDRAWN: u8 = 8;

impl Known {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        let mut out = vec![FORMAT];
        let (revision, first_fetched_at, of) = match self.role {
            Role::Article { revision, first_fetched_at } => (revision, first_fetched_at, None),
            Role::Copy { of } => (0, None, Some(of)),
        };
        let Place { page, own, host, alone, headline, first_words } = self.place;
        let Version { part, home, fetched_at, splitter } = self.version;
        let flags = flag(of.is_none(), ARTICLE)
            | flag(home, HOME)
            | flag(alone, ALONE)
            | flag(self.withdrawn, WITHDRAWN);
        out.push(flags);
        match of {
            None => {
                out.extend(revision.to_le_bytes());
                put_time(&mut out, first_fetched_at);
            }
            Some(of) => out.extend(of.as_bytes()),
        }
        out.extend(page.unwrap_or(0).to_le_bytes());
        out.extend(own.unwrap_or(0).to_le_bytes());
        let words = [
            host,
            headline.unwrap_or(0),
            first_words.unwrap_or(0),
            self.look.title,
            self.look.text,
            self.seen,
        ];
        out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        out.extend(part.to_le_bytes());
        out.extend(splitter.to_le_bytes());
        put_time(&mut out, fetched_at);
        out.extend(self.order.to_le_bytes());
        let aliases = self.aliases.get(self.aliases.len().saturating_sub(MAX_ALIASES)..).unwrap_or_default();
        out.push(aliases.len() as u8);
        out.extend(aliases.iter().flat_map(|alias| alias.to_le_bytes()));
        out
    }

    /// The same with its text.
    pub(crate) fn to_bytes_with(&self, text: &Text<'_>) -> Vec<u8> {
        let mut out = self.to_bytes();
        out.extend(text.hash.unwrap_or(0).to_le_bytes());
        out.extend(text.shingles.to_le_bytes());
        out.push(text.anchors.len() as u8);
        out.extend(text.anchors.as_flattened());
        out.extend(&*text.sketch);
        out
    }

    /// Reads a value under `m`.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::begin(bytes, "story")?;
        let known = reader.known().filter(|_| reader.rest.is_empty());
        known.ok_or(reader.damaged())
    }

    /// Reads a value under `s`.
    pub(crate) fn read_with_text(bytes: &[u8]) -> Result<(Self, Text<'_>), StateError> {
        let mut reader = Reader::begin(bytes, "story")?;
        let read = reader.known().and_then(|known| Some((known, reader.text()?)));
        read.ok_or(reader.damaged())
    }
}

/// The key of the story `id` under `kind`.
pub(crate) fn key(kind: u8, id: Id) -> Vec<u8> {
    [&[kind], id.as_bytes().as_slice()].concat()
}

pub(crate) fn put_time(out: &mut Vec<u8>, time: Option<i64>) {
    out.push(time.is_some().into());
    if let Some(time) = time {
        out.extend(time.to_le_bytes());
    }
}

/// A value without its format, where that is ours.
pub(crate) fn body<'a>(bytes: &'a [u8], what: &'static str) -> Result<&'a [u8], StateError> {
    match bytes.split_first() {
        Some((&FORMAT, body)) => Ok(body),
        Some((&format, _)) if format > FORMAT => Err(StateError::NewerFormat { what, format, known: FORMAT }),
        Some((&format @ 1..FORMAT, _)) => Err(StateError::OlderFormat { what, format, known: FORMAT }),
        _ => Err(StateError::Damaged { what, bytes: bytes.len() }),
    }
}

/// Reads little-endian values off the front of bytes.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    what: &'static str,
    len: usize,
}

impl<'a> Reader<'a> {
    /// Behind the format.
    pub(crate) fn begin(bytes: &'a [u8], what: &'static str) -> Result<Self, StateError> {
        Ok(Self { rest: body(bytes, what)?, what, len: bytes.len() })
    }

    pub(crate) fn damaged(&self) -> StateError {
        StateError::Damaged { what: self.what, bytes: self.len }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn known(&mut self) -> Option<Known> {
        let [flags] = self.array()?;
        let is = |flag: u8| flags & flag != 0;
        let role = match is(ARTICLE) {
            true => Role::Article { revision: self.u32()?, first_fetched_at: self.time()? },
            false => Role::Copy { of: Id::from_bytes(self.array()?) },
        };
        let some = |hash: u64| (hash != 0).then_some(hash);
        let word = |hash: u32| (hash != 0).then_some(hash);
        let (page, own) = (some(self.u64()?), some(self.u64()?));
        let (host, headline, first_words) = (self.u32()?, word(self.u32()?), word(self.u32()?));
        let look = Look { title: self.u32()?, text: self.u32()? };
        let seen = self.u32()?;
        let (part, splitter) = (self.u16()?, self.u16()?);
        let fetched_at = self.time()?;
        let order = self.u64()?;
        let [aliases] = self.array()?;
        let aliases = (0..aliases).map(|_| self.u64()).collect::<Option<_>>()?;
        Some(Known {
            role,
            place: Place { page, own, host, alone: is(ALONE), headline, first_words },
            version: Version { part, home: is(HOME), fetched_at, splitter },
            look,
            withdrawn: is(WITHDRAWN),
            seen,
            order,
            aliases,
        })
    }

    fn text(&mut self) -> Option<Text<'a>> {
        let hash = Some(self.u32()?).filter(|hash| *hash != 0);
        let shingles = self.u16()?;
        let [anchors] = self.array()?;
        let (anchors, sketch) = self.rest.split_at_checked(usize::from(anchors) * 4)?;
        Sketch::read(sketch).filter(|_| sketch.len() <= Sketch::MOST_BYTES)?;
        let (anchors, _) = anchors.as_chunks();
        Some(Text { hash, shingles, anchors: anchors.into(), sketch: sketch.into() })
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*array)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn time(&mut self) -> Option<Option<i64>> {
        match self.array()? {
            [0] => Some(None),
            [1] => Some(Some(i64::from_le_bytes(self.array()?))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(role: Role) -> Known {
        Known {
            role,
            place: Place {
                page: Some(7),
                own: None,
                host: 3,
                alone: true,
                headline: Some(4),
                first_words: None,
            },
            version: Version { part: 2, home: true, fetched_at: Some(-7), splitter: 1 },
            look: Look { title: 1, text: 2 },
            withdrawn: false,
            seen: 1_700_000_000,
            order: 9,
            aliases: vec![1, u64::MAX],
        }
    }

    fn text() -> Text<'static> {
        let shingles = Shingles::of("one two three four five six 7 eight");
        let anchors = shingles.anchors().map(u32::to_le_bytes).collect();
        Text { hash: Some(5), shingles: 5, anchors, sketch: Sketch::write(&shingles).into() }
    }

    #[test]
    fn a_story_survives_its_bytes() {
        for role in [
            Role::Article { revision: 3, first_fetched_at: None },
            Role::Copy { of: Id::of("article", &["a"]) },
        ] {
            let known = known(role);
            assert_eq!(Known::read(&known.to_bytes()), Ok(known.clone()));
            assert_eq!(Known::read_with_text(&known.to_bytes_with(&text())), Ok((known, text())));
        }
    }

    #[test]
    fn other_bytes_are_refused_by_name() {
        let mut bytes = known(Role::Copy { of: Id::of("article", &["a"]) }).to_bytes();
        for end in 0..bytes.len() {
            assert!(matches!(Known::read(&bytes[..end]), Err(StateError::Damaged { .. })), "{end}");
        }
        bytes.push(0);
        assert!(matches!(Known::read(&bytes), Err(StateError::Damaged { .. })));
        bytes[0] = 4;
        let error = Known::read(&bytes).unwrap_err().to_string();
        assert_eq!(error, "the state's story has format 4, this version reads up to 3: run a newer version");
        for older in [1, 2] {
            bytes[0] = older;
            let error = Known::read(&bytes).unwrap_err().to_string();
            assert_eq!(error, format!("the state's story has format {older}, this version reads 3"));
        }
    }
}
