//! A client that writes its own bytes, to see exactly which bytes come back and when.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::world::{PASSWORD, soon};

/// MQTT 3.1.1 or 5.
pub(crate) const THREE: u8 = 4;
pub(crate) const FIVE: u8 = 5;

pub(crate) struct Client {
    stream: TcpStream,
    level: u8,
}

/// What CONNECT says; the rest is fixed.
pub(crate) struct Connect<'a> {
    pub(crate) level: u8,
    pub(crate) user: &'a str,
    pub(crate) password: &'a str,
    pub(crate) client: &'a str,
    pub(crate) clean: bool,
    pub(crate) keep_alive: u16,
    pub(crate) will: Option<(&'a str, &'a [u8])>,
}

impl Default for Connect<'_> {
    fn default() -> Self {
        Self {
            level: THREE,
            user: "ada",
            password: PASSWORD,
            client: "watch",
            clean: true,
            keep_alive: 60,
            will: None,
        }
    }
}

fn text(bytes: &[u8]) -> Vec<u8> {
    let mut out = u16::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
    out.extend(bytes);
    out
}

pub(crate) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    let mut left = body.len();
    loop {
        let byte = u8::try_from(left % 128).unwrap();
        left /= 128;
        out.push(if left > 0 { byte | 0x80 } else { byte });
        if left == 0 {
            break;
        }
    }
    out.extend(body);
    out
}

impl Connect<'_> {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut body = text(b"MQTT");
        let will = if self.will.is_some() { 0x04 } else { 0 };
        body.push(self.level);
        body.push(0xc0 | will | if self.clean { 0x02 } else { 0 });
        body.extend(self.keep_alive.to_be_bytes());
        if self.level == FIVE {
            if self.clean {
                body.push(0);
            } else {
                body.extend([5, 0x11, 0, 0, 0x0e, 0x10]); // session expiry: an hour
            }
        }
        body.extend(text(self.client.as_bytes()));
        if let Some((topic, payload)) = self.will {
            if self.level == FIVE {
                body.push(0);
            }
            body.extend(text(topic.as_bytes()));
            body.extend(text(payload));
        }
        body.extend(text(self.user.as_bytes()));
        body.extend(text(self.password.as_bytes()));
        packet(0x10, &body)
    }
}

impl Client {
    /// Opens a socket and says nothing.
    pub(crate) async fn silent(address: SocketAddr) -> Self {
        Self {
            stream: soon("a socket", TcpStream::connect(address)).await.unwrap(),
            level: THREE,
        }
    }

    /// Connects and is welcome.
    pub(crate) async fn connect(address: SocketAddr, connect: Connect<'_>) -> Self {
        let (client, welcome) = Self::knock(address, connect).await;
        assert_eq!(
            (welcome[0], welcome[1] & 0xfe, welcome[2]),
            (0x20, 0, 0),
            "no welcome: {welcome:02x?}"
        );
        client
    }

    /// Connects and returns the CONNACK: its first byte, flags, code.
    pub(crate) async fn knock(address: SocketAddr, connect: Connect<'_>) -> (Self, Vec<u8>) {
        let mut client = Self::silent(address).await;
        client.level = connect.level;
        client.send(&connect.bytes()).await;
        let (first, body) = client.receive().await.expect("an answer to CONNECT");
        (client, [vec![first], body].concat())
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Sends what may not be welcome: the endpoint may have closed already.
    pub(crate) async fn try_send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    pub(crate) async fn publish(&mut self, qos: u8, duplicate: bool, id: u16, topic: &str, payload: &[u8]) {
        let mut body = text(topic.as_bytes());
        if qos > 0 {
            body.extend(id.to_be_bytes());
        }
        if self.level == FIVE {
            body.push(0);
        }
        body.extend(payload);
        let bytes = packet(0x30 | qos << 1 | u8::from(duplicate) << 3, &body);
        self.send(&bytes).await;
    }

    pub(crate) async fn subscribe(&mut self, id: u16, filter: &str) {
        let mut body = id.to_be_bytes().to_vec();
        if self.level == FIVE {
            body.push(0);
        }
        body.extend(text(filter.as_bytes()));
        body.push(1);
        self.send(&packet(0x82, &body)).await;
    }

    /// The next packet: its first byte and its body; `None` when the endpoint closed.
    pub(crate) async fn receive(&mut self) -> Option<(u8, Vec<u8>)> {
        soon("a packet or the end", async {
            let first = self.stream.read_u8().await.ok()?;
            let (mut length, mut shift) = (0_usize, 0);
            loop {
                let byte = self.stream.read_u8().await.ok()?;
                length |= usize::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            let mut body = vec![0; length];
            self.stream.read_exact(&mut body).await.ok()?;
            Some((first, body))
        })
        .await
    }

    /// The next packet must be this.
    pub(crate) async fn expect(&mut self, first: u8, body: &[u8]) {
        assert_eq!(self.receive().await, Some((first, body.to_vec())));
    }

    /// A ping is answered, and nothing else was on its way.
    pub(crate) async fn hears_nothing_but_a_pong(&mut self) {
        self.send(&[0xc0, 0]).await;
        self.expect(0xd0, &[]).await;
    }

    /// The endpoint must close, whatever it says before.
    pub(crate) async fn is_closed(&mut self) {
        while self.receive().await.is_some() {}
    }
}
