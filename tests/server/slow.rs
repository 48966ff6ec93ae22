//! Clients that are slow, silent or many, over real sockets. Each test makes the limit that it is about
//! small and leaves the others large, so that nothing depends on how fast this machine is; an honest
//! client is served all the while.

use std::net::SocketAddr;
use std::time::Duration;

use specwarden::server;
use specwarden::server::DoorLimits;
use specwarden::server::Running;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::scene::SECRET;
use crate::scene::Setting;
use crate::scene::deliver;
use crate::scene::get;
use crate::scene::ping;
use crate::scene::sign;

/// Nothing here takes this long; a test that hangs ends.
const AT_LAST: Duration = Duration::from_secs(120);
const FOREVER: Duration = Duration::from_secs(3_600);
const SOON: Duration = Duration::from_secs(2);

const PATIENT: DoorLimits = DoorLimits {
    connections: 64,
    head_within: FOREVER,
    head_bytes: 16 * 1024,
    headers: 100,
    body_within: FOREVER,
    large_bodies: 32 * 1024 * 1024,
    lifetime: FOREVER,
    parting: FOREVER,
};

const HEAD_OF_A_DELIVERY: &str = "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";

async fn server_within(limits: DoorLimits) -> (Setting, Running) {
    let setting = Setting::alone();
    let running = server::start_within(&setting.args(), limits)
        .await
        .expect("it starts");
    (setting, running)
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.expect("a connection")
}

/// What the server says until it closes the connection.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let reading = async {
        let mut buffer = [0; 4096];
        // A reset is an end too.
        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
            said.extend_from_slice(&buffer[..length]);
        }
    };
    tokio::time::timeout(AT_LAST, reading)
        .await
        .expect("the connection is closed");
    String::from_utf8_lossy(&said).into_owned()
}

/// Whether the other side has closed, without waiting.
fn is_closed(stream: &TcpStream) -> bool {
    match stream.try_read(&mut [0]) {
        Ok(length) => length == 0,
        Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
    }
}

/// Writes this again and again, with an honest request after each time, until the server has had enough.
async fn dribble(address: SocketAddr, stream: &mut TcpStream, drop: &[u8]) {
    let dribbling = async {
        while stream.write_all(drop).await.is_ok() && !is_closed(stream) {
            assert_eq!(get(address, "/healthz").await.0, 200);
        }
    };
    tokio::time::timeout(AT_LAST, dribbling)
        .await
        .expect("the connection is closed");
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_gets_no_more_time_than_one_that_does_not() {
    let limits = DoorLimits {
        head_within: SOON,
        ..PATIENT
    };
    let (_setting, running) = server_within(limits).await;
    let address = running.address();
    let mut stream = connect(address).await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nX-Slow: ")
        .await
        .expect("sent");
    dribble(address, &mut stream, b"a").await;
    running.stop().await;
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed_before_and_after_a_request() {
    let limits = DoorLimits {
        head_within: SOON,
        ..PATIENT
    };
    let (_setting, running) = server_within(limits).await;
    let mut silent = connect(running.address()).await;
    assert_eq!(until_closed(&mut silent).await, "");
    let mut answered = connect(running.address()).await;
    answered
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("sent");
    let said = until_closed(&mut answered).await;
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    running.stop().await;
}

#[tokio::test]
async fn a_body_that_comes_byte_by_byte_is_refused_as_late() {
    let limits = DoorLimits {
        body_within: SOON,
        ..PATIENT
    };
    let (_setting, running) = server_within(limits).await;
    let address = running.address();
    let mut stream = connect(address).await;
    stream
        .write_all(HEAD_OF_A_DELIVERY.as_bytes())
        .await
        .expect("sent");
    let dribbling = async {
        let mut said = [0; 12];
        let mut sent = 0;
        // Far fewer than were announced: the server must not take them for the whole.
        while sent < 900 && stream.try_read(&mut said).is_err() {
            if stream.write_all(b"{").await.is_err() {
                break;
            }
            sent += 1;
            assert_eq!(get(address, "/healthz").await.0, 200);
        }
        if said[0] == 0 {
            let _ = stream.read(&mut said).await;
        }
        said
    };
    let said = tokio::time::timeout(AT_LAST, dribbling).await.expect("an answer");
    assert_eq!(String::from_utf8_lossy(&said), "HTTP/1.1 408");
    until_closed(&mut stream).await;
    running.stop().await;
}

#[tokio::test]
async fn a_flood_of_headers_is_refused_and_not_kept() {
    let (_setting, running) = server_within(PATIENT).await;
    let address = running.address();
    let many: String = (0..200).map(|n| format!("X-{n}: y\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "y".repeat(60_000));
    let path = "y".repeat(60_000);
    for (head, status) in [
        (format!("GET / HTTP/1.1\r\n{many}\r\n"), "431"),
        (format!("GET / HTTP/1.1\r\n{long}\r\n"), "431"),
        (format!("GET /{path} HTTP/1.1\r\n\r\n"), "431"),
        ("GET / HTTP/1.1\r\nno header at all\r\n\r\n".to_owned(), "400"),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n".to_owned(), "400"),
    ] {
        let mut stream = connect(address).await;
        // It may refuse before it has heard it all.
        let _ = stream.write_all(head.as_bytes()).await;
        let said = until_closed(&mut stream).await;
        let refused = said.starts_with(&format!("HTTP/1.1 {status}"));
        // An answer to what was not heard out can be lost with the connection.
        assert!(
            refused || said.is_empty() && head.len() > 16_000,
            "{status}: {said}"
        );
    }
    let mut endless = connect(address).await;
    let flooding = async {
        let mut sent = 0_usize;
        while endless.write_all(&[b'y'; 4096]).await.is_ok() {
            sent += 4096;
        }
        sent
    };
    let sent = tokio::time::timeout(AT_LAST, flooding)
        .await
        .expect("it is closed");
    // More than the limit fits into the buffers of the two ends; without one it would never end.
    println!("an endless head was cut off after {sent} bytes at most");
    assert_eq!(get(address, "/healthz").await.0, 200);
    running.stop().await;
}

#[tokio::test]
async fn however_many_connections_are_held_open_the_next_client_is_served() {
    let limits = DoorLimits {
        connections: 8,
        ..PATIENT
    };
    let (_setting, running) = server_within(limits).await;
    let address = running.address();
    let mut held = Vec::new();
    // None of these would ever time out.
    for kind in 0..60 {
        let mut stream = connect(address).await;
        let begun = ["", "GET / HTT", HEAD_OF_A_DELIVERY][kind % 3];
        let _ = stream.write_all(begun.as_bytes()).await;
        held.push(stream);
    }
    let body = ping();
    let signature = sign(SECRET, &body);
    assert_eq!(deliver(address, "1", "ping", body, &signature).await, 202);
    let (_, metrics) = get(address, "/metrics").await;
    assert!(
        metrics.contains("specwarden_connections_total{ended=\"crowded\"}"),
        "{metrics}"
    );
    // All but the last eight had to make room; the oldest did so first.
    for stream in &mut held[..52] {
        until_closed(stream).await;
    }
    drop(held);
    running.stop().await;
}

#[tokio::test]
async fn large_bodies_that_never_end_do_not_hold_up_small_ones() {
    let (_setting, running) = server_within(PATIENT).await;
    let address = running.address();
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut stream = connect(address).await;
        let head = format!(
            "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{{",
            25 * 1024 * 1024
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        held.push(stream);
    }
    for guid in ["1", "2", "3"] {
        let body = ping();
        let signature = sign(SECRET, &body);
        assert_eq!(deliver(address, guid, "ping", body, &signature).await, 202);
    }
    drop(held);
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_never_reads_its_answers_is_let_go() {
    let limits = DoorLimits {
        lifetime: SOON,
        parting: SOON,
        ..PATIENT
    };
    let (_setting, running) = server_within(limits).await;
    let address = running.address();
    let mut stream = connect(address).await;
    let asking = async {
        while stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .is_ok()
        {}
    };
    tokio::time::timeout(AT_LAST, asking)
        .await
        .expect("the connection is closed");
    assert_eq!(get(address, "/healthz").await.0, 200);
    running.stop().await;
}

#[tokio::test]
async fn a_stop_waits_for_nobody_who_does_nothing() {
    let limits = DoorLimits {
        parting: SOON,
        ..PATIENT
    };
    let (_setting, running) = server_within(limits).await;
    let mut held = Vec::new();
    for begun in ["", "GET / HTT", HEAD_OF_A_DELIVERY] {
        let mut stream = connect(running.address()).await;
        stream.write_all(begun.as_bytes()).await.expect("sent");
        held.push(stream);
    }
    // The server has taken them in: it takes in one after the other.
    assert_eq!(get(running.address(), "/healthz").await.0, 200);
    let address = running.address();
    tokio::time::timeout(AT_LAST, running.stop())
        .await
        .expect("it stops");
    for stream in &mut held {
        until_closed(stream).await;
    }
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody is taken in any more"
    );
}
