//! What the environment decides, read once at the start. What is wrong with it does not end the
//! function, for then nobody would be told: every event is answered with it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_credential_types::Credentials;
use stackseal_engine::configuration::FILE_NAMES;
use stackseal_syntax::{FileId, Source};

use crate::settings::{Settings, SettingsError};

use super::client::Client;
use super::own_rules::beside;
use super::pipeline::credentials;
use super::proxy::Proxy;

/// What the environment decides.
pub(super) struct Environment {
    pub(super) settings: Result<Settings, String>,
    pub(super) client: Result<Client, String>,
    pub(super) region: Option<String>,
    /// Those of the function, for its own calls.
    pub(super) credentials: Option<Credentials>,
}

/// The path of a configuration, where it is another one.
const CONFIG: &str = "STACKSEAL_CONFIG";
/// Where layers are mounted.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html>
const LAYERS: &str = "/opt";
/// The largest configuration, or file of rules, that is read, in bytes.
const MAX_CONFIG: u64 = 1 << 20;

impl Environment {
    pub(super) fn read(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let settings = settings(variable).map_err(|errors| {
            let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
            tracing::error!(mistakes = ?texts, "the configuration is wrong");
            texts.join("; ")
        });
        let bundle = given(variable, "AWS_CA_BUNDLE").map(PathBuf::from);
        let client = match Proxy::of(variable) {
            Ok(proxy) => Ok(Client::new(bundle, proxy)),
            Err(error) => {
                tracing::error!(%error, "the proxy cannot be used");
                Err(error.to_string())
            }
        };
        let credentials = given(variable, "AWS_ACCESS_KEY_ID").and_then(|id| {
            let secret = given(variable, "AWS_SECRET_ACCESS_KEY")?;
            Some(credentials(id, secret, given(variable, "AWS_SESSION_TOKEN")))
        });
        Self { settings, client, region: given(variable, "AWS_REGION"), credentials }
    }
}

fn given(variable: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    variable(name).filter(|it| !it.trim().is_empty())
}

fn settings(variable: &dyn Fn(&str) -> Option<String>) -> Result<Settings, Vec<SettingsError>> {
    let named = given(variable, CONFIG).map(PathBuf::from);
    let path = named.or_else(|| {
        // A layer is chosen by whoever deploys, the package by whoever builds.
        let folders = [Some(LAYERS.to_owned()), given(variable, "LAMBDA_TASK_ROOT")];
        let files = folders
            .into_iter()
            .flatten()
            .flat_map(|folder| FILE_NAMES.map(|name| Path::new(&folder).join(name)));
        files.into_iter().find(|it| it.is_file())
    });
    let file = path.as_deref().map(read).transpose().map_err(|error| vec![error])?.map(Arc::new);
    // Paths in a file count from its folder.
    let folder = path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    Settings::read(file.as_ref(), &|pack, paths| beside(pack, paths, folder), variable)
}

/// The text of a file that an operator wrote.
pub(super) fn read(path: &Path) -> Result<Source, SettingsError> {
    let shown = path.display().to_string();
    let refused = |because: String| SettingsError::Read { path: shown.clone(), because };
    let bytes = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_CONFIG + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = bytes().map_err(|it| refused(it.kind().to_string()))?;
    if bytes.len() as u64 > MAX_CONFIG {
        return Err(refused(format!("it has more than {MAX_CONFIG} bytes")));
    }
    let source = Source::from_bytes(FileId(0), shown.clone(), bytes);
    source.map_err(|it| refused(it.to_string()))
}
