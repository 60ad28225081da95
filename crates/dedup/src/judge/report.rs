//! Which report a story tells.

use model::DuplicateReason;

use super::Judge;
use crate::index::Candidate;
use crate::near::Likeness;
use crate::record::Role;
use crate::settings::Settings;
use crate::sighting::Sighting;

/// Texts with fewer shingles are like others only when they are the same: that is about a sentence.
const LEAST_SHINGLES: usize = 12;
/// Estimates waver: what seems this much below a bound may be at it. Measured, not derived: at this pairs that are
/// duplicates are rarely missed, and those that have half of a bound are never taken.
const SLACK: f64 = 0.03;
/// Of texts that have the same words this is estimated at the least.
const SAME: f64 = 0.9;

impl Judge<'_> {
    /// The known story whose report this one tells, how alike the two are, and why.
    pub(super) fn report(
        &self,
        sighting: &Sighting,
        except: Option<u32>,
    ) -> Option<(Candidate, f64, DuplicateReason)> {
        let counts =
            |candidate: &Candidate| except != Some(candidate.slot) && !self.is_withdrawn(candidate.slot);
        let mut same: Vec<Candidate> = self.with_words_of(sighting).filter(counts).collect();
        // The article itself, or the copy that is seen the longest.
        same.sort_by_key(|candidate| {
            (matches!(candidate.known.role, Role::Copy { .. }), candidate.known.seen)
        });
        if let Some(first) = same.into_iter().next() {
            return Some((first, 1.0, DuplicateReason::SameText));
        }
        let near = self
            .index
            .candidates(&sighting.shingles)
            .into_iter()
            .filter(|slot| !self.is_hopeless(*slot, sighting))
            .filter(|slot| self.is_alive(*slot) && except != Some(*slot))
            .filter_map(|slot| Some((self.tells(slot, sighting)?, slot)));
        // Copies drift: one whose article tells the same too stands before one that is only like another copy.
        let by_article = |slot: u32| {
            let article = self.index.article(slot);
            article.is_some_and(|article| article == slot || self.tells(article, sighting).is_some())
        };
        let mut near: Vec<_> = near.map(|(told, slot)| (by_article(slot), told, slot)).collect();
        near.sort_by(|(one_by, (one, _), _), (other_by, (other, _), _)| {
            other_by.cmp(one_by).then(other.total_cmp(one))
        });
        near.into_iter().find_map(|(_, (_, likeness), slot)| {
            let candidate = self.index.candidate(slot).filter(counts)?;
            // Two stories of one page are two.
            if self.is_taken(&candidate, sighting) {
                return None;
            }
            let settings = &self.index.settings;
            let by_jaccard =
                likeness.jaccard / settings.jaccard >= likeness.containment / settings.containment;
            Some(match by_jaccard {
                true => (candidate, likeness.jaccard, DuplicateReason::NearText),
                false => (candidate, likeness.containment, DuplicateReason::ContainedText),
            })
        })
    }

    /// Whether little of a story's text tells already that it is not like this one.
    pub(super) fn is_hopeless(&self, slot: u32, sighting: &Sighting) -> bool {
        let Settings { jaccard, containment, .. } = self.index.settings;
        let least = containment.min(2.0 * jaccard / (1.0 + jaccard));
        self.index.is_hopeless(slot, &sighting.shingles, least)
    }

    /// How far above the bounds the likeness of a story's text and this one is; none below them.
    pub(super) fn tells(&self, slot: u32, sighting: &Sighting) -> Option<(f64, Likeness)> {
        let (likeness, other_numbers) = self.index.likeness(slot, &sighting.shingles)?;
        let settings = &self.index.settings;
        let score = (likeness.jaccard / (settings.jaccard - SLACK))
            .max(likeness.containment / (settings.containment - SLACK));
        let enough = likeness.shingles >= LEAST_SHINGLES;
        (enough && score >= 1.0 && !other_numbers).then_some((score, likeness))
    }

    pub(super) fn likeness(&self, candidate: &Candidate, sighting: &Sighting) -> Likeness {
        self.index
            .likeness(candidate.slot, &sighting.shingles)
            .map(|(likeness, _)| likeness)
            .unwrap_or_default()
    }

    /// Known stories of the very same words.
    pub(super) fn with_words_of<'s>(
        &'s self,
        sighting: &'s Sighting,
    ) -> impl Iterator<Item = Candidate> + 's {
        let slots = sighting.text.map(|text| self.index.by_text(text)).unwrap_or_default();
        self.alive(slots).filter(|candidate| self.has_words_of(candidate, sighting))
    }

    pub(super) fn has_words_of(&self, candidate: &Candidate, sighting: &Sighting) -> bool {
        self.likeness(candidate, sighting).jaccard >= SAME
    }

    pub(super) fn alive(&self, slots: Vec<u32>) -> impl Iterator<Item = Candidate> + '_ {
        slots.into_iter().filter(|slot| self.is_alive(*slot)).filter_map(|slot| self.index.candidate(slot))
    }
}
