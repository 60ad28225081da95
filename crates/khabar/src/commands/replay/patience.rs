//! Waits for a log that is away for a while: a replay may take days, and begins anew when it has ended.

use std::time::Duration;

use stream::{Fault, Remedy};

use crate::output::complain;

/// How long to wait before each further try, in seconds.
const PAUSES: [u64; 10] = [1, 2, 4, 8, 15, 30, 30, 30, 30, 30];

/// Asks until there is an answer, or for minutes. What fails so is certain to have done nothing.
pub(super) fn patiently<T>(ask: impl FnMut() -> Result<T, Fault>) -> Result<T, Fault> {
    patiently_with(pause, ask)
}

/// Nobody rings meanwhile.
pub(super) fn pause(length: Duration) {
    stream::Signal::default().wait(length);
}

fn patiently_with<T>(
    mut pause: impl FnMut(Duration),
    mut ask: impl FnMut() -> Result<T, Fault>,
) -> Result<T, Fault> {
    for seconds in PAUSES {
        match ask() {
            Err(fault) if fault.remedy() == Remedy::Retry => {
                complain(&format!("{fault}: trying again in {seconds} s"));
                pause(Duration::from_secs(seconds));
            }
            end => return end,
        }
    }
    ask().map_err(|fault| {
        let tries = PAUSES.len();
        Fault::new(
            fault.kind,
            format!("{fault}. It was tried {tries} times more: run it again, which is harmless"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stream::FaultKind;

    /// Asks for what fails so often with this kind; gives what came of it, and the pauses.
    fn asked(failures: usize, kind: FaultKind) -> (Result<usize, Fault>, Vec<Duration>) {
        let (mut tries, mut pauses) = (0, Vec::new());
        let answer = patiently_with(
            |length| pauses.push(length),
            || {
                tries += 1;
                if tries > failures { Ok(tries) } else { Err(Fault::new(kind, "away")) }
            },
        );
        (answer, pauses)
    }

    #[test]
    fn what_has_certainly_failed_is_tried_again_after_growing_pauses() {
        for kind in [FaultKind::Unavailable, FaultKind::Aborted] {
            let (answer, pauses) = asked(4, kind);
            assert_eq!(answer, Ok(5));
            assert_eq!(pauses, [1, 2, 4, 8].map(Duration::from_secs));
        }
    }

    #[test]
    fn patience_ends_after_minutes() {
        let (answer, pauses) = asked(usize::MAX, FaultKind::Unavailable);
        let fault = answer.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Unavailable);
        assert!(fault.message.starts_with("away. ") && fault.message.contains("harmless"), "{fault}");
        let in_all: Duration = pauses.iter().sum();
        assert!((120..=300).contains(&in_all.as_secs()), "{in_all:?}");
    }

    #[test]
    fn what_may_have_been_done_is_not_tried_again() {
        for kind in [FaultKind::OutcomeUnknown, FaultKind::Fenced, FaultKind::Misconfigured] {
            let (answer, pauses) = asked(1, kind);
            assert_eq!((answer.unwrap_err().kind, pauses), (kind, Vec::new()));
        }
    }
}
