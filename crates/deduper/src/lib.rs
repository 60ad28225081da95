//! The stage that recognises stories and publishes articles, revisions and duplicates.
