//! Asks a hub, and believes it as little as possible.

use std::time::Duration;

use earnest_domain::{consent::Withdrawal, text::plain};
use reqwest::{Method, Response, header, redirect};
use serde::{Serialize, de::DeserializeOwned};
use url::{Host, Url};

use crate::{
    ContributionsReply, ContributionsRequest, HubError, HubInfo, Inquiry, InquiryReply, MAX_REPLY_BYTES, PROTOCOL, Problem, Proofs,
    ProofsRequest, Undo, UndoReply, WithdrawalReply,
};

/// How long the client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For everything, from the name look-up to the last byte of the reply.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(20),
        }
    }
}

/// A hub, as an engine sees it. Cheap to clone; connections are shared.
#[derive(Debug, Clone)]
pub struct HubClient {
    http: reqwest::Client,
    url: Url,
}

impl HubClient {
    /// A client of the hub at `url` (which may have a path, where a hub lives below one) with the usual [`Timeouts`]. Nothing is sent
    /// yet.
    ///
    /// # Errors
    /// [`HubError::Address`] when `url` is none that a hub can have.
    pub fn new(url: Url) -> Result<Self, HubError> {
        Self::with_timeouts(url, Timeouts::default())
    }

    /// The same with other timeouts.
    ///
    /// # Errors
    /// [`HubError::Address`] when `url` is none that a hub can have.
    pub fn with_timeouts(url: Url, timeouts: Timeouts) -> Result<Self, HubError> {
        // A hub knows people by their signatures; a password in the address would end up in logs.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(HubError::Address("it holds a user name or a password".to_owned()));
        }
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(HubError::Address(url.to_string()));
        }
        let mut builder = reqwest::Client::builder()
            // No version: a hub need not tell people apart by how new their app is.
            .user_agent("Earnest")
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.whole)
            // Shorter than the 30 s after which a hub closes an idle connection: no request is lost to that race.
            .pool_idle_timeout(Duration::from_secs(20))
            .referer(false)
            .redirect(redirect::Policy::custom(|attempt| {
                // A grant names its recipient: what was meant for one hub is not carried to another place.
                let same_place = attempt
                    .previous()
                    .last()
                    .is_some_and(|from| from.origin() == attempt.url().origin());
                if same_place && attempt.previous().len() <= 3 {
                    attempt.follow()
                } else {
                    attempt.stop()
                }
            }));
        if is_loopback(&url) {
            // The hub of this machine is not behind the proxy that the environment may name.
            builder = builder.no_proxy();
        }
        let http = builder
            .build()
            .map_err(|error| HubError::Address(error.without_url().to_string()))?;
        Ok(Self { http, url })
    }

    /// Where the hub is.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Who the hub is and what it asks for.
    ///
    /// # Errors
    /// [`HubError`]; [`HubError::Protocol`] also when the hub speaks another version of the contract.
    pub async fn info(&self) -> Result<HubInfo, HubError> {
        let info: HubInfo = self.ask(Method::GET, "hub", None::<&()>).await?;
        if info.protocol != PROTOCOL {
            return Err(HubError::Protocol(format!(
                "it speaks version {} of the contract, not {PROTOCOL}",
                info.protocol
            )));
        }
        Ok(info)
    }

    /// Sends contributions. Sending the same again is safe, and is what to do after any error that [`HubError::is_temporary`].
    ///
    /// # Errors
    /// [`HubError`] for the request as a whole; what became of each contribution stands in the reply.
    pub async fn contribute(&self, request: &ContributionsRequest) -> Result<ContributionsReply, HubError> {
        let reply: ContributionsReply = self.ask(Method::POST, "contributions", Some(request)).await?;
        let answered = reply.results.iter().map(|result| result.id);
        if !answered.eq(request
            .contributions
            .iter()
            .map(earnest_domain::contribution::Contribution::id))
        {
            return Err(HubError::Protocol(
                "it answered other contributions than those that were sent".to_owned(),
            ));
        }
        Ok(reply)
    }

    /// Asks what became of contributions, without sending them.
    ///
    /// # Errors
    /// [`HubError`]; [`HubError::Protocol`] also when it answers what was not asked.
    pub async fn inquire(&self, inquiry: &Inquiry) -> Result<InquiryReply, HubError> {
        let reply: InquiryReply = self.ask(Method::POST, "inquiries", Some(inquiry)).await?;
        let asked = &inquiry.body.contributions;
        if reply.awards.iter().any(|credited| !asked.contains(&credited.id)) {
            return Err(HubError::Protocol(
                "it answered about contributions that it was not asked for".to_owned(),
            ));
        }
        Ok(reply)
    }

    /// Takes a receipt back. Sending the same again is safe.
    ///
    /// # Errors
    /// [`HubError`].
    pub async fn withdraw(&self, withdrawal: &Withdrawal) -> Result<WithdrawalReply, HubError> {
        self.ask(Method::POST, "withdrawals", Some(withdrawal)).await
    }

    /// Takes a contribution back. Sending the same again is safe.
    ///
    /// # Errors
    /// [`HubError`].
    pub async fn undo(&self, undo: &Undo) -> Result<UndoReply, HubError> {
        self.ask(Method::POST, "undos", Some(undo)).await
    }

    /// Asks for the newest head of the hub's log, with proofs. Nothing of them is checked yet but their number.
    ///
    /// # Errors
    /// [`HubError`].
    pub async fn proofs(&self, request: &ProofsRequest) -> Result<Proofs, HubError> {
        let proofs: Proofs = self.ask(Method::POST, "log/proofs", Some(request)).await?;
        if proofs.inclusions.len() != request.entries.len() {
            return Err(HubError::Protocol(
                "it proved other entries than those that were asked for".to_owned(),
            ));
        }
        Ok(proofs)
    }

    async fn ask<Q: Serialize, R: DeserializeOwned>(&self, method: Method, what: &str, body: Option<&Q>) -> Result<R, HubError> {
        let mut url = self.url.clone();
        url.set_query(None);
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("v1").extend(what.split('/'));
        }
        let mut request = self
            .http
            .request(method, url)
            .header(header::ACCEPT, "application/json, application/problem+json");
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|error| transport(&error))?;
        let status = response.status();
        if status.is_server_error() || matches!(status.as_u16(), 408 | 429) {
            return Err(HubError::Server(status.as_u16()));
        }
        let text = bounded(response).await?;
        if status.is_success() {
            return serde_json::from_slice(&text).map_err(|error| HubError::Protocol(error.to_string()));
        }
        match serde_json::from_slice::<Problem>(&text) {
            Ok(problem) if status.is_client_error() => Err(HubError::Refused {
                code: plain(&problem.code, 64),
                reason: plain(&problem.detail, 400),
            }),
            _ => Err(HubError::Protocol(format!("status {}", status.as_u16()))),
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The whole body, unless it is larger than any honest reply.
async fn bounded(mut response: Response) -> Result<Vec<u8>, HubError> {
    let too_large = || HubError::Protocol(format!("its reply is larger than {MAX_REPLY_BYTES} bytes"));
    let limit = MAX_REPLY_BYTES as u64;
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
        if text.len() + chunk.len() > MAX_REPLY_BYTES {
            return Err(too_large());
        }
        text.extend_from_slice(&chunk);
    }
    Ok(text)
}

fn transport(error: &reqwest::Error) -> HubError {
    if error.is_timeout() {
        HubError::Timeout
    } else if error.is_connect() {
        HubError::NoConnection
    } else {
        HubError::Unreachable
    }
}
