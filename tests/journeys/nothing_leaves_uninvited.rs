//! A whole day in a network where every packet that leaves is counted: there is none.
#![cfg(target_os = "linux")]

use std::process::Output;

use earnest_journeys::binary;
use serde_json::Value;
use tokio::process::Command;

/// A network of its own, whose only way out counts what takes it. Everything that is not this machine goes that way, name look-ups
/// included. IPv6 is off there, since the system itself would greet its neighbours.
const NETWORK: &str = r"
set -e
ip link set lo up
ip link add out type veth peer name far
for interface in all default out far; do echo 1 > /proc/sys/net/ipv6/conf/$interface/disable_ipv6; done
ip address add 198.18.0.1/15 dev out
ip link set far up
ip link set out up
ip route add default dev out
";

async fn in_a_counted_network(what: &str) -> Output {
    let script = format!("{NETWORK}\n{what}\nip -json -statistics link show out");
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--net", "bash", "-c", &script])
        .kill_on_drop(true);
    let output = command.output().await.expect("unshare (util-linux) and bash are there");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the network or what ran in it failed: {told}");
    output
}

fn packets(output: &Output) -> u64 {
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap();
    let links: Value = serde_json::from_str(last).unwrap();
    links[0]["stats64"]["tx"]["packets"].as_u64().unwrap()
}

#[tokio::test]
async fn a_whole_quest_without_a_packet_to_anywhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let earnest = binary("earnest");
    let quest = format!(
        "'{}' node --data '{}' --listen 127.0.0.1:0 --mqtt 127.0.0.1:0 --key-file --demo --until-done --json",
        earnest.display(),
        folder.path().join("ada").display(),
    );
    let output = in_a_counted_network(&quest).await;
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains(r#""done":true"#), "the quest was done and credited: {text}");
    assert_eq!(packets(&output), 0, "nothing left this machine");
}

#[tokio::test]
async fn the_counter_counts() {
    let output = in_a_counted_network("echo hello > /dev/udp/198.18.0.9/9").await;
    assert!(packets(&output) > 0, "a single packet that wants to leave is seen");
}
