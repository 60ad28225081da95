//! The file's tables, their version, and where a record stands in them.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::fault_of;
use crate::fault::{Fault, FaultKind};
use crate::topics::Catalogue;

/// The version of the tables below. A newer file is refused, an older one is migrated here.
pub(super) const VERSION: i64 = 1;

/// Marks the file as khabar's: "khbr" in ASCII.
const APPLICATION_ID: i64 = 0x6b68_6272;

const TABLES: &str = "
-- Topics, and how many partitions each was made with.
CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL);

-- Where each partition begins and ends, and the bytes between.
CREATE TABLE partitions (
  topic INTEGER NOT NULL, partition INTEGER NOT NULL,
  start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)
) WITHOUT ROWID;

-- The records; `id` is topic, partition and offset in one number (see place), `at` in milliseconds.
CREATE TABLE records (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, key BLOB NOT NULL, headers BLOB NOT NULL, value BLOB
);

-- Compacted topics: the record that stands for each key, and those that were replaced (or are
-- tombstones), and when.
CREATE TABLE latest (topic INTEGER NOT NULL, key BLOB NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (topic, key))
  WITHOUT ROWID;
CREATE INDEX latest_by_id ON latest (id);
CREATE TABLE replaced (at INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (at, id)) WITHOUT ROWID;

-- The next offset that each stage will read.
CREATE TABLE positions (
  stage TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
  PRIMARY KEY (stage, topic, partition)
) WITHOUT ROWID;

-- The state of each stage, by input partition.
CREATE TABLE state (
  stage TEXT NOT NULL, partition INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (stage, partition, key)
) WITHOUT ROWID;
";

/// A record's place as one number: 11 bits of topic, 12 of partition, 40 of offset.
///
/// 40 bits of offset last 34 years at 1,000 records a second and partition.
pub(super) fn place(topic: i64, partition: u32, offset: u64) -> i64 {
    const OFFSET_BITS: u32 = 40;
    const PARTITION_BITS: u32 = 12;
    let offset = offset.min((1 << OFFSET_BITS) - 1);
    (topic << (OFFSET_BITS + PARTITION_BITS)) | (i64::from(partition) << OFFSET_BITS) | offset.cast_signed()
}

/// The partition and the offset of a place.
pub(super) fn partition_and_offset(place: i64) -> (u32, u64) {
    let offset = (place & ((1 << 40) - 1)).cast_unsigned();
    let partition = u32::try_from((place >> 40) & 0xfff).unwrap_or(0);
    (partition, offset)
}

/// The most partitions that a place can tell apart.
const MAX_PARTITIONS: u32 = 1 << 12;

/// Tells a new file (`false`) from a store (`true`), writing nothing.
///
/// # Errors
/// [`FaultKind::Misconfigured`] when it is anything else.
pub(super) fn recognise(connection: &Connection, path: &Path) -> Result<bool, Fault> {
    let sql = |error: rusqlite::Error| fault_of(path, &error);
    let pragma = |name: &str| -> Result<i64, Fault> {
        connection.pragma_query_value(None, name, |row| row.get(0)).map_err(sql)
    };
    let (version, application) = (pragma("user_version")?, pragma("application_id")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(sql)?;
    match (application, version, tables) {
        (0, 0, 0) => Ok(false),
        (APPLICATION_ID, VERSION, _) => Ok(true),
        (APPLICATION_ID, newer, _) if newer > VERSION => Err(refused(
            path,
            format!("it has format {newer}, this build knows {VERSION}: run the newer khabar that wrote it"),
        )),
        (APPLICATION_ID, older, _) => {
            Err(refused(path, format!("it has format {older}, which was never released: move it away")))
        }
        _ => Err(refused(path, "it is a database of something else: choose another `store.dir`".to_owned())),
    }
}

fn refused(path: &Path, message: String) -> Fault {
    Fault::new(FaultKind::Misconfigured, format!("the store {}: {message}", path.display()))
}

/// Makes the tables of a new file, checks those of an old one, and sees to it that every topic of the
/// catalogue is there.
pub(super) fn prepare(connection: &mut Connection, catalogue: &Catalogue, path: &Path) -> Result<(), Fault> {
    let sql = |error: rusqlite::Error| fault_of(path, &error);
    let refuse = |message: String| refused(path, message);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
    if !recognise(&transaction, path)? {
        transaction.execute_batch(TABLES).map_err(sql)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(sql)?;
        transaction.pragma_update(None, "user_version", VERSION).map_err(sql)?;
    }
    for spec in catalogue.iter() {
        if spec.partitions == 0 || spec.partitions > MAX_PARTITIONS {
            let name = &spec.name;
            return Err(refuse(format!("the topic {name} must have 1 to {MAX_PARTITIONS} partitions")));
        }
        let known: Option<u32> = transaction
            .query_row("SELECT partitions FROM topics WHERE name = ?1", [&spec.name], |row| row.get(0))
            .optional()
            .map_err(sql)?;
        match known {
            Some(partitions) if partitions != spec.partitions => {
                return Err(refuse(format!(
                    "the topic {} was made with {partitions} partitions and {} are configured: partition \
                     counts are fixed. Set it back, or start over in another `store.dir`",
                    spec.name, spec.partitions
                )));
            }
            Some(_) => {}
            None => {
                transaction
                    .execute(
                        "INSERT INTO topics (name, partitions) VALUES (?1, ?2)",
                        (&spec.name, spec.partitions),
                    )
                    .map_err(sql)?;
                let topic = transaction.last_insert_rowid();
                for partition in 0..spec.partitions {
                    let start = "INSERT INTO partitions VALUES (?1, ?2, 0, 0, 0)";
                    transaction.execute(start, (topic, partition)).map_err(sql)?;
                }
            }
        }
    }
    transaction.commit().map_err(sql)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_place_tells_its_parts_and_sorts_by_them(
            a in (1i64..2000, 0u32..MAX_PARTITIONS, 0u64..1 << 40),
            b in (1i64..2000, 0u32..MAX_PARTITIONS, 0u64..1 << 40),
        ) {
            let (pa, pb) = (place(a.0, a.1, a.2), place(b.0, b.1, b.2));
            prop_assert_eq!(partition_and_offset(pa), (a.1, a.2));
            prop_assert_eq!(pa.cmp(&pb), a.cmp(&b));
        }
    }
}
