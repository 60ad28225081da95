//! What is proven across crates, with real files, processes and servers.

mod promises;
