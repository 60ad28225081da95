//! `KHABAR_TABLE__NAME=value`: a setting as a variable of the environment.

use anyhow::{Result, bail};
use toml::{Table, Value};

/// The variables that name settings: two or more names, joined by two underscores.
pub(super) fn settings(
    environment: &[(String, String)],
) -> impl Iterator<Item = (&String, Vec<String>, &String)> {
    environment.iter().filter_map(|(variable, value)| {
        let names = variable.strip_prefix("KHABAR_")?;
        let path: Vec<String> = names.split("__").map(str::to_ascii_lowercase).collect();
        (path.len() > 1).then_some((variable, path, value))
    })
}

/// The values that a text can mean, likeliest first: a number, truth value or list as TOML writes
/// them, or the text itself.
pub(super) fn meanings(text: &str) -> Vec<Value> {
    let parsed = format!("value = {text}").parse::<Table>();
    let parsed = parsed.ok().filter(|table| table.len() == 1).and_then(|mut table| table.remove("value"));
    parsed.into_iter().chain([Value::String(text.to_owned())]).collect()
}

/// Sets `path` in `table`.
pub(super) fn set(table: &mut Table, path: &[String], value: Value) -> Result<()> {
    let Some((name, tables)) = path.split_last() else { bail!("the setting has no name") };
    let mut at = table;
    for step in tables {
        let entry = at.entry(step.clone()).or_insert_with(|| Value::Table(Table::new()));
        let Value::Table(next) = entry else { bail!("`{step}` is a setting, not a table") };
        at = next;
    }
    at.insert(name.clone(), value);
    Ok(())
}
