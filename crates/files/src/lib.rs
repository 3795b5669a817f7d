//! Private folders and files, and files that are replaced whole.
//!
//! What a school keeps (records, activity, keys, what the gate starts from) is personal or secret, so each folder and
//! file is made for the program's user alone from its first moment: a mode set after the making leaves an instant in
//! which others can open it. And whatever is written more than once is replaced whole, so that neither a killed
//! process, a power cut nor a full disk leaves half a file.
//!
//! What it must not know: what stands in the files. It is a leaf: it uses no other crate.

mod private;
mod replace;

pub use private::{create_private_file, create_private_folder, make_private, private_options};
pub use replace::{Readers, replace, replace_with, sync_folder};
