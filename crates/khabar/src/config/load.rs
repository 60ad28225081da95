//! From file, environment and flags to a checked configuration.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use toml::{Table, Value};

use super::Config;
use super::environment;
use super::nearest::nearest;

/// Read when it is there and no other file is named.
const DEFAULT_FILE: &str = "config/khabar.toml";

/// The table whose values are not shown.
const SECRETS: [&str; 2] = ["kafka", "client"];

/// A configuration, and where it came from.
#[derive(Debug)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// The file, when there was one.
    pub file: Option<PathBuf>,
}

/// Reads the configuration from `file` (else from [`DEFAULT_FILE`], if it is there), the environment
/// (all of it, as names and values), and flags (dotted names and values).
///
/// # Errors
/// Names the file and line, the variable or the flag that is wrong, and the way out.
pub fn load(file: Option<&Path>, variables: &[(String, String)], flags: &[(&str, Value)]) -> Result<Loaded> {
    let file = file.map(Path::to_owned).or_else(|| Some(PathBuf::from(DEFAULT_FILE)).filter(|f| f.exists()));
    let mut table = match &file {
        Some(file) => read(file)?,
        None => Table::new(),
    };
    for (variable, path, text) in environment::settings(variables) {
        let mut refused = None;
        let meant = environment::meanings(text).into_iter().find_map(|value| {
            let mut candidate = table.clone();
            let fits = environment::set(&mut candidate, &path, value).and_then(|()| parse(&candidate));
            fits.map(|_| candidate).map_err(|error| refused.get_or_insert(error).to_string()).ok()
        });
        table = match (meant, refused) {
            (Some(meant), _) => meant,
            // What librdkafka is told may be a secret.
            (None, Some(error)) if path.starts_with(&SECRETS.map(str::to_owned)) => {
                bail!("{variable}: {error}")
            }
            (None, Some(error)) => bail!("{variable}={text}: {error}"),
            (None, None) => bail!("{variable}={text}: not a setting"),
        };
    }
    for (name, value) in flags {
        let path: Vec<String> = name.split('.').map(str::to_owned).collect();
        environment::set(&mut table, &path, value.clone())?;
    }
    let mut config = parse(&table)?;
    // Files named in a file are beside it, wherever the program is started.
    if let Some(dir) = file.as_deref().and_then(Path::parent) {
        for list in &mut config.feeds.files {
            *list = dir.join(&list);
        }
        config.kafka.find_files_from(dir);
    }
    // These have a place of their own, which is beside the file that could be there.
    let dir = file.as_deref().unwrap_or(Path::new(DEFAULT_FILE)).parent().unwrap_or(Path::new(""));
    config.sites.dir = dir.join(&config.sites.dir);
    config.check().with_context(|| match &file {
        Some(file) => format!("{} can't be used", file.display()),
        None => "the configuration can't be used".to_owned(),
    })?;
    Ok(Loaded { config, file })
}

fn read(file: &Path) -> Result<Table> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| {
        let way_out = "name another with --config, or leave it out to run on defaults";
        anyhow!("the configuration {name} can't be read: {error}; {way_out}")
    })?;
    // Read for its own sake first: only here do errors have lines.
    match toml::from_str::<Config>(&text) {
        Ok(_) => Ok(text.parse()?),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let before = text.get(..at).unwrap_or(&text);
            let line = before.matches('\n').count() + 1;
            let place = place(&text, line);
            bail!("{name}:{line}: {place}{}", explain(error.message()))
        }
    }
}

/// The table and the setting that a line of the file is about, before what is said of it.
fn place(text: &str, line: usize) -> String {
    let table = |line: &str| Some(line.trim().strip_prefix('[')?.split_once(']')?.0.to_owned());
    let table = text.lines().take(line).filter_map(table).last();
    let setting =
        text.lines().nth(line - 1).and_then(|line| line.split_once('=')).map(|(name, _)| name.trim());
    match (table, setting) {
        (Some(table), Some(setting)) => format!("{table}.{setting}: "),
        (_, Some(setting)) => format!("{setting}: "),
        _ => String::new(),
    }
}

fn parse(table: &Table) -> Result<Config> {
    table.clone().try_into().map_err(|error: toml::de::Error| anyhow!("{}", explain(error.message())))
}

/// Says what is wrong in the words of the configuration.
fn explain(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, known)) if message.starts_with("unknown field") => {
            match nearest(unknown, known.iter().copied()) {
                Some(meant) => format!("unknown setting `{unknown}`: did you mean `{meant}`?"),
                None => format!("unknown setting `{unknown}`: known here are {}", known.join(", ")),
            }
        }
        _ => in_plain_words(message),
    }
}

/// A message of the TOML reader, without the names that types have in Rust.
fn in_plain_words(message: &str) -> String {
    const WORDS: [(&str, &str); 8] = [
        ("expected u8", "a whole number from 0 to 255 is expected"),
        ("expected u16", "a whole number from 0 to 65535 is expected"),
        ("expected u32", "a whole number, 0 or more, is expected"),
        ("expected u64", "a whole number, 0 or more, is expected"),
        ("expected usize", "a whole number, 0 or more, is expected"),
        ("expected a sequence", "a list is expected, as in [\"a\", \"b\"]"),
        ("expected a string", "text in quotes is expected"),
        ("expected a boolean", "true or false is expected"),
    ];
    let one_line = message.lines().collect::<Vec<_>>().join(" ");
    let plain = WORDS.iter().find_map(|(rust, plain)| Some(one_line.strip_suffix(rust)?.to_owned() + plain));
    plain.unwrap_or(one_line)
}
