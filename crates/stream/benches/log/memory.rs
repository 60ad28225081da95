//! The most memory that this process has held, where Linux tells.

/// Lets the peak begin anew.
pub(crate) fn forget_peak() {
    // Elsewhere there is no such file, and no peak is shown.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The peak since then, in MiB.
pub(crate) fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib / 1024.0)
}
