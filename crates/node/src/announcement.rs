//! `node.json` in the data folder: where the node of this folder is, and what proves that a caller may read the folder.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use url::Url;

const FILE: &str = "node.json";
const UNFINISHED: &str = "node.json.new";
/// Far more than an announcement has.
const LONGEST: u64 = 4096;

/// What a running node leaves in its data folder, readable by its owner alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Where the HTTP front answers on this machine.
    pub url: Url,
    /// What it listens at, when that is every address of this machine.
    #[serde(default)]
    pub everywhere: Option<SocketAddr>,
    /// What callers show: 64 hexadecimal digits, made anew at each start.
    pub token: String,
    /// The process.
    pub pid: u32,
    /// Where the MQTT endpoint listens.
    pub mqtt: SocketAddr,
}

impl fmt::Debug for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Announcement")
            .field("url", &self.url.as_str())
            .field("everywhere", &self.everywhere)
            .field("token", &"***")
            .field("pid", &self.pid)
            .field("mqtt", &self.mqtt)
            .finish()
    }
}

impl Announcement {
    /// What is announced in `folder`; `None` when nothing is, or nothing that can be read as an announcement.
    ///
    /// # Errors
    /// The file is there and the system does not let this process read it.
    pub fn read(folder: &Path) -> io::Result<Option<Self>> {
        let mut text = String::new();
        match fs::File::open(folder.join(FILE)) {
            Ok(file) => file.take(LONGEST).read_to_string(&mut text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(serde_json::from_str(&text).ok())
    }

    /// Puts the file in place, complete or not at all, until the guard is dropped.
    pub(crate) fn publish(&self, folder: &Path) -> io::Result<Published> {
        let unfinished = folder.join(UNFINISHED);
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        serde_json::to_writer(&mut file, self)?;
        file.write_all(b"\n")?;
        // Not synced: after a power cut it announces nothing that runs.
        drop(file);
        let path = folder.join(FILE);
        fs::rename(&unfinished, &path)?;
        Ok(Published(path))
    }
}

/// The announcement stands for as long as this does.
#[derive(Debug)]
pub(crate) struct Published(PathBuf);

impl Drop for Published {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(%error, "the announcement of this node could not be removed; a client will find that nobody answers");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement() -> Announcement {
        Announcement {
            url: "http://127.0.0.1:7420/".parse().unwrap(),
            everywhere: None,
            token: "c0ffee".repeat(8),
            pid: 4711,
            mqtt: "127.0.0.1:7421".parse().unwrap(),
        }
    }

    #[test]
    fn it_stands_while_the_node_does_and_is_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Announcement::read(folder.path()).unwrap(), None);
        let published = announcement().publish(folder.path()).unwrap();
        assert_eq!(Announcement::read(folder.path()).unwrap(), Some(announcement()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        drop(published);
        assert_eq!(Announcement::read(folder.path()).unwrap(), None);
    }

    #[test]
    fn the_announcement_of_a_killed_node_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        std::mem::forget(announcement().publish(folder.path()).unwrap());
        fs::write(folder.path().join(UNFINISHED), "half").unwrap();
        let next = Announcement {
            pid: 4712,
            ..announcement()
        };
        let _published = next.publish(folder.path()).unwrap();
        assert_eq!(Announcement::read(folder.path()).unwrap(), Some(next));
    }

    #[test]
    fn the_token_is_not_printed() {
        assert!(!format!("{:?}", announcement()).contains("c0ffee"));
    }
}
