//! The client against hubs that are slow, broken, huge or no hubs at all.

use std::time::Duration;

use earnest_hub_api::{ContributionsRequest, HubClient, HubError, MAX_REPLY_BYTES, Timeouts};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// Answers every connection with these bytes once the request's headers are in, then does as told.
struct Misbehaving {
    address: std::net::SocketAddr,
    task: JoinHandle<()>,
}

#[derive(Clone, Copy)]
enum Then {
    Close,
    KeepSilent,
}

impl Misbehaving {
    async fn hub(reply: impl Into<Vec<u8>>, then: Then) -> Self {
        let reply = reply.into();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let reply = reply.clone();
                tokio::spawn(async move {
                    let request = headers(&mut stream).await;
                    assert!(!request.contains(env!("CARGO_PKG_VERSION")), "no version is told: {request}");
                    // The client may hang up in the middle of a reply that it refuses.
                    let _ = stream.write_all(&reply).await;
                    match then {
                        Then::Close => drop(stream),
                        Then::KeepSilent => std::future::pending::<()>().await,
                    }
                });
            }
        });
        Self { address, task }
    }

    fn client(&self) -> HubClient {
        let timeouts = Timeouts {
            connect: Duration::from_secs(5),
            whole: Duration::from_millis(300),
        };
        HubClient::with_timeouts(format!("http://{}", self.address).parse().unwrap(), timeouts).unwrap()
    }

    async fn error(reply: impl Into<Vec<u8>>, then: Then) -> HubError {
        let hub = Self::hub(reply, then).await;
        hub.client().info().await.unwrap_err()
    }
}

impl Drop for Misbehaving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn headers(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    while !text.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut part = [0; 1024];
        let read = stream.read(&mut part).await.unwrap();
        assert!(read > 0, "the client sends whole headers");
        text.extend_from_slice(&part[..read]);
    }
    String::from_utf8(text).unwrap()
}

fn reply(status: &str, media_type: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_hub_that_says_nothing_times_out() {
    let error = Misbehaving::error("", Then::KeepSilent).await;
    assert_eq!(error, HubError::Timeout);
    assert!(error.is_temporary());
}

#[tokio::test]
async fn a_hub_that_stops_in_the_middle_of_its_reply_times_out() {
    let error = Misbehaving::error("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"id\":", Then::KeepSilent).await;
    assert_eq!(error, HubError::Timeout);
}

#[tokio::test]
async fn a_hub_that_drops_half_way_is_unreachable() {
    for reply in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"id\":",
    ] {
        let error = Misbehaving::error(reply, Then::Close).await;
        assert_eq!(error, HubError::Unreachable, "{reply:?}");
        assert!(error.is_temporary());
    }
}

#[tokio::test]
async fn a_hub_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = HubClient::new(url.parse().unwrap()).unwrap().info().await.unwrap_err();
    assert_eq!(error, HubError::NoConnection);
}

#[tokio::test]
async fn a_hub_in_trouble_is_asked_again_later() {
    for (status, number) in [
        ("500 Internal Server Error", 500),
        ("503 Service Unavailable", 503),
        ("429 Too Many Requests", 429),
    ] {
        let error = Misbehaving::error(reply(status, "text/html", "<h1>oh no</h1>"), Then::Close).await;
        assert_eq!(error, HubError::Server(number));
        assert!(error.is_temporary());
    }
}

#[tokio::test]
async fn a_refusal_comes_with_its_code() {
    let body = r#"{"title":"Forbidden","status":403,"detail":"not you","code":"foreign_person"}"#;
    let error = Misbehaving::error(reply("403 Forbidden", "application/problem+json", body), Then::Close).await;
    assert_eq!(
        error,
        HubError::Refused {
            code: "foreign_person".to_owned(),
            reason: "not you".to_owned()
        }
    );
    assert_eq!(error.code(), "foreign_person");
    assert!(!error.is_temporary());
}

#[tokio::test]
async fn what_is_no_hub_is_told_from_one() {
    let page = "<html>Welcome to the hotel, please log in</html>";
    let cases = [
        ("a log-in page", reply("200 OK", "text/html", page)),
        ("another server", reply("404 Not Found", "text/html", page)),
        (
            "another contract",
            reply(
                "200 OK",
                "application/json",
                r#"{"id":"hub-1","name":"x","protocol":99,"quests":[]}"#,
            ),
        ),
    ];
    for (story, reply) in cases {
        let error = Misbehaving::error(reply, Then::Close).await;
        assert!(matches!(error, HubError::Protocol(_)), "{story}: {error}");
        assert!(!error.is_temporary(), "{story}");
    }
}

#[tokio::test]
async fn a_huge_reply_is_not_read() {
    let announced = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", MAX_REPLY_BYTES + 1);
    let mut unannounced = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    unannounced.resize(MAX_REPLY_BYTES + 4096, b' ');
    for reply in [announced.into_bytes(), unannounced] {
        let hub = Misbehaving::hub(reply, Then::KeepSilent).await;
        let url = hub.client().url().clone();
        let error = HubClient::new(url).unwrap().info().await.unwrap_err();
        assert!(
            matches!(&error, HubError::Protocol(text) if text.contains("larger")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn nothing_is_carried_to_another_place() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let location = elsewhere.local_addr().unwrap();
    let moved =
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{location}/v1/contributions\r\ncontent-length: 0\r\n\r\n");
    let hub = Misbehaving::hub(moved, Then::Close).await;
    let nothing = ContributionsRequest {
        receipts: vec![],
        contributions: vec![],
    };
    tokio::select! {
        answer = async { hub.client().contribute(&nothing).await } => assert_eq!(answer, Err(HubError::Protocol("status 307".to_owned()))),
        _ = elsewhere.accept() => panic!("the request was carried to another place"),
    }
}

#[tokio::test]
async fn a_redirect_within_the_hub_is_followed_and_a_circle_ends() {
    let moved = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /v1/hub\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let error = Misbehaving::error(moved, Then::Close).await;
    assert_eq!(error, HubError::Protocol("status 307".to_owned()));
}

#[tokio::test]
async fn a_hub_that_answers_something_else_is_not_believed() {
    let other = r#"{"results":[{"id":"0000000000000000000000000000000000000000000000000000000000000000","outcome":{"refused":{"code":"x","reason":"y"}}}],"points":9}"#;
    let hub = Misbehaving::hub(reply("200 OK", "application/json", other), Then::Close).await;
    let nothing = ContributionsRequest {
        receipts: vec![],
        contributions: vec![],
    };
    let error = hub.client().contribute(&nothing).await.unwrap_err();
    assert!(
        matches!(&error, HubError::Protocol(text) if text.contains("other contributions")),
        "{error}"
    );
}

#[test]
fn an_address_that_no_hub_can_have_is_refused_without_showing_a_password() {
    for address in [
        "ftp://example.org",
        "mailto:ada@example.org",
        "https://ada:secret@example.org",
        "ftp://ada:secret@example.org",
    ] {
        let error = HubClient::new(address.parse().unwrap()).unwrap_err();
        assert_eq!(error.code(), "hub_address", "{address}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
