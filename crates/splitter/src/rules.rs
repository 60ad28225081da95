use std::sync::Arc;

use arc_swap::ArcSwap;
use split::Sites;

/// The rules of sites as they are now: a handle, to whoever splits pages and to whoever replaces the
/// rules meanwhile. A page that is being split keeps the rules that it began with.
#[derive(Debug, Clone, Default)]
pub struct Rules(Arc<ArcSwap<Sites>>);

impl Rules {
    /// These rules, until they are replaced.
    pub fn new(sites: Sites) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(sites)))
    }

    /// The rules now.
    pub fn current(&self) -> Arc<Sites> {
        self.0.load_full()
    }

    /// From now on these hold, all of them at once.
    pub fn replace(&self, sites: Sites) {
        self.0.store(Arc::new(sites));
    }
}
