//! One file for each command.

mod articles;
mod config_check;
mod dead_letters;
mod dedup;
mod demo;
mod feed;
mod feeds;
mod health;
mod replay;
mod run;
mod schema;
mod split;
mod topics;

use std::path::Path;

use anyhow::{Context, Result};
use toml::Value;

use crate::cli::{Cli, Command, ConfigCommand, TopicsCommand};
use crate::config::{Loaded, load};

/// Runs the command.
///
/// # Errors
/// What the command could not do, for people.
pub fn run(cli: Cli) -> Result<()> {
    let file = cli.config.as_deref();
    match cli.command {
        Command::Run(args) => run::run(file, &args),
        Command::Demo(args) => demo::run(&args),
        Command::Split(args) => split::run(file, &args),
        Command::Feed(args) => feed::run(file, &args),
        Command::Dedup(args) => dedup::run(&args),
        Command::Feeds(command) => feeds::run(file, command),
        Command::Articles(args) => articles::run(file, &args),
        Command::DeadLetters(command) => dead_letters::run(file, command),
        Command::Replay(args) => replay::run(file, &args),
        Command::Schema(args) => schema::run(&args),
        Command::Topics(TopicsCommand::Create) => topics::create(file),
        Command::Topics(TopicsCommand::Acls(args)) => topics::acls(file, &args),
        Command::Config(ConfigCommand::Check { show }) => config_check::run(file, show),
        Command::Health(args) => health::run(file, &args),
    }
}

/// The configuration of a command, flags included.
fn configuration(file: Option<&Path>, flags: &[(&str, Value)]) -> Result<Loaded> {
    let utf8 = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let variables: Vec<(String, String)> = std::env::vars_os().filter_map(utf8).collect();
    load(file, &variables, flags)
}

/// The configuration of a command that reads or writes beside the services. Its log is for warnings.
fn quiet_configuration(file: Option<&Path>) -> Result<Loaded> {
    let loaded = configuration(file, &[])?;
    let log = telemetry::LogSettings { filter: "warn".to_owned(), ..loaded.config.log.clone() };
    telemetry::logs::init(&log)?;
    Ok(loaded)
}

/// A runtime for commands that need the network.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime for network tasks")
}
