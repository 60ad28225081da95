//! What is asked and what was found.

use std::fmt::Display;
use std::time::Duration;

/// All that was found, to be shown at the end.
#[derive(Default)]
pub(crate) struct Findings(Vec<Finding>);

struct Finding {
    what: String,
    asked: Asked,
    found: f64,
}

/// What is asked of a number.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    AtLeast(f64),
    AtMost(f64),
}

impl Asked {
    fn is_met_by(self, found: f64) -> bool {
        match self {
            Self::AtLeast(bound) => found >= bound,
            Self::AtMost(bound) => found <= bound,
        }
    }
}

impl Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(f, "≥ {bound:.2}"),
            Self::AtMost(bound) => write!(f, "≤ {bound:.2}"),
        }
    }
}

impl Findings {
    pub(crate) fn add(&mut self, what: impl Into<String>, asked: Asked, found: f64) {
        self.0.push(Finding { what: what.into(), asked, found });
    }

    /// Prints them as a table.
    pub(crate) fn print(&self) {
        println!("\n{:<62} {:>8} {:>8}", "", "asked", "found");
        for Finding { what, asked, found } in &self.0 {
            let met = if asked.is_met_by(*found) { "met" } else { "NOT MET" };
            println!("{what:<62} {:>8} {found:>8.3}  {met}", asked.to_string());
        }
    }
}

/// The one in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(&mut values.to_vec(), 0.5)
}

/// The value that this share of all does not exceed.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * share).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// How many a second.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Numbers side by side.
pub(crate) fn list(values: &[f64], digits: usize) -> String {
    values.iter().map(|value| format!("{value:.digits$}")).collect::<Vec<_>>().join(" ")
}
