//! The stage that polls feeds and announces their new and changed entries.
