//! What an installation takes on the disk.

use std::{fs, path::Path};

use crate::{Failure, process, table::Table, vault::number};

/// The programs in release and what they load, in MB.
pub(crate) fn size(table: &mut Table) -> Result<(), Failure> {
    let release = process::release()?;
    let assets = release.parent().ok_or("target/release lies in target")?.join("assets");
    let mut all = 0.0;
    for name in ["earnest", "earnest-hub", "earnest-desktop"] {
        let size = bytes(&process::program(name)?)?;
        all += size;
        table.line(&format!("installed_size: {name}"), &[size / 1e6], "MB", "");
    }
    for name in ["onnxruntime", "recordings", "ui"] {
        let size = bytes(&assets.join(name))?;
        all += size;
        table.line(&format!("installed_size: assets/{name}"), &[size / 1e6], "MB", "");
    }
    table.line("installed_size: all", &[all / 1e6], "MB", "no target");
    Ok(())
}

/// Of a file, or of all files in a folder.
fn bytes(path: &Path) -> Result<f64, Failure> {
    if !path.is_dir() {
        return Ok(number(fs::metadata(path)?.len()));
    }
    let mut sum = 0.0;
    for entry in fs::read_dir(path)? {
        sum += bytes(&entry?.path())?;
    }
    Ok(sum)
}
