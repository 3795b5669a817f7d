//! What people do, on a real school in a folder of its own.

mod access;
mod asking;
mod authorisation;
mod beginning;
mod calendar_ends;
mod consents;
mod deadlines;
mod deciding_together;
mod giving_oneself;
mod keeping_step;
mod leaving;
mod ledger;
mod looking;
mod old_folder;
mod people;
mod policies;
mod receipts;
mod registers;
mod reporting;
mod retention;
mod roles;
mod signing;
mod signing_in;
mod telling;
mod test_school;
mod turns;
