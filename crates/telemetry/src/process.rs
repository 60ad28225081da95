//! Metrics of the process itself, under the standard names of Prometheus' client libraries
//! (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>), read from
//! Linux' `/proc` when they are asked for. What cannot be read is left out; elsewhere nothing is
//! there.

use std::fmt::Write;
use std::fs;

/// Clock ticks a second in `/proc/self/stat`: `USER_HZ` is 100 on every architecture that Rust's
/// Linux targets cover, whatever the kernel's own tick (see time(7)).
const TICKS_PER_SECOND: f64 = 100.0;

/// One metric: name, type, help and value.
type Sample = (&'static str, &'static str, &'static str, f64);

/// Appends the process metrics in Prometheus' text format to `text`.
pub(crate) fn render(text: &mut String) {
    for (name, kind, help, value) in samples() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
    }
}

fn samples() -> Vec<Sample> {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let mut samples = Vec::new();
    samples.extend(stat(&read("/proc/self/stat"), &read("/proc/stat")));
    samples.extend(status(&read("/proc/self/status")));
    samples.extend(descriptors(&read("/proc/self/limits")));
    samples
}

/// CPU time and start time, from proc_pid_stat(5) and the machine's boot time in proc_stat(5).
fn stat(own: &str, machine: &str) -> Vec<Sample> {
    // The second field is the program's name in brackets and can hold anything, brackets included.
    let Some((_, fields)) = own.rsplit_once(')') else { return Vec::new() };
    let fields: Vec<f64> = fields.split_whitespace().skip(1).map_while(|field| field.parse().ok()).collect();
    // Numbered from 1 in the manual, of which three are gone.
    let field = |number: usize| fields.get(number - 4).map(|ticks| ticks / TICKS_PER_SECOND);
    let boot = machine.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse::<f64>().ok());

    let cpu = field(14).zip(field(15)).map(|(user, system)| {
        (
            "process_cpu_seconds_total",
            "counter",
            "Total user and system CPU time spent in seconds.",
            user + system,
        )
    });
    let start = boot.zip(field(22)).map(|(boot, since)| {
        let help = "Start time of the process since unix epoch in seconds.";
        ("process_start_time_seconds", "gauge", help, boot + since)
    });
    cpu.into_iter().chain(start).collect()
}

/// Memory and threads, from proc_pid_status(5).
fn status(status: &str) -> Vec<Sample> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    // The kernel writes kB and means KiB.
    let bytes = |name| field(name).map(|kib| kib * 1024.0);
    [
        bytes("VmRSS")
            .map(|b| ("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", b)),
        bytes("VmSize")
            .map(|b| ("process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.", b)),
        field("Threads").map(|n| ("process_threads", "gauge", "Number of OS threads in the process.", n)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Open file descriptors, and how many there may be (proc_pid_limits(5)).
fn descriptors(limits: &str) -> Vec<Sample> {
    let open = fs::read_dir("/proc/self/fd").map(|entries| {
        // One of them is the listing's own.
        let count = entries.count().saturating_sub(1);
        ("process_open_fds", "gauge", "Number of open file descriptors.", count as f64)
    });
    let most = limits.lines().find_map(|line| {
        let soft = line.strip_prefix("Max open files")?.split_whitespace().next()?;
        Some(("process_max_fds", "gauge", "Maximum number of open file descriptors.", soft.parse().ok()?))
    });
    open.into_iter().chain(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_fields_that_the_manual_numbers() {
        let own = "4242 (a (strange) name) S 1 1 1 0 -1 4194560 100 0 3 0 250 50 0 0 20 0 7 0 12300 1 2 3";
        let samples = stat(own, "cpu 1 2 3\nbtime 1700000000\nprocesses 9\n");
        let values: Vec<_> = samples.iter().map(|sample| (sample.0, sample.3)).collect();
        assert_eq!(
            values,
            [("process_cpu_seconds_total", 3.0), ("process_start_time_seconds", 1_700_000_123.0)]
        );
    }

    #[test]
    fn reads_memory_and_limits() {
        let text = "Name:\tkhabar\nVmSize:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t7\n";
        let values: Vec<_> = status(text).iter().map(|sample| (sample.0, sample.3)).collect();
        assert_eq!(
            values,
            [
                ("process_resident_memory_bytes", 1_048_576.0),
                ("process_virtual_memory_bytes", 2_097_152.0),
                ("process_threads", 7.0)
            ]
        );
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024   4096  files\n";
        assert!(descriptors(limits).iter().any(|sample| sample.0 == "process_max_fds" && sample.3 == 1024.0));
    }

    #[test]
    fn leaves_out_what_it_cannot_read() {
        for text in ["", "1 (", "1 (x) S", "VmRSS:", "VmRSS: many kB", "Max open files"] {
            assert_eq!(stat(text, text), []);
            assert_eq!(status(text), []);
            assert!(!descriptors(text).iter().any(|sample| sample.0 == "process_max_fds"));
        }
    }
}
