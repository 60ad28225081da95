//! A disk that is full for a while.

use std::collections::BTreeSet;
use std::process::Command;

use demo_site::Options;

use crate::support::http::get;
use crate::support::installation::configure;
use crate::support::process::{Home, Running};
use crate::support::site::TestSite;

/// The services wait, alive, until there is room again, and go on without loss or doubles.
///
/// The disk is a small one in memory that the program alone sees, nearly filled with ballast. Where that can't be
/// mounted (it takes root, and more in containers) there is only the next test.
#[test]
fn a_full_disk_is_waited_out() {
    let can_mount = "mkdir disk && exec unshare -m mount -t tmpfs -o size=1m khabar disk";
    let home = Home::new();
    let probe = home.script(can_mount).run();
    if probe.code != Some(0) {
        println!("skipped: no file system can be mounted here: {}", probe.stderr);
        return;
    }
    let script = "\
        mkdir data && exec unshare -m sh -c '\
        mount -t tmpfs -o size=64m khabar data && head -c 65536000 /dev/zero >data/ballast && \
        exec \"$KHABAR\" run --config khabar.toml'";
    let free = |services: &Running, home: &Home| {
        // The program's own view of the file system.
        let root = format!("/proc/{}/root", services.id());
        let ballast = format!("{root}{}/data/ballast", home.path().display());
        std::fs::remove_file(ballast).expect("the ballast is there");
    };
    let beside = |services: &Running, home: &Home, command: &str| {
        let (pid, home) = (services.id(), home.path().display());
        format!("exec nsenter --mount --target {pid} sh -c 'cd {home} && exec \"$KHABAR\" {command}'")
    };
    waits_and_goes_on(&home, script, "database or disk is full", free, beside);
}

/// The same with a file that may not grow, as under a quota.
#[test]
fn a_file_that_may_not_grow_is_waited_out() {
    let home = Home::new();
    let script = "trap '' XFSZ; ulimit -S -f 1500; exec \"$KHABAR\" run --config khabar.toml";
    let free = |services: &Running, _: &Home| {
        let pid = services.id().to_string();
        let prlimit = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status();
        assert!(prlimit.expect("prlimit, of util-linux").success());
    };
    waits_and_goes_on(&home, script, "disk I/O error", free, |_, _, command| {
        format!("exec \"$KHABAR\" {command}")
    });
}

fn waits_and_goes_on(
    home: &Home,
    script: &str,
    error: &str,
    free: impl Fn(&Running, &Home),
    beside: impl Fn(&Running, &Home, &str) -> String,
) {
    let site =
        TestSite::start(Options { slow_page_ms: 0, extra_stories: 60, editions: 1, ..Options::default() });
    configure(home, &site.feeds(), "[runner]\nretry_max_ms = 500\n");
    let mut services = home.script(script).start();
    let address = services.wait_until_ready();
    let said = services.wait_for_log(error);
    assert!(said.contains("khabar.db") && said.contains("its disk"), "{said}");
    assert_eq!(get(address, "/healthz").0, 200);

    free(&services, home);
    let expected = site.expected();
    let count = expected.reports.len();
    let mut follow = home.script(&beside(&services, home, "articles --follow --format ndjson")).start();
    let mut pages = BTreeSet::new();
    while pages.len() < count {
        let article: model::Article = serde_json::from_str(&follow.next_output()).expect("an article");
        assert_eq!(article.revision, 1);
        let page = article.story.page;
        assert!(pages.insert((page.url, page.part)), "published twice");
    }
    services.stop().expect_success();
}
