//! ONNX Runtime, found beside the executable and loaded once in a process.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;

use crate::CheckError;
use crate::assets::{executable_folder, roots};

/// The library's name on this system; a version may stand in it as well (`libonnxruntime.so.1.32.0`).
const LIBRARY: &str = if cfg!(windows) {
    "onnxruntime.dll"
} else if cfg!(any(target_os = "macos", target_os = "ios")) {
    "libonnxruntime.dylib"
} else {
    "libonnxruntime.so"
};

/// ONNX Runtime allows one environment in a process. It is kept for good; a failure is not, so that a library which is put in place
/// later is found without a restart.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

/// The process's environment, made by the first caller.
///
/// # Errors
/// [`CheckError::RuntimeMissing`] and [`CheckError::RuntimeUnusable`].
pub(crate) fn environment() -> Result<Environment, CheckError> {
    let mut held = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = held.as_ref() {
        return Ok(environment.clone());
    }
    let path = find_runtime(&executable_folder().unwrap_or_default())?;
    let unusable = |reason: String| CheckError::RuntimeUnusable {
        path: path.clone(),
        reason,
    };
    let environment = ort::init_from(&path)
        .map_err(|error| unusable(error.to_string()))?
        .with_name("earnest")
        // Microsoft's builds report usage where the system has a channel for it; nothing leaves that the person did not ask for.
        .with_telemetry(false)
        .build()
        .map_err(|error| unusable(error.to_string()))?;
    *held = Some(environment.clone());
    Ok(environment)
}

/// The library in `assets/onnxruntime/` of an executable that lies in `folder`.
///
/// # Errors
/// [`CheckError::RuntimeMissing`] with the folders that were searched.
pub fn find_runtime(folder: &Path) -> Result<PathBuf, CheckError> {
    let searched: Vec<PathBuf> = roots(folder).into_iter().map(|root| root.join("onnxruntime")).collect();
    searched
        .iter()
        .find_map(|place| library_in(place))
        .ok_or(CheckError::RuntimeMissing {
            library: LIBRARY,
            searched,
        })
}

fn library_in(folder: &Path) -> Option<PathBuf> {
    let plain = folder.join(LIBRARY);
    if plain.is_file() {
        return Some(plain);
    }
    let mut versioned: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    versioned.retain(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_library));
    versioned.sort();
    versioned.pop()
}

/// `libonnxruntime.so.1.32.0` and `libonnxruntime.1.32.0.dylib`, but not `libonnxruntime_providers_shared.so`.
fn is_library(name: &str) -> bool {
    let Some((stem, extension)) = LIBRARY.split_once('.') else {
        return false;
    };
    let Some(rest) = name.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.')) else {
        return false;
    };
    let mut parts = rest.split('.');
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.clone().filter(|part| *part == extension).count() == 1 && parts.all(|part| part == extension || number(part))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("assets").join("onnxruntime");
        std::fs::create_dir_all(&place).unwrap();
        for name in names {
            std::fs::write(place.join(name), b"").unwrap();
        }
        folder
    }

    #[test]
    fn the_library_is_found_beside_the_executable_and_up_to_two_folders_above() {
        let folder = folder_with(&[LIBRARY]);
        let deep = folder.path().join("debug").join("deps");
        std::fs::create_dir_all(&deep).unwrap();
        for place in [folder.path(), deep.parent().unwrap(), &deep] {
            assert!(find_runtime(place).unwrap().ends_with(LIBRARY), "from {}", place.display());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_versioned_name_counts_and_its_neighbours_do_not() {
        let folder = folder_with(&["libonnxruntime_providers_shared.so", "libonnxruntime.so.1.32.0"]);
        assert!(find_runtime(folder.path()).unwrap().ends_with("libonnxruntime.so.1.32.0"));
        let folder = folder_with(&[
            "libonnxruntime_providers_shared.so",
            "libonnxruntime.so.txt",
            "libonnxruntime.1",
        ]);
        assert_eq!(find_runtime(folder.path()).unwrap_err().code(), "runtime_missing");
    }

    #[test]
    fn a_missing_library_says_where_it_was_looked_for_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let text = find_runtime(folder.path()).unwrap_err().to_string();
        for part in [
            LIBRARY,
            "cargo xtask run",
            "Your samples are kept",
            &folder.path().join("assets").display().to_string(),
        ] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }
}
