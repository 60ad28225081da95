//! One runner a store.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use jiff::Timestamp;

use crate::fault::{Fault, FaultKind};

const FILE_NAME: &str = "runner.lock";

/// Held by the runner of a data directory; the operating system frees it when the process ends,
/// however it ends.
#[derive(Debug)]
pub(super) struct RunnerLock {
    _file: File,
}

impl RunnerLock {
    /// Takes the lock of `dir`.
    ///
    /// # Errors
    /// When another process holds it, with what that one wrote of itself.
    pub(super) fn take(dir: &Path) -> Result<Self, Fault> {
        let path = dir.join(FILE_NAME);
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
                return Err(misconfigured(format!(
                    "the store in {} is held by another runner ({}): stop that one, or choose another \
                     directory with `store.dir`",
                    dir.display(),
                    holder.trim(),
                )));
            }
            Err(TryLockError::Error(error)) => return Err(no_access(error)),
        }
        let holder = format!("process {}, since {:.0}\n", std::process::id(), Timestamp::now());
        file.set_len(0).and_then(|()| file.write_all(holder.as_bytes())).map_err(no_access)?;
        Ok(Self { _file: file })
    }
}
