//! A Git server for tests: `git http-backend` behind a small HTTP server, which can also misbehave.

use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

mod origin;

pub use origin::Origin;

/// The server's address has a path, as that of a GitHub Enterprise Server behind a proxy may have.
const PREFIX: &str = "/git/hub";

/// How a server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Honest,
    /// Half of the pack, and then the end of the connection.
    CutPack,
    /// All of the pack, with some bytes turned.
    SpoiledPack,
    Silent,
    SilentAfterHeaders,
    Dripping,
    Garbage,
    GarbageInFrame,
    Page,
    Closing,
    Status500,
    Elsewhere,
}

impl Manner {
    pub const HOSTILE: [Self; 9] = [
        Self::Silent,
        Self::SilentAfterHeaders,
        Self::Dripping,
        Self::Garbage,
        Self::GarbageInFrame,
        Self::Page,
        Self::Closing,
        Self::Status500,
        Self::Elsewhere,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Honest => "honest",
            Self::CutPack => "cut pack",
            Self::SpoiledPack => "spoiled pack",
            Self::Silent => "silent",
            Self::SilentAfterHeaders => "silent after the headers",
            Self::Dripping => "dripping",
            Self::Garbage => "garbage",
            Self::GarbageInFrame => "garbage in a frame",
            Self::Page => "a page",
            Self::Closing => "closing",
            Self::Status500 => "status 500",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// An HTTP server on a loopback port; its threads end with the process.
pub struct Server {
    port: u16,
    state: Arc<State>,
}

struct State {
    root: PathBuf,
    authorization: Option<String>,
    manner: Mutex<Manner>,
    requests: AtomicUsize,
}

impl Server {
    /// Serves the bare repositories below a folder to who knows the token.
    pub fn start(root: &Path, token: Option<&str>) -> Self {
        Self::run(root, token, Manner::Honest)
    }

    /// Serves nothing, in this manner.
    pub fn hostile(manner: Manner) -> Self {
        Self::run(Path::new("/nowhere"), None, manner)
    }

    fn run(root: &Path, token: Option<&str>, manner: Manner) -> Self {
        // `x-access-token:ghs_test-token`, the only token that is known here.
        let basic = token.map(|_| "Basic eC1hY2Nlc3MtdG9rZW46Z2hzX3Rlc3QtdG9rZW4=".to_owned());
        let state = State {
            root: root.to_owned(),
            authorization: basic,
            manner: Mutex::new(manner),
            requests: AtomicUsize::new(0),
        };
        let state = Arc::new(state);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A client that hangs up is none of the server's faults.
                std::thread::spawn(move || drop(state.serve(stream)));
            }
        });
        Self { port, state }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{PREFIX}/", self.port)
    }

    pub fn behave(&self, manner: Manner) {
        *self.state.manner.lock().unwrap() = manner;
    }

    /// How many requests have come.
    pub fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }
}

struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn header(&self, name: &str) -> &str {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

impl State {
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some(request) = read_request(&mut reader)? {
            self.requests.fetch_add(1, Ordering::SeqCst);
            if !self.answer(&request, &stream)? {
                break;
            }
        }
        Ok(())
    }

    /// Whether the connection may be used again.
    fn answer(&self, request: &Request, mut stream: &TcpStream) -> io::Result<bool> {
        let manner = *self.manner.lock().unwrap();
        let advertisement = "content-type: application/x-git-upload-pack-advertisement";
        match manner {
            Manner::Silent => forever(),
            Manner::SilentAfterHeaders => {
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\n{advertisement}\r\ncontent-length: 500\r\n\r\n001e#"
                )?;
                forever();
            }
            Manner::Dripping => {
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\n{advertisement}\r\ncontent-length: 60000\r\n\r\nea60"
                )?;
                for _ in 0..60_000 {
                    stream.write_all(b"#")?;
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
            Manner::Garbage => stream.write_all(&[0x80; 4096])?,
            Manner::GarbageInFrame => {
                let body = "zzzz".repeat(1000);
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\n{advertisement}\r\ncontent-length: 4000\r\n\r\n{body}"
                )?;
            }
            Manner::Page => {
                let body = "<html>Sign in</html>";
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\r\n{body}"
                )?;
            }
            Manner::Closing => {}
            Manner::Status500 => write!(stream, "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n")?,
            Manner::Elsewhere => write!(
                stream,
                "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.2:1/acme/roles.git/info/refs?service=git-upload-pack\r\ncontent-length: 0\r\n\r\n"
            )?,
            Manner::Honest | Manner::CutPack | Manner::SpoiledPack => {
                return self.git(request, stream, manner);
            }
        }
        Ok(false)
    }

    fn git(&self, request: &Request, mut stream: &TcpStream, manner: Manner) -> io::Result<bool> {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let path = path.strip_prefix(PREFIX).unwrap_or("/no-prefix");
        let allowed = self
            .authorization
            .as_deref()
            .is_none_or(|basic| basic == request.header("authorization"));
        let (status, kind, mut body) = if allowed {
            self.backend(request, path, query)?
        } else {
            (
                "401 Unauthorized".to_owned(),
                "text/plain".to_owned(),
                b"no".to_vec(),
            )
        };
        let length = body.len();
        // The pack's checksum stands before the last frame, which is empty.
        if let (Some(end), "POST") = (length.checked_sub(16), request.method.as_str())
            && body.windows(4).any(|four| four == b"PACK")
        {
            match manner {
                Manner::CutPack => body.truncate(length / 2),
                Manner::SpoiledPack => body[end..end + 8].iter_mut().for_each(|byte| *byte ^= 0xff),
                _ => {}
            }
        }
        write!(
            stream,
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        )?;
        stream.write_all(&body)?;
        Ok(body.len() == length)
    }

    /// Status, content type and body of `git http-backend`.
    fn backend(&self, request: &Request, path: &str, query: &str) -> io::Result<(String, String, Vec<u8>)> {
        let mut child = Command::new("git")
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", &self.root)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "safe.directory")
            .env("GIT_CONFIG_VALUE_0", "*")
            .env("PATH_INFO", path)
            .env("QUERY_STRING", query)
            .env("REQUEST_METHOD", &request.method)
            .env("CONTENT_TYPE", request.header("content-type"))
            .env("CONTENT_LENGTH", request.body.len().to_string())
            .env("HTTP_GIT_PROTOCOL", request.header("git-protocol"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        child.stdin.take().unwrap().write_all(&request.body)?;
        let output = child.wait_with_output()?.stdout;
        let end = output
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or(output.len());
        let head = String::from_utf8_lossy(&output[..end]).into_owned();
        let value = |name: &str| {
            let line = head
                .lines()
                .find_map(|line| line.split_once(": ").filter(|(key, _)| *key == name));
            line.map(|(_, value)| value.to_owned())
        };
        let body = output.get(end + 4..).unwrap_or_default().to_vec();
        let status = value("Status").unwrap_or_else(|| "200 OK".to_owned());
        Ok((status, value("Content-Type").unwrap_or_default(), body))
    }
}

/// Until the test process ends.
fn forever() {
    loop {
        std::thread::park();
    }
}

fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((key, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((key.to_owned(), value.trim().to_owned()));
    }
    let mut request = Request {
        method,
        target,
        headers,
        body: Vec::new(),
    };
    let length = request.header("content-length").parse().unwrap_or(0);
    if request.header("transfer-encoding") == "chunked" {
        return Err(io::Error::other("chunked requests are not understood"));
    }
    request.body = vec![0; length];
    reader.read_exact(&mut request.body)?;
    Ok(Some(request))
}
