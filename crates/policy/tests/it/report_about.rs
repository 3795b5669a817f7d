//! Whom a report is about: it goes past them, said at once or later.

use crate::reporting::holds;

#[test]
fn nobody_receives_a_report_about_themselves() {
    holds(
        "Monday 09:00: pupil Ada in 5B reports worry about staff Lee as dsl -> deputy-dsl\n\
         09:01: staff Lee reads worry -> no\n\
         09:01: staff Dee as deputy-dsl reads worry -> yes\n\
         09:02: staff Dee says worry is about staff Dee -> allowed\n\
         09:03: staff Dee reads worry -> no\n\
         09:03: staff Hal as headteacher reads worry -> yes",
    );
}

#[test]
fn a_report_about_everybody_it_would_go_to_goes_to_the_next_who_may() {
    holds(
        "Monday 09:00: staff Hal as headteacher is away until Monday 16:00\n\
         09:00: staff Eve as executive-headteacher is away until Monday 16:00\n\
         09:00: pupil Ada in 5B reports home -> refused\n\
         09:00: staff Tom reports own-pastoral about staff Pat as head-of-year -> headteacher\n\
         09:01: staff Pat reads own-pastoral -> no\n\
         09:01: staff Hal reads own-pastoral -> yes\n\
         09:01: staff Eve reads own-pastoral -> no",
    );
}

#[test]
fn whom_a_clause_names_instead_gets_it_and_a_holder_of_both_roles_is_passed_by() {
    holds(
        "Monday 09:00: staff Tom reports breach about staff Hal as headteacher -> deputy-headteacher\n\
         09:30: staff Bo as headteacher, deputy-headteacher is active\n\
         10:00: staff Tom reports breach about staff Bo -> governors\n\
         10:01: governor Gil as governors reads breach -> yes\n\
         10:01: staff Hal reads breach -> no",
    );
}

#[test]
fn what_turns_out_later_to_be_about_a_receiver_goes_to_those_whom_the_clause_names_instead() {
    holds(
        "Monday 09:00: staff Tom reports breach -> headteacher\n\
         09:01: deputy-headteacher reads breach -> no\n\
         09:02: staff Hal as headteacher says breach is about staff Hal -> allowed\n\
         09:03: staff Hal reads breach -> no\n\
         09:03: staff Dep as deputy-headteacher reads breach -> yes\n\
         09:03: staff Dep knows who reported breach -> no\n\
         09:03: staff Lee as dsl reads breach -> no\n\
         09:04: staff Dep says breach is about staff Dep -> allowed\n\
         09:05: staff Dep reads breach -> no",
    );
    for report in ["breach", "turned"] {
        holds(&format!(
            "Monday 09:00: staff Hal as headteacher is active\n\
             09:00: staff Tom reports {report} -> headteacher\n\
             09:00: governor Gil as governors reads {report} -> no\n\
             09:00: staff Eve as executive-headteacher is active\n\
             09:01: staff Hal as headteacher says {report} is about staff Hal -> allowed\n\
             09:02: staff Dep as deputy-headteacher says {report} is about staff Dep -> allowed\n\
             09:03: governor Gil reads {report} -> yes\n\
             09:03: staff Eve reads {report} -> no"
        ));
    }
    holds(
        "Monday 09:00: staff Tom reports breach -> headteacher\n\
         09:00: staff Dep as deputy-headteacher is active\n\
         09:01: staff Hal as headteacher says breach is about staff Hal -> allowed\n\
         09:01: staff Dep is away until Friday 16:00\n\
         09:02: staff Dep reads breach -> yes",
    );
    holds(
        "Monday 09:00: staff Hal as headteacher is active\n\
         09:00: staff Tom reports breach -> headteacher\n\
         09:00: staff Dep as deputy-headteacher is active\n\
         09:01: staff Hal says breach is about staff Dep -> allowed\n\
         09:02: governor Gil as governors reads breach -> no\n\
         09:03: staff Hal says breach is about staff Hal -> allowed\n\
         09:04: governor Gil reads breach -> yes\n\
         09:04: staff Dep reads breach -> no",
    );
}
