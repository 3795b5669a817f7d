//! What the fuzz targets need and nobody else may use: a hot line, read and written by itself.

pub use crate::line::{LineError, decode, encode, line_of};
