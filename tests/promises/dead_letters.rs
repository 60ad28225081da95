//! Promise 3: nothing is stuck, nothing is skipped.

use stream::topics::DEAD_LETTERS;

use super::account::{Account, header, read_all};
use super::all_or_nothing::append;
use super::instance::{End, Instance, Plan};
use super::log::{Log, STAGE, WORK};
use super::puppet::{Errand, Want};

pub(super) fn what_is_bad_in_itself_is_put_aside_with_its_reason<L: Log>() {
    let log = L::new();
    let bad = [
        Want::Reject,
        Want::Panic,
        Want::TooLarge,
        Want::StateTooLarge,
        Want::UnknownTopic,
        Want::JobRejected,
        Want::JobPanics,
        Want::JobDonePanics,
    ];
    // One key: the next record is taken behind each of them.
    let wants = bad.into_iter().flat_map(|want| [want, Want::Emit]);
    let errands: Vec<Errand> =
        wants.enumerate().map(|(n, want)| Errand::new("k", format!("{n:02}"), want)).collect();
    append(&log, &errands);
    let instance = Instance::start(&log, Plan::default());
    Account::wait(&log, &errands);
    assert_eq!(instance.stop(), End::Stopped);
    let account = Account::settle(&log, &errands);
    let emitted: Vec<&str> = account.settled.iter().map(|settled| settled.errand.id.as_str()).collect();
    assert!(emitted.is_sorted(), "{emitted:?}");

    let letters = read_all(&log, DEAD_LETTERS);
    assert_eq!(letters.len(), bad.len());
    for letter in letters {
        let told = |name: &str| header(&letter, name).unwrap_or_else(|| panic!("no {name} in {letter:?}"));
        let errand: Errand = serde_json::from_slice(letter.value.as_deref().unwrap()).unwrap();
        assert_eq!((told("khabar-stage").as_str(), told("khabar-topic").as_str()), (STAGE, WORK));
        assert_eq!(told("khabar-key"), "k");
        let place = format!("{WORK}/{}/{}", told("khabar-partition"), told("khabar-offset"));
        let key = match errand.want {
            Want::TooLarge => format!("{place}/0"),
            Want::JobRejected | Want::JobPanics | Want::JobDonePanics => format!("{place}/{}", errand.id),
            _ => place,
        };
        assert_eq!(letter.key, key.as_bytes(), "handling it again replaces the letter");
        let message = told("khabar-message");
        let named = match errand.want {
            Want::TooLarge => "for the topic out has",
            Want::StateTooLarge => "`large`",
            Want::UnknownTopic => "`nowhere`",
            _ => errand.id.as_str(),
        };
        assert!(message.contains(named), "{:?}: {message}", errand.want);
    }
}
