//! Files that come with the executable but are not part of it: ONNX Runtime, models, sample recordings.

use std::path::{Path, PathBuf};

/// The file or folder `assets/<relative>` that belongs to this executable, or `None` if there is none.
///
/// Looked for beside the executable (an installation), then one and two folders up: `cargo xtask` fills `target/assets`, which serves
/// `target/debug/earnest` and the tests in `target/debug/deps` alike; then where packages put such files on Linux and macOS. No
/// environment variable plays a part.
pub fn asset(relative: &str) -> Option<PathBuf> {
    let folder = executable_folder()?;
    roots(&folder)
        .into_iter()
        .map(|root| root.join(relative))
        .find(|path| path.exists())
}

/// The folder of the running executable, links resolved.
pub(crate) fn executable_folder() -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let executable = executable.canonicalize().unwrap_or(executable);
    executable.parent().map(Path::to_path_buf)
}

/// Where assets of an executable in `folder` may be, nearest first.
pub(crate) fn roots(folder: &Path) -> Vec<PathBuf> {
    let near = folder.ancestors().take(3).map(|place| place.join("assets"));
    let packaged = ["lib/earnest/assets", "Resources/assets"];
    near.chain(
        folder
            .parent()
            .into_iter()
            .flat_map(|prefix| packaged.map(|place| prefix.join(place))),
    )
    .collect()
}
