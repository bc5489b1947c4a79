//! A connection that can be left alone: what arrives meanwhile stays in the system's buffer and wakes nobody.
//!
//! A stream of tokio's is watched all the time: each segment that arrives wakes a thread, whether anybody wants to read or not. A message
//! a second that is read each ten seconds would wake it twenty times for nothing.

use std::{
    io::{self, Read},
    mem, net,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// What can be left alone.
pub(super) trait Doze {
    /// From now on nothing that arrives wakes anybody, until it is read or written again.
    fn doze(&mut self);
}

/// A TCP connection that is watched, or left alone.
#[derive(Debug)]
pub(super) enum Dozing {
    Watched(TcpStream),
    Alone(net::TcpStream),
    /// The system did not take it back.
    Lost,
}

impl From<TcpStream> for Dozing {
    fn from(stream: TcpStream) -> Self {
        Self::Watched(stream)
    }
}

impl Doze for Dozing {
    fn doze(&mut self) {
        *self = match mem::replace(self, Self::Lost) {
            Self::Watched(stream) => stream.into_std().map_or(Self::Lost, Self::Alone),
            other => other,
        };
    }
}

impl Dozing {
    /// The stream, watched again.
    fn watched(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        *self = match mem::replace(self, Self::Lost) {
            Self::Alone(stream) => TcpStream::from_std(stream).map(Self::Watched)?,
            other => other,
        };
        match self {
            Self::Watched(stream) => Ok(Pin::new(stream)),
            _ => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl AsyncRead for Dozing {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        // What is there already is read without being watched; the stream does not block.
        if let Self::Alone(stream) = &mut *self {
            match stream.read(buffer.initialize_unfilled()) {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                read => return Poll::Ready(read.map(|bytes| buffer.advance(bytes))),
            }
        }
        match self.watched() {
            Ok(stream) => stream.poll_read(context, buffer),
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

impl AsyncWrite for Dozing {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.watched() {
            Ok(stream) => stream.poll_write(context, bytes),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Watched(stream) => Pin::new(stream).poll_flush(context),
            _ => Poll::Ready(Ok(())), // nothing waits in a socket of the system's
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.watched() {
            Ok(stream) => stream.poll_shutdown(context),
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    async fn pair() -> (Dozing, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let device = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (listener.accept().await.unwrap().0.into(), device)
    }

    #[tokio::test]
    async fn what_arrived_while_it_was_left_alone_is_read_and_answered() {
        let (mut here, mut device) = pair().await;
        for round in 0..3u8 {
            here.doze();
            here.doze();
            device.write_all(&[round, 1]).await.unwrap();
            device.write_all(&[2]).await.unwrap();
            let mut read = [0; 3];
            here.read_exact(&mut read).await.unwrap();
            assert_eq!(read, [round, 1, 2]);
            here.write_all(b"ok").await.unwrap();
            let mut answer = [0; 2];
            device.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"ok");
        }
    }

    #[tokio::test]
    async fn who_reads_it_waits_as_ever() {
        let (mut here, mut device) = pair().await;
        here.doze();
        let reading = tokio::spawn(async move {
            let mut read = [0; 1];
            here.read_exact(&mut read).await.map(|_| read)
        });
        tokio::task::yield_now().await;
        device.write_all(b"x").await.unwrap();
        assert_eq!(reading.await.unwrap().unwrap(), *b"x");
    }

    #[tokio::test]
    async fn the_end_of_one_that_was_left_alone_is_seen_when_it_is_read() {
        let (mut here, device) = pair().await;
        here.doze();
        drop(device);
        assert_eq!(here.read(&mut [0; 8]).await.unwrap(), 0);
    }
}
