//! Further stories, made up from word lists: as many as asked for, always the same, and no two of
//! them near-duplicates.
//!
//! A story is a choice of sentence patterns in random order, each filled from lists of words and
//! from names put together of syllables, so that two stories share the patterns' little words and
//! hardly a run of three. Its place name is its number written in syllables: no title comes twice.

use jiff::SignedDuration;

use crate::page::{Body, Charset, Page, Publisher, Told, Version, edition_time};
use crate::words::{
    ANNUALS, DAYS, DEEDS, EVENTS, GROUPS, MORE, PLURALS, QUALITIES, SITES, STUFFS, SYLLABLES, THINGS,
};

const SENTENCES_A_PARAGRAPH: usize = 3;
const PARAGRAPHS: usize = 3;

/// `count` stories, dealt evenly to the editions and then to the publishers. With `changes`, of each ten one
/// has news in the next edition, and one is told by the next publisher too.
pub(crate) fn pages(count: usize, editions: u32, changes: bool) -> Vec<Page> {
    let publishers = Publisher::ALL.iter().cycle();
    let rounds = publishers.flat_map(|publisher| (1..=editions).map(move |edition| (*publisher, edition)));
    let mut pages = Vec::new();
    for ((publisher, edition), number) in rounds.zip(0..count as u64) {
        let mut page = page(publisher, edition, number);
        match number % 10 {
            3 if changes => page.versions.push(with_news(number, edition)),
            // Of another ten than those that change: which of two is the article is not known.
            7 if changes => {
                let next = Publisher::ALL.iter().cycle().skip_while(|other| **other != publisher).nth(1);
                let path = format!("/copies/{number}");
                pages.extend(next.map(|next| Page { path, ..self::page(*next, edition, number) }));
            }
            _ => {}
        }
        pages.push(page);
    }
    pages
}

fn page(publisher: Publisher, edition: u32, number: u64) -> Page {
    Page {
        publisher,
        path: format!("/wire/{number}"),
        lang: "en",
        charset: Charset::UTF_8,
        slow: false,
        since: edition,
        versions: vec![version(number, edition, story(number))],
    }
}

fn version(number: u64, edition: u32, story: Story) -> Version {
    // A second apart and before the edition came out.
    let published = edition_time(edition) - SignedDuration::from_secs(1 + (number as i64));
    Version {
        stories: vec![Told { report: format!("wire {number}"), title: story.title.clone() }],
        title: story.title,
        author: story.author,
        summary: story.paragraphs.first().cloned().unwrap_or_default(),
        body: Body::Generated(story.paragraphs),
        published,
        updated: published,
    }
}

/// The story as it is told in the edition after `edition`: with a paragraph more.
fn with_news(number: u64, edition: u32) -> Version {
    /// Further than there are stories.
    const FAR: u64 = 1 << 32;
    let mut story = story(number);
    story.paragraphs.extend(self::story(number + FAR).paragraphs.pop());
    // The entry must tell of it in feeds that know no time of change.
    let summary = story.paragraphs.last().cloned().unwrap_or_default();
    let updated = version(number, edition + 1, self::story(number)).published;
    Version { summary, updated, ..version(number, edition, story) }
}

struct Story {
    title: String,
    author: String,
    paragraphs: Vec<String>,
}

fn story(number: u64) -> Story {
    let mut words = Words { state: number };
    let place = place_of(number);
    let title = format!(
        "{place} {} {} its {} {}",
        words.pick(&GROUPS),
        words.pick(&DEEDS),
        words.pick(&QUALITIES),
        words.pick(&THINGS)
    );
    let author = words.person();
    let mut patterns: Vec<Pattern> = PATTERNS.to_vec();
    let mut paragraphs = Vec::new();
    for _ in 0..PARAGRAPHS {
        let mut sentences = Vec::new();
        for _ in 0..SENTENCES_A_PARAGRAPH.min(patterns.len()) {
            let at = words.below(patterns.len());
            let pattern = patterns.swap_remove(at);
            sentences.push(pattern(&mut words, &place));
        }
        paragraphs.push(sentences.join(" "));
    }
    Story { title, author, paragraphs }
}

/// The name of the place with this number: its digits to the base of the number of syllables.
fn place_of(number: u64) -> String {
    let base = SYLLABLES.len() as u64;
    let mut name = String::new();
    let mut rest = number;
    let mut syllables = 0;
    // Three syllables name 32,768 places; further ones have a fourth.
    while syllables < 3 || rest > 0 {
        syllables += 1;
        name.push_str(SYLLABLES.get((rest % base) as usize).copied().unwrap_or_default());
        rest /= base;
    }
    capital(&name) + "stead"
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

/// A stream of words chosen by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct Words {
    state: u64,
}

impl Words {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn number(&mut self) -> usize {
        self.below(900) + 12
    }

    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        let at = self.below(list.len());
        list.get(at).copied().unwrap_or_default()
    }

    fn person(&mut self) -> String {
        let mut name = || (0..2).map(|_| self.pick(&SYLLABLES)).collect::<String>();
        let (first, last) = (name(), name());
        format!("{} {}", capital(&first), capital(&last) + "sen")
    }

    /// "amber lantern"
    fn thing(&mut self) -> String {
        format!("{} {}", self.pick(&QUALITIES), self.pick(&THINGS))
    }
}

type Pattern = fn(&mut Words, &str) -> String;

const PATTERNS: [Pattern; 12] = [
    |w, place| {
        format!(
            "The {} of {place} {} {} {} on {}, {} than {} expected.",
            w.pick(&GROUPS),
            w.pick(&DEEDS),
            w.number(),
            w.pick(&PLURALS),
            w.pick(&DAYS),
            w.pick(&MORE),
            w.person()
        )
    },
    |w, _| {
        format!(
            "{} said a {} beside the {} {} needed {} after {}.",
            w.person(),
            w.thing(),
            w.pick(&QUALITIES),
            w.pick(&SITES),
            w.pick(&PLURALS),
            w.pick(&EVENTS)
        )
    },
    |w, _| {
        format!(
            "{} {} were carried to the {} by {}, who {} them with {}.",
            w.number(),
            w.pick(&PLURALS),
            w.pick(&SITES),
            w.person(),
            w.pick(&DEEDS),
            w.pick(&STUFFS)
        )
    },
    |w, place| {
        format!(
            "Before {}, {place} {} only a {} and some {} {}.",
            w.pick(&EVENTS),
            w.pick(&DEEDS),
            w.thing(),
            w.pick(&STUFFS),
            w.pick(&PLURALS)
        )
    },
    |w, _| {
        format!(
            "\"Nobody {} {} {} like {},\" {} told {}.",
            w.pick(&DEEDS),
            w.pick(&QUALITIES),
            w.pick(&PLURALS),
            w.person(),
            w.person(),
            w.pick(&GROUPS)
        )
    },
    |w, _| {
        format!(
            "Repairs of {} {} cost {} crowns, paid in {} and {}.",
            w.pick(&QUALITIES),
            w.pick(&PLURALS),
            w.number(),
            w.pick(&STUFFS),
            w.pick(&PLURALS)
        )
    },
    |w, _| {
        format!(
            "Between {} and {}, visiting {} {} the {} {} times.",
            w.pick(&DAYS),
            w.pick(&EVENTS),
            w.pick(&GROUPS),
            w.pick(&DEEDS),
            w.thing(),
            w.number()
        )
    },
    |w, place| {
        format!(
            "{}'s {} hopes {place} will lend {} {} during {}.",
            w.person(),
            w.pick(&GROUPS),
            w.pick(&STUFFS),
            w.pick(&PLURALS),
            w.pick(&EVENTS)
        )
    },
    |w, _| {
        format!(
            "An {} report by {} counted {} {} and {} {} near one {}.",
            w.pick(&ANNUALS),
            w.person(),
            w.number(),
            w.pick(&PLURALS),
            w.number(),
            w.pick(&PLURALS),
            w.pick(&SITES)
        )
    },
    |w, _| {
        format!(
            "Children {} {} {}, while {} played {} for {}.",
            w.pick(&DEEDS),
            w.pick(&QUALITIES),
            w.pick(&PLURALS),
            w.person(),
            w.pick(&STUFFS),
            w.pick(&GROUPS)
        )
    },
    |w, _| {
        format!(
            "From {} each {} gets {} {}, and every {} a {}.",
            w.pick(&DAYS),
            w.pick(&SITES),
            w.number(),
            w.pick(&PLURALS),
            w.pick(&SITES),
            w.thing()
        )
    },
    |w, place| {
        format!(
            "Whether {} {} reach {place} by {} depends on {} and {}.",
            w.person(),
            w.pick(&PLURALS),
            w.pick(&DAYS),
            w.pick(&STUFFS),
            w.pick(&EVENTS)
        )
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const STORIES: u64 = 200;

    /// Runs of `n` words.
    fn shingles(story: &Story, n: usize) -> BTreeSet<String> {
        let text = story.paragraphs.join(" ").to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        words.windows(n).map(|run| run.join(" ")).collect()
    }

    fn jaccard(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
        let shared = a.intersection(b).count();
        shared as f64 / (a.len() + b.len() - shared) as f64
    }

    #[test]
    fn no_two_are_near_duplicates() {
        let stories: Vec<_> = (0..STORIES).map(story).collect();
        for (n, bound) in [(1, 0.5), (3, 0.1)] {
            let sets: Vec<_> = stories.iter().map(|story| shingles(story, n)).collect();
            for (i, a) in sets.iter().enumerate() {
                for b in &sets[..i] {
                    let likeness = jaccard(a, b);
                    assert!(likeness < bound, "{likeness} in runs of {n}: {a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn each_is_a_story_with_a_title_of_its_own() {
        let mut titles = BTreeSet::new();
        for number in 0..STORIES {
            let story = story(number);
            let words: usize = story.paragraphs.iter().map(|p| p.split_whitespace().count()).sum();
            assert!((80..=300).contains(&words), "{words}: {:?}", story.paragraphs);
            assert!(titles.insert(story.title));
        }
        let places: BTreeSet<String> = (0..crate::MAX_EXTRA_STORIES as u64).map(place_of).collect();
        assert_eq!(places.len(), crate::MAX_EXTRA_STORIES);
    }

    #[test]
    fn they_are_dealt_to_all_editions_and_publishers() {
        let pages = pages(60, 4, false);
        for publisher in Publisher::ALL {
            for edition in 1..=4 {
                let dealt = pages.iter().filter(|p| p.publisher == publisher && p.since == edition).count();
                assert_eq!(dealt, 5, "{publisher:?} {edition}");
            }
        }
    }

    #[test]
    fn the_same_number_is_the_same_story() {
        let story = story(7);
        insta::assert_snapshot!(format!(
            "{}\n{}\n{}",
            story.title,
            story.author,
            story.paragraphs.join("\n")
        ));
    }
}
