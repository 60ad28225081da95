//! The polite, safe HTTP client: bounded in bytes and time, closed to private addresses.
