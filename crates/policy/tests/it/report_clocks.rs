//! Of which times of a report people are reminded, and where it goes when one is over.

use crate::reporting::holds;

#[test]
fn those_who_are_to_pass_it_on_are_reminded_of_it_until_they_have() {
    holds(
        "Monday 09:00: staff Mo manages staff Tom\n\
         09:00: staff Tom reports mail -> line-manager-of:asker #clause-6\n\
         09:05: staff Mo takes up mail -> allowed\n\
         Tuesday 02:59: staff Mo is reminded of mail -> no\n\
         03:00: staff Mo is reminded of mail -> yes\n\
         04:00: staff Mo passes on mail to it-staff -> allowed\n\
         10:00: staff Mo is reminded of mail -> no",
    );
}

#[test]
fn what_is_not_passed_on_in_time_is_told_to_those_whom_the_clause_names_and_nobody_else() {
    holds(
        "Monday 09:00: staff reports leak -> it-staff\n\
         09:05: staff Ivy as it-staff takes up leak -> allowed\n\
         12:59: staff Ivy is reminded of leak -> yes\n\
         12:59: staff Hal as headteacher reads leak -> no\n\
         13:00: staff Hal is reminded of leak -> yes\n\
         13:00: governor Gil as governors reads leak -> no\n\
         13:05: staff Ivy passes on leak to dsl -> allowed\n\
         13:05: staff Hal is reminded of leak -> no\n\
         Thursday 09:00: staff Ivy is reminded of leak -> yes",
    );
}

#[test]
fn a_deadline_that_is_over_comes_to_the_last_resort_where_the_clause_names_nobody_until_it_is_met() {
    holds(
        "Monday 09:00: staff reports late-by-law -> dsl clock 48 hours\n\
         09:05: staff Lee as dsl takes up late-by-law -> allowed\n\
         Wednesday 08:59: staff Hal as headteacher reads late-by-law -> no\n\
         09:00: staff Hal is reminded of late-by-law -> yes\n\
         09:01: staff Lee closes late-by-law because it is done -> allowed\n\
         09:02: staff Hal is reminded of late-by-law -> no",
    );
}

#[test]
fn a_deadline_that_is_over_comes_to_the_last_resort_where_those_whom_the_clause_names_have_the_report_already() {
    holds(
        "Monday 09:00: staff Hal as headteacher is active\n\
         09:00: governor Gil as governors is active\n\
         09:00: staff Lee as dsl is active\n\
         09:00: staff Tom reports named-by-law about staff Lee -> headteacher clock 48 hours\n\
         09:05: staff Hal takes up named-by-law -> allowed\n\
         Wednesday 08:59: governor Gil reads named-by-law -> no\n\
         09:00: governor Gil is reminded of named-by-law -> yes\n\
         09:00: staff Lee reads named-by-law -> no",
    );
}

#[test]
fn that_a_report_is_late_does_not_pass_it_on() {
    holds(
        "Monday 09:00: staff reports upwards -> it-staff\n\
         09:05: staff Ivy as it-staff takes up upwards -> allowed\n\
         13:00: staff Hal as headteacher reads upwards -> yes\n\
         13:01: staff Ivy closes upwards because it is done -> refused\n\
         13:02: staff Ivy passes on upwards to headteacher -> allowed\n\
         13:03: staff Ivy closes upwards because it is done -> allowed",
    );
}

#[test]
fn what_is_opened_again_goes_further_only_when_its_time_is_over_anew() {
    holds(
        "Monday 09:00: pupil Ada in 5B reports late -> dsl\n\
         09:10: staff Lee as dsl takes up late -> allowed\n\
         09:20: staff Lee closes late because she is safe -> allowed\n\
         15:00: staff Lee reopens late because it goes on -> allowed\n\
         16:59: staff Hal as headteacher reads late -> no\n\
         17:00: staff Hal reads late -> yes",
    );
}

#[test]
fn those_who_close_a_report_are_reminded_of_it_once_its_time_is_over_and_not_before() {
    holds(
        "Monday 09:00: pupil Ada in 5B reports held -> dsl within 2 hours\n\
         10:30: staff Lee as dsl is reminded of held -> yes\n\
         10:30: governor Gil as governors is reminded of held -> no\n\
         11:00: governor Gil is reminded of held -> yes",
    );
}
