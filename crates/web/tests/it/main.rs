//! The desk as a browser meets it: real pages over a real school in a folder of its own.

mod desk;
mod entry_marks;

mod asking;
mod breaches;
mod calendar_ends;
mod case_files;
mod case_lines;
mod casework;
mod casework_read;
mod checking;
mod closed_sites;
mod come_back;
mod confidential_case;
mod consents;
mod gate;
mod headers;
mod in_touch;
mod lost_devices;
mod no_trace;
mod one_of_each;
mod own_roles;
mod parts_of_a_policy;
mod people;
mod policies;
mod register_lists;
mod registers;
mod reports;
mod routes;
mod session;
mod signing;
mod soundness;
mod who_gets_in;
mod whole_school;
mod worry;
