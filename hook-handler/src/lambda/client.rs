//! HTTPS, as little of it as is needed: one request on a connection of its own, an answer within a
//! size and a deadline. No redirect is followed.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::proxy::{Proxy, ProxyError};

/// What can ask for something over HTTPS.
pub(super) trait Transport {
    /// Sends `request` to `host` and takes at most `limit` bytes, until `deadline`.
    async fn send(
        &self,
        host: &str,
        request: Request<Bytes>,
        limit: usize,
        deadline: Instant,
    ) -> Result<Reply, ClientError>;
}

/// What was answered.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error("the certificates of {} cannot be read", path.display())]
    Certificates { path: PathBuf },
    #[error("the host cannot be reached")]
    Connect(#[source] io::Error),
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    #[error("no TLS connection can be made")]
    Tls(#[source] io::Error),
    #[error("the answer breaks off or is no HTTP")]
    Http(#[source] hyper::Error),
    #[error("the answer has more than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("no answer in time")]
    TimedOut,
    #[error("the request cannot be made")]
    Request,
}

impl ClientError {
    /// Whether another attempt may go better.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Connect(_) | Self::Tls(_) | Self::Http(_) | Self::TimedOut => true,
            Self::Proxy(it) => it.is_passing(),
            Self::Certificates { .. } | Self::TooLarge { .. } | Self::Request => false,
        }
    }
}

/// The client of the function. What it takes is made when it is first needed.
pub(super) struct Client {
    /// Certificates trusted beside those of the web: of a proxy that looks into TLS.
    ca_bundle: Option<PathBuf>,
    proxy: Option<Proxy>,
    tls: OnceLock<Arc<ClientConfig>>,
}

/// The most that is taken off the wire at once is up to hyper; this is where reading starts.
const HTTPS: u16 = 443;

impl Client {
    pub(super) fn new(ca_bundle: Option<PathBuf>, proxy: Option<Proxy>) -> Self {
        Self { ca_bundle, proxy, tls: OnceLock::new() }
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, ClientError> {
        if let Some(config) = self.tls.get() {
            return Ok(Arc::clone(config));
        }
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = &self.ca_bundle {
            let refused = || ClientError::Certificates { path: path.clone() };
            let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect)
                .map_err(|_| refused())?;
            let (added, _) = roots.add_parsable_certificates(certificates);
            if added == 0 {
                return Err(refused());
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| ClientError::Request)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::clone(self.tls.get_or_init(|| Arc::new(config))))
    }

    async fn exchange(
        &self,
        host: &str,
        mut request: Request<Bytes>,
        limit: usize,
    ) -> Result<Reply, ClientError> {
        let tls = self.tls()?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| ClientError::Request)?;
        let value = HeaderValue::from_str(host).map_err(|_| ClientError::Request)?;
        request.headers_mut().insert(HOST, value);
        let stream = match self.proxy.as_ref().filter(|it| it.serves(host)) {
            Some(proxy) => proxy.connect(host, HTTPS).await?,
            None => TcpStream::connect((host, HTTPS)).await.map_err(ClientError::Connect)?,
        };
        let stream =
            TlsConnector::from(tls).connect(name, stream).await.map_err(ClientError::Tls)?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(ClientError::Http)?;
        let _driver = Driver(tokio::spawn(async move {
            // What goes wrong with the connection, the sender tells.
            let _ = connection.await;
        }));
        let response =
            sender.send_request(request.map(Full::new)).await.map_err(ClientError::Http)?;
        let status = response.status();
        let mut incoming = response.into_body();
        let mut body = Vec::new();
        while let Some(frame) = incoming.frame().await {
            let frame = frame.map_err(ClientError::Http)?;
            if let Some(data) = frame.data_ref() {
                if body.len() + data.len() > limit {
                    return Err(ClientError::TooLarge { limit });
                }
                body.extend_from_slice(data);
            }
        }
        Ok(Reply { status, body })
    }
}

impl Transport for Client {
    async fn send(
        &self,
        host: &str,
        request: Request<Bytes>,
        limit: usize,
        deadline: Instant,
    ) -> Result<Reply, ClientError> {
        match timeout_at(deadline, self.exchange(host, request, limit)).await {
            Ok(reply) => reply,
            Err(_) => Err(ClientError::TimedOut),
        }
    }
}

/// A `GET` of `path_and_query`.
pub(super) fn get(path_and_query: &str) -> Result<Request<Bytes>, ClientError> {
    let request = Request::builder().method(Method::GET).uri(path_and_query).body(Bytes::new());
    request.map_err(|_| ClientError::Request)
}

/// Keeps a connection going, and drops it when nobody waits for its answer any more.
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}
