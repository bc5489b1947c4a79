//! Calling the node that runs on a data folder, from another process of the same person.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use earnest_engine::{
    EngineError,
    commands::{Command, CommandError, NAMES},
    events::Event,
};
use earnest_hub_api::Problem;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use reqwest::{Client, RequestBuilder, Response, StatusCode, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{
    announcement::Announcement,
    folder::name_of_data_dir,
    http::About,
    ways::{Way, ways},
};

/// To get an answer from a process on the same machine.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// For a whole command.
const CALL_TIME: Duration = Duration::from_secs(30);
/// The node says something every 15 s, if only a comment.
const SILENCE: Duration = Duration::from_mins(1);
/// Far longer than any event.
const LONGEST_LINE: usize = 64 << 10;

/// The node of a data folder.
#[derive(Debug, Clone)]
pub struct NodeClient {
    http: Client,
    announcement: Announcement,
    folder: PathBuf,
}

/// Why a node cannot be called.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// There is none.
    #[error(
        "no node runs on this folder; start one with `earnest node --data {}`",
        name_of_data_dir(folder)
    )]
    NotRunning {
        /// The data folder.
        folder: PathBuf,
    },
    /// The folder belongs to somebody else.
    #[error("the folder {} cannot be read: {source}", folder.display())]
    Folder {
        /// The data folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is there and does not answer in time.
    #[error("the node of this folder (process {pid}) does not answer: {reason}; try again, or stop it and start it again")]
    Silent {
        /// The process.
        pid: u32,
        /// What happened instead.
        reason: String,
    },
    /// It went away in the middle.
    #[error("the node went away: {0}; what it had acknowledged is kept")]
    Lost(String),
    /// It answered, and the answer is no.
    #[error(transparent)]
    Refused(#[from] CommandError),
    /// It answered something that this version does not understand.
    #[error("the node answered something else than was asked for: {0}; is it of another version?")]
    Garbled(String),
}

impl ClientError {
    /// Stable code; a refused command's own.
    pub fn code(&self) -> &str {
        match self {
            Self::NotRunning { .. } => "not_running",
            Self::Folder { .. } => "data_folder",
            Self::Silent { .. } => "silent",
            Self::Lost(_) => "lost",
            Self::Refused(error) => &error.code,
            Self::Garbled(_) => "garbled",
        }
    }

    /// Whether the node is gone, so that finding it again may help once it was started again.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::NotRunning { .. } | Self::Silent { .. } | Self::Lost(_))
    }
}

impl NodeClient {
    /// Finds the node that runs on `folder`, and sees that it answers: an announcement that a killed node left behind counts as none.
    ///
    /// # Errors
    /// [`ClientError::NotRunning`], [`ClientError::Folder`] or [`ClientError::Silent`].
    pub async fn find(folder: &Path) -> Result<Self, ClientError> {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let not_running = || ClientError::NotRunning { folder: folder.clone() };
        let announcement = Announcement::read(&folder)
            .map_err(|source| ClientError::Folder {
                folder: folder.clone(),
                source,
            })?
            .ok_or_else(not_running)?;
        let silent = |error: reqwest::Error| ClientError::Silent {
            pid: announcement.pid,
            reason: told(&error),
        };
        // Never by way of a proxy: the token is for this machine alone.
        let http = Client::builder()
            .no_proxy()
            .connect_timeout(CONNECT_TIME)
            .read_timeout(SILENCE)
            .build()
            .map_err(silent)?;
        let client = Self {
            http,
            announcement: announcement.clone(),
            folder: folder.clone(),
        };
        let answer = match client
            .with_token(client.http.get(client.address("node")))
            .timeout(CALL_TIME)
            .send()
            .await
        {
            Ok(answer) => answer,
            Err(error) if error.is_timeout() => return Err(silent(error)),
            Err(_) => return Err(not_running()),
        };
        // Another program may have been given the port of a node that was killed; it does not know the token.
        match answer.json::<About>().await {
            Ok(about) if about.pid == announcement.pid => Ok(client),
            _ => Err(not_running()),
        }
    }

    /// What the node says of itself.
    pub fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// The links, and from where each can be opened; the one that is reached from the most places first.
    pub fn ways(&self) -> Vec<Way> {
        let Announcement {
            url, everywhere, token, ..
        } = &self.announcement;
        ways(url, *everywhere, token)
    }

    /// Runs a command.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with the command's own code, or why the node could not be asked.
    pub async fn call<C: Command>(&self, request: C::Request) -> Result<C::Reply, ClientError> {
        let request = serde_json::to_string(&request).map_err(|error| ClientError::Garbled(error.to_string()))?;
        let reply = self.call_by_name(C::NAME, request).await?;
        serde_json::from_slice(&reply).map_err(|error| ClientError::Garbled(error.to_string()))
    }

    /// Runs a command by its name, from JSON to JSON, for a front that hands on what it does not read.
    ///
    /// # Errors
    /// As [`NodeClient::call`]; a name that is no command's is refused without asking.
    pub async fn call_by_name(&self, name: &str, request: String) -> Result<Vec<u8>, ClientError> {
        if !NAMES.contains(&name) {
            return Err(EngineError::UnknownCommand(name.chars().take(64).collect())
                .to_command_error()
                .into());
        }
        let request = self
            .http
            .post(self.address(name))
            .timeout(CALL_TIME)
            .header(CONTENT_TYPE, "application/json")
            .body(request);
        let answer = self.with_token(request).send().await.map_err(|error| self.gone(&error))?;
        let reply = checked(answer)
            .await?
            .bytes()
            .await
            .map_err(|error| ClientError::Lost(told(&error)))?;
        Ok(reply.into())
    }

    /// What happens from now on. The first is always [`Event::Resync`]; after it, nothing is missed until the stream ends.
    ///
    /// # Errors
    /// When the node could not be asked; the stream ends with an error when the node goes away.
    pub async fn events(&self) -> Result<impl Stream<Item = Result<Event, ClientError>> + Send + use<>, ClientError> {
        let answer = self
            .with_token(self.http.get(self.address("events")))
            .send()
            .await
            .map_err(|error| self.gone(&error))?;
        let bytes = checked(answer)
            .await?
            .bytes_stream()
            .map_err(|error| ClientError::Lost(told(&error)));
        Ok(bytes
            .scan(Lines::default(), |lines, bytes| {
                let events = bytes
                    .and_then(|bytes| lines.take(&bytes))
                    .unwrap_or_else(|error| vec![Err(error)]);
                std::future::ready(Some(stream::iter(events)))
            })
            .flatten())
    }

    fn address(&self, name: &str) -> Url {
        let mut address = self.announcement.url.clone();
        address.set_path(&format!("api/{name}"));
        address
    }

    fn with_token(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(&self.announcement.token)
    }

    fn gone(&self, error: &reqwest::Error) -> ClientError {
        if error.is_timeout() {
            ClientError::Silent {
                pid: self.announcement.pid,
                reason: told(error),
            }
        } else if error.is_connect() {
            ClientError::NotRunning {
                folder: self.folder.clone(),
            }
        } else {
            ClientError::Lost(told(error))
        }
    }
}

/// An answer that is no problem.
async fn checked(answer: Response) -> Result<Response, ClientError> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let problem: Problem = read(answer).await?;
    Err(if status == StatusCode::UNAUTHORIZED {
        // The port belongs to another node by now.
        ClientError::Lost(problem.detail)
    } else {
        CommandError {
            code: problem.code,
            message: problem.detail,
        }
        .into()
    })
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, ClientError> {
    let bytes = answer.bytes().await.map_err(|error| ClientError::Lost(told(&error)))?;
    serde_json::from_slice(&bytes).map_err(|error| ClientError::Garbled(error.to_string()))
}

/// An error without the address, which nobody needs to read, and with its causes, which say what happened.
fn told(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// The lines of an event stream. The node sends each event as one `data:` line.
#[derive(Default)]
struct Lines {
    unfinished: Vec<u8>,
}

impl Lines {
    fn take(&mut self, bytes: &[u8]) -> Result<Vec<Result<Event, ClientError>>, ClientError> {
        self.unfinished.extend_from_slice(bytes);
        let Some(end) = self.unfinished.iter().rposition(|byte| *byte == b'\n') else {
            let fits = self.unfinished.len() <= LONGEST_LINE;
            return if fits {
                Ok(Vec::new())
            } else {
                Err(ClientError::Garbled("an event without an end".to_owned()))
            };
        };
        let rest = self.unfinished.split_off(end + 1);
        let finished = std::mem::replace(&mut self.unfinished, rest);
        Ok(finished
            .split(|byte| *byte == b'\n')
            .filter_map(|line| line.strip_prefix(b"data:"))
            .map(|data| serde_json::from_slice(data).map_err(|error| ClientError::Garbled(error.to_string())))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_however_they_are_cut() {
        let text = b": hello\n\ndata: {\"event\":\"resync\"}\n\ndata: {\"event\":\"today\"}\n\n";
        for size in 1..text.len() {
            let mut lines = Lines::default();
            let events: Vec<Event> = text
                .chunks(size)
                .flat_map(|bytes| lines.take(bytes).unwrap())
                .map(Result::unwrap)
                .collect();
            assert_eq!(events, [Event::Resync, Event::Today], "{size}");
        }
    }

    #[test]
    fn a_line_that_never_ends_is_given_up() {
        let mut lines = Lines::default();
        let endless = std::iter::repeat_with(|| lines.take(&[b'x'; 4096])).take(32);
        assert!(endless.filter(Result::is_err).count() > 0);
    }

    #[tokio::test]
    async fn an_empty_folder_has_no_node() {
        let folder = tempfile::tempdir().unwrap();
        let error = NodeClient::find(folder.path()).await.unwrap_err();
        assert_eq!(error.code(), "not_running");
        assert!(
            error
                .to_string()
                .starts_with("no node runs on this folder; start one with `earnest node --data "),
            "{error}"
        );
    }
}
