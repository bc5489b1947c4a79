//! Finds the checks: a folder of `src` with a `manifest.toml` is one. Shared by the build script and the test that copies a folder.

use std::{fmt::Write, fs, io, path::Path};

/// Rust text that declares every check's module and lists them all in `FOUND`, by name; for tests, their fixtures in `CASES`.
///
/// # Errors
/// A folder that cannot be read, a check without a card, or a folder whose name is none that a check can have.
pub(crate) fn registry(source: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(source)? {
        let folder = entry?.path();
        if !folder.join("manifest.toml").is_file() {
            continue;
        }
        let name = folder
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned();
        let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) || !name.chars().all(is_name) {
            return Err(wrong(&folder, "a check's folder is named in a-z, 0-9 and _, a letter first"));
        }
        if !folder.join("CARD.md").is_file() {
            return Err(wrong(
                &folder,
                "a check says on its CARD.md how it was measured and where it fails",
            ));
        }
        names.push(name);
    }
    names.sort();

    let (mut modules, mut list, mut cases) = (String::new(), String::new(), String::new());
    for name in &names {
        let folder = source.join(name);
        // As Rust would write the path, whatever stands in it.
        let quoted = |file: &str| format!("{:?}", folder.join(file).display().to_string());
        let (code, manifest, card) = (quoted("mod.rs"), quoted("manifest.toml"), quoted("CARD.md"));
        let _ = writeln!(modules, "#[path = {code}]\npub mod {name};");
        let _ = writeln!(
            list,
            "    Found {{ name: {name:?}, manifest: include_str!({manifest}), card: include_str!({card}), make: {name}::check }},"
        );
        let _ = writeln!(cases, "    ({name:?}, {name}::tests::cases),");
    }
    let count = names.len();
    Ok(format!(
        "{modules}\n/// Every check of this build, by name.\npub(crate) static FOUND: [Found; {count}] = [\n{list}];\n\
         \n/// The fixtures of each.\n#[cfg(test)]\npub(crate) static CASES: [(&str, fixtures::Cases); {count}] = [\n{cases}];\n"
    ))
}

fn wrong(folder: &Path, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: {what}", folder.display()))
}
