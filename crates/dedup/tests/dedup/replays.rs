//! Pages that are split again.

use dedup::{Settings, Verdict};
use jiff::Timestamp;
use model::{Recount, Story};

use crate::story::{Memory, article, observe, part, story, word};

const PAGE: &str = "https://a.example/news";
const HOME: &str = "https://b.example/fire";
const FIRE: &str =
    "A fire in the old mill was put out before noon, and nobody was hurt, the brigade said on Monday.";
const MARKET: &str =
    "The market on the square will open an hour earlier from June, the council decided today at length.";

/// Handles the stories of one version of a page again, as a replay does, and withdraws what it does not tell.
fn replay(memory: &mut Memory, number: i64, page: &str, stories: &[Story]) -> (Vec<Verdict>, usize) {
    let mut index = memory.index(&Settings::default());
    let now = Timestamp::from_second(1_000).unwrap();
    let mut verdicts = Vec::new();
    for story in stories {
        let (verdict, changes) = index.observe_again(story, Some(number), now);
        memory.set(&mut index, changes);
        verdicts.push(verdict);
    }
    let fetched_at = Timestamp::from_second(100).unwrap();
    let recount =
        Recount { page: page.into(), fetched_at, replay: number, stories: stories.len().try_into().unwrap() };
    let (withdrawn, changes) = index.recount(&recount, now);
    memory.set(&mut index, changes);
    (verdicts, withdrawn.len())
}

#[test]
fn a_withdrawn_article_hides_no_other_page_that_tells_its_report() {
    let mut memory = Memory::new();
    let parts = [part(PAGE, 1, 2, "Fire", FIRE, 100), part(PAGE, 2, 2, "Market", MARKET, 100)];
    let home = story(HOME, "Fire", FIRE, 100);
    let first = observe(&mut memory, &[parts[0].clone(), parts[1].clone(), home.clone()]);
    assert_eq!(first.iter().map(word).collect::<Vec<_>>(), ["new", "new", "duplicate"]);
    let (_, withdrawn) = replay(&mut memory, 1, PAGE, &[story(PAGE, "Market", MARKET, 100)]);
    assert_eq!(withdrawn, 1);
    let (again, withdrawn) = replay(&mut memory, 1, HOME, std::slice::from_ref(&home));
    assert_eq!((word(&again[0]), withdrawn), ("new", 0));
    assert_ne!(article(&again[0]), article(&first[0]));
    let later = observe(
        &mut memory,
        &[story(HOME, "Fire", FIRE, 200), story("https://c.example/1", "Fire", FIRE, 200)],
    );
    assert_eq!(later.iter().map(word).collect::<Vec<_>>(), ["unchanged", "duplicate"]);
    assert_eq!(article(&later[1]), article(&again[0]));
}

#[test]
fn the_text_of_a_copy_of_a_withdrawn_article_is_anothers_to_tell() {
    let mut memory = Memory::new();
    let changed = format!("{FIRE} It smoked for hours.");
    observe(&mut memory, &[story(PAGE, "Fire", FIRE, 100), story(HOME, "Fire", FIRE, 100)]);
    // The copy is near its article and tells this text first.
    assert_eq!(word(&observe(&mut memory, &[story(HOME, "Fire", &changed, 150)])[0]), "unchanged");
    assert_eq!(replay(&mut memory, 1, PAGE, &[]).1, 1);
    let others: Vec<Story> =
        ["c", "d"].map(|site| story(&format!("https://{site}.example/1"), "Fire", &changed, 200)).into();
    let told = observe(&mut memory, &others);
    assert_eq!(told.iter().map(word).collect::<Vec<_>>(), ["new", "duplicate"]);
    let copy = observe(&mut memory, &[story(HOME, "Fire", &changed, 300)]);
    assert_eq!(article(&copy[0]), article(&told[0]));
}

#[test]
fn copies_under_a_careless_address_stay_apart_however_often_a_page_is_handled_again() {
    let mut memory = Memory::new();
    let own = Some(format!("{PAGE}#top"));
    let named = |number, text: &str| Story { url: own.clone(), ..part(PAGE, number, 2, "Update", text, 100) };
    observe(&mut memory, &[story("https://x.example/1", "Fire", FIRE, 50)]);
    let first = observe(&mut memory, &[named(1, FIRE), named(2, MARKET)]);
    assert_eq!(first.iter().map(word).collect::<Vec<_>>(), ["duplicate", "new"]);
    let parts = [named(1, FIRE), named(2, &format!("Now: {MARKET} More."))];
    let (again, _) = replay(&mut memory, 1, PAGE, &parts);
    assert_eq!(word(&again[0]), "unchanged");
    assert_ne!(article(&again[0]), article(&again[1]));
    let (third, withdrawn) = replay(&mut memory, 2, PAGE, &parts);
    assert_eq!((third.iter().map(word).collect::<Vec<_>>(), withdrawn), (vec!["unchanged"; 2], 0));
}

#[test]
fn an_entry_of_another_version_is_refused_by_name() {
    for (format, expected) in [(1, "format 1"), (2, "format 2"), (4, "format 4"), (3, "damaged")] {
        let mut index = dedup::Index::new(Settings::default());
        index.set(b"r12345678", Some(&[format; 5]));
        index.restored();
        let (_, error) = index.check().unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
