//! libgit2's smart protocol over our own HTTP client.
//!
//! The crate is built without libgit2's HTTPS, which would ask for OpenSSL on the machine; instead
//! libgit2 speaks to a private URL scheme, and this file turns what it says into requests of a
//! [`Session`], over rustls. A private scheme also keeps the machine's Git configuration
//! (`url.*.insteadOf`, `http.proxy`, credential helpers) out of a server's fetches.

use std::io;
use std::io::Read;
use std::io::Write;
use std::sync::Arc;
use std::sync::OnceLock;

use git2::transport::Service;
use git2::transport::SmartSubtransport;
use git2::transport::SmartSubtransportStream;
use git2::transport::Transport;

use crate::git::MirrorError;
use crate::git::session::Session;
use crate::git::session::told;

/// The only URL that libgit2 sees.
pub(super) const URL: &str = "specwarden://mirror";

const SCHEME: &str = "specwarden";

/// One per libgit2 connection.
struct Subtransport(Arc<Session>);

impl SmartSubtransport for Subtransport {
    fn action(&self, _url: &str, action: Service) -> Result<Box<dyn SmartSubtransportStream>, git2::Error> {
        Ok(Box::new(Exchange {
            session: Arc::clone(&self.0),
            service: action,
            state: State::Asking(Vec::new()),
            heard: false,
        }))
    }

    fn close(&self) -> Result<(), git2::Error> {
        Ok(())
    }
}

/// One request and its answer: libgit2 writes first, then reads.
struct Exchange {
    session: Arc<Session>,
    service: Service,
    state: State,
    /// Whether the first bytes of the answer have come.
    heard: bool,
}

enum State {
    Asking(Vec<u8>),
    Answered(Box<ureq::BodyReader<'static>>),
}

impl Write for Exchange {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Asking(body) => body.write(bytes),
            State::Answered(_) => Err(io::Error::other("the request is already sent")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Exchange {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Asking(body) => {
                    let reader = self.session.exchange(self.service, body);
                    let reader = reader.map_err(|error| self.session.fail(error))?;
                    self.state = State::Answered(Box::new(reader));
                }
                State::Answered(reader) => {
                    let read = reader.read(buffer);
                    let count = read.map_err(|error| self.session.fail(told(ureq::Error::from(error))))?;
                    if !std::mem::replace(&mut self.heard, true)
                        && let Some(refusal) = refusal(&buffer[..count])
                    {
                        return Err(self.session.fail(refusal));
                    }
                    return match self.session.in_time() && self.session.within_limit(count) {
                        true => Ok(count),
                        false => Err(io::Error::other("the fetch has reached a limit")),
                    };
                }
            }
        }
    }
}

/// What a Git server says instead of an answer: a packet line that begins with `ERR`. libgit2 does not
/// look for it everywhere.
fn refusal(start: &[u8]) -> Option<MirrorError> {
    let words = start.get(4..)?.strip_prefix(b"ERR ")?;
    let line = String::from_utf8_lossy(words.split(|byte| *byte == b'\n').next()?).into_owned();
    match line.split_once("not our ref ") {
        Some((_, id)) => Some(MirrorError::Missing(id.to_owned())),
        None => Some(MirrorError::Network(format!("says `{}`", line.escape_debug()))),
    }
}

/// Makes [`URL`] known to libgit2; later calls do nothing.
///
/// # Errors
///
/// What libgit2 said.
pub(super) fn register() -> Result<(), MirrorError> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    let done = DONE.get_or_init(|| {
        let factory = |remote: &git2::Remote<'_>| {
            let session = Session::current();
            let session =
                session.ok_or_else(|| git2::Error::from_str("no fetch is under way on this thread"))?;
            Transport::smart(remote, true, Subtransport(session))
        };
        #[expect(
            unsafe_code,
            reason = "libgit2 keeps transports in an unguarded list: it is changed once, under a OnceLock, \
                      before the first mirror can be made"
        )]
        let registered = unsafe { git2::transport::register(SCHEME, factory) };
        registered.map_err(|error| error.message().to_owned())
    });
    done.clone().map_err(MirrorError::Network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_from_an_answer() {
        let refused = |text: &str| refusal(text.as_bytes());
        assert_eq!(
            refused("0032ERR upload-pack: not our ref 1234"),
            Some(MirrorError::Missing("1234".into()))
        );
        assert_eq!(
            refused("0010ERR go away\n"),
            Some(MirrorError::Network("says `go away`".into()))
        );
        assert_eq!(refused("0008NAK\n"), None);
        assert_eq!(refused("00"), None);
    }
}
