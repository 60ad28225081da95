use std::collections::HashSet;

use dedup::normal;
use model::Story;
use proptest::prelude::*;

use crate::story::{Memory, article, observe, part, story, word};

/// Few words, headlines and pages, so that stories meet.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-e]{1,2}", 1..14).prop_map(|words| words.join(" "))
}

prop_compose! {
    /// Pages of up to three parts, each fetched at its own second.
    fn pages()(pages in prop::collection::vec((0..3_u8, prop::collection::vec(("[A-B]", text()), 1..4)), 1..12)) -> Vec<Story> {
        let mut stories = Vec::new();
        for (at, (page, parts)) in (1..).zip(&pages) {
            let page = format!("https://{page}.example/x");
            for (number, (title, text)) in (1..).zip(parts) {
                stories.push(match parts.len() {
                    1 => story(&page, title, text, at),
                    count => part(&page, number, count as u32, title, text, at),
                });
            }
        }
        stories
    }
}

proptest! {
    #[test]
    fn a_story_is_its_own_duplicate(page in "[a-z]{1,3}", title in ".{0,9}", text in ".{0,40}", copied in any::<bool>()) {
        prop_assume!(!normal(&text).is_empty());
        let first = story(&format!("https://a.example/{page}"), &title, &text, 1);
        let other = if copied { "https://b.example/x".to_owned() } else { format!("https://a.example/{page}") };
        let verdicts = observe(&mut Memory::new(), &[first, story(&other, &title, &text, 2)]);
        prop_assert_eq!(word(&verdicts[1]), if copied { "duplicate" } else { "unchanged" });
        prop_assert_eq!(article(&verdicts[1]), article(&verdicts[0]));
    }

    #[test]
    fn any_order_of_exact_copies_gives_as_many_articles(
        order in Just((0..24).collect::<Vec<i64>>()).prop_shuffle(),
        texts in prop::collection::vec(text(), 1..6),
    ) {
        let stories: Vec<Story> = order.iter().enumerate().map(|(at, n)| {
            let text = &texts[*n as usize % texts.len()];
            story(&format!("https://{n}.example/x"), &format!("Title {n}"), text, at as i64)
        }).collect();
        let verdicts = observe(&mut Memory::new(), &stories);
        let told: HashSet<String> = texts.iter().map(|text| normal(text)).collect();
        prop_assert_eq!(verdicts.iter().filter(|verdict| word(verdict) == "new").count(), told.len());
        prop_assert_eq!(verdicts.iter().map(article).collect::<HashSet<_>>().len(), told.len());
    }

    #[test]
    fn a_replay_publishes_nothing(stories in pages()) {
        let mut memory = Memory::new();
        observe(&mut memory, &stories);
        for (story, verdict) in stories.iter().zip(observe(&mut memory, &stories)) {
            prop_assert_eq!(word(&verdict), "unchanged", "{:?}", story);
        }
    }

    #[test]
    fn an_older_version_that_comes_late_changes_nothing(
        versions in prop::collection::vec((any::<bool>(), text()), 2..8),
        late in any::<prop::sample::Index>(),
    ) {
        let version = |at: usize, (title, text): &(bool, String)| {
            story("https://a.example/x", if *title { "One" } else { "Two" }, text, at as i64)
        };
        let late = late.index(versions.len() - 1);
        let older = version(late, &versions[late]);
        let in_order: Vec<Story> =
            versions.iter().enumerate().filter(|(at, _)| *at != late).map(|(at, v)| version(at, v)).collect();
        let mut memory = Memory::new();
        observe(&mut memory, &in_order);
        let before = memory.clone();
        let verdict = observe(&mut memory, &[older]);
        prop_assert_eq!(word(&verdict[0]), "unchanged");
        prop_assert_eq!(memory, before);
    }

    #[test]
    fn parts_of_one_page_version_are_never_one_article(
        parts in prop::collection::vec(("[A-B]", text()), 2..6),
        earlier in prop::collection::vec(("[A-B]", text()), 0..4),
    ) {
        const PAGE: &str = "https://a.example/live";
        let page = |parts: &[(String, String)], at| -> Vec<Story> {
            let count = parts.len() as u32;
            let numbered = (1..).zip(parts);
            numbered.map(|(n, (title, text))| part(PAGE, n, count, title, text, at)).collect()
        };
        let told: HashSet<String> = parts.iter().map(|(_, text)| normal(text)).collect();
        prop_assume!(told.len() == parts.len());
        let mut memory = Memory::new();
        observe(&mut memory, &page(&earlier, 1));
        let verdicts = observe(&mut memory, &page(&parts, 2));
        prop_assert_eq!(verdicts.iter().map(article).collect::<HashSet<_>>().len(), parts.len());
    }
}
