/// An entry of state that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Written by a later version.
    #[error("the state's {what} has format {format}, this version reads up to {known}: run a newer version")]
    NewerFormat {
        /// What kind of value it is.
        what: &'static str,
        /// Its format.
        format: u8,
        /// The newest format that this version reads.
        known: u8,
    },
    /// Written by an earlier version whose form is no longer read.
    #[error("the state's {what} has format {format}, this version reads {known}")]
    OlderFormat {
        /// What kind of value it is.
        what: &'static str,
        /// Its format.
        format: u8,
        /// The format that this version reads.
        known: u8,
    },
    /// Under a key that this version does not know.
    #[error("this version knows no such entry")]
    Unknown,
    /// Cut short or otherwise damaged.
    #[error(
        "the state's {what} is damaged: {bytes} bytes do not read as one; restore the state from its log"
    )]
    Damaged {
        /// What kind of value it is.
        what: &'static str,
        /// The length of the value.
        bytes: usize,
    },
}
