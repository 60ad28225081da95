//! What the proofs stand on: real servers, started and stopped by the tests themselves.

pub(crate) mod guarded;
pub(crate) mod http;
pub(crate) mod installation;
pub(crate) mod kafka;
pub(crate) mod outcome;
pub(crate) mod process;
pub(crate) mod secure;
pub(crate) mod site;
