//! Surroundings in which the services can't start: the port, the data directory, the store in it.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::support::installation::{configure, run};
use crate::support::process::{Home, Khabar};

/// What the services say when they can't start, without their log.
fn refusal(khabar: Khabar) -> String {
    khabar.env("KHABAR_LOG__FILTER", "error").run().expect_failure()
}

#[test]
fn a_port_in_use_is_named() {
    let home = Home::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let said = refusal(home.khabar(["run", "--listen", &address]));
    insta::assert_snapshot!(said.replace(&address, "127.0.0.1:PORT"));
}

/// One runner holds a store. Others are told which; commands that read and append are not in its way.
#[test]
fn a_second_runner_is_told_of_the_first() {
    let home = Home::new();
    configure(&home, &[], "");
    let mut first = run(&home);
    first.wait_until_ready();
    let said = refusal(home.khabar(["run", "--config", "khabar.toml"]));
    let holder = format!("the store in data is held by another runner (process {}, since ", first.id());
    assert!(said.contains(&holder) && said.contains("stop that one, or choose another directory"), "{said}");
    home.khabar(["articles"]).run().expect_success();

    // However the first one ends, the next can start.
    first.kill();
    run(&home).wait_until_ready();
}

#[test]
fn a_store_that_is_not_ours_or_newer_is_left_alone() {
    let home = Home::new();
    home.khabar(["feeds", "list"]).run().expect_success();
    let file = home.path().join("data/khabar.db");
    let store = std::fs::read(&file).expect("the store is there");

    // SQLite's header: the user version in the bytes 60 to 63, the application id in the bytes 68 to 71.
    let mut newer = store.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    let mut others = store.clone();
    others[68..72].copy_from_slice(b"othr");
    let files = [
        ("newer", newer),
        ("of another program", others),
        ("no database", b"This is no database, and longer than the header of one.".repeat(99)),
        ("cut short", store[..store.len() / 2].to_vec()),
    ];
    let said = files.map(|(what, bytes)| {
        std::fs::write(&file, &bytes).expect("write the store");
        let said = refusal(home.khabar(["run"]));
        assert_eq!(std::fs::read(&file).expect("it is still there"), bytes, "it was left alone");
        format!("{what}:\n  {said}")
    });
    insta::assert_snapshot!(said.concat());

    std::fs::write(&file, store).expect("write the store");
    home.khabar(["feeds", "list"]).run().expect_success();
}

#[test]
fn another_count_of_partitions_is_refused() {
    let home = Home::new();
    home.khabar(["feeds", "list"]).run().expect_success();
    insta::assert_snapshot!(refusal(home.khabar(["run"]).env("KHABAR_TOPICS__PAGE_PARTITIONS", "3")));
}

#[test]
fn a_directory_that_cant_be_written_is_named() {
    let home = Home::new();
    // What is under a file can be written by nobody, not even by root.
    home.write("file", "");
    let said = refusal(home.khabar(["run", "--data-dir", "file/data"]));
    insta::assert_snapshot!(said);

    let locked = home.path().join("locked");
    std::fs::create_dir(&locked).expect("make a directory");
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o500)).expect("a directory of ours");
    // Permissions do not bind root.
    if std::fs::write(locked.join("probe"), "").is_err() {
        let said = refusal(home.khabar(["run", "--data-dir", "locked"]));
        assert!(said.contains("locked/runner.lock can't be written: Permission denied"), "{said}");
    }
}
