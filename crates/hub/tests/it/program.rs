//! The program `earnest-hub`: how it starts, says so, stops and fails.

use std::{
    path::Path,
    process::{Output, Stdio},
};

use earnest_hub_api::HubClient;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::world::write_many_steps;

/// A hub in a process of its own.
pub(crate) struct Program {
    child: Child,
    pub(crate) client: HubClient,
    _output: Lines<BufReader<ChildStdout>>,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_earnest-hub"));
    command.args(arguments).env_remove("RUST_LOG").kill_on_drop(true);
    command
}

async fn run(arguments: &[&str]) -> Output {
    command(arguments).output().await.unwrap()
}

impl Program {
    /// Waits for the line that tells the address; that is how everybody learns that it listens.
    pub(crate) async fn start(folder: &Path) -> Self {
        let (database, quests) = (folder.join("hub.sqlite"), folder.join("quests"));
        std::fs::create_dir_all(&quests).unwrap();
        write_many_steps(&quests);
        let url = format!("sqlite://{}", database.display());
        let quests = quests.to_str().unwrap();
        let mut child = command(&[
            "serve",
            "--database",
            &url,
            "--listen",
            "127.0.0.1:0",
            "--name",
            "Riverside",
            "--quests",
            quests,
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = output.next_line().await.unwrap().expect("it says where it listens");
        let url = line.strip_prefix("listening on ").expect("it says where it listens");
        let client = HubClient::new(url.parse().unwrap()).unwrap();
        Self {
            child,
            client,
            _output: output,
        }
    }

    /// Ends it in the middle of whatever it does (SIGKILL).
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to stop; gives its exit code.
    async fn signal(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().await.unwrap().success());
        self.child.wait().await.unwrap().code()
    }
}

#[tokio::test]
async fn it_says_where_it_listens_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut ids = Vec::new();
    for signal in ["-TERM", "-INT"] {
        let program = Program::start(folder.path()).await;
        let info = program.client.info().await.unwrap();
        assert_eq!(info.name, "Riverside");
        assert_eq!(info.quests.len(), 2, "the built-in quest and that of the folder");
        ids.push(info.id);
        assert_eq!(program.signal(signal).await, Some(0), "{signal}");
    }
    assert_eq!(ids[0], ids[1]);
}

#[cfg(unix)]
#[tokio::test]
async fn the_database_is_readable_to_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path()).await;
    program.client.info().await.unwrap();
    for file in ["hub.sqlite", "hub.sqlite-wal"] {
        let mode = std::fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn wrong_usage_is_told_from_failure() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(path("bad-quests")).unwrap();
    std::fs::write(path("bad-quests/odd.toml"), "title = 1").unwrap();
    std::fs::write(path("no-database"), "this is a letter, and no database. ".repeat(100)).unwrap();
    let database = path("hub.sqlite");
    let cases: [(&[&str], i32, &str); 8] = [
        (
            &[
                "serve",
                "--database",
                "postgres://ada:secret@db/hub",
                "--listen",
                "127.0.0.1:0",
            ],
            2,
            "this version keeps SQLite only",
        ),
        (&["serve"], 2, "--database"),
        (&["serve", "--database", &database, "--listen", "nowhere"], 2, "--listen"),
        (&["serve", "--database", &database, "--name", " "], 2, "1 to 80 letters"),
        (
            &[
                "serve",
                "--database",
                &path("no/such/folder/hub.sqlite"),
                "--listen",
                "127.0.0.1:0",
            ],
            1,
            "cannot be opened",
        ),
        (
            &["serve", "--database", &path("no-database"), "--listen", "127.0.0.1:0"],
            1,
            "not a database",
        ),
        (
            &[
                "serve",
                "--database",
                &database,
                "--quests",
                &path("bad-quests"),
                "--listen",
                "127.0.0.1:0",
            ],
            1,
            "odd.toml",
        ),
        (
            &["serve", "--database", &database, "--listen", "203.0.113.1:1"],
            1,
            "203.0.113.1:1 cannot be listened on",
        ),
    ];
    for (arguments, code, says) in cases {
        let output = run(arguments).await;
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        assert!(text.contains(says), "{arguments:?}: {text}");
        assert!(
            output.stdout.is_empty(),
            "{arguments:?}: it does not listen, so it does not say so"
        );
    }
}

#[tokio::test]
async fn help_is_help() {
    let output = run(&["serve", "--help"]).await;
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for word in [
        "--database",
        "--listen",
        "--name",
        "--quests",
        "sqlite:///path/hub.sqlite",
        "listening on",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_hub_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path()).await;
    assert_eq!(program.signal("-TERM").await, Some(0));
    let database = folder.path().join("hub.sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&database);
    let mut connection = {
        use sqlx::Connection as _;
        sqlx::SqliteConnection::connect_with(&options).await.unwrap()
    };
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)")
        .execute(&mut connection)
        .await
        .unwrap();
    drop(connection);
    let output = run(&["serve", "--database", database.to_str().unwrap(), "--listen", "127.0.0.1:0"]).await;
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("written by another version"), "{text}");
}
