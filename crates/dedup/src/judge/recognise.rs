//! By what a story is known again.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Judge;
use crate::index::Candidate;
use crate::near::Likeness;
use crate::sighting::{Place, Sighting};

/// Estimated likeness from which two texts under one headline, or under an address that another page names, are one
/// story.
const KIN_JACCARD: f64 = 0.1;
const KIN_CONTAINMENT: f64 = 0.4;

impl Judge<'_> {
    /// The known story that this is another sighting of.
    pub(super) fn recognise(&self, sighting: &Sighting) -> Option<Candidate> {
        let Place { page, own, alone, headline, first_words, .. } = sighting.place;
        let Some(page) = page else {
            // Without a page its words are all there is.
            return self.with_words_of(sighting).find(|candidate| candidate.known.place.page.is_none());
        };
        let near_page: Vec<Candidate> = self.alive(self.index.by_url(page)).collect();
        let of_page = || near_page.iter().filter(|candidate| candidate.known.place.page == Some(page));
        let repeated = of_page().find(|candidate| {
            sighting.text.is_some()
                && self.index.text(candidate.slot) == sighting.text
                && self.has_words_of(candidate, sighting)
        });
        if let Some(repeated) = repeated {
            return Some(repeated.clone());
        }
        if let Some(own) = own {
            let is_own = |candidate: &Candidate| {
                let Place { page, own: theirs, alone, .. } = candidate.known.place;
                theirs == Some(own) || (alone && page == Some(own))
            };
            let named = self.alive(self.index.by_url(own)).filter(is_own);
            let all = named.chain(self.by_alias(own)).filter(|candidate| !self.is_taken(candidate, sighting));
            let by_likeness = all.map(|candidate| (self.likeness(&candidate, sighting), candidate));
            let best = by_likeness.max_by(|(one, _), (other, _)| one.jaccard.total_cmp(&other.jaccard));
            // A careless site calls one address canonical for many stories.
            if let Some((likeness, candidate)) = best
                && (sighting.version.home || is_kin(likeness))
            {
                return Some(candidate);
            }
        }
        for kind in [Words::Opening, Words::First, Words::Headline] {
            let (Some(a), Some(b)) = kind.parts(headline, first_words) else { continue };
            let fits = |candidate: &&Candidate| {
                let Place { headline, first_words, .. } = candidate.known.place;
                // Of a story that was alone on its page the headline's look alone is kept.
                let has_headline = kind == Words::Headline
                    && headline.is_none()
                    && candidate.known.look.title == sighting.look.title;
                kind.parts(headline, first_words) == (Some(a), Some(b)) || has_headline
            };
            let mut all = of_page().filter(fits).cloned().chain(self.by_alias(kind.alias(page, a, b)));
            // What several stories have tells none from the others.
            let Some(one) = all.next().filter(|one| all.all(|other| other.slot == one.slot)) else {
                continue;
            };
            let is_kin = || kind != Words::Headline || is_kin(self.likeness(&one, sighting));
            if !self.is_taken(&one, sighting) && is_kin() {
                return Some(one);
            }
        }
        if alone {
            let has_it_alone = |candidate: &&Candidate| {
                let place = &candidate.known.place;
                place.own == Some(page) || (place.alone && place.page == Some(page))
            };
            let named = near_page.iter().filter(has_it_alone).cloned();
            let all =
                named.chain(self.by_alias(page)).filter(|candidate| !self.is_taken(candidate, sighting));
            if let Some(last) = all.max_by_key(|candidate| candidate.known.version.fetched_at) {
                return Some(last);
            }
        }
        // Under another headline and with other first words, but still in this place.
        let like = of_page()
            .filter(|candidate| !self.is_hopeless(candidate.slot, sighting))
            .filter(|candidate| !self.is_taken(candidate, sighting))
            .filter_map(|candidate| Some((self.tells(candidate.slot, sighting)?, candidate)));
        like.max_by(|((one, _), _), ((other, _), _)| one.total_cmp(other))
            .map(|(_, candidate)| candidate.clone())
    }

    /// Whether a story is told by this page already: one version of it tells a story in one place.
    pub(super) fn is_taken(&self, candidate: &Candidate, sighting: &Sighting) -> bool {
        let (known, seen) = (&candidate.known.version, &sighting.version);
        let of_one_fetch =
            candidate.known.place.page == sighting.place.page && known.fetched_at == seen.fetched_at;
        match &self.told {
            Some(told) => of_one_fetch && told.contains(candidate.id),
            None => of_one_fetch && known.splitter == seen.splitter && known.part != seen.part,
        }
    }

    fn by_alias(&self, alias: u64) -> Option<Candidate> {
        self.alive(self.index.by_alias(alias).into_iter().collect()).next()
    }
}

/// Words by which a story is known again on its page.
///
/// | kind | made of | two stories of a page can share it |
/// |---|---|---|
/// | `Opening` | headline and first words | yes: "Weather. Tomorrow in …" |
/// | `First` | first words | yes |
/// | `Headline` | headline | yes: "Update"; only with some text in common |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    Opening,
    First,
    Headline,
}

impl Words {
    fn parts(self, headline: Option<u32>, first_words: Option<u32>) -> (Option<u32>, Option<u32>) {
        match self {
            Self::Opening => (headline, first_words),
            Self::First => (Some(0), first_words),
            Self::Headline => (headline, Some(0)),
        }
    }

    /// What stands for these words on a page in the past of a story.
    fn alias(self, page: u64, a: u32, b: u32) -> u64 {
        let parts = [page, u64::from(a) << 32 | u64::from(b)].map(u64::to_le_bytes);
        xxh3_64_with_seed(parts.as_flattened(), self as u64)
    }
}

/// By what a story could be known in one place and can't in another.
pub(super) fn lost_names(before: &Place, after: &Place) -> Vec<u64> {
    let names = |place: &Place| -> Vec<u64> {
        let page = place.page.unwrap_or(0);
        let words = [Words::Opening, Words::First, Words::Headline].into_iter().filter_map(|kind| {
            let (Some(a), Some(b)) = kind.parts(place.headline, place.first_words) else { return None };
            Some(kind.alias(page, a, b))
        });
        let alone = place.page.filter(|_| place.alone);
        words.chain(place.own).chain(alone).collect()
    };
    let after = names(after);
    names(before).into_iter().filter(|name| !after.contains(name)).collect()
}

fn is_kin(likeness: Likeness) -> bool {
    likeness.jaccard >= KIN_JACCARD || likeness.containment >= KIN_CONTAINMENT
}
