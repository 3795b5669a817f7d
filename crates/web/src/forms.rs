//! Forms: what people send, what they are asked, and what is kept of an answer until they come back to it.

pub mod check;
pub mod clause_fields;
pub mod csrf;
pub mod end_picker;
pub mod fields;
pub mod kept;
pub mod posted;
pub mod start_picker;
pub mod unread;
pub mod upload;
