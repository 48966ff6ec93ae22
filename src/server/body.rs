//! A webhook's body: read in bounded time and memory, before anybody knows who sent it.

use axum::body::Body;
use http::HeaderMap;
use http::StatusCode;
use http_body_util::BodyExt;
use tokio::sync::Semaphore;
use tokio::sync::SemaphorePermit;

use super::connections::DoorLimits;

/// GitHub sends no more than 25 MB
/// (<https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap>).
pub(super) const LARGEST_BODY: usize = 25 * 1024 * 1024;

/// How much of a body that is too large is read and thrown away, so that an honest client gets to
/// read why.
const DRAINED: usize = 16 * 1024 * 1024;

/// Up to this a body needs no share of what large ones have together: most deliveries are smaller,
/// and whoever sends large ones does not hold them up.
const SMALL: usize = 64 * 1024;

/// The unit in which large bodies share their room.
const SHARE: usize = 1024;

/// Where bodies are read.
pub(super) struct Bodies {
    room: Semaphore,
    limits: DoorLimits,
}

/// A body as a whole, and the room that it takes up.
pub(super) struct Read<'a> {
    pub(super) bytes: Vec<u8>,
    _room: Option<SemaphorePermit<'a>>,
}

/// Why a body was not read, in words for its sender.
pub(super) type Refusal = (StatusCode, &'static str);

impl Bodies {
    pub(super) fn new(limits: DoorLimits) -> Self {
        Self {
            room: Semaphore::new(limits.large_bodies.max(LARGEST_BODY).div_ceil(SHARE)),
            limits,
        }
    }

    /// Reads a body.
    pub(super) async fn read(&self, headers: &HeaderMap, body: Body) -> Result<Read<'_>, Refusal> {
        let reading = async {
            let room = self.room_for(headers).await?;
            let bytes = whole(body).await?;
            Ok(Read { bytes, _room: room })
        };
        tokio::time::timeout(self.limits.body_within, reading)
            .await
            .unwrap_or(Err((
                StatusCode::REQUEST_TIMEOUT,
                "the body did not come in time",
            )))
    }

    /// All at once, for as much as is announced: bodies that each hold a part and wait for more would
    /// wait for each other.
    async fn room_for(&self, headers: &HeaderMap) -> Result<Option<SemaphorePermit<'_>>, Refusal> {
        let announced = headers
            .get(http::header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
            .unwrap_or(LARGEST_BODY);
        // What is too large is not kept.
        if announced <= SMALL || announced > LARGEST_BODY {
            return Ok(None);
        }
        let shares = u32::try_from(announced.div_ceil(SHARE)).unwrap_or(u32::MAX);
        match self.room.acquire_many(shares).await {
            Ok(permit) => Ok(Some(permit)),
            Err(_) => Err((StatusCode::SERVICE_UNAVAILABLE, "the server is stopping")),
        }
    }
}

async fn whole(mut body: Body) -> Result<Vec<u8>, Refusal> {
    let mut kept = Vec::new();
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| (StatusCode::BAD_REQUEST, "the body broke off"))?;
        let Some(data) = frame.data_ref() else { continue };
        seen = seen.saturating_add(data.len());
        if seen <= LARGEST_BODY {
            kept.extend_from_slice(data);
        } else {
            kept = Vec::new();
            if seen > LARGEST_BODY + DRAINED {
                break;
            }
        }
    }
    if seen > LARGEST_BODY {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than 25 MB"));
    }
    Ok(kept)
}
