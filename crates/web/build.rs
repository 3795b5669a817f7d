//! The desk's stylesheet is compiled by Sass before the desk is; without it nothing here may build.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=assets/desk.css");
    println!("cargo::rerun-if-changed=build.rs");
    if !Path::new("assets/desk.css").exists() {
        println!(
            "cargo::error=crates/web/assets/desk.css is missing: run `make assets` (it needs Node) and build again"
        );
    }
}
