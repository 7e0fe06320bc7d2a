//! A host that stands for S3 and CodePipeline: a proxy which, asked for a tunnel, answers itself, with
//! certificates of its own making.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

/// How something is answered.
#[derive(Clone)]
pub(crate) enum Reply {
    Body(Vec<u8>),
    Status(u16),
    Redirect(&'static str),
    /// All is promised, and half of it sent.
    Half(Vec<u8>),
    /// Half is promised, and all of it sent.
    Double(Vec<u8>),
    /// A size beyond any bound is promised.
    Promise,
    /// It never ends.
    Endless,
    /// It goes on, a byte at a time.
    Slow,
    /// Nothing is said.
    Silent,
    /// Something that is no HTTP.
    Noise,
    /// HTTP 500 at first, then this.
    Later(Vec<u8>),
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) host: String,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// The host, until the test ends.
pub(crate) struct Host {
    pub(crate) port: u16,
    folder: TempDir,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Host {
    /// A host that answers requests of these paths.
    pub(crate) fn start(replies: impl IntoIterator<Item = (&'static str, Reply)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, ca) = certificates();
        fs::write(folder.path().join("ca.pem"), ca).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let server = Arc::new(Server {
            config,
            replies: replies.into_iter().collect(),
            seen: Arc::clone(&seen),
        });
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = Arc::clone(&server);
                // A client that goes away is part of what is tested.
                thread::spawn(move || server.serve(stream));
            }
        });
        Self { port, folder, seen }
    }

    /// The certificate to trust.
    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Server {
    config: Arc<ServerConfig>,
    replies: HashMap<&'static str, Reply>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let tunnel = head(&mut stream)?;
        let host = tunnel.strip_prefix("CONNECT ").and_then(|it| it.split(':').next());
        let host = host.unwrap_or_default().to_owned();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        let connection =
            ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        let mut tls = StreamOwned::new(connection, stream);
        let head = head(&mut tls)?;
        let length = head.lines().find_map(|it| {
            it.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
        });
        let mut body = vec![0; length.unwrap_or(0)];
        tls.read_exact(&mut body)?;
        let path = head.split(' ').nth(1).unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default().to_owned();
        let earlier = {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let prefix = format!(" {path}");
            let earlier = seen.iter().filter(|it| it.head.contains(&prefix)).count();
            seen.push(Seen { host, head, body });
            earlier
        };
        self.reply(&path, earlier, &mut tls)
    }

    fn reply(&self, path: &str, earlier: usize, out: &mut impl Write) -> io::Result<()> {
        let whole = |out: &mut dyn Write, body: &[u8], promised: usize| {
            write!(out, "HTTP/1.1 200 OK\r\ncontent-length: {promised}\r\n\r\n")?;
            out.write_all(body)?;
            out.flush()
        };
        match self.replies.get(path).unwrap_or(&Reply::Status(404)) {
            Reply::Body(body) => whole(out, body, body.len()),
            Reply::Half(body) => whole(out, &body[..body.len() / 2], body.len()),
            Reply::Double(body) => whole(out, body, body.len() / 2),
            Reply::Promise => whole(out, b"{}", 1 << 40),
            Reply::Later(body) if earlier > 0 => whole(out, body, body.len()),
            Reply::Later(_) => write!(out, "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"),
            Reply::Status(code) => {
                write!(out, "HTTP/1.1 {code} No\r\ncontent-length: 2\r\n\r\nno")
            }
            Reply::Redirect(to) => {
                write!(out, "HTTP/1.1 307 There\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
            }
            Reply::Endless => {
                write!(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
                let chunk = vec![b' '; 64 << 10];
                loop {
                    write!(out, "{:x}\r\n", chunk.len())?;
                    out.write_all(&chunk)?;
                    out.write_all(b"\r\n")?;
                }
            }
            Reply::Slow => {
                write!(out, "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")?;
                loop {
                    out.write_all(b" ")?;
                    out.flush()?;
                    thread::sleep(Duration::from_millis(100));
                }
            }
            Reply::Silent => {
                thread::sleep(Duration::from_secs(60));
                Ok(())
            }
            Reply::Noise => out.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n\0\0\0"),
        }
    }
}

/// All up to the empty line.
fn head(stream: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend_from_slice(&byte);
    }
    String::from_utf8(head).map_err(io::Error::other)
}

/// The certificate of the hosts that are played, and that of the authority behind it.
fn certificates() -> (Arc<ServerConfig>, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let ca = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let hosts = ["*.s3.eu-west-1.amazonaws.com", "codepipeline.eu-west-1.amazonaws.com"];
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(hosts.map(str::to_owned))
        .and_then(|it| it.signed_by(&key, &issuer))
        .unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (Arc::new(config), ca)
}
