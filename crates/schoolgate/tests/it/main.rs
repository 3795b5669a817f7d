//! The program as a whole, and how its source is laid out.

mod arrows;
mod commands;
mod file_circles;
mod folder_arrows;
mod named_paths;
mod shared_names;
