//! What the program writes for people and pipes.

use std::io::{self, ErrorKind, Write};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Writes to standard output for commands: buffered, and an error when the reader has gone.
pub fn stdout() -> io::BufWriter<io::StdoutLock<'static>> {
    io::BufWriter::new(io::stdout().lock())
}

/// Whether an error means that who read our output has seen enough (`| head`): no failure.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io_kind = |cause: &(dyn std::error::Error + 'static)| {
        let direct = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        direct
            .or_else(|| cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind))
    };
    error.chain().any(|cause| io_kind(cause) == Some(ErrorKind::BrokenPipe))
}

/// Whether nobody reads standard output any more: what a command that waits for something to print has
/// to look at, since only writing would tell it.
pub fn reader_is_gone() -> bool {
    let stdout = io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    let asked = poll(&mut watched, Some(&Timespec::default()));
    asked.is_ok() && watched.iter().any(|fd| fd.revents().contains(PollFlags::ERR))
}

/// Writes a line for people to standard error.
pub fn complain(message: &str) {
    // When standard error is gone too, there is nobody left to tell.
    let _ = writeln!(io::stderr(), "khabar: {message}");
}

/// What went wrong, and why, for people: each cause that the one before has not named itself.
pub fn explain(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if said.is_empty() {
            said = cause;
        } else if !said.contains(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let error = Err::<(), _>(anyhow!("no such file")).context("a.toml: no such file; make it");
        assert_eq!(explain(&error.unwrap_err()), "a.toml: no such file; make it");
        let error = Err::<(), _>(anyhow!("no such file")).context("a.toml can't be read");
        assert_eq!(explain(&error.unwrap_err()), "a.toml can't be read: no such file");
    }
}
