//! Where stories stand: of most of them their id tells it.

use model::Id;

use super::{ALONE, ELSEWHERE, Slot, Slots};
use crate::sighting::Place;

/// Where a story stands that is not alone on the page that its id was minted from; 0 is none. Of the others the first
/// eight bytes of the id are the page, and no words are needed to tell them there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Elsewhere {
    page: [u32; 2],
    own: [u32; 2],
    host: u32,
    headline: u32,
    first_words: u32,
}

impl Slots {
    /// Writes where a story stands, and says whether that is elsewhere than its id tells.
    pub(super) fn set_place(&mut self, number: u32, place: &Place) -> bool {
        let Place { page, own, host, alone, headline, first_words } = *place;
        let is_elsewhere = !alone || own.is_some() || page != self.id(number).map(page_of);
        match is_elsewhere {
            true => {
                let (page, own) = (halves(page), halves(own));
                let (headline, first_words) = (headline.unwrap_or(0), first_words.unwrap_or(0));
                self.elsewhere.insert(number, Elsewhere { page, own, host, headline, first_words });
            }
            false if self.used(number).is_some_and(|slot| slot.bits & ELSEWHERE != 0) => {
                self.elsewhere.remove(&number);
            }
            false => {}
        }
        is_elsewhere
    }

    /// Where a story stands.
    pub(super) fn place(&self, number: u32, slot: &Slot) -> Place {
        let alone = slot.bits & ALONE != 0;
        let some = |word: u32| (word != 0).then_some(word);
        let there = if slot.bits & ELSEWHERE != 0 { self.elsewhere.get(&number) } else { None };
        match there {
            Some(Elsewhere { page, own, host, headline, first_words }) => Place {
                page: whole(*page),
                own: whole(*own),
                host: *host,
                alone,
                headline: some(*headline),
                first_words: some(*first_words),
            },
            None => {
                let page = Some(page_of(Id::from_bytes(slot.id)));
                Place { page, own: None, host: 0, alone, headline: None, first_words: None }
            }
        }
    }
}

/// The page that the id of a story that is alone on it was minted from, as [`Place`] has it.
fn page_of(id: Id) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *id.as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn halves(hash: Option<u64>) -> [u32; 2] {
    let hash = hash.unwrap_or(0);
    [(hash >> 32) as u32, hash as u32]
}

fn whole([high, low]: [u32; 2]) -> Option<u64> {
    let hash = u64::from(high) << 32 | u64::from(low);
    (hash != 0).then_some(hash)
}
