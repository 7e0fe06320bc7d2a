//! A proxy on the way out, as functions in a closed network have it: `HTTPS_PROXY` and `NO_PROXY`, as
//! the SDKs and most tools read them.

use std::io;

use http::Uri;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A proxy that is asked for a tunnel; what goes through it is TLS between us and the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proxy {
    host: String,
    port: u16,
    /// Hosts reached without it, and those below them.
    except: Vec<String>,
}

/// Why there is no tunnel.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProxyError {
    #[error("`HTTPS_PROXY` is not of the form `http://host:port`")]
    Form,
    #[error("the proxy cannot be reached")]
    Connect(#[source] io::Error),
    #[error("the proxy refuses the connection")]
    Refused,
}

impl ProxyError {
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Connect(_) => true,
            Self::Form | Self::Refused => false,
        }
    }
}

/// The longest answer of a proxy that is read.
const MAX_ANSWER: usize = 8 << 10;

impl Proxy {
    /// The proxy of the environment, if there is one.
    ///
    /// # Errors
    ///
    /// If it is written in another form.
    pub(super) fn of(
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, ProxyError> {
        let given = |upper: &str| {
            let text = variable(upper).or_else(|| variable(&upper.to_ascii_lowercase()));
            text.filter(|it| !it.trim().is_empty())
        };
        let Some(text) = given("HTTPS_PROXY") else { return Ok(None) };
        let uri: Uri = text.trim().parse().map_err(|_| ProxyError::Form)?;
        let authority = uri.authority().ok_or(ProxyError::Form)?;
        let is_plain = uri.scheme_str().is_none_or(|it| it == "http");
        if !is_plain || authority.as_str().contains('@') {
            return Err(ProxyError::Form);
        }
        let except = given("NO_PROXY").unwrap_or_default();
        let except = except.split(',').map(|it| it.trim().trim_start_matches(['*', '.']));
        Ok(Some(Self {
            host: authority.host().to_owned(),
            port: authority.port_u16().unwrap_or(80),
            except: except.filter(|it| !it.is_empty()).map(str::to_ascii_lowercase).collect(),
        }))
    }

    /// Whether `host` is reached through it.
    pub(super) fn serves(&self, host: &str) -> bool {
        let is_within = |it: &String| {
            host.strip_suffix(it.as_str()).is_some_and(|it| it.is_empty() || it.ends_with('.'))
        };
        !self.except.iter().any(is_within)
    }

    /// A tunnel to `host`.
    ///
    /// <https://www.rfc-editor.org/rfc/rfc9110#CONNECT>
    pub(super) async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, ProxyError> {
        let address = (self.host.as_str(), self.port);
        let mut stream = TcpStream::connect(address).await.map_err(ProxyError::Connect)?;
        let request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.map_err(ProxyError::Connect)?;
        let mut answer = Vec::new();
        // Byte by byte: what comes behind the answer belongs to the tunnel.
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() == MAX_ANSWER {
                return Err(ProxyError::Refused);
            }
            answer.push(stream.read_u8().await.map_err(ProxyError::Connect)?);
        }
        let status = answer.split(|it| *it == b' ').nth(1);
        if status.is_some_and(|it| it.starts_with(b"2")) {
            Ok(stream)
        } else {
            Err(ProxyError::Refused)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(https_proxy: &str, no_proxy: &str) -> Result<Option<Proxy>, ProxyError> {
        Proxy::of(&|name| match name {
            "HTTPS_PROXY" => Some(https_proxy.to_owned()),
            "no_proxy" => Some(no_proxy.to_owned()),
            _ => None,
        })
    }

    #[test]
    fn a_proxy_has_a_host_and_a_port() {
        let it = proxy("http://proxy.internal:3128", "").unwrap().unwrap();
        assert_eq!((it.host.as_str(), it.port), ("proxy.internal", 3128));
        assert!(it.serves("bucket.s3.amazonaws.com"));
        assert_eq!(proxy(" ", "").unwrap(), None);
        for text in ["https://proxy:3128", "http://user:pass@proxy:3128", "http://", "socks5://x"] {
            assert!(matches!(proxy(text, ""), Err(ProxyError::Form)), "{text}");
        }
    }

    #[test]
    fn some_hosts_are_reached_without_it() {
        let it = proxy("http://proxy:3128", ".amazonaws.com, localhost").unwrap().unwrap();
        assert!(!it.serves("s3.amazonaws.com"));
        assert!(!it.serves("localhost"));
        assert!(it.serves("xamazonaws.com"));
    }
}
