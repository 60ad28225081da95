//! The seven promises of the runner (the docs of `stream::stage` state them), each proven on both backends.
//!
//! A test drives one stage, the [`puppet`], whose input says what it is to do: emit, start a job, sleep, reject,
//! panic. What comes out is held against what went in ([`account`]): each input settles in one record or one
//! dead letter, and the records of a key are numbered from the stage's state, so that outputs, state and
//! position that ever came apart would show as a gap, a double or a number given twice.
//!
//! - [`log`] is all that a test knows of a backend; [`instance`] is one process of the stage, in a thread.
//! - [`faults`] wraps a backend: it crashes at a chosen step, or reports faults, or watches.
//! - [`workshop`] does the jobs, and can be closed for a while.
//!
//! A *crash* unwinds the runner's thread from within the backend: nothing is closed, nothing handed back.
//! [`processes`] ends real processes, with SIGKILL and by their own abort.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation in what a test stands on is a failed test"
)]

mod account;
mod faults;
mod instance;
mod log;
mod puppet;
mod workshop;

mod all_or_nothing;
mod bounds;
mod dead_letters;
mod ghosts;
mod jobs;
mod order;
mod processes;
mod stopping;
mod surroundings;

/// The contents of the suite: every promise on every backend.
macro_rules! promises {
    ($($promise:ident: $($proof:ident)*;)*) => {
        mod embedded {
            $(mod $promise {
                $(#[test]
                fn $proof() {
                    super::super::$promise::$proof::<super::super::log::Embedded>();
                })*
            })*
        }

        mod kafka {
            $(mod $promise {
                $(#[test]
                fn $proof() {
                    super::super::$promise::$proof::<super::super::log::Kafka>();
                })*
            })*
        }
    };
}

promises! {
    all_or_nothing:
        a_crash_at_any_step_loses_and_doubles_nothing
        an_unknown_outcome_loses_and_doubles_nothing
        what_was_settled_is_not_done_again;
    jobs:
        a_job_runs_only_when_it_is_in_the_log
        jobs_that_ran_in_a_crash_run_again_and_count_once
        jobs_of_one_order_run_one_after_the_other
        jobs_of_all_partitions_get_their_turn;
    dead_letters:
        what_is_bad_in_itself_is_put_aside_with_its_reason;
    processes:
        killed_in_the_middle_of_its_work_it_loses_and_doubles_nothing
        a_record_that_kills_its_process_is_put_aside_after_three_deaths;
    surroundings:
        faults_of_the_surroundings_are_retried
        a_restart_that_fails_is_tried_again
        what_waits_is_gone_on_with_at_once;
    order:
        order_and_state_of_a_key_survive_a_change_of_hands;
    bounds:
        a_full_stage_pauses_its_input
        transactions_are_bounded;
    stopping:
        a_stop_waits_for_running_jobs
        a_stop_does_not_wait_for_ever
        a_stop_in_the_middle_of_faults_ends;
}
