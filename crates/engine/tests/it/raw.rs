//! A wearable that speaks MQTT by hand.

use earnest_engine::commands::pairing::Pairing;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// MQTT 3.1.1 by hand: a client decides for itself when it marks a message as sent again.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn connect(to: &Pairing) -> Self {
        let mut stream = TcpStream::connect((to.host.as_str(), to.port)).await.unwrap();
        let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 0b1100_0000, 0, 60]; // user name and password; a session that stays
        for text in [to.device.as_str(), to.username.as_str(), to.password.as_str()] {
            body.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
            body.extend(text.as_bytes());
        }
        stream.write_all(&packet(0x10, &body)).await.unwrap();
        let mut reply = [0; 4];
        stream.read_exact(&mut reply).await.unwrap();
        assert_eq!((reply[0], reply[3]), (0x20, 0), "connected");
        Self(stream)
    }

    /// Returns once it is acknowledged.
    pub(crate) async fn publish(&mut self, to: &Pairing, payload: &[u8], again: bool) {
        let mut body = u16::try_from(to.topic.len()).unwrap().to_be_bytes().to_vec();
        body.extend(to.topic.as_bytes());
        body.extend([0, 1]); // its number
        body.extend(payload);
        self.0.write_all(&packet(0x32 | u8::from(again) << 3, &body)).await.unwrap();
        let mut reply = [0; 4];
        self.0.read_exact(&mut reply).await.unwrap();
        assert_eq!(reply, [0x40, 2, 0, 1], "acknowledged");
    }

    /// Returns once the other side hung up.
    pub(crate) async fn ended(mut self) {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest).await; // a reset is an end, too
    }
}

/// A packet shorter than 16,384 bytes.
fn packet(head: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut packet = vec![head];
    if length < 128 {
        packet.push(u8::try_from(length).unwrap());
    } else {
        packet.extend([
            u8::try_from(length % 128).unwrap() | 0x80,
            u8::try_from(length / 128).unwrap(),
        ]);
    }
    packet.extend(body);
    packet
}
