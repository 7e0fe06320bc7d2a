//! Fetching a payload: a few attempts within a budget. What cannot be had is told, never guessed.

use std::time::Duration;

use http::StatusCode;
use tokio::time::{Instant, sleep};

use super::client::{ClientError, Transport, get};
use super::location::{Location, LocationError};

/// The most that is taken: a template has up to 1 MB, there may be two of them and the states of 500
/// resources, all escaped in JSON.
pub(super) const MAX_PAYLOAD: usize = 32 << 20;
/// Attempts, the first one included.
const ATTEMPTS: u32 = 3;
/// The longest an attempt may take, so that there is time for another.
const ATTEMPT: Duration = Duration::from_secs(7);
/// Before the second attempt; then twice as long.
const PAUSE: Duration = Duration::from_millis(150);

/// Why a payload cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Location(#[from] LocationError),
    #[error("the payload cannot be fetched: {0}")]
    Client(ClientError),
    #[error("the payload cannot be fetched: HTTP {}", status.as_u16())]
    Status { status: StatusCode },
    #[error("the payload cannot be fetched: HTTP {}, and redirects are not followed", status.as_u16())]
    Redirect { status: StatusCode },
}

impl FetchError {
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

/// What is behind `url`, until `deadline`.
pub(super) async fn fetch(
    transport: &impl Transport,
    url: &str,
    region: Option<&str>,
    deadline: Instant,
) -> Result<Vec<u8>, FetchError> {
    let location = Location::of(url, region)?;
    let mut pause = PAUSE;
    let mut attempt = 1;
    loop {
        let error = match once(transport, &location, deadline).await {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        tracing::warn!(attempt, %error, "no payload");
        if attempt == ATTEMPTS || !error.is_passing() || Instant::now() + pause >= deadline {
            return Err(error);
        }
        sleep(pause).await;
        pause *= 2;
        attempt += 1;
    }
}

async fn once(
    transport: &impl Transport,
    location: &Location,
    deadline: Instant,
) -> Result<Vec<u8>, FetchError> {
    let request = get(&location.path_and_query).map_err(FetchError::Client)?;
    let deadline = deadline.min(Instant::now() + ATTEMPT);
    let reply = transport
        .send(&location.host, request, MAX_PAYLOAD, deadline)
        .await
        .map_err(FetchError::Client)?;
    let status = reply.status;
    if status == StatusCode::OK {
        Ok(reply.body)
    } else if status.is_redirection() {
        Err(FetchError::Redirect { status })
    } else {
        Err(FetchError::Status { status })
    }
}
