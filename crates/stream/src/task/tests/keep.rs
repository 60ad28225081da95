//! What a state in a form of its own is told.

use jiff::SignedDuration;

use crate::testing::Harness;
use crate::{Context, Emit, Fault, Keep, NoJob, Record, Reject, Stage};

/// Keeps all that it was told.
#[derive(Debug, Default)]
struct Told {
    changes: Vec<(String, Option<String>)>,
    bound: usize,
    /// What it had been told of whenever a restore was over.
    restored: Vec<usize>,
}

impl Keep for Told {
    fn set(&mut self, key: &[u8], value: Option<&[u8]>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.changes.push((text(key), value.map(text)));
    }

    fn restored(&mut self) {
        self.restored.push(self.changes.len());
    }

    fn len(&self) -> usize {
        self.changes.len()
    }

    fn bytes(&self) -> usize {
        self.changes.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, String::len)).sum()
    }
}

/// Writes what its state was told before each handler.
struct Teller;

impl Stage for Teller {
    type Job = NoJob;
    type Outcome = ();
    type State = Told;

    fn state(&self) -> Told {
        Told { bound: 7, ..Told::default() }
    }

    fn check(&self, state: &Told) -> Result<(), Fault> {
        assert_eq!((state.bound, &state.restored), (7, &vec![state.len()]), "made by the stage, and whole");
        Ok(())
    }

    fn record(&mut self, record: &Record, context: &mut Context<'_, NoJob, Told>) -> Result<(), Reject> {
        let value = String::from_utf8_lossy(record.value.as_deref().unwrap_or_default()).into_owned();
        let kept = context.kept();
        context.put(record.key.to_vec(), "a first thought");
        context.put(record.key.to_vec(), value.clone());
        match value.as_str() {
            "reject" => return Err(Reject::new("bad", "it is bad")),
            "panic" => panic!("it always panics"),
            "overfull" => context.put("e", vec![0; 1 << 20]),
            "delete" => context.delete(record.key.to_vec()),
            "sleep" => context.wake_at(record.key.to_vec(), context.now()),
            _ => {}
        }
        context.emit(Emit::new("out", record.key.to_vec(), kept.len().to_string()));
        Ok(())
    }

    fn woken(&mut self, timer: &[u8], context: &mut Context<'_, NoJob, Told>) -> Result<(), Reject> {
        context.put(timer, "woken");
        Ok(())
    }
}

fn teller() -> Harness<Teller> {
    Harness::new("teller", "in", || Teller, "2026-01-01T00:00:00Z").with_topic("out", 1, 1024)
}

fn told(harness: &Harness<Teller>) -> Vec<(&str, Option<&str>)> {
    let changes = harness.task().state().changes.iter();
    changes.map(|(key, value)| (key.as_str(), value.as_deref())).collect()
}

#[test]
fn a_state_is_told_once_of_each_change_that_counts_and_of_no_other() {
    let mut harness = teller();
    for (key, value) in [
        ("a", "one"),
        ("b", "reject"),
        ("b", "panic"),
        ("b", "overfull"),
        ("b", "two"),
        ("a", "delete"),
        ("c", "sleep"),
    ] {
        harness.record(key, Some(value.as_bytes()));
    }
    harness.advance(SignedDuration::ZERO);
    let changes =
        [("a", Some("one")), ("b", Some("two")), ("a", None), ("c", Some("sleep")), ("c", Some("woken"))];
    assert_eq!(told(&harness), changes);
    assert_eq!(harness.dead_letters().len(), 3);
    let before = harness.emitted("out").into_iter().map(|output| output.value.as_deref().unwrap());
    assert_eq!(before.collect::<Vec<_>>(), [b"0", b"1", b"2", b"3"], "without the handler's own changes");
}

#[test]
fn a_state_is_told_of_all_entries_at_a_restore_before_it_is_checked() {
    let mut harness = teller();
    for (key, value) in [("a", "one"), ("b", "two"), ("a", "three"), ("c", "delete"), ("d", "sleep")] {
        harness.record(key, Some(value.as_bytes()));
    }
    harness.restart();
    assert_eq!(told(&harness), [("a", Some("three")), ("b", Some("two")), ("d", Some("sleep"))]);
    assert_eq!(harness.task().state().restored, [3]);
    harness.record("a", Some(b"four"));
    assert_eq!(told(&harness).last(), Some(&("a", Some("four"))));
}
