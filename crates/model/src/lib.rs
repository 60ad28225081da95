//! What crosses the wire between khabar's services.
//!
//! One type for each kind of record: [`Feed`], [`Entry`], [`Page`], [`Story`], [`Article`],
//! [`Duplicate`], [`Copies`]. All are JSON on the wire, except a page, whose body is the record's value as it
//! came and whose other fields travel in headers ([`Page::to_headers`]).
//!
//! The types carry no behaviour beyond their identities ([`Id`]) and their JSON Schemas
//! ([`schema`]). What is unknown is `null`, never guessed.

mod article;
mod comparable_url;
mod copies;
mod entry;
mod feed;
mod host;
mod id;
mod language;
mod page;
mod published;
mod replay;
mod schema;
mod story;

pub use article::{Article, Change, Changed, Duplicate, DuplicateReason, Status};
pub use comparable_url::{comparable_url, comparable_url_with_fragment};
pub use copies::{Copies, Pickup};
pub use entry::{Entry, EntryText};
pub use feed::Feed;
pub use host::host_key;
pub use id::{Id, ParseIdError};
pub use language::{direction_of, language_group};
pub use page::{FETCHED_AT_HEADER, Page, PageError};
pub use published::{DateOrigin, Dated, Precision};
pub use replay::{REPLAY_HEADER, Recount, Replay};
pub use schema::{SCHEMA_HEADER, SCHEMA_VERSION, SCHEMA_VERSION_HEADER, json_headers, schema, schema_names};
pub use story::{Block, BlockKind, Direction, Image, Kind, Link, PageRef, SEEN_AT_HEADER, Source, Story};
