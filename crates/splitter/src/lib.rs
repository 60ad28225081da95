//! The stage that splits pages into stories.
