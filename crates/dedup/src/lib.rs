//! Knows a story again: the index of stories seen, and its verdicts. Pure.
