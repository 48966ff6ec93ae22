//! Connections: taken in, served, and ended when they last too long, when it is full, or when the
//! server stops.
//!
//! A client that is slow, silent or many must not keep others out: see [`DoorLimits`].

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Body as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::crowd::Crowd;
use super::crowd::Turn;

/// How much of the server clients may take up, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoorLimits {
    /// Connections at one time. One more, and the one that waited longest for its client is closed.
    pub connections: usize,
    /// The longest that a request's head may take, and that a connection may idle.
    pub head_within: Duration,
    /// The longest head, in bytes.
    pub head_bytes: usize,
    /// The most headers in one head.
    pub headers: usize,
    /// The longest that a body may take. GitHub itself gives up after ten seconds.
    pub body_within: Duration,
    /// How many bytes of large bodies are held at one time; at least one of 25 MB always fits.
    pub large_bodies: usize,
    /// After this a connection ends, however busy: a client that does not read its answers holds one
    /// no longer either.
    pub lifetime: Duration,
    /// What is under way when a connection has to end gets this long.
    pub parting: Duration,
}

impl Default for DoorLimits {
    fn default() -> Self {
        Self {
            // With files, store and calls this stays below the 1,024 descriptors that most systems give.
            connections: 512,
            head_within: Duration::from_secs(30),
            head_bytes: 32 * 1024,
            headers: 100,
            body_within: Duration::from_secs(20),
            large_bodies: 32 * 1024 * 1024,
            lifetime: Duration::from_secs(300),
            parting: Duration::from_secs(8),
        }
    }
}

/// After an error that concerns no single connection, such as too many open files.
const BREATH: Duration = Duration::from_millis(500);

/// Serves until `stop`; then returns when the last connection has ended, within
/// [`DoorLimits::parting`].
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: DoorLimits,
    stop: CancellationToken,
) {
    let crowd = Crowd::new(limits.connections);
    let conversations = TaskTracker::new();
    let taking_in = async {
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) if concerns_one(&error) => continue,
                Err(error) => {
                    tracing::error!(%error, "no connection can be taken in");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            };
            let turn = crowd.enter().await;
            metrics::gauge!("specwarden_connections").set(as_gauge(crowd.len()));
            let (router, stop) = (router.clone(), stop.clone());
            conversations.spawn(async move {
                let ended = converse(stream, router, &turn, limits, &stop).await;
                metrics::counter!("specwarden_connections_total", "ended" => ended.word()).increment(1);
            });
        }
    };
    tokio::select! {
        () = taking_in => {}
        () = stop.cancelled() => {}
    }
    drop(listener);
    conversations.close();
    conversations.wait().await;
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// The client was done, or the server stopped.
    Well,
    /// The client broke off or sent what is no HTTP.
    Broken,
    /// The client took too long.
    Late,
    /// It made room for another.
    Crowded,
}

impl Ended {
    fn word(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Broken => "broken",
            Self::Late => "late",
            Self::Crowded => "crowded",
        }
    }
}

async fn converse(
    stream: TcpStream,
    router: Router,
    turn: &Turn,
    limits: DoorLimits,
    stop: &CancellationToken,
) -> Ended {
    let service = hyper::service::service_fn(|request| answer(router.clone(), turn.clone(), request));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_within)
            .max_headers(limits.headers)
            .max_buf_size(limits.head_bytes)
            .serve_connection(TokioIo::new(stream), service)
    );
    let mut deadline = pin!(tokio::time::sleep(limits.lifetime));
    let mut parting = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => return match ended {
                Ok(()) => Ended::Well,
                Err(error) if error.is_timeout() => Ended::Late,
                Err(_) => Ended::Broken,
            },
            () = turn.has_to_leave() => return Ended::Crowded,
            () = deadline.as_mut() => {
                if parting {
                    return Ended::Late;
                }
            }
            () = stop.cancelled(), if !parting => {}
        }
        parting = true;
        connection.as_mut().graceful_shutdown();
        deadline
            .as_mut()
            .reset(tokio::time::Instant::now() + limits.parting);
    }
}

/// Answers one request, and says meanwhile who waits for whom. A request with a body waits for its
/// client until its reader says otherwise.
fn answer(
    router: Router,
    turn: Turn,
    request: Request<Incoming>,
) -> impl Future<Output = Result<axum::response::Response, Infallible>> {
    if request.body().is_end_stream() {
        turn.waits_for_us();
    }
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(turn.clone());
    async move {
        let answer = router.oneshot(request).await;
        turn.waits_for_client();
        answer
    }
}

fn concerns_one(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

fn as_gauge(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}
