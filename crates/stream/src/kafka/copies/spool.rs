//! Changes on disk as they came, until there is time to sort them.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::changes::Changes;

/// Stands for the length of a value that is none.
const NONE: u32 = u32::MAX;

/// A file of changes, removed when it is dropped.
pub(super) struct Spool {
    file: File,
    path: PathBuf,
}

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// When the file can't be made.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = File::options().read(true).write(true).create(true).truncate(true).open(path)?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Adds changes.
    ///
    /// # Errors
    /// When the file can't be written.
    pub(super) fn add(&mut self, changes: &Changes) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 20, &self.file);
        for (key, value) in changes.iter() {
            let value_len = value.map_or(NONE, |value| value.len() as u32);
            out.write_all(&(key.len() as u32).to_le_bytes())?;
            out.write_all(&value_len.to_le_bytes())?;
            out.write_all(key)?;
            out.write_all(value.unwrap_or_default())?;
        }
        out.flush()
    }

    /// Hands out all changes in their order.
    ///
    /// # Errors
    /// When the file can't be read, or those of `take`.
    pub(super) fn each<E: From<io::Error>>(
        &mut self,
        mut take: impl FnMut(&[u8], Option<&[u8]>) -> Result<(), E>,
    ) -> Result<(), E> {
        let end = self.file.stream_position()?;
        self.file.rewind()?;
        let mut input = BufReader::with_capacity(1 << 20, (&self.file).take(end));
        let (mut key, mut value) = (Vec::new(), Vec::new());
        let mut lengths = [0; 8];
        let mut left = end;
        while left > 0 {
            input.read_exact(&mut lengths)?;
            let [a, b, c, d, e, f, g, h] = lengths;
            let (key_len, value_len) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
            read(&mut input, &mut key, key_len)?;
            read(&mut input, &mut value, if value_len == NONE { 0 } else { value_len })?;
            take(&key, (value_len != NONE).then_some(&value))?;
            left = left.saturating_sub((lengths.len() + key.len() + value.len()) as u64);
        }
        Ok(())
    }
}

/// Reads so many bytes; no more memory is taken than the file has.
fn read(input: &mut impl Read, bytes: &mut Vec<u8>, len: u32) -> io::Result<()> {
    bytes.clear();
    let read = input.take(len.into()).read_to_end(bytes)?;
    if read == len as usize { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // What is left behind is overwritten by the next one.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_out_as_they_came() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("0.spool");
        let mut spool = Spool::create(&path).unwrap();
        let told: [(&[u8], Option<&[u8]>); 4] =
            [(b"b", Some(b"1")), (b"", Some(b"")), (b"b", None), (b"a", Some(&[7; 3_000_000]))];
        for pair in told.chunks(2) {
            let mut changes = Changes::default();
            pair.iter().for_each(|(key, value)| changes.push(key, *value));
            spool.add(&changes).unwrap();
        }
        let mut got = Vec::new();
        let take = |key: &[u8], value: Option<&[u8]>| {
            got.push((key.to_vec(), value.map(<[u8]>::to_vec)));
            Ok::<(), io::Error>(())
        };
        spool.each(take).unwrap();
        assert!(got.iter().zip(&told).all(|(got, told)| (got.0.as_slice(), got.1.as_deref()) == *told));
        assert_eq!(got.len(), told.len());
        drop(spool);
        assert!(!path.exists());
    }
}
