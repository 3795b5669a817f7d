//! Builds the starter list of `lists/` into the program: one pair of category and text for each file.

use std::fmt::Write;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../lists").canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for child in std::fs::read_dir(&folder)? {
        let path = child?.path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    files.sort();
    let mut code = String::from("static STARTER_LISTS: &[(&str, &str)] = &[\n");
    for path in files {
        let category = path.file_stem().ok_or("a list without a name")?.to_string_lossy();
        writeln!(code, "    ({category:?}, include_str!({:?})),", path.display().to_string())?;
    }
    code.push_str("];\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("starter_lists.rs"), code)?;
    Ok(())
}
