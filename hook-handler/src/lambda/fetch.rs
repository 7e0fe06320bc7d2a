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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io;

    use super::super::client::Reply;
    use super::*;

    /// What a host does when it is asked.
    #[derive(Clone, Copy)]
    enum Does {
        Answers(u16),
        /// Nothing, until nobody waits any more.
        Hangs,
        RefusesConnections,
        SendsTooMuch,
    }

    /// A host that does one thing after the other, and the last one for ever.
    struct Script {
        does: Vec<Does>,
        /// How long each attempt was given, and what it asked for.
        asked: RefCell<Vec<(Duration, String)>>,
    }

    impl Transport for Script {
        async fn send(
            &self,
            host: &str,
            request: Request<Bytes>,
            limit: usize,
            deadline: Instant,
        ) -> Result<Reply, ClientError> {
            let attempt = self.asked.borrow().len();
            let asked = format!("{host}{} {limit}", request.uri());
            self.asked.borrow_mut().push((deadline - Instant::now(), asked));
            match self.does.get(attempt).or(self.does.last()).unwrap() {
                Does::Answers(status) => {
                    let status = StatusCode::from_u16(*status).unwrap();
                    Ok(Reply { status, body: b"{}".to_vec() })
                }
                Does::Hangs => {
                    tokio::time::sleep_until(deadline).await;
                    Err(ClientError::TimedOut)
                }
                Does::RefusesConnections => {
                    Err(ClientError::Connect(io::ErrorKind::ConnectionRefused.into()))
                }
                Does::SendsTooMuch => Err(ClientError::TooLarge { limit }),
            }
        }
    }

    const URL: &str = "https://bucket.s3.eu-west-1.amazonaws.com/key?X-Amz-Signature=a";

    /// What came of fetching `url` within `budget`, after how many attempts, and how long it took, by a
    /// clock that waits for nobody.
    fn fetched(
        url: &str,
        does: &[Does],
        budget: Duration,
    ) -> (Result<Vec<u8>, String>, Script, Duration) {
        let script = Script { does: does.to_vec(), asked: RefCell::default() };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let (fetched, took) = runtime.block_on(async {
            let started = Instant::now();
            let fetched = fetch(&script, url, Some("eu-west-1"), started + budget).await;
            (fetched.map_err(|it| it.to_string()), started.elapsed())
        });
        (fetched, script, took)
    }

    const BUDGET: Duration = Duration::from_secs(18);

    #[track_caller]
    fn check(does: &[Does], expected: Result<(), &str>, attempts: usize, took_ms: u64) {
        let (fetched, script, took) = fetched(URL, does, BUDGET);
        assert_eq!(fetched.as_ref().map(|_| ()).map_err(String::as_str), expected);
        assert_eq!(script.asked.borrow().len(), attempts);
        // The clock goes by milliseconds, and rounds up.
        let took = u64::try_from(took.as_millis()).unwrap();
        assert!((took_ms..took_ms + 5).contains(&took), "{took} ms");
    }

    #[test]
    fn what_passes_is_asked_for_again_after_a_pause_that_grows() {
        use Does::{Answers, Hangs, RefusesConnections};
        check(&[Answers(200)], Ok(()), 1, 0);
        check(&[Answers(500), Answers(200)], Ok(()), 2, 150);
        check(&[RefusesConnections, Answers(429), Answers(200)], Ok(()), 3, 150 + 300);
        check(&[Hangs, Answers(200)], Ok(()), 2, 7000 + 150);
    }

    #[test]
    fn after_three_attempts_the_last_error_stands() {
        use Does::{Answers, RefusesConnections};
        check(&[Answers(500), Answers(502), Answers(503)], Err("HTTP 503"), 3, 450);
        check(&[RefusesConnections], Err("the host cannot be reached"), 3, 450);
    }

    #[test]
    fn what_will_not_change_is_asked_for_once() {
        use Does::{Answers, SendsTooMuch};
        check(&[Answers(403)], Err("HTTP 403"), 1, 0);
        check(&[Answers(404)], Err("HTTP 404"), 1, 0);
        check(&[Answers(204)], Err("HTTP 204"), 1, 0);
        check(&[Answers(307)], Err("HTTP 307, and redirects are not followed"), 1, 0);
        let too_much = format!("the answer has more than {MAX_PAYLOAD} bytes");
        check(&[SendsTooMuch], Err(&too_much), 1, 0);
    }

    #[test]
    fn all_attempts_share_one_deadline() {
        let (silent, script, took) = fetched(URL, &[Does::Hangs], BUDGET);
        assert_eq!(silent.unwrap_err(), "no answer in time");
        let given: Vec<u128> = script.asked.borrow().iter().map(|it| it.0.as_millis()).collect();
        assert_eq!(given.get(..2), Some(&[7000, 7000][..]));
        // What is left after two attempts and two pauses.
        assert!((3540..=3550).contains(&given[2]), "{given:?}");
        assert!(took <= BUDGET + Duration::from_millis(2), "{took:?}");
    }

    #[test]
    fn without_time_for_a_pause_there_is_no_other_attempt() {
        let (down, script, took) = fetched(URL, &[Does::Answers(500)], Duration::from_millis(400));
        assert_eq!(down.unwrap_err(), "HTTP 500");
        assert_eq!(script.asked.borrow().len(), 2);
        assert!(took < Duration::from_millis(200), "{took:?}");
    }

    #[test]
    fn each_attempt_asks_for_the_same_within_the_same_bound() {
        let (_, script, _) = fetched(URL, &[Does::Answers(500)], BUDGET);
        let expected =
            format!("bucket.s3.eu-west-1.amazonaws.com/key?X-Amz-Signature=a {MAX_PAYLOAD}");
        assert!(script.asked.borrow().iter().all(|it| it.1 == expected));
    }

    #[test]
    fn no_other_host_is_asked() {
        let (refused, script, _) = fetched("https://example.org/x", &[Does::Answers(200)], BUDGET);
        assert_eq!(refused.unwrap_err(), "its address is not one of S3 in this partition");
        assert!(script.asked.borrow().is_empty());
    }
}
