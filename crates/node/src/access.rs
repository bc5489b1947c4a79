//! Who may call: a token for programs of the same user, a session for the screens in a browser.
//!
//! - The token is made anew at each start and stands in the data folder, so whoever can read the folder can call. It is shown as
//!   `Authorization: Bearer ...`, or once in the link that `earnest open` prints.
//! - A browser that was opened by the node's own user on this machine gets a session with the page, without a link. Cookies are
//!   sent to every port of a host, so another user's server on this machine could see that cookie: it is good only on connections
//!   from the node's own user.
//! - A browser that came with the link gets a session that is good from anywhere; that is what the link is for.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue, header, uri::Authority};
use constant_time_eq::constant_time_eq;
use earnest_engine::{EngineError, Random};
use zeroize::Zeroizing;

use crate::peer::Peer;

/// 32 random bytes as hexadecimal digits.
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    fn random(random: &Random) -> Result<Self, EngineError> {
        let bytes = random.secret::<32>()?;
        Ok(Self(Zeroizing::new(hex::encode(bytes.as_ref()))))
    }

    /// Takes as long for any wrong text of the right length.
    fn is(&self, text: &str) -> bool {
        constant_time_eq(self.0.as_bytes(), text.as_bytes())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The secrets of one run of a node.
#[derive(Debug)]
pub(crate) struct Access {
    token: Secret,
    /// The session of a browser of the node's own user.
    own: Secret,
    /// The session of a browser that came with the link.
    linked: Secret,
}

/// A session that a page may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Session {
    Own,
    Linked,
}

impl Access {
    pub(crate) fn new(random: &Random) -> Result<Self, EngineError> {
        Ok(Self {
            token: Secret::random(random)?,
            own: Secret::random(random)?,
            linked: Secret::random(random)?,
        })
    }

    pub(crate) fn token(&self) -> &str {
        self.token.as_str()
    }

    pub(crate) fn is_token(&self, text: &str) -> bool {
        self.token.is(text)
    }

    /// Whether a request may call commands.
    pub(crate) async fn admits(&self, headers: &HeaderMap, peer: &Peer) -> bool {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        bearer.is_some_and(|token| self.token.is(token)) || self.session(headers, peer).await.is_some()
    }

    /// The session that a request shows, if it is good here.
    pub(crate) async fn session(&self, headers: &HeaderMap, peer: &Peer) -> Option<Session> {
        let name = cookie_name(peer)?;
        for cookie in headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
        {
            let Some((_, value)) = cookie.trim().split_once('=').filter(|(its_name, _)| *its_name == name) else {
                continue;
            };
            if self.linked.is(value) {
                return Some(Session::Linked);
            }
            if self.own.is(value) && peer.is_same_user().await {
                return Some(Session::Own);
            }
        }
        None
    }

    /// Whether a page that asks without a session may be given one: the node's own user, in a browser on this machine.
    pub(crate) async fn invites(&self, headers: &HeaderMap, peer: &Peer) -> bool {
        // A tunnel or proxy on this machine speaks for somebody whom nobody knows.
        let forwarded = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
        host(headers, peer) == Host::ThisMachine
            && !forwarded.iter().any(|name| headers.contains_key(*name))
            && peer.is_same_user().await
    }

    /// The cookie of a session: not for scripts, not for other sites, gone with the browser's session.
    pub(crate) fn cookie(&self, session: Session, peer: &Peer) -> Option<HeaderValue> {
        let secret = match session {
            Session::Own => &self.own,
            Session::Linked => &self.linked,
        };
        let name = cookie_name(peer)?;
        let mut value = HeaderValue::try_from(format!("{name}={}; Path=/; HttpOnly; SameSite=Strict", secret.as_str())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// Named after the port, since the nodes of one machine share its cookies.
fn cookie_name(peer: &Peer) -> Option<String> {
    Some(format!("earnest-{}", peer.local()?.port()))
}

/// What a request calls this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// By an address or name that never leaves the machine.
    ThisMachine,
    /// By an address of the network.
    Address,
    /// By something else: a name that a stranger may have pointed here (DNS rebinding), or another port.
    Foreign,
}

/// What the `Host` header says. Names other than `localhost` are foreign: who owns a name chooses where it points.
pub(crate) fn host(headers: &HeaderMap, peer: &Peer) -> Host {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Host::Foreign;
    };
    let Some(authority) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else {
        return Host::Foreign;
    };
    let port = authority.port_u16().unwrap_or(80);
    if authority.as_str().contains('@') || peer.local().map(|local| local.port()) != Some(port) {
        return Host::Foreign;
    }
    let name = authority.host();
    if name == "localhost" {
        return Host::ThisMachine;
    }
    match name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>() {
        Ok(address) if address.is_loopback() => Host::ThisMachine,
        Ok(_) => Host::Address,
        Err(_) => Host::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Somebody on the network: not the node's own user, whatever the system.
    fn phone() -> Peer {
        Peer::new(
            "192.168.1.20:50000".parse().unwrap(),
            Some("192.168.1.5:7420".parse().unwrap()),
        )
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn access() -> Access {
        let next = std::sync::atomic::AtomicU8::new(1);
        let random = Random::new(move |bytes| {
            bytes.fill(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            Ok(())
        });
        Access::new(&random).unwrap()
    }

    #[test]
    fn a_name_is_foreign_and_an_address_is_not() {
        for (name, expected) in [
            ("127.0.0.1:7420", Host::ThisMachine),
            ("localhost:7420", Host::ThisMachine),
            ("[::1]:7420", Host::ThisMachine),
            ("192.168.1.5:7420", Host::Address),
            ("127.0.0.1:7421", Host::Foreign),
            ("127.0.0.1", Host::Foreign),
            ("earnest.example:7420", Host::Foreign),
            ("localhost.example:7420", Host::Foreign),
            ("127.0.0.1.example:7420", Host::Foreign),
            ("me@127.0.0.1:7420", Host::Foreign),
            ("", Host::Foreign),
        ] {
            assert_eq!(host(&headers(&[("host", name)]), &phone()), expected, "{name}");
        }
        assert_eq!(host(&headers(&[]), &phone()), Host::Foreign);
        let two = headers(&[("host", "127.0.0.1:7420"), ("host", "earnest.example:7420")]);
        assert_eq!(host(&two, &phone()), Host::Foreign, "two hosts are one too many");
    }

    #[tokio::test]
    async fn the_token_opens_and_nothing_like_it_does() {
        let access = access();
        let token = "01".repeat(32);
        assert_eq!(access.token(), token);
        assert!(
            access
                .admits(&headers(&[("authorization", &format!("Bearer {token}"))]), &phone())
                .await
        );
        for wrong in [
            String::new(),
            "Bearer ".to_owned(),
            format!("Basic {token}"),
            format!("Bearer {}", &token[1..]),
            token.clone(),
        ] {
            assert!(
                !access.admits(&headers(&[("authorization", &wrong)]), &phone()).await,
                "{wrong}"
            );
        }
        assert!(
            !access
                .admits(&headers(&[("cookie", &format!("earnest-7420={token}"))]), &phone())
                .await,
            "a token is no session"
        );
    }

    #[tokio::test]
    async fn the_session_of_the_own_user_is_worth_nothing_elsewhere() {
        let access = access();
        let own = format!("earnest-7420={}", "02".repeat(32));
        let linked = format!("other=1; earnest-7420={}", "03".repeat(32));
        assert!(
            !access.admits(&headers(&[("cookie", &own)]), &phone()).await,
            "carried off to another machine"
        );
        assert!(
            access.admits(&headers(&[("cookie", &linked)]), &phone()).await,
            "the link was handed over on purpose"
        );
        assert!(!access.invites(&headers(&[("host", "192.168.1.5:7420")]), &phone()).await);
    }

    #[test]
    fn the_cookie_is_for_this_site_and_not_for_scripts() {
        let cookie = access().cookie(Session::Linked, &phone()).unwrap();
        let text = cookie.to_str().unwrap();
        assert_eq!(
            text,
            format!("earnest-7420={}; Path=/; HttpOnly; SameSite=Strict", "03".repeat(32))
        );
        assert!(!format!("{cookie:?}").contains("0303"));
        assert!(!format!("{:?}", access()).contains("0303"));
    }
}
