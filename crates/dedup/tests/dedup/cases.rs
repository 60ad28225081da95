use dedup::{Change, Dedup, Settings, Verdict};
use model::{DuplicateReason, Story};

use crate::story::{Memory, article, observe, part, story, word};

const FLOOD: &str =
    "The river rose by two metres in the night, and the mayor asked people to leave the lower town.";
const GOALS: &str =
    "Two late goals gave the visitors a win that nobody in the stadium had thought possible at the break.";
const RAIN: &str = "Rain is expected in the north from noon, with strong winds on the coast and snow above a thousand metres.";

fn words(stories: &[Story]) -> Vec<&'static str> {
    observe(&mut Memory::new(), stories).iter().map(word).collect()
}

#[test]
fn a_changed_text_is_a_revision_of_the_same_article() {
    let longer = format!("{FLOOD} No one was hurt.");
    let verdicts = observe(
        &mut Memory::new(),
        &[
            story("https://a.example/1", "Flood", FLOOD, 1),
            story("http://a.example/1?utm_source=x", "Flood", &longer, 2),
        ],
    );
    let id = article(&verdicts[0]);
    assert_eq!(verdicts[0], Verdict::New { id });
    let first_fetched_at = story("", "", "", 1).fetched_at;
    let Verdict::Revision { id: same, revision: 2, first_fetched_at: first, change } = verdicts[1] else {
        panic!("{:?}", verdicts[1]);
    };
    assert_eq!((same, first), (id, first_fetched_at));
    let Change { title, text, words } = change;
    assert_eq!((title, text), (false, true));
    // Four of 23 words are new.
    assert!((0.1..0.25).contains(&words), "{words}");
}

#[test]
fn a_change_that_no_reader_sees_is_none() {
    let respaced = FLOOD.replace(' ', "\u{a0} \u{200f}");
    let stories = [
        story("https://a.example/1", "The mayor's \"flood\"", FLOOD, 1),
        story("https://a.example/1", "The mayor’s “flood” ", &respaced, 2),
    ];
    assert_eq!(words(&stories), ["new", "unchanged"]);
}

#[test]
fn a_copy_elsewhere_is_a_duplicate_once() {
    let copy = |at| story("https://b.example/9", "River rises", &FLOOD.to_uppercase(), at);
    let stories = [story("https://a.example/1", "Flood", FLOOD, 1), copy(2), copy(3)];
    let verdicts = observe(&mut Memory::new(), &stories);
    let of = article(&verdicts[0]);
    assert_eq!(verdicts[1], Verdict::Duplicate { of, similarity: 1.0, reason: DuplicateReason::SameText });
    assert_eq!(verdicts[2], Verdict::Unchanged { id: of });
}

#[test]
fn a_copy_that_follows_its_article_stays_a_copy() {
    let report: String = (0..60).map(|n| format!("sentence number {n} of it. ")).collect();
    let longer = format!("{report} No one was hurt.");
    let stories = [
        story("https://a.example/1", "Flood", &report, 1),
        story("https://b.example/9", "River", &report, 2),
        story("https://b.example/9", "River", &longer, 3),
        story("https://a.example/1", "Flood", &longer, 4),
        story("https://c.example/5", "Water", &longer, 5),
    ];
    assert_eq!(words(&stories), ["new", "duplicate", "unchanged", "revision", "duplicate"]);
}

#[test]
fn a_copy_that_tells_something_else_becomes_an_article() {
    let stories = [
        story("https://a.example/1", "Flood", FLOOD, 1),
        story("https://b.example/9", "River", FLOOD, 2),
        story("https://b.example/9", "Goals", GOALS, 3),
        story("https://c.example/5", "Win", GOALS, 4),
    ];
    let verdicts = observe(&mut Memory::new(), &stories);
    assert_eq!(verdicts.iter().map(word).collect::<Vec<_>>(), ["new", "duplicate", "new", "duplicate"]);
    assert_ne!(article(&verdicts[2]), article(&verdicts[0]));
    assert_eq!(article(&verdicts[3]), article(&verdicts[2]));
}

#[test]
fn stories_of_a_page_are_told_apart_and_known_again_in_other_places() {
    const PAGE: &str = "https://a.example/live";
    let later = [
        part(PAGE, 1, 3, "Weather", RAIN, 2),
        part(PAGE, 2, 3, "Flood", FLOOD, 2),
        part(PAGE, 3, 3, "Goals", &format!("{GOALS} The coach wept."), 2),
    ];
    let mut memory = Memory::new();
    let first =
        observe(&mut memory, &[part(PAGE, 1, 2, "Flood", FLOOD, 1), part(PAGE, 2, 2, "Goals", GOALS, 1)]);
    let second = observe(&mut memory, &later);
    assert_eq!(second.iter().map(word).collect::<Vec<_>>(), ["new", "unchanged", "revision"]);
    assert_eq!(article(&second[1]), article(&first[0]));
    assert_eq!(article(&second[2]), article(&first[1]));
}

#[test]
fn parts_under_one_headline_stay_distinct() {
    const PAGE: &str = "https://a.example/live";
    let page = |at| [("Update", FLOOD), ("Update", GOALS)].map(|(title, text)| (title, text, at));
    let parts = |at| -> Vec<Story> {
        let stories = page(at).into_iter().zip(1..);
        stories.map(|((title, text, at), n)| part(PAGE, n, 2, title, text, at)).collect()
    };
    let mut memory = Memory::new();
    let first = observe(&mut memory, &parts(1));
    assert_eq!(first.iter().map(word).collect::<Vec<_>>(), ["new", "new"]);
    let second = observe(&mut memory, &parts(2));
    assert_eq!(second.iter().map(word).collect::<Vec<_>>(), ["unchanged", "unchanged"]);
    assert_eq!(second.iter().map(article).collect::<Vec<_>>(), first.iter().map(article).collect::<Vec<_>>());
    // A third under the same headline comes on top.
    let third =
        observe(&mut memory, &[part(PAGE, 1, 3, "Update", RAIN, 3), part(PAGE, 2, 3, "Update", FLOOD, 3)]);
    assert_eq!(third.iter().map(word).collect::<Vec<_>>(), ["new", "unchanged"]);
}

#[test]
fn parts_that_begin_alike_stay_distinct() {
    const PAGE: &str = "https://a.example/weather";
    let start = "Tomorrow the weather in the region is going to be as follows, the office said:";
    let (north, south) = (format!("{start} rain in the north."), format!("{start} sun in the south."));
    let parts = |at| [part(PAGE, 1, 2, "Weather", &north, at), part(PAGE, 2, 2, "Weather", &south, at)];
    let verdicts = observe(&mut Memory::new(), &[parts(1), parts(2)].concat());
    assert_eq!(verdicts.iter().map(word).collect::<Vec<_>>(), ["new", "new", "unchanged", "unchanged"]);
    assert_ne!(article(&verdicts[0]), article(&verdicts[1]));
    assert_eq!(article(&verdicts[1]), article(&verdicts[3]));
}

#[test]
fn a_page_that_loses_a_story_does_not_lend_its_address() {
    const PAGE: &str = "https://a.example/both";
    let stories = [
        story(PAGE, "Flood", FLOOD, 1),
        part(PAGE, 1, 2, "Flood", FLOOD, 2),
        part(PAGE, 2, 2, "Goals", GOALS, 2),
        story(PAGE, "Goals", GOALS, 3),
    ];
    let verdicts = observe(&mut Memory::new(), &stories);
    assert_eq!(verdicts.iter().map(word).collect::<Vec<_>>(), ["new", "unchanged", "new", "unchanged"]);
    assert_eq!(article(&verdicts[3]), article(&verdicts[2]));
}

#[test]
fn a_story_keeps_its_id_when_headline_and_url_become_known() {
    const PAGE: &str = "https://a.example/front";
    let own = |story: Story| Story { url: Some("https://a.example/flood".into()), ..story };
    let verdicts = observe(
        &mut Memory::new(),
        &[
            part(PAGE, 1, 2, "Flod", FLOOD, 1),
            own(part(PAGE, 2, 2, "Flood in the night", FLOOD, 2)),
            story("https://a.example/flood", "Flood in the lower town", &format!("{FLOOD} More soon."), 3),
            // The front page still has the short form: the story's own page counts.
            own(part(PAGE, 2, 2, "Flood in the night", FLOOD, 4)),
        ],
    );
    assert_eq!(verdicts.iter().map(word).collect::<Vec<_>>(), ["new", "revision", "revision", "unchanged"]);
    let ids: Vec<_> = verdicts.iter().map(article).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn a_front_page_called_canonical_is_no_identity() {
    let front = |story: Story| Story { url: Some("https://www.a.example/".into()), ..story };
    let stories = [
        front(story("https://a.example/1", "Flood", FLOOD, 1)),
        front(story("https://a.example/2", "Goals", GOALS, 2)),
    ];
    assert_eq!(words(&stories), ["new", "new"]);
}

#[test]
fn an_address_called_canonical_by_many_pages_makes_them_no_revisions() {
    let page = |id: u32, title, text, at| Story {
        url: Some("https://a.example/article".into()),
        ..story(&format!("https://a.example/article?id={id}"), title, text, at)
    };
    let stories = [
        page(1, "Flood", FLOOD, 1),
        page(2, "Goals", GOALS, 2),
        page(1, "Flood", &format!("{FLOOD} No one was hurt."), 3),
        page(2, "Goals", &format!("{GOALS} The coach wept."), 4),
    ];
    let verdicts = observe(&mut Memory::new(), &stories);
    assert_eq!(verdicts.iter().map(word).collect::<Vec<_>>(), ["new", "new", "revision", "revision"]);
    assert_eq!(article(&verdicts[2]), article(&verdicts[0]));
    assert_eq!(article(&verdicts[3]), article(&verdicts[1]));
}

#[test]
fn the_newer_splitter_wins_on_the_same_fetch() {
    let recut = |splitter| Story {
        splitter,
        ..story("https://a.example/1", "Flood", &format!("{FLOOD} {splitter}"), 1)
    };
    assert_eq!(words(&[recut(1), recut(2), recut(1)]), ["new", "revision", "unchanged"]);
}

#[test]
fn ids_come_out_the_same_without_the_memory() {
    let stories = [
        story("https://a.example/1", "Flood", FLOOD, 1),
        part("https://a.example/2", 3, 4, "Goals", GOALS, 1),
    ];
    let ids =
        |stories: &[Story]| observe(&mut Memory::new(), stories).iter().map(article).collect::<Vec<_>>();
    assert_eq!(ids(&stories), ids(&stories));
}

#[test]
fn a_file_of_stories_names_the_first() {
    let mut dedup = Dedup::new(Settings::default());
    let mut see = |id, url, text| dedup.observe(id, url, Some("Flood"), text);
    assert_eq!(see("1", None, FLOOD), None);
    assert_eq!(see("2", None, FLOOD).as_deref(), Some("1"));
    assert_eq!(see("3", Some("https://a.example/3"), FLOOD).as_deref(), Some("1"));
    assert_eq!(see("4", Some("https://a.example/4"), GOALS), None);
}

#[test]
fn a_story_found_among_others_gets_its_own_url_when_that_becomes_known() {
    const PAGE: &str = "https://a.example/front";
    let stories = [
        part(PAGE, 1, 2, "Flood", FLOOD, 1),
        story("https://a.example/flood", "Flood in the lower town", FLOOD, 2),
        story("https://b.example/9", "River rises", FLOOD, 3),
    ];
    let verdicts = observe(&mut Memory::new(), &stories);
    assert_eq!(verdicts.iter().map(word).collect::<Vec<_>>(), ["new", "revision", "duplicate"]);
    assert!(verdicts.iter().all(|verdict| article(verdict) == article(&verdicts[0])));
    // On another site it is another's story, and the other way round it is known too.
    let others = [stories[0].clone(), stories[2].clone()];
    assert_eq!(words(&others), ["new", "duplicate"]);
    let other_way_round = [stories[1].clone(), part(PAGE, 1, 2, "Flood", FLOOD, 3)];
    assert_eq!(words(&other_way_round), ["new", "duplicate"]);
}
