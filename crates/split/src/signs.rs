//! Signs that speak for or against a story's beginning somewhere, each with its weight and its name.

use std::fmt;

/// Signs and what they count.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Signs(Vec<(&'static str, f64)>);

impl Signs {
    /// Adds what the sign `name` counts where it is `seen`.
    pub(crate) fn add(&mut self, name: &'static str, counts: f64, seen: bool) {
        if !seen || counts == 0.0 {
            return;
        }
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += counts,
            None => self.0.push((name, counts)),
        }
    }

    /// Adds all of `other`, each counting `share` of what it does there.
    pub(crate) fn extend(&mut self, other: &Self, share: f64) {
        for (name, counts) in &other.0 {
            self.add(name, counts * share, true);
        }
    }

    /// What they count together.
    pub(crate) fn sum(&self) -> f64 {
        self.0.iter().map(|(_, counts)| counts).sum()
    }
}

impl fmt::Display for Signs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, counts)) in self.0.iter().enumerate() {
            write!(f, "{}{name} {counts:+.1}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
