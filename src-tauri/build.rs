//! Declares the window's commands, so that a window may call them only where a capability says so.

fn main() {
    // The screens are part of the program: new ones need a new one.
    println!("cargo:rerun-if-changed=../target/assets/ui");
    let manifest = tauri_build::AppManifest::new().commands(&["call", "look"]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo::error={error:#}");
    }
}
