//! Asking again: a few attempts within a budget. What cannot be had is told, never guessed.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use tokio::time::{Instant, sleep};

use super::client::{ClientError, Transport, get};
use super::location::{Location, LocationError};

/// The most that is taken of a payload, in bytes: a template has up to 1 MB, there may be two of them
/// and the states of 500 resources, all escaped in JSON.
pub(super) const MAX_PAYLOAD: usize = 32 << 20;
/// Attempts, the first one included.
const ATTEMPTS: u32 = 3;
/// The longest an attempt may take, so that there is time for another.
const ATTEMPT: Duration = Duration::from_secs(7);
/// Before the second attempt; then twice as long.
const PAUSE: Duration = Duration::from_millis(150);

/// Why something cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Location(#[from] LocationError),
    #[error("{0}")]
    Client(ClientError),
    #[error("HTTP {}", status.as_u16())]
    Status { status: StatusCode },
    #[error("HTTP {}, and redirects are not followed", status.as_u16())]
    Redirect { status: StatusCode },
}

impl FetchError {
    /// What the server said, if it said anything.
    pub(super) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status } | Self::Redirect { status } => Some(*status),
            Self::Location(_) | Self::Client(_) => None,
        }
    }

    fn is_passing(&self) -> bool {
        match self {
            Self::Client(it) => it.is_passing(),
            Self::Status { status } => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            Self::Location(_) | Self::Redirect { .. } => false,
        }
    }
}

/// The payload behind `url`, until `deadline`.
pub(super) async fn fetch(
    transport: &impl Transport,
    url: &str,
    region: Option<&str>,
    deadline: Instant,
) -> Result<Vec<u8>, FetchError> {
    let Location { host, path_and_query } = Location::of(url, region)?;
    ask(transport, &host, MAX_PAYLOAD, deadline, || get(&path_and_query)).await
}

/// What `host` answers to `request`, which is made anew for each attempt.
pub(super) async fn ask(
    transport: &impl Transport,
    host: &str,
    limit: usize,
    deadline: Instant,
    request: impl Fn() -> Result<Request<Bytes>, ClientError>,
) -> Result<Vec<u8>, FetchError> {
    let mut pause = PAUSE;
    let mut attempt = 1;
    loop {
        let request = request().map_err(FetchError::Client)?;
        let until = deadline.min(Instant::now() + ATTEMPT);
        let error = match transport.send(host, request, limit, until).await {
            Ok(reply) if reply.status == StatusCode::OK => return Ok(reply.body),
            Ok(reply) if reply.status.is_redirection() => {
                FetchError::Redirect { status: reply.status }
            }
            Ok(reply) => FetchError::Status { status: reply.status },
            Err(error) => FetchError::Client(error),
        };
        tracing::warn!(attempt, %error, "no answer to use");
        if attempt == ATTEMPTS || !error.is_passing() || Instant::now() + pause >= deadline {
            return Err(error);
        }
        sleep(pause).await;
        pause *= 2;
        attempt += 1;
    }
}
