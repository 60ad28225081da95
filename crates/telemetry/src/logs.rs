//! Logs on standard error: text for people at a terminal, one JSON object a line for machines.

use std::io::IsTerminal;

use serde::{Deserialize, Serialize};
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

/// What holds where the setting says nothing: `info`, and less from libraries that have more to say
/// than an operator wants to read.
const CALM: &str = "info,hyper=warn,hyper_util=warn,h2=warn,reqwest=warn,rustls=warn,\
                     rdkafka=warn,librdkafka=warn,html5ever=error,selectors=error,tracing=warn";

/// What is logged, and how: the table `[log]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// A level (`error`, `warn`, `info`, `debug`, `trace`, `off`), or directives for single
    /// targets, as in `info,fetcher=debug,librdkafka=info`.
    pub filter: String,
    /// How a line looks.
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { filter: "info".to_owned(), format: LogFormat::Auto }
    }
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Text when standard error is a terminal, JSON otherwise.
    #[default]
    Auto,
    /// Text, in colours on a terminal.
    Text,
    /// One JSON object a line.
    Json,
}

/// The log cannot be set up. Trying again does not help.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter is not one.
    #[error(
        "`log.filter`: `{filter}` is not a log filter ({reason}): use a level (off, error, warn, info, debug, \
         trace), or directives such as `info,fetcher=debug`"
    )]
    Filter {
        /// The setting as given.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The process has a logger already.
    #[error("the log is set up already")]
    Installed(#[source] tracing_subscriber::util::TryInitError),
}

/// Sends the logs of this process, those made with the `log` crate included, to standard error.
///
/// # Errors
/// When the filter cannot be read, or a logger is installed already.
pub fn init(settings: &LogSettings) -> Result<(), LogError> {
    let terminal = std::io::stderr().is_terminal();
    let filter = filter(&settings.filter)?;
    let text = match settings.format {
        LogFormat::Auto => terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    if text {
        // NO_COLOR is the convention of https://no-color.org.
        let colours = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        text_subscriber(filter, colours, std::io::stderr).try_init()
    } else {
        json_subscriber(filter, std::io::stderr).try_init()
    }
    .map_err(LogError::Installed)
}

/// The filter that `setting` asks for, on top of [`CALM`]: its directives replace those of the same
/// target.
fn filter(setting: &str) -> Result<EnvFilter, LogError> {
    let fail = |reason: String| LogError::Filter { filter: setting.to_owned(), reason };
    for word in setting.split(',').map(str::trim) {
        // EnvFilter takes an unknown bare word for the name of a target; here it is a misspelt level.
        if !word.contains(['=', '[', ':', '_']) && (word.is_empty() || word.parse::<LevelFilter>().is_err()) {
            return Err(fail(format!("`{word}` is no level")));
        }
    }
    EnvFilter::builder().parse(format!("{CALM},{setting}")).map_err(|e| fail(e.to_string()))
}

fn text_subscriber<W>(filter: EnvFilter, colours: bool, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(writer)
        // A standard error that is gone is no reason to panic, which `eprintln!` would.
        .log_internal_errors(false)
        .finish()
}

fn json_subscriber<W>(filter: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(writer)
        .log_internal_errors(false)
        .finish()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What is logged under `setting`, without the time of day.
    fn logged(setting: &str, json: bool, act: impl FnOnce()) -> String {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = Shared(lines.clone());
        let make = move || writer.clone();
        let filter = filter(setting).unwrap();
        if json {
            tracing::subscriber::with_default(json_subscriber(filter, make), act);
        } else {
            tracing::subscriber::with_default(text_subscriber(filter, false, make), act);
        }
        let lines = lines.lock().unwrap();
        String::from_utf8(lines.clone()).unwrap()
    }

    #[derive(Clone)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn chatter() {
        tracing::info!(target: "fetcher", "page fetched");
        tracing::debug!(target: "fetcher", "headers read");
        tracing::info!(target: "hyper", "connection kept");
        tracing::info!(target: "librdkafka", "broker state");
        tracing::warn!(target: "librdkafka", "broker lost");
    }

    fn messages(setting: &str) -> Vec<String> {
        logged(setting, false, chatter)
            .lines()
            .filter_map(|line| line.split_once(": ").map(|(_, message)| message.to_owned()))
            .collect()
    }

    #[test]
    fn is_calm_unless_told() {
        assert_eq!(messages("info"), ["page fetched", "broker lost"]);
        assert_eq!(messages("debug"), ["page fetched", "headers read", "broker lost"]);
        assert_eq!(messages("error"), ["broker lost"], "libraries keep their own level");
        assert_eq!(messages("fetcher=debug"), ["page fetched", "headers read", "broker lost"]);
        assert_eq!(messages("warn,librdkafka=info"), ["broker state", "broker lost"]);
    }

    #[test]
    fn json_has_one_flat_object_a_line() {
        let text = logged("info", true, || {
            let span = tracing::info_span!("page", url = "https://example.org/a");
            span.in_scope(|| tracing::info!(target: "fetcher", status = 200, "page fetched"));
        });
        assert_eq!(text.lines().count(), 1);
        for part in [
            r#""level":"INFO""#,
            r#""message":"page fetched""#,
            r#""status":200"#,
            r#""span":{"url":"https://example.org/a","name":"page"}"#,
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }

    #[test]
    fn refuses_what_is_no_filter() {
        for setting in ["loud", "", "info,,debug", "fetcher=loud", "info,[span=", "inof,fetcher=debug"] {
            let error = filter(setting).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`log.filter`: `{setting}` is not a log filter")), "{error}");
        }
    }
}
