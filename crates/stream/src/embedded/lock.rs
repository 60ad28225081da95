//! What one process at a time may do to a store.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use jiff::Timestamp;

use crate::fault::{Fault, FaultKind};

/// Held in a data directory; the operating system frees it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// The lock of the runner of `dir`.
    ///
    /// # Errors
    /// When another process holds it, with what that one wrote of itself.
    pub(super) fn of_runner(dir: &Path) -> Result<Self, Fault> {
        Self::take(dir, "runner", |holder| {
            let message = format!(
                "the store in {} is held by another runner ({holder}): stop that one, or choose another directory \
                 with `store.dir`",
                dir.display()
            );
            Fault::new(FaultKind::Misconfigured, message)
        })
    }

    /// The lock of the command `name`.
    ///
    /// # Errors
    /// When another process holds it, with what that one wrote of itself.
    pub(super) fn of_command(dir: &Path, name: &str) -> Result<Self, Fault> {
        Self::take(dir, name, |holder| {
            let message = format!("another `khabar {name}` is at work ({holder}): wait until it has ended");
            Fault::new(FaultKind::Unavailable, message)
        })
    }

    fn take(dir: &Path, name: &str, held: impl FnOnce(&str) -> Fault) -> Result<Self, Fault> {
        let path = dir.join(format!("{name}.lock"));
        let misconfigured = |message: String| Fault::new(FaultKind::Misconfigured, message);
        let no_access = |error: std::io::Error| {
            misconfigured(format!(
                "{} can't be written: {error}. The data directory must belong to this user; choose another \
                 with `store.dir` or KHABAR_STORE__DIR",
                path.display()
            ))
        };
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(no_access)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = Read::by_ref(&mut file).take(200).read_to_string(&mut holder);
                return Err(held(holder.trim()));
            }
            Err(TryLockError::Error(error)) => return Err(no_access(error)),
        }
        let holder = format!("process {}, since {:.0}\n", std::process::id(), Timestamp::now());
        file.set_len(0).and_then(|()| file.write_all(holder.as_bytes())).map_err(no_access)?;
        Ok(Self { _file: file })
    }
}
