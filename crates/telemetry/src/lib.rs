//! What khabar shows of itself: logs, metrics, and the HTTP server that serves them.
//!
//! - [`logs`] writes what happens to standard error: text on a terminal, JSON otherwise.
//! - [`metrics`](mod@metrics) is the one table of all metric names with their help texts, and the
//!   Prometheus recorder behind the `metrics` crate's macros. Other crates count with
//!   `metrics::counter!("khabar_stories_total")` and know nothing of this one; a name that is not in the table
//!   fails this crate's tests.
//! - [`readiness`] gathers which components of the process are ready: each gets a
//!   [`Component`] and sets its [`State`] as it goes.
//! - [`server`] answers on one address:
//!
//! | path | answers |
//! |---|---|
//! | `/metrics` | all metrics, and those of the process itself, in Prometheus' text format |
//! | `/healthz` | 200 as long as the process lives and its event loop turns |
//! | `/readyz` | 200 when every component is ready, else 503; one line a component either way |
//! | `/` | a page that names the others |
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! telemetry::logs::init(&telemetry::LogSettings::default())?;
//! let metrics = telemetry::Metrics::install()?;
//! let readiness = telemetry::Readiness::new();
//! let server = telemetry::Server::bind(&telemetry::HttpSettings::default(), metrics, readiness.clone()).await?;
//! let poller = readiness.component("poller");
//! poller.set(telemetry::State::Ready);
//! server.run(async { /* until this future is done */ }).await;
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here is global but the logger and the metrics recorder, which their crates make so.

pub mod logs;
pub mod metrics;
mod process;
pub mod readiness;
pub mod server;
mod settings;

pub use crate::metrics::Metrics;
pub use logs::LogSettings;
pub use readiness::{Component, Readiness, State};
pub use server::Server;
pub use settings::HttpSettings;
