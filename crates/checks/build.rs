//! Writes the registry of checks, so that a new one touches its own folder alone.

mod register;

use std::{env, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=register.rs");
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).ok_or(io::ErrorKind::NotFound);
    let registry = register::registry(&folder("CARGO_MANIFEST_DIR")?.join("src"))?;
    let file = folder("OUT_DIR")?.join("registry.rs");
    // Left alone when it says the same, so that nothing is compiled anew for it.
    if fs::read_to_string(&file).is_ok_and(|written| written == registry) {
        return Ok(());
    }
    fs::write(file, registry)
}
