//! What is no request is refused as a problem document, and the hub goes on serving.

use earnest_hub_api::{HubError, MAX_CONTRIBUTIONS, MAX_REQUEST_BYTES, Problem};
use reqwest::{Method, RequestBuilder, header};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::world::{NOW, World, quest};

fn request(world: &World, method: Method, path: &str) -> RequestBuilder {
    let url = world.client.url().join(path).unwrap();
    reqwest::Client::builder().no_proxy().build().unwrap().request(method, url)
}

async fn problem(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(problem.status, status);
    (status, problem.code)
}

#[tokio::test]
async fn what_is_no_request_is_a_problem() {
    let world = World::start().await;
    let post = |path: &str| request(&world, Method::POST, path).header(header::CONTENT_TYPE, "application/json");
    let cases = [
        (
            "an unknown path",
            request(&world, Method::GET, "/v1/people"),
            404,
            "not_found",
        ),
        (
            "another method",
            request(&world, Method::DELETE, "/v1/hub"),
            405,
            "method_not_allowed",
        ),
        ("no JSON", post("/v1/contributions").body("walk, walk"), 400, "malformed"),
        ("broken JSON", post("/v1/withdrawals").body("{\"body\":"), 400, "malformed"),
        ("no UTF-8", post("/v1/contributions").body(vec![0xff; 20]), 400, "malformed"),
        (
            "deep JSON",
            post("/v1/contributions").body("[".repeat(100_000)),
            400,
            "malformed",
        ),
        (
            "another word",
            post("/v1/contributions").body(r#"{"receipts":[],"contributions":[],"note":1}"#),
            400,
            "malformed",
        ),
        (
            "nothing in it",
            post("/v1/contributions").body(r#"{"receipts":[],"contributions":[]}"#),
            400,
            "malformed",
        ),
        (
            "what a web page could post",
            request(&world, Method::POST, "/v1/contributions").body("{}"),
            415,
            "unsupported_media_type",
        ),
        (
            "a byte too many",
            post("/v1/contributions").body(" ".repeat(MAX_REQUEST_BYTES + 1)),
            413,
            "too_large",
        ),
        (
            "far too many bytes",
            post("/v1/withdrawals").body(" ".repeat(8 * MAX_REQUEST_BYTES)),
            413,
            "too_large",
        ),
    ];
    for (story, request, status, code) in cases {
        assert_eq!(problem(request).await, (status, code.to_owned()), "{story}");
    }
    assert_eq!(world.rows().await, 0);
    world.client.info().await.unwrap();
}

#[tokio::test]
async fn a_contribution_too_many_is_refused_as_a_whole() {
    let world = World::start().await;
    let (ada, quest) = (world.person(1), quest("many-steps"));
    let walks: Vec<_> = (0..=u32::try_from(MAX_CONTRIBUTIONS).unwrap())
        .map(|n| ada.walks(&quest, n, NOW))
        .collect();
    let request = earnest_hub_api::ContributionsRequest {
        receipts: vec![ada.receipt.clone()],
        contributions: walks,
    };
    let error = world.client.contribute(&request).await.unwrap_err();
    assert!(
        matches!(&error, HubError::Refused { code, .. } if code == "too_large"),
        "{error}"
    );
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn connections_that_say_nothing_do_not_keep_a_hub_from_stopping() {
    let world = World::start().await;
    let address = format!("127.0.0.1:{}", world.client.url().port().unwrap());
    let mut silent = TcpStream::connect(&address).await.unwrap();
    silent.write_all(b"POST /v1/contr").await.unwrap();
    world.client.info().await.unwrap();
    world.stop().await;
    let mut rest = Vec::new();
    // Closed or reset: either way the connection is over.
    let _ = silent.read_to_end(&mut rest).await;
    assert!(TcpStream::connect(&address).await.is_err(), "nobody listens any more");
}
