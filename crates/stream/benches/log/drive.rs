//! A runner in a thread, with a watch on it.

use std::sync::Arc;
use std::thread::JoinHandle;

use stream::backend::Backend;
use stream::runner::{Runner, Settings, Setup, Stop};
use stream::stage::NoJob;
use stream::topics::Catalogue;
use stream::{Fault, Signal, Stage};
use tokio::runtime::Runtime;

use crate::watched::{Watch, Watched};

/// A runner at work.
pub(crate) struct Driven {
    pub(crate) watch: Arc<Watch>,
    stop: Stop,
    thread: JoinHandle<Result<(), Fault>>,
    /// Jobs would run there.
    _runtime: Runtime,
}

/// Which stage is run, and over what.
pub(crate) struct Plan<S> {
    pub(crate) name: &'static str,
    pub(crate) input: &'static str,
    pub(crate) catalogue: Catalogue,
    pub(crate) settings: Settings,
    pub(crate) make: Box<dyn Fn(u32) -> S + Send>,
}

/// Starts a runner over the backend that is opened.
pub(crate) fn drive<S>(plan: Plan<S>, open: impl FnOnce(Signal) -> Result<Box<dyn Backend>, Fault>) -> Driven
where
    S: Stage<Job = NoJob, Outcome = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
    let (signal, watch) = (Signal::default(), Arc::<Watch>::default());
    let backend = Watched { inner: open(signal.clone()).expect("a backend"), watch: Arc::clone(&watch) };
    let told = Arc::clone(&watch);
    let setup = Setup {
        name: plan.name,
        input: plan.input.to_owned(),
        make: plan.make,
        worker: Arc::new(|job: NoJob| Box::pin(async move { match job {} })),
        runtime: runtime.handle().clone(),
        backend: Box::new(backend),
        signal,
        catalogue: plan.catalogue,
        ready: Box::new(move |ready| {
            if ready {
                told.change(|seen| _ = seen.ready_at.get_or_insert_with(std::time::Instant::now));
            }
        }),
    };
    let runner = Runner::new(setup, plan.settings).expect("a runner");
    let stop = runner.stop_handle();
    let thread = std::thread::spawn(move || runner.run());
    Driven { watch, stop, thread, _runtime: runtime }
}

impl Driven {
    /// Stops it, in good order.
    pub(crate) fn stop(self) {
        self.stop.stop();
        self.thread.join().expect("the runner does not panic").expect("the runner does not fail");
    }
}
