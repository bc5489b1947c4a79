//! A node from its start to its end.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use crate::world::{Node, Said, World, earnest, redacted};

#[test]
fn a_node_says_when_it_is_ready_and_where() {
    let world = World::start();
    let ready = &world.node.as_ref().unwrap().ready;
    assert_eq!(ready["data"], world.folder.path().canonicalize().unwrap().to_str().unwrap());
    let kinds = [("/url", "url"), ("/mqtt", "address"), ("/hub", "url"), ("/data", "folder")];
    insta::assert_json_snapshot!(redacted(ready.clone(), &kinds));
}

#[test]
fn an_empty_node_has_the_sums_of_nothing() {
    let world = World::start();
    let mut events = world.events();
    events.until(|| !world.json(&["status"])["quests"].as_array().unwrap().is_empty());
    let mut status = world.json(&["status"]);
    // The hub's answer about the points may come later than its quests.
    status["hub_points"].take();
    status["points_agree"].take();
    insta::assert_json_snapshot!(status);
}

#[test]
fn the_link_is_printed_for_who_cannot_get_in_otherwise() {
    let world = World::start();
    let link = world.json(&["open"])["link"].as_str().unwrap().to_owned();
    let url = world.node.as_ref().unwrap().ready["url"].as_str().unwrap();
    let token = link
        .strip_prefix(&format!("{url}open?token="))
        .expect("the link goes to the node");
    assert_eq!(token.len(), 64);
    let said = world.says(&["open"]);
    assert_eq!(
        said.output,
        format!("{link}\n"),
        "nothing but the link, so that it can be handed on"
    );
    assert!(said.error.contains("on this computer can open it, and no others"), "{said:?}");
}

#[test]
fn of_a_node_that_listens_everywhere_the_printed_addresses_answer() {
    let folder = tempfile::tempdir().unwrap();
    let node = Some(Node::start_at("0.0.0.0:0", folder.path(), &[]));
    let world = World { folder, node };
    let answer = world.json(&["open"]);
    let ways = answer["ways"].as_array().unwrap();
    for way in ways {
        let link = way["link"].as_str().unwrap();
        let (address, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut connection = TcpStream::connect(address).expect("somebody listens at what was printed");
        write!(
            connection,
            "GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut reply = String::new();
        connection.read_to_string(&mut reply).unwrap();
        assert!(
            reply.starts_with("HTTP/1.1 303") && reply.contains("set-cookie"),
            "{link}: {reply}"
        );
        let local = address.starts_with("127.");
        assert_eq!(way["from"], if local { "this_computer" } else { "network" });
    }
    assert!(
        ways.last().unwrap()["link"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
    if ways.len() > 1 {
        assert_eq!(answer["from"], "network", "what a phone can open comes first");
        let said = world.says(&["open"]);
        assert!(
            said.error.contains("in its network can open it") && said.error.contains("http://127.0.0.1:"),
            "{said:?}"
        );
    }
}

#[test]
fn a_second_node_on_the_folder_says_where_the_first_one_is() {
    let world = World::start();
    let said = world.says(&["node", "--listen", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.error.contains("already runs")
            && said
                .error
                .contains(world.node.as_ref().unwrap().ready["url"].as_str().unwrap()),
        "{said:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_node_that_is_asked_to_stop_leaves_nothing_behind_but_the_data() {
    let mut world = World::start();
    let status = world.node.take().unwrap().stop();
    assert!(status.success(), "{status}");
    assert!(!world.folder.path().join("node.json").exists());
    assert!(world.folder.path().join("vault.db").exists());
}

#[test]
fn a_killed_node_counts_as_none_and_its_folder_is_free() {
    let mut world = World::start();
    world.node.take().unwrap().kill();
    assert!(
        world.folder.path().join("node.json").exists(),
        "nobody was there to remove it"
    );
    assert!(world.says(&["status"]).error.contains("no node runs on this folder"));
    world.node = Some(Node::start(world.folder.path(), &[]));
    assert_eq!(world.json(&["status"])["samples"], 0);
}

#[test]
fn the_vaults_key_in_a_file_is_said_aloud() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = earnest(&[
        "node",
        "--listen",
        "127.0.0.1:0",
        "--mqtt",
        "127.0.0.1:0",
        "--key-file",
        "--demo",
        "--until-done",
        "--data",
    ]);
    command.arg(folder.path());
    let said = Said::by(command);
    assert_eq!(said.code, Some(0), "{said:?}");
    let file = folder.path().canonicalize().unwrap().join("vault.key");
    assert!(
        said.output
            .contains(&format!("The vault's key is in a file only you can read: {}", file.display())),
        "{said:?}"
    );
    assert!(said.output.contains("points, and the hub says the same."), "{said:?}");
}

#[test]
fn the_demonstration_ends_by_itself_with_points_that_agree_and_is_not_done_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (status, output) = Node::start(folder.path(), &["--demo", "--until-done"]).ended();
    assert!(status.success(), "{status}");
    let first: serde_json::Value = serde_json::from_str(output.lines().last().unwrap()).unwrap();
    assert_eq!(first["quests"][0]["done"], true, "{first}");
    assert_eq!(
        (&first["points"], &first["points_agree"]),
        (&first["hub_points"], &true.into())
    );
    assert!(first["points"].as_u64().unwrap() > 0);

    let (status, output) = Node::start(folder.path(), &["--demo", "--until-done"]).ended();
    assert!(status.success(), "{status}");
    let second: serde_json::Value = serde_json::from_str(output.lines().last().unwrap()).unwrap();
    assert_eq!(second["points"], first["points"], "what was credited is credited once");
    let world = World {
        node: Some(Node::start(folder.path(), &[])),
        folder,
    };
    assert_eq!(
        world.json(&["consent", "list"])["grants"].as_array().unwrap().len(),
        1,
        "and allowed once"
    );
}
