//! Logs, metrics, and the HTTP server that shows them.
