//! The program: commands, configuration, and the wiring of stages to a log and to the web.
//!
//! - `acls` says what each user of an installation on Kafka must be allowed.
//! - `cli` is the command line; `commands` holds a file for each command.
//! - `config` reads the configuration.
//! - `journal` is the log that records go through: embedded or Kafka, to the rest all the same.
//! - `pipeline` runs stages, each on a thread of its own, until they are stopped or one fails.
//! - `sites` reads the rules of sites, and again when they change.
//! - `feed_list` reads lists of feeds and reconciles them with the topic `feeds`.

#![allow(unreachable_pub, reason = "a program has no outside: `pub` here says what a module offers")]

mod acls;
mod cli;
mod commands;
mod config;
mod feed_list;
mod journal;
mod output;
mod pipeline;
mod sites;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&output::explain(&error));
            ExitCode::FAILURE
        }
    }
}
