//! The program as a whole, and how its source is laid out.

mod arrows;
mod commands;
mod file_circles;
mod folder_arrows;
mod handles;
mod named_paths;
mod shared_names;
