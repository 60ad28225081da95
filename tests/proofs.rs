//! What is proven across crates, with real files, processes and servers.

mod kafka_backend;
mod promises;
mod support;
