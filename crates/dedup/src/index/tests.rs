//! The index against a plain model of it, through thousands of changes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::{Id, PageRef, Story};
use proptest::prelude::*;

use super::Index;
use crate::record::{Known, Role, Text, key};
use crate::settings::Settings;
use crate::sighting::Sighting;

const STORIES: usize = 36;
const CHUNKS: u64 = 70;

/// A story alone on its page, of some chunks of words.
fn sighting(page: u64, chunks: &[u64], title: u64) -> Sighting {
    let url = format!("https://a.example/{page}");
    let words = chunks.iter().flat_map(|chunk| (0..14).map(move |word| format!("c{chunk}w{word}")));
    Sighting::of(&Story {
        page: PageRef { url: Some(url.clone()), part: 1, parts: 1 },
        url: Some(url),
        title: Some(format!("Title {title}")),
        text: words.collect::<Vec<_>>().join(" "),
        fetched_at: Timestamp::from_second(5).ok(),
        ..Story::blank()
    })
}

fn known(role: Role, sighting: &Sighting, order: u64) -> Known {
    let Sighting { place, version, look, .. } = *sighting;
    let aliases = vec![order; (order % 3) as usize];
    Known { role, place, version, look, withdrawn: false, seen: 9, order, aliases }
}

#[derive(Debug, Clone)]
enum Change {
    /// A story is told, or another one in its place.
    Told {
        story: usize,
        page: u64,
        chunks: Vec<u64>,
        of: Option<usize>,
    },
    /// Something else than its text changes.
    Patched {
        story: usize,
        page: u64,
        of: Option<usize>,
    },
    Forgotten {
        story: usize,
    },
}

fn change() -> impl Strategy<Value = Change> {
    let of = || prop::option::weighted(0.3, 0..STORIES);
    let told = (0..STORIES, 0..40_u64, prop::collection::vec(0..CHUNKS, 1..4), of());
    prop_oneof![
        5 => told.prop_map(|(story, page, chunks, of)| Change::Told { story, page, chunks, of }),
        2 => (0..STORIES, 0..40_u64, of()).prop_map(|(story, page, of)| Change::Patched { story, page, of }),
        3 => (0..STORIES).prop_map(|story| Change::Forgotten { story }),
    ]
}

struct Told {
    known: Known,
    anchors: BTreeSet<u32>,
    text: u32,
    is_patched: bool,
}

/// The same as an index, looked through from the first to the last.
#[derive(Default)]
struct Plain(BTreeMap<Id, Told>);

impl Plain {
    fn that(&self, is: impl Fn(&Told) -> bool) -> BTreeSet<Id> {
        self.0.iter().filter(|(_, told)| is(told)).map(|(id, _)| *id).collect()
    }

    /// A copy of that one if it is an article; an article where others repeat this.
    fn role(&self, id: Id, of: Option<Id>, order: u64) -> Role {
        let is_article = |of: &Id| matches!(self.0.get(of)?.known.role, Role::Article { .. }).then_some(());
        let is_repeated = self.0.values().any(|told| told.known.role == Role::Copy { of: id });
        match of.filter(|of| *of != id && !is_repeated && is_article(of).is_some()) {
            Some(of) => Role::Copy { of },
            None => Role::Article { revision: order as u32, first_fetched_at: Some(7) },
        }
    }

    fn apply(&mut self, change: Change, ids: &[Id], order: u64, index: &mut Index) {
        match change {
            Change::Told { story, page, chunks, of } => {
                let (id, sighting) = (ids[story], sighting(page, &chunks, order));
                let known = known(self.role(id, of.map(|of| ids[of]), order), &sighting, order);
                let text = Text::of(&sighting);
                index.set(&key(b'm', id), None);
                index.set(&key(b's', id), Some(&known.to_bytes_with(&text)));
                let (anchors, text) = (text.anchors().collect(), sighting.text.unwrap_or(0));
                self.0.insert(id, Told { known, anchors, text, is_patched: false });
            }
            Change::Patched { story, page, of } => {
                let id = ids[story];
                let role = self.role(id, of.map(|of| ids[of]), order);
                let Some(told) = self.0.get_mut(&id) else { return };
                told.known = known(role, &sighting(page, &[page], order), order);
                told.is_patched = true;
                index.set(&key(b'm', id), Some(&told.known.to_bytes()));
            }
            Change::Forgotten { story } => {
                // No article before its copies.
                let copies = self.that(|told| told.known.role == Role::Copy { of: ids[story] });
                for id in copies.into_iter().chain([ids[story]]) {
                    index.set(&key(b's', id), None);
                    index.set(&key(b'm', id), None);
                    self.0.remove(&id);
                }
            }
        }
    }

    fn check(&self, index: &Index, chunks: [u64; 3]) -> Result<(), TestCaseError> {
        let ids = |slots: Vec<u32>| -> BTreeSet<Id> {
            slots.into_iter().filter_map(|slot| index.slots.id(slot)).collect()
        };
        let is_stale = |number| index.stale.has(number) || index.stale.waits(number);
        index.slots.check(is_stale).map_err(TestCaseError::fail)?;
        prop_assert_eq!(index.len(), self.0.len());
        for (id, told) in &self.0 {
            let slot = index.by_id(*id).unwrap_or(u32::MAX);
            let candidate =
                index.candidate(slot).map(|candidate| Known { order: told.known.order, ..candidate.known });
            // Of a place only what its story can't do without is kept.
            let candidate = candidate.map(|known| Known { place: told.known.place, ..known });
            prop_assert_eq!(candidate.as_ref(), Some(&told.known));
            prop_assert_eq!(index.is_patched(slot), told.is_patched);
            prop_assert_eq!(ids(index.by_text(told.text)), self.that(|other| other.text == told.text));
            let page = told.known.place.page;
            prop_assert_eq!(
                page.map(|page| ids(index.by_url(page))),
                Some(self.that(|told| told.known.place.page == page))
            );
        }
        let shingles = sighting(0, &chunks, 0).shingles;
        let found = self.that(|told| told.anchors.iter().any(|anchor| shingles.has_probe(*anchor)));
        prop_assert_eq!(ids(index.candidates(&shingles)), found);
        let mut by_order: Vec<_> = self.0.iter().map(|(id, told)| (told.known.order, *id)).collect();
        by_order.sort_unstable();
        let seen = index.by_last_seen().filter_map(|slot| index.slots.id(slot));
        prop_assert!(seen.eq(by_order.into_iter().map(|(_, id)| id)), "another order");
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 64, ..ProptestConfig::with_cases(6) })]

    #[test]
    fn it_knows_what_a_plain_model_knows(
        changes in prop::collection::vec(change(), 3_000..6_000),
        restored_at in prop_oneof![Just(0_usize), 0..2_500_usize],
    ) {
        let ids: Vec<Id> = (0..STORIES).map(|story| Id::of("article", &[&story.to_string()])).collect();
        let (mut index, mut plain) = (Index::new(Settings::default()), Plain::default());
        for (order, change) in (0..).zip(changes) {
            if order == restored_at as u64 {
                index.restored();
                prop_assert!(!(0..index.slots.given_out()).any(|number| index.stale.has(number)));
            }
            plain.apply(change, &ids, order, &mut index);
            if order >= restored_at as u64 && order % 37 == 0 {
                plain.check(&index, [order, order + 13, order + 29].map(|chunk| chunk % CHUNKS))?;
            }
        }
        // Of two rounds, and what is settled of the one before.
        prop_assert!(index.slots.given_out() < 2_048 + 64 + STORIES as u32, "{}", index.slots.given_out());
    }
}

fn tell(index: &mut Index, id: Id, role: Role, chunk: u64, order: u64) {
    let sighting = sighting(chunk, &[chunk], order);
    let value = known(role, &sighting, order).to_bytes_with(&Text::of(&sighting));
    index.set(&key(b's', id), Some(&value));
}

#[test]
fn a_copy_of_an_unknown_article_that_became_one_itself_keeps_its_revision() {
    let [article, copy] = ["a", "c"].map(|name| Id::of("article", &[name]));
    let mut index = Index::new(Settings::default());
    index.restored();
    let itself = Role::Article { revision: 7, first_fetched_at: None };
    tell(&mut index, copy, Role::Copy { of: article }, 1, 1);
    tell(&mut index, copy, itself, 1, 2);
    tell(&mut index, article, Role::Article { revision: 1, first_fetched_at: None }, 2, 3);
    let role = index.by_id(copy).and_then(|slot| index.candidate(slot)).map(|candidate| candidate.known.role);
    assert_eq!(role, Some(itself));
}

#[test]
fn an_anchor_that_stays_counts_once() {
    let [revised, other] = ["a", "b"].map(|name| Id::of("article", &[name]));
    let mut index = Index::new(Settings::default());
    index.restored();
    let role = Role::Article { revision: 1, first_fetched_at: None };
    (0..2).for_each(|order| tell(&mut index, revised, role, 1, order));
    (2..2_200).for_each(|order| tell(&mut index, other, role, 2, order));
    let shingles = sighting(1, &[1], 0).shingles;
    let found = index.anchors.get_all(shingles.probes());
    assert_eq!(found.len(), shingles.anchors().count());
}
