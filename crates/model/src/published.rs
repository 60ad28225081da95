use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A date as well as it was known.
///
/// `at` is ISO 8601 and only as long as its precision: `2023`, `2023-09`, `2023-09-16`,
/// `2023-09-16T10:30` or `2023-09-16T10:30:05`; with a time it ends in `Z` or an offset where the
/// zone was known, and in neither where it was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dated {
    /// The date in ISO 8601, as long as its precision.
    pub at: String,
    /// How much of it was known.
    pub precision: Precision,
    /// Where it was read.
    pub origin: DateOrigin,
}

/// How much of a date was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// The year alone.
    Year,
    /// Year and month.
    Month,
    /// The day.
    Day,
    /// The minute.
    Minute,
    /// The second or better.
    Second,
}

/// Where a date was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateOrigin {
    /// JSON-LD in the page.
    JsonLd,
    /// Microdata or RDFa in the page.
    Microdata,
    /// A `<meta>` element.
    Meta,
    /// A `<time>` element.
    TimeElement,
    /// A label in the running text, such as "Published:".
    Label,
    /// A dateline at the start of the text.
    Dateline,
    /// A time relative to the fetch, such as "two hours ago".
    Relative,
    /// The page's or story's URL.
    Url,
    /// The feed's entry.
    Feed,
}
