//! What the hub asks for: files, each of them a quest.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use earnest_domain::{
    consent::Slug,
    quest::{Quest, QuestError, never_opens},
};
use earnest_hub_api::ContributionRefusal;

include!(concat!(env!("OUT_DIR"), "/quests.rs"));

/// The quests of a hub. The newest version of each is offered; what was captured under an older one is still credited under it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quests(BTreeMap<Slug, BTreeMap<u32, Quest>>);

/// A quest that cannot be offered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QuestsError {
    /// A manifest is not sound.
    #[error("{file}: {source}")]
    Unsound {
        /// Which file.
        file: String,
        /// What is wrong with it.
        source: QuestError,
    },
    /// The folder, or a file in it, cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Two files of one folder are the same version of the same quest.
    #[error("{file}: version {version} of the quest “{quest}” is in another file of the folder, too")]
    Twice {
        /// The second of them.
        file: String,
        /// Which quest.
        quest: Slug,
        /// Which version.
        version: u32,
    },
    /// Quests wait for each other, or for one that is not offered.
    #[error("nobody could ever begin the quest “{quest}”: it follows one that is not offered, or one that follows it in turn")]
    NeverOpens {
        /// One of them.
        quest: Slug,
    },
}

impl QuestsError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unsound { .. } => "quest_unsound",
            Self::Unreadable { .. } => "quest_unreadable",
            Self::Twice { .. } => "quest_twice",
            Self::NeverOpens { .. } => "quest_never_opens",
        }
    }
}

impl Quests {
    /// Those that every hub comes with.
    ///
    /// # Errors
    /// [`QuestsError`] when one of them is not sound, which a test of this crate rules out.
    pub fn built_in() -> Result<Self, QuestsError> {
        Self::read(BUILT_IN.iter().map(|&(file, text)| (file.to_owned(), text.to_owned())))?.that_open()
    }

    /// These and those of a folder (`*.toml`); one of the folder replaces the same version of the same quest.
    ///
    /// # Errors
    /// [`QuestsError`] names the first file that is wrong.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, QuestsError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| QuestsError::Unreadable { path, source }
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                files.push(path);
            }
        }
        files.sort();
        let mut texts = Vec::new();
        for path in files {
            let text = read_bounded(&path).map_err(unreadable(&path))?;
            texts.push((path.display().to_string(), text));
        }
        for (id, versions) in Self::read(texts)?.0 {
            self.0.entry(id).or_default().extend(versions);
        }
        self.that_open()
    }

    /// These, if somebody can begin each of them.
    fn that_open(self) -> Result<Self, QuestsError> {
        let offered: Vec<&Quest> = self.newest().collect();
        match never_opens(&offered).map(|quest| quest.id.clone()) {
            Some(quest) => Err(QuestsError::NeverOpens { quest }),
            None => Ok(self),
        }
    }

    fn read(texts: impl IntoIterator<Item = (String, String)>) -> Result<Self, QuestsError> {
        let mut quests = Self::default();
        for (file, text) in texts {
            let quest = Quest::from_toml(&text).map_err(|source| QuestsError::Unsound {
                file: file.clone(),
                source,
            })?;
            let (id, version) = (quest.id.clone(), quest.version);
            if quests.0.entry(id.clone()).or_default().insert(version, quest).is_some() {
                return Err(QuestsError::Twice {
                    file,
                    quest: id,
                    version,
                });
            }
        }
        Ok(quests)
    }

    /// The newest version of each, by id.
    pub fn offered(&self) -> Vec<Quest> {
        self.newest().cloned().collect()
    }

    fn newest(&self) -> impl Iterator<Item = &Quest> {
        self.0.values().filter_map(|versions| versions.values().next_back())
    }

    /// The quest that a contribution was made for.
    pub(crate) fn find(&self, id: &Slug, version: u32) -> Result<&Quest, ContributionRefusal> {
        let versions = self.0.get(id).ok_or(ContributionRefusal::UnknownQuest)?;
        versions.get(&version).ok_or(ContributionRefusal::QuestVersion)
    }
}

fn read_bounded(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > Quest::MOST_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than any quest manifest"));
    }
    fs::read_to_string(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_built_in_quest_is_sound_and_first_steps_is_among_them() {
        let offered = Quests::built_in().unwrap().offered();
        assert_eq!(offered.len(), BUILT_IN.len(), "one file is one quest");
        let first_steps = offered.iter().find(|quest| quest.id.as_str() == "first-steps").unwrap();
        assert_eq!((first_steps.goal.seconds, first_steps.points.base), (60, 40));
    }

    #[test]
    fn a_folder_adds_replaces_and_keeps_older_versions() {
        let folder = tempfile::tempdir().unwrap();
        let text = BUILT_IN.iter().find(|(file, _)| *file == "first-steps.toml").unwrap().1;
        let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
        write("same.toml", &text.replace("First steps", "Premiers pas"));
        write("newer.toml", &text.replace("version = 1", "version = 2"));
        write("other.toml", &text.replace("\"first-steps\"", "\"second-steps\""));
        write("notes.txt", "no quest");
        let quests = Quests::built_in().unwrap().with_folder(folder.path()).unwrap();
        let offered: Vec<(String, u32)> = quests
            .offered()
            .iter()
            .map(|quest| (quest.id.to_string(), quest.version))
            .collect();
        assert_eq!(offered, [("first-steps".to_owned(), 2), ("second-steps".to_owned(), 1)]);
        let first_steps = "first-steps".parse().unwrap();
        assert_eq!(quests.find(&first_steps, 1).unwrap().title, "Premiers pas");
        assert_eq!(quests.find(&first_steps, 3), Err(ContributionRefusal::QuestVersion));
        assert_eq!(
            quests.find(&"none".parse().unwrap(), 1),
            Err(ContributionRefusal::UnknownQuest)
        );
    }

    #[test]
    fn a_wrong_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let text = BUILT_IN.iter().find(|(file, _)| *file == "first-steps.toml").unwrap().1;
        let error = || Quests::default().with_folder(folder.path()).unwrap_err();
        fs::write(folder.path().join("a.toml"), text).unwrap();
        fs::write(folder.path().join("b.toml"), text).unwrap();
        assert!(error().code() == "quest_twice" && error().to_string().contains("b.toml"));
        fs::write(folder.path().join("b.toml"), "no quest").unwrap();
        assert!(error().code() == "quest_unsound" && error().to_string().contains("b.toml"));
        fs::write(folder.path().join("b.toml"), " ".repeat(70_000)).unwrap();
        assert!(error().code() == "quest_unreadable" && error().to_string().contains("b.toml"));
    }
}
