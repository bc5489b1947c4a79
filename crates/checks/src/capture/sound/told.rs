//! What a file tells beside its sound.

use symphonia::core::meta::{MetadataContainer, MetadataRevision, RawValue, StandardTag};

/// What a file of sound tells beside the sound: for the person to see, and for nobody else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SoundTold {
    /// What it is called.
    pub title: Option<String>,
    /// Who made it.
    pub artist: Option<String>,
    /// When it was recorded, as it stands there.
    pub recorded: Option<String>,
    /// Where it was recorded, as it stands there: a name, or coordinates (ISO 6709).
    pub place: Option<String>,
    /// What recorded or encoded it.
    pub made_with: Option<String>,
    /// How many other entries there are: comments, pictures, numbers.
    pub others: usize,
}

/// More characters of one entry are not shown.
const LONGEST: usize = 200;

impl SoundTold {
    /// Takes in one revision of a file's metadata; what is known already stays.
    pub(super) fn read(&mut self, revision: &MetadataRevision) {
        self.read_container(&revision.media);
        for track in &revision.per_track {
            self.read_container(&track.metadata);
        }
    }

    fn read_container(&mut self, container: &MetadataContainer) {
        self.others += container.visuals.len();
        for tag in &container.tags {
            let raw = || match &tag.raw.value {
                RawValue::String(text) => Some(text.as_str()),
                _ => None,
            };
            let key = tag.raw.key.to_lowercase();
            let (slot, text) = match &tag.std {
                Some(StandardTag::TrackTitle(text)) => (&mut self.title, Some(text.as_str())),
                Some(StandardTag::Artist(text) | StandardTag::Author(text) | StandardTag::Performer(text)) => {
                    (&mut self.artist, Some(text.as_str()))
                }
                Some(
                    StandardTag::RecordingDate(text)
                    | StandardTag::RecordingTime(text)
                    | StandardTag::ReleaseDate(text)
                    | StandardTag::EncodingDate(text)
                    | StandardTag::DigitizedDate(text)
                    | StandardTag::OriginalRecordingDate(text),
                ) => (&mut self.recorded, Some(text.as_str())),
                Some(StandardTag::RecordingLocation(text)) => (&mut self.place, Some(text.as_str())),
                Some(StandardTag::Encoder(text) | StandardTag::EncodedBy(text)) => (&mut self.made_with, Some(text.as_str())),
                // What the library has no name of its own for: QuickTime's and the Vorbis comments' places, and much of Matroska's.
                _ if key.ends_with("title") => (&mut self.title, raw()),
                _ if key.ends_with("artist") => (&mut self.artist, raw()),
                _ if key.contains("date") => (&mut self.recorded, raw()),
                _ if key.ends_with("xyz") || key.contains("location") => (&mut self.place, raw()),
                _ if key.ends_with("make") || key.ends_with("model") => (&mut self.made_with, raw()),
                _ => {
                    self.others += 1;
                    continue;
                }
            };
            match text {
                Some(text) if slot.is_none() && !text.trim().is_empty() => {
                    *slot = Some(
                        text.trim()
                            .chars()
                            .filter(|letter| !letter.is_control())
                            .take(LONGEST)
                            .collect(),
                    );
                }
                _ => self.others += 1,
            }
        }
    }
}
