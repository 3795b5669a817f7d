//! The program and the house as a whole.

mod arrows;
mod commands;
mod file_circles;
mod folder_arrows;
