//! A copy that is filled while its partition is read from the topic: by a thread of its own, piece by piece, so that no
//! more than two pieces are in memory.

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::changes::Changes;
use super::copy::{Copy, CopyError};

/// So much of what is read makes a piece.
const PIECE_BYTES: usize = 8 << 20;

/// A copy that is being filled.
pub(in crate::kafka) struct Filling {
    piece: Changes,
    pieces: Sender<Changes>,
    told: Receiver<Told>,
    /// A piece is being written.
    writing: bool,
    patience: Duration,
}

enum Told {
    Written(Result<(), CopyError>),
    Back(Copy),
}

/// The disk did not take it.
#[derive(Debug, thiserror::Error)]
pub(in crate::kafka) enum FillError {
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error("its disk is too slow")]
    TooSlow,
}

impl Filling {
    /// Begins to fill an empty copy. A piece that takes longer than `patience` to be written ends it.
    ///
    /// # Errors
    /// When there is no thread.
    pub(in crate::kafka) fn begin(mut copy: Copy, patience: Duration) -> std::io::Result<Self> {
        let (pieces, to_write) = mpsc::channel::<Changes>();
        let (tell, told) = mpsc::channel();
        std::thread::Builder::new().name("state-copy-fill".to_owned()).spawn(move || {
            for piece in to_write {
                // Nobody may wait any more.
                let _ = tell.send(Told::Written(copy.stage(&piece)));
            }
            let _ = tell.send(Told::Back(copy));
        })?;
        Ok(Self { piece: Changes::default(), pieces, told, writing: false, patience })
    }

    /// Takes a change; waits while the disk is behind.
    ///
    /// # Errors
    /// When the copy can't be filled.
    pub(in crate::kafka) fn push(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), FillError> {
        self.piece.push(key, value);
        if self.piece.weight_bytes() < PIECE_BYTES { Ok(()) } else { self.hand_over() }
    }

    fn hand_over(&mut self) -> Result<(), FillError> {
        self.wait()?;
        // A thread that is gone has told why, or tells nothing more: the next wait ends.
        self.writing = self.pieces.send(std::mem::take(&mut self.piece)).is_ok();
        if self.writing { Ok(()) } else { Err(FillError::TooSlow) }
    }

    /// Waits for the piece that is being written.
    fn wait(&mut self) -> Result<(), FillError> {
        if !std::mem::take(&mut self.writing) {
            return Ok(());
        }
        match self.told.recv_timeout(self.patience) {
            Ok(Told::Written(written)) => Ok(written?),
            Ok(Told::Back(_)) | Err(_) => Err(FillError::TooSlow),
        }
    }

    /// The copy, with all that was pushed.
    ///
    /// # Errors
    /// When the copy could not be filled.
    pub(in crate::kafka) fn finish(mut self) -> Result<Copy, FillError> {
        if !self.piece.is_empty() {
            self.hand_over()?;
        }
        self.wait()?;
        let Self { pieces, told, patience, .. } = self;
        drop(pieces);
        match told.recv_timeout(patience) {
            Ok(Told::Back(copy)) => Ok(copy),
            Ok(Told::Written(_)) | Err(_) => Err(FillError::TooSlow),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_was_read_comes_into_the_copy() {
        let dir = tempfile::tempdir().unwrap();
        let copy = Copy::open(&dir.path().join("0.sqlite")).unwrap().unwrap();
        let mut filling = Filling::begin(copy, Duration::from_secs(60)).unwrap();
        let value = vec![7; 1 << 20];
        for key in 0_u32..20 {
            filling.push(&key.to_be_bytes(), Some(&value)).unwrap();
        }
        filling.push(&3_u32.to_be_bytes(), None).unwrap();
        let mut copy = filling.finish().unwrap();
        copy.write(&Changes::default(), None).unwrap();
        let mut keys = Vec::<u8>::new();
        let take = |key: &[u8], _: &[u8]| {
            keys.extend(key.last());
            Ok::<(), ()>(())
        };
        copy.each(take).unwrap().unwrap();
        assert_eq!(keys, (0..20).filter(|key| *key != 3).collect::<Vec<_>>());
    }
}
