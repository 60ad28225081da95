//! The demo's site, owned by a test, and servers of whatever else a site can send.

use axum::Router;
use demo_site::{Expected, Options, Site};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Three publishers on loopback, which the test advances. They end when this is dropped.
pub(crate) struct TestSite {
    // Dropped before the runtime that it runs on.
    site: Site,
    _runtime: Runtime,
}

impl TestSite {
    /// Serves the first edition.
    pub(crate) fn start(options: Options) -> Self {
        let runtime = runtime();
        let site = runtime.block_on(Site::start(options)).expect("the site is served");
        Self { site, _runtime: runtime }
    }

    /// The feeds' URLs.
    pub(crate) fn feeds(&self) -> Vec<String> {
        self.site.feeds()
    }

    /// Puts out the next edition; says whether there is one.
    pub(crate) fn advance(&self) -> bool {
        let before = self.site.edition();
        self.site.advance() > before
    }

    /// What must have been published of the current edition.
    pub(crate) fn expected(&self) -> Expected {
        self.site.expected()
    }
}

/// A server of what a test has thought of. It ends when this is dropped.
pub(crate) struct OddServer {
    base: String,
    _runtime: Runtime,
}

impl OddServer {
    /// Serves what `routes` makes of the server's own address, `http://127.0.0.1:PORT`.
    pub(crate) fn start(routes: impl FnOnce(&str) -> Router) -> Self {
        let runtime = runtime();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = routes(&base);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { base, _runtime: runtime }
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}
