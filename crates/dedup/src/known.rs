//! A story as the index remembers it, and the bytes it is kept as.

use model::Id;

use crate::memory::MemoryError;
use crate::sighting::{Look, Version};
use crate::sketch::Sketch;

/// The first byte of every value.
const FORMAT: u8 = 1;
const WHAT: &str = "story";
const ARTICLE: u8 = 0;
const COPY: u8 = 1;

/// A story as the index remembers it: 300 to 900 bytes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) role: Role,
    pub(crate) version: Version,
    pub(crate) look: Look,
    /// Stamp of its newest entry in the window: when it was last seen, roughly. Seconds since 1970.
    pub(crate) seen: i64,
    pub(crate) sketch: Sketch,
    /// Its texts, the newest last.
    pub(crate) texts: Vec<Id>,
    /// Its identities, the newest last.
    pub(crate) identities: Vec<Id>,
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

impl Known {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![FORMAT];
        match self.role {
            Role::Article { revision, first_fetched_at } => {
                out.push(ARTICLE);
                out.extend(revision.to_le_bytes());
                put_time(&mut out, first_fetched_at);
            }
            Role::Copy { of } => {
                out.push(COPY);
                out.extend(of.as_bytes());
            }
        }
        out.extend(self.version.page.as_bytes());
        out.extend(self.version.part.to_le_bytes());
        out.push(self.version.home.into());
        put_time(&mut out, self.version.fetched_at);
        out.extend(self.version.splitter.to_le_bytes());
        out.extend(self.look.title.as_bytes());
        out.extend(self.look.text.as_bytes());
        out.extend(self.seen.to_le_bytes());
        // Each list is bounded far below 256.
        out.push(self.sketch.hashes().len() as u8);
        out.extend(self.sketch.hashes().iter().flat_map(|hash| hash.to_le_bytes()));
        for ids in [&self.texts, &self.identities] {
            out.push(ids.len() as u8);
            out.extend(ids.iter().flat_map(Id::as_bytes));
        }
        out
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, MemoryError> {
        match bytes.first() {
            Some(&format) if format > FORMAT => {
                Err(MemoryError::NewerFormat { what: WHAT, format, known: FORMAT })
            }
            _ => {
                let damaged = || MemoryError::Damaged { what: WHAT, bytes: bytes.len() };
                let mut reader = Reader(bytes);
                let known = reader.known().ok_or_else(damaged)?;
                reader.0.is_empty().then_some(known).ok_or_else(damaged)
            }
        }
    }
}

fn put_time(out: &mut Vec<u8>, time: Option<i64>) {
    out.push(time.is_some().into());
    out.extend(time.unwrap_or_default().to_le_bytes());
}

/// Reads little-endian values off the front of bytes.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn known(&mut self) -> Option<Known> {
        let [FORMAT] = self.array()? else { return None };
        let role = match self.array()? {
            [ARTICLE] => Role::Article { revision: self.u32()?, first_fetched_at: self.time()? },
            [COPY] => Role::Copy { of: self.id()? },
            _ => return None,
        };
        let version = Version {
            page: self.id()?,
            part: self.u32()?,
            home: self.flag()?,
            fetched_at: self.time()?,
            splitter: self.u32()?,
        };
        let look = Look { title: self.id()?, text: self.id()? };
        let seen = i64::from_le_bytes(self.array()?);
        let [hashes] = self.array()?;
        let sketch = Sketch::from_hashes((0..hashes).map(|_| self.u32()).collect::<Option<_>>()?);
        Some(Known { role, version, look, seen, sketch, texts: self.ids()?, identities: self.ids()? })
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.array()? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    fn time(&mut self) -> Option<Option<i64>> {
        let known = self.flag()?;
        let time = i64::from_le_bytes(self.array()?);
        Some(known.then_some(time))
    }

    fn id(&mut self) -> Option<Id> {
        self.array().map(Id::from_bytes)
    }

    fn ids(&mut self) -> Option<Vec<Id>> {
        let [count] = self.array()?;
        (0..count).map(|_| self.id()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(role: Role) -> Known {
        Known {
            role,
            version: Version {
                page: Id::of("page", &[]),
                part: 2,
                home: true,
                fetched_at: Some(-7),
                splitter: 1,
            },
            look: Look { title: Id::of("title", &[]), text: Id::of("text", &[]) },
            seen: 1_700_000_000,
            sketch: Sketch::of("one two three four five"),
            texts: vec![Id::of("text", &["a"]), Id::of("text", &["b"])],
            identities: vec![Id::of("own", &["a"])],
        }
    }

    #[test]
    fn a_story_survives_its_bytes() {
        for role in [
            Role::Article { revision: 3, first_fetched_at: None },
            Role::Copy { of: Id::of("article", &["a"]) },
        ] {
            let known = known(role);
            assert_eq!(Known::from_bytes(&known.to_bytes()), Ok(known));
        }
    }

    #[test]
    fn other_bytes_are_refused_by_name() {
        let bytes = known(Role::Copy { of: Id::of("article", &["a"]) }).to_bytes();
        for end in 0..bytes.len() {
            assert!(matches!(Known::from_bytes(&bytes[..end]), Err(MemoryError::Damaged { .. })), "{end}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(matches!(Known::from_bytes(&longer), Err(MemoryError::Damaged { .. })));
        let mut newer = bytes;
        newer[0] = 2;
        let error = Known::from_bytes(&newer).unwrap_err().to_string();
        assert_eq!(error, "the state's story has format 2, this version reads up to 1: run a newer version");
    }
}
