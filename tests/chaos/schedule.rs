//! What goes wrong, and when: drawn from a seed, so that the same seed brings the same faults.

use std::time::Duration;

/// A fault. Numbers choose among what is there when its time comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A process dies (SIGKILL); another takes its place after so long.
    Kill { which: usize, gone: Duration },
    /// A process stands still (SIGSTOP) for so long.
    Freeze { which: usize, still: Duration },
    /// One more process of a service comes.
    Add { stage: usize },
    /// A process is asked to leave (SIGTERM).
    Remove { which: usize },
    /// A broker dies (SIGKILL) and comes back after so long.
    Broker { which: usize, gone: Duration },
    /// All connections to a broker break, and none is let through for so long.
    Cut { which: usize, cut: Duration },
}

/// Between two faults there is at least so much time.
const SHORTEST_PAUSE_MS: u64 = 300;

/// Faults without end, each with the pause before it.
pub(crate) struct Schedule {
    state: u64,
    longest_pause_ms: u64,
}

impl Schedule {
    pub(crate) fn new(seed: u64, longest_pause: Duration) -> Self {
        let longest_pause_ms =
            u64::try_from(longest_pause.as_millis()).unwrap_or(u64::MAX).max(SHORTEST_PAUSE_MS + 1);
        Self { state: seed, longest_pause_ms }
    }

    /// A number below `bound` (SplitMix64, Steele, Lea and Flood 2014).
    fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn between(&mut self, least_ms: u64, most_ms: u64) -> Duration {
        Duration::from_millis(least_ms + self.below(most_ms - least_ms))
    }
}

impl Iterator for Schedule {
    type Item = (Duration, Fault);

    fn next(&mut self) -> Option<Self::Item> {
        let pause = self.between(SHORTEST_PAUSE_MS, self.longest_pause_ms);
        let which = usize::try_from(self.below(1 << 16)).unwrap_or(0);
        let fault = match self.below(100) {
            0..32 => Fault::Kill { which, gone: self.between(0, 4_000) },
            // Half of them for longer than a session lasts.
            32..54 => Fault::Freeze { which, still: self.between(1_000, 12_000) },
            54..66 => Fault::Add { stage: which },
            66..78 => Fault::Remove { which },
            78..86 => Fault::Broker { which, gone: self.between(500, 5_000) },
            _ => Fault::Cut { which, cut: self.between(100, 8_000) },
        };
        Some((pause, fault))
    }
}
