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

    /// The signs of parts alike, each counting what it does in the share of them that show it beyond a half;
    /// what speaks against them, in the share of them.
    pub(crate) fn shared(parts: &[Self]) -> Self {
        let mut all = Self::default();
        for (name, counts) in parts.iter().flat_map(|part| &part.0) {
            all.add(name, counts / parts.len() as f64, true);
        }
        let seen =
            |name: &str| parts.iter().filter(|part| part.0.iter().any(|(other, _)| *other == name)).count();
        for (name, sum) in all.0.iter_mut().filter(|(_, sum)| *sum > 0.0) {
            let share = seen(name) as f64 / parts.len() as f64;
            *sum *= (2.0 - 1.0 / share).max(0.0);
        }
        all.0.retain(|(_, sum)| *sum != 0.0);
        all
    }

    /// Whether any of `names` is among them and speaks for it.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.0.iter().any(|(name, counts)| *counts > 0.0 && names.contains(name))
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
