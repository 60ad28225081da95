//! A TCP proxy whose connections can be cut.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Stands in front of a server. Its threads end with the process.
pub(crate) struct Proxy {
    port: u16,
    line: Arc<Line>,
}

#[derive(Default)]
struct Line {
    is_cut: AtomicBool,
    /// Both ends of each connection.
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Leads to `target` on this machine.
    pub(crate) fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let line = Arc::new(Line::default());
        let accepting = Arc::clone(&line);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A server that is away refuses, and so do we.
                if !accepting.is_cut.load(Ordering::SeqCst)
                    && let Ok(server) = TcpStream::connect(("127.0.0.1", target))
                {
                    accepting.join(&client, &server);
                }
            }
        });
        Self { port, line }
    }

    /// Where clients are to come.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends all connections; new ones end at once.
    pub(crate) fn cut(&self) {
        self.line.is_cut.store(true, Ordering::SeqCst);
        for end in self.line.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // The other end may have hung up before.
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    /// Lets connections through again.
    pub(crate) fn mend(&self) {
        self.line.is_cut.store(false, Ordering::SeqCst);
    }
}

impl Line {
    fn join(&self, client: &TcpStream, server: &TcpStream) {
        let ends =
            |one: &TcpStream, other: &TcpStream| Some((one.try_clone().ok()?, other.try_clone().ok()?));
        let (Some(there), Some(back), Some(kept)) =
            (ends(client, server), ends(server, client), ends(client, server))
        else {
            return;
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that ended have no other end any more.
        open.retain(|end| end.peer_addr().is_ok());
        open.extend([kept.0, kept.1]);
        drop(open);
        for (mut from, mut to) in [there, back] {
            std::thread::spawn(move || {
                // However it ends, both sides are told.
                let _ = io::copy(&mut from, &mut to);
                let _ = from.shutdown(Shutdown::Both);
                let _ = to.shutdown(Shutdown::Both);
            });
        }
        // Cut while it was being joined.
        if self.is_cut.load(Ordering::SeqCst) {
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.shutdown(Shutdown::Both);
        }
    }
}
