//! The stage that fetches the pages behind entries.
