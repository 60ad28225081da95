//! The program as its users and operators meet it: a process with arguments, an environment, a working directory and
//! three pipes.
//!
//! Every wait is for a line or an end, and bounded; whatever is still running when a test ends is killed.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take that a test waits for, on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A directory in which the program is started: with relative paths only, its messages are the same in every run.
pub(crate) struct Home {
    dir: TempDir,
}

impl Home {
    /// An empty one, removed at its end.
    pub(crate) fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("khabar-test-").tempdir().expect("a temporary directory");
        Self { dir }
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A file in it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a directory")).expect("make a directory");
        std::fs::write(&path, content).expect("write a file");
        path
    }

    /// The program with these arguments, in this directory, with no setting from outside.
    pub(crate) fn khabar<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Khabar {
        let mut command = Command::new(env!("CARGO_BIN_EXE_khabar"));
        command.args(arguments);
        self.prepare(command)
    }

    /// The program as a shell script starts it: `$KHABAR` is its path.
    pub(crate) fn script(&self, script: &str) -> Khabar {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env("KHABAR", env!("CARGO_BIN_EXE_khabar"));
        self.prepare(command)
    }

    fn prepare(&self, mut command: Command) -> Khabar {
        command.current_dir(self.path());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("KHABAR_") {
                command.env_remove(name);
            }
        }
        command.env("KHABAR_HTTP__LISTEN", "127.0.0.1:0");
        Khabar { command, input: Vec::new() }
    }
}

/// The program, not yet started.
pub(crate) struct Khabar {
    command: Command,
    input: Vec<u8>,
}

impl Khabar {
    /// With a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With this on standard input, which is empty otherwise.
    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Starts it.
    pub(crate) fn start(mut self) -> Running {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C at the terminal ends the test, and with it the program.
        self.command.process_group(0);
        let mut child = self.command.spawn().expect("the program starts");
        let (sender, lines) = channel();
        forward(child.stdout.take(), sender.clone(), Line::Out);
        forward(child.stderr.take(), sender, Line::Err);
        let (mut stdin, input) = (child.stdin.take().expect("it was piped"), self.input);
        std::thread::spawn(move || {
            // The program may have seen enough before the end.
            let _ = stdin.write_all(&input);
        });
        Running { child, lines, out: Vec::new(), err: Vec::new() }
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Finished {
        self.start().finish()
    }

    /// Reads one line of what it prints and closes the pipe, as `| head -1` does; then waits for its end.
    pub(crate) fn run_into_head(mut self) -> Finished {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = self.command.spawn().expect("the program starts");
        let (sender, lines) = channel();
        forward(child.stderr.take(), sender, Line::Err);
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("it was piped"));
        stdout.read_line(&mut first).expect("read what it prints");
        drop(stdout);
        Running { child, lines, out: vec![first.trim_end().to_owned()], err: Vec::new() }.finish()
    }
}

enum Line {
    Out(String),
    Err(String),
}

fn forward<R: std::io::Read + Send + 'static>(pipe: Option<R>, to: Sender<Line>, wrap: fn(String) -> Line) {
    let pipe = BufReader::new(pipe.expect("it was piped"));
    std::thread::spawn(move || {
        for line in pipe.split(b'\n').map_while(Result::ok) {
            // Nobody listens any more when the test is over.
            let _ = to.send(wrap(String::from_utf8_lossy(&line).into_owned()));
        }
    });
}

/// The program at work. Killed when dropped.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<Line>,
    out: Vec<String>,
    err: Vec<String>,
}

/// What a program has left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Its exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Finished {
    /// The same, when it went well.
    pub(crate) fn expect_success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// What it said on standard error, when it failed.
    pub(crate) fn expect_failure(self) -> String {
        assert_eq!(self.code, Some(1), "{self:#?}");
        self.stderr
    }

    /// Each line of standard output as JSON.
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}

impl Running {
    /// The next line of standard error for which `wanted` has an answer.
    pub(crate) fn wait_for<T>(&mut self, what: &str, wanted: impl Fn(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let Some(line) = self.next_line(deadline) else {
                panic!("the program did not say {what}: {}", self.last_words())
            };
            if let Line::Err(line) = line
                && let Some(answer) = wanted(&line)
            {
                return answer;
            }
        }
    }

    /// The next message of its log that contains `text`.
    pub(crate) fn wait_for_log(&mut self, text: &str) -> String {
        self.wait_for(text, |line| message_of(line).filter(|message| message.contains(text)))
    }

    /// Waits until it is ready; the address of its metrics.
    pub(crate) fn wait_until_ready(&mut self) -> SocketAddr {
        let ready = self.wait_for_log("ready: ");
        let address = ready.rsplit("http://").next().expect("the address of its metrics");
        address.trim_end_matches('/').parse().unwrap_or_else(|error| panic!("{error}: {ready}"))
    }

    /// The next line of standard output.
    pub(crate) fn next_output(&mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.next_line(deadline) {
                Some(Line::Out(line)) => return line,
                Some(Line::Err(_)) => {}
                None => panic!("the program printed nothing more: {}", self.last_words()),
            }
        }
    }

    /// A line, kept too; none when there are no more, or the deadline is over.
    fn next_line(&mut self, deadline: Instant) -> Option<Line> {
        let line = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()?;
        match &line {
            Line::Out(line) => self.out.push(line.clone()),
            Line::Err(line) => self.err.push(line.clone()),
        }
        Some(line)
    }

    /// What it has said so far and nobody has heard, and the last of what somebody has.
    #[allow(dead_code, reason = "the chaos test asks")]
    pub(crate) fn words(&mut self) -> String {
        while let Ok(Line::Out(line) | Line::Err(line)) = self.lines.try_recv() {
            self.err.push(line);
        }
        self.last_words()
    }

    fn last_words(&self) -> String {
        let last = |lines: &[String]| text(&lines[lines.len().saturating_sub(20)..]);
        format!("\n{}{}", last(&self.out), last(&self.err))
    }

    /// Ends it at once (SIGKILL), as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a process of ours");
        self.child.wait().expect("a process of ours");
    }

    /// Asks it to end, as an operator or an orchestrator does, and waits until it has.
    pub(crate) fn stop(self) -> Finished {
        self.signal("TERM");
        self.finish()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status().expect("start sh");
        assert!(status.success(), "{kill}");
    }

    /// Whether it has ended, by itself or otherwise.
    #[allow(dead_code, reason = "the chaos test asks")]
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a process of ours").is_some()
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    pub(crate) fn finish(mut self) -> Finished {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Line::Out(line)) => self.out.push(line),
                Ok(Line::Err(line)) => self.err.push(line),
                // Both pipes are closed, and a process closes them when it ends.
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("the program does not end: {}", self.last_words())
                }
            }
        }
        let code = self.child.wait().expect("a process of ours").code();
        Finished { code, stdout: text(&self.out), stderr: text(&self.err) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if std::thread::panicking() {
            while let Ok(Line::Out(line) | Line::Err(line)) = self.lines.try_recv() {
                self.err.push(line);
            }
            println!("the program's last words:{}", self.last_words());
        }
        // It may have ended, and then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The message of a line of the log, which is JSON where no terminal is.
fn message_of(line: &str) -> Option<String> {
    let event: serde_json::Value = serde_json::from_str(line).ok()?;
    Some(event.get("message")?.as_str()?.to_owned())
}

fn text(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}
