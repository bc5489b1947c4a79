//! Who may call over HTTP, and who may not.

use earnest_node::{Announcement, Node};
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE},
    redirect::Policy,
};
use tempfile::TempDir;

use crate::start;

struct World {
    folder: TempDir,
    node: Node,
    http: Client,
}

impl World {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = start(folder.path()).await.unwrap();
        Self {
            folder,
            node,
            http: Client::builder().no_proxy().redirect(Policy::none()).build().unwrap(),
        }
    }

    fn token(&self) -> String {
        Announcement::read(self.folder.path()).unwrap().unwrap().token
    }

    fn port(&self) -> u16 {
        self.node.url().port().unwrap()
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.node.url().join(path).unwrap())
    }

    /// A command as a page of the node itself would send it.
    fn status(&self) -> RequestBuilder {
        self.ask(Method::POST, "api/status")
            .header(CONTENT_TYPE, "application/json")
            .body("{}")
    }
}

async fn code(answer: Response) -> (StatusCode, String) {
    let status = answer.status();
    assert_eq!(answer.headers()[CONTENT_TYPE], "application/problem+json");
    let problem: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(problem["status"], status.as_u16());
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10));
    (status, problem["code"].as_str().unwrap().to_owned())
}

fn session(answer: &Response) -> String {
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn commands_want_the_token() {
    let world = World::start().await;
    assert_eq!(
        code(world.status().send().await.unwrap()).await,
        (StatusCode::UNAUTHORIZED, "unauthorised".to_owned())
    );
    let wrong = world.status().bearer_auth("0".repeat(64)).send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let right = world.status().bearer_auth(world.token()).send().await.unwrap();
    assert_eq!(right.status(), StatusCode::OK);
    assert_eq!(right.json::<serde_json::Value>().await.unwrap()["samples"], 0);
    assert_eq!(
        world.ask(Method::GET, "api/events").send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
    world.node.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_own_users_browser_gets_a_session_with_the_page() {
    let world = World::start().await;
    let page = world.ask(Method::GET, "/").send().await.unwrap();
    let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    let device = page.headers()["permissions-policy"].to_str().unwrap();
    let policies: Vec<&str> = device.split(", ").collect();
    let (ours, others): (Vec<&str>, Vec<&str>) = policies.iter().partition(|policy| policy.ends_with("=(self)"));
    assert_eq!(ours, ["camera=(self)", "microphone=(self)"]);
    assert!(others.iter().all(|policy| policy.ends_with("=()")), "{device}");
    for name in [
        "accelerometer",
        "bluetooth",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "midi",
        "payment",
        "serial",
        "usb",
    ] {
        assert!(others.contains(&&*format!("{name}=()")), "{name} is left open: {device}");
    }
    let session = session(&page);
    let answer = world.status().header(COOKIE, &session).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let again = world.ask(Method::GET, "/").header(COOKIE, &session).send().await.unwrap();
    assert!(!again.headers().contains_key(SET_COOKIE), "who has a session keeps it");
    let proxied = world
        .ask(Method::GET, "/")
        .header("x-forwarded-for", "203.0.113.7")
        .send()
        .await
        .unwrap();
    assert_eq!(
        proxied.status(),
        StatusCode::UNAUTHORIZED,
        "nobody knows for whom a proxy asks"
    );
    assert!(!proxied.headers().contains_key(SET_COOKIE));
    world.node.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_page_that_outlived_the_node_gets_a_new_session() {
    let world = World::start().await;
    let stale = format!("earnest-{}={}", world.port(), "0".repeat(64));
    let refused = world.status().header(COOKIE, stale).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let answer = world.status().header(COOKIE, session(&refused)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    world.node.stop().await;
}

#[tokio::test]
async fn the_link_gives_a_session_and_leaves_the_address_bar() {
    let world = World::start().await;
    let answer = world.http.get(world.node.link()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[LOCATION], "/");
    let status = world
        .status()
        .header(COOKIE, session(&answer))
        .header("x-forwarded-for", "192.168.1.20")
        .send()
        .await
        .unwrap();
    assert_eq!(status.status(), StatusCode::OK);
    let wrong = world.ask(Method::GET, "open?token=0").send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert!(!wrong.headers().contains_key(SET_COOKIE));
    world.node.stop().await;
}

#[tokio::test]
async fn a_name_that_a_stranger_points_here_is_refused() {
    let world = World::start().await;
    let rebound = world
        .ask(Method::GET, "/")
        .header(HOST, format!("rebound.example:{}", world.port()))
        .send()
        .await
        .unwrap();
    assert!(!rebound.headers().contains_key(SET_COOKIE));
    assert_eq!(
        code(rebound).await,
        (StatusCode::MISDIRECTED_REQUEST, "foreign_host".to_owned())
    );
    let another_port = world
        .status()
        .bearer_auth(world.token())
        .header(HOST, "127.0.0.1:1")
        .send()
        .await
        .unwrap();
    assert_eq!(another_port.status(), StatusCode::MISDIRECTED_REQUEST);
    world.node.stop().await;
}

#[tokio::test]
async fn a_page_of_another_site_cannot_send_commands() {
    let world = World::start().await;
    let token = world.token();
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        (ORIGIN.as_str(), "http://127.0.0.1:1"),
    ] {
        let answer = world
            .status()
            .bearer_auth(&token)
            .header(foreign.0, foreign.1)
            .send()
            .await
            .unwrap();
        assert_eq!(
            code(answer).await,
            (StatusCode::FORBIDDEN, "cross_site".to_owned()),
            "{foreign:?}"
        );
    }
    let own = world
        .status()
        .bearer_auth(&token)
        .header("sec-fetch-site", "same-origin")
        .send()
        .await
        .unwrap();
    assert_eq!(own.status(), StatusCode::OK);
    let form = world
        .ask(Method::POST, "api/status")
        .bearer_auth(&token)
        .header(CONTENT_TYPE, "text/plain")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(code(form).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    world.node.stop().await;
}

#[tokio::test]
async fn what_is_no_command_is_refused_with_a_code() {
    let world = World::start().await;
    let token = world.token();
    let post = |path: &str, body: String| {
        world
            .ask(Method::POST, path)
            .bearer_auth(&token)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send()
    };
    let unknown = post("api/erase_everything", "{}".to_owned()).await.unwrap();
    assert_eq!(code(unknown).await, (StatusCode::NOT_FOUND, "unknown_command".to_owned()));
    let bad = post("api/set_name", "{\"name\":1}".to_owned()).await.unwrap();
    assert_eq!(code(bad).await, (StatusCode::BAD_REQUEST, "bad_request".to_owned()));
    let large = post("api/set_name", format!("{{\"name\":\"{}\"}}", "a".repeat(1 << 20)))
        .await
        .unwrap();
    assert_eq!(code(large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let get = world.ask(Method::GET, "api/status").bearer_auth(&token).send().await.unwrap();
    assert_eq!(
        code(get).await,
        (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed".to_owned())
    );
    let nowhere = world.ask(Method::GET, "api/a/b").bearer_auth(&token).send().await.unwrap();
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    world.node.stop().await;
}

#[tokio::test]
async fn no_file_outside_of_the_screens_is_served() {
    let world = World::start().await;
    for path in [
        "../node.json",
        "%2e%2e/%2e%2e/Cargo.toml",
        "..%2f..%2fetc/passwd",
        "node.json",
        "//etc/passwd",
    ] {
        let answer = world.http.get(format!("{}{path}", world.node.url())).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    world.node.stop().await;
}
