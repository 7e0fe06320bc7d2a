//! `cargo xtask package`: the function as the zip that Lambda takes, one an architecture, and as a
//! package for the private registry.
//!
//! The same sources give the same bytes, wherever and whenever they are built: paths of this machine
//! are taken out of the binary, and the zip knows no time. So a zip can be told from another by its
//! hash, and rebuilt by whoever doubts it.
//!
//! zig links, and compiles what is C: it brings every target's C library along. All that rustup must
//! add is the standard library of the target.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{Args, Subcommand};
use thiserror::Error;

use crate::files::{self, FileError};
use crate::process::{self, ProcessError};
use crate::venv::{Venv, VenvError};

pub(crate) use self::archive::ArchiveError;
use self::elf::Unfit;
use self::registry::RegistryError;
pub(crate) use self::target::Target;
use self::target::{Architecture, Libc};

mod archive;
mod elf;
pub(crate) mod registry;
mod target;

/// The package of the function.
pub(crate) const HOOK: &str = "stackseal-hook";

/// Lambda's name for the program of a function without a language runtime.
pub(crate) const BINARY: &str = "bootstrap";

/// The profile of the manifest that its binary is built by.
pub(crate) const PROFILE: &str = "hook";

/// A copy of the sources, and what is built of it, to be compared; as seen from the root of the workspace.
const COPY: &str = "target/again";

/// Where the zips go, as seen from the root of the workspace.
const FOLDER: &str = "target/lambda";

/// What to package.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// The CloudFormation Hook, as target/lambda/stackseal-hook-ARCHITECTURE.zip
    Hook(Options),
    /// The hook as a type of the private registry, target/lambda/stackseal-dataprotection-hook.zip
    Registry {
        /// As of `hook`
        #[arg(long, value_enum, default_value_t = Libc::Musl)]
        libc: Libc,
    },
}

/// How.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The architecture of the function; both, unless given
    #[arg(long = "target", value_enum, value_name = "ARCHITECTURE")]
    architectures: Vec<Architecture>,
    /// musl: a binary that needs nothing. gnu: one that needs the C library of Amazon Linux 2023,
    /// where rustup cannot add a musl target
    #[arg(long, value_enum, default_value_t = Libc::Musl)]
    libc: Libc,
    /// A configuration to put into the zip, as stackseal.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A file or folder that the configuration names, to put into the zip under its own name: Guard
    /// rules
    #[arg(long, value_name = "PATH")]
    include: Vec<PathBuf>,
    /// Builds it once more, from a copy of the sources in another folder, and fails unless each zip
    /// has the same bytes
    #[arg(long)]
    twice: bool,
}

/// What stands in the zip beside the program: names and contents.
pub(crate) type Beside = Vec<(String, Vec<u8>)>;

/// Why there is no zip.
#[derive(Debug, Error)]
pub(crate) enum PackageError {
    /// A file or folder is of no use.
    #[error(transparent)]
    File(#[from] FileError),
    /// A program it takes failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The Python packages with zig are not to be had.
    #[error("cannot install zig")]
    Venv(#[source] VenvError),
    /// rustup has not got the target.
    #[error(
        "the standard library of {triple} is not installed; run `rustup target add {triple}`{}",
        alternative.map(|it| format!(", or package with `{it}`")).unwrap_or_default()
    )]
    NoStandardLibrary {
        /// The target.
        triple: &'static str,
        /// The options that do without it.
        alternative: Option<&'static str>,
    },
    /// What was built would not run in Lambda.
    #[error("{} would not run as a Lambda function", path.display())]
    Unfit {
        /// The binary.
        path: PathBuf,
        /// Why.
        source: Unfit,
    },
    /// The zip could not be made.
    #[error("cannot make a zip of {}", path.display())]
    Archive {
        /// The binary.
        path: PathBuf,
        /// Why.
        source: ArchiveError,
    },
    /// What was built again is something else.
    #[error("{} and {} differ, and were built from the same sources", path.display(), again.display())]
    Differs {
        /// The zip.
        path: PathBuf,
        /// The one of the copy.
        again: PathBuf,
    },
    /// The registry's own tool did not take it.
    #[error("cannot package the hook type")]
    Registry(#[source] RegistryError),
    /// What was done could not be told.
    #[error("cannot write what was done")]
    Show {
        /// What the system said.
        source: io::Error,
    },
}

/// A zip that was made.
#[derive(Debug)]
pub(crate) struct Package {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Of the binary in it, in bytes.
    pub(crate) binary: usize,
    /// Of the zip, in bytes.
    pub(crate) zip: usize,
}

/// Packages, and says what came of it.
pub(crate) fn run(root: &Path, what: What, out: &mut dyn Write) -> Result<(), PackageError> {
    let packages = match what {
        What::Hook(options) => hooks(root, options)?,
        What::Registry { libc } => vec![hook_type(root, libc)?],
    };
    for Package { path, binary, zip } in packages {
        let path = path.strip_prefix(root).unwrap_or(&path);
        let (zip, binary) = (megabytes(zip), megabytes(binary));
        writeln!(out, "{}: {zip:.2} MB, binary {binary:.2} MB", path.display())
            .map_err(|source| PackageError::Show { source })?;
    }
    Ok(())
}

fn hooks(root: &Path, options: Options) -> Result<Vec<Package>, PackageError> {
    let Options { mut architectures, libc, config, include, twice } = options;
    if architectures.is_empty() {
        architectures = vec![Architecture::Arm64, Architecture::X86_64];
    }
    let targets: Vec<Target> =
        architectures.into_iter().map(|architecture| Target { architecture, libc }).collect();
    // What is missing is said before minutes have gone into the first build.
    for target in &targets {
        needs_standard_library(root, *target)?;
    }
    let mut beside = Beside::new();
    if let Some(path) = config {
        beside.push(("stackseal.yaml".to_owned(), files::read(&path)?));
    }
    for path in include {
        add(&path, &mut beside)?;
    }
    let package = |root: &Path| {
        let packages = targets.iter().map(|target| hook(root, *target, &beside));
        packages.collect::<Result<Vec<_>, _>>()
    };
    let packages = package(root)?;
    if twice {
        let copy = root.join(COPY);
        files::empty_folder(&copy)?;
        copy_sources(root, &copy)?;
        for (Package { path, .. }, again) in packages.iter().zip(package(&copy)?) {
            if files::read(path)? != files::read(&again.path)? {
                return Err(PackageError::Differs { path: path.clone(), again: again.path });
            }
        }
        files::remove_folder(&copy)?;
    }
    Ok(packages)
}

/// Copies the files of the repository at `root` to `copy`: those that git knows, or would take.
fn copy_sources(root: &Path, copy: &Path) -> Result<(), PackageError> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
    let output = process::capture(&mut git)?;
    if !output.status.success() {
        return Err(process::failed(&git, output.status).into());
    }
    let names = String::from_utf8_lossy(&output.stdout);
    // One that was deleted is known until that is committed.
    let files = names.split_terminator('\0').filter(|it| root.join(it).is_file());
    for file in files {
        files::copy(&root.join(file), &copy.join(file))?;
    }
    Ok(())
}

/// What came of packing the function for all that this machine can build for.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    /// What this machine can start, and where its program is, out of the zip; none where Lambda runs
    /// no programs of this machine.
    pub(crate) unpacked: Option<(Target, PathBuf)>,
    /// What else was packed.
    pub(crate) packed: Vec<Target>,
    /// What is deployed, and could not be built: its standard library is not installed.
    pub(crate) missing: Vec<Target>,
}

/// Packs the function for each target that is deployed and installed. Where that is none this machine
/// can start, for the target of the machine itself.
pub(crate) fn trial(root: &Path) -> Result<Trial, PackageError> {
    let mut trial = Trial::default();
    let mut own = Target::of_this_machine();
    for target in Target::deployed() {
        if !has_standard_library(root, target)? {
            trial.missing.push(target);
        } else if own.is_some_and(|it| it.architecture == target.architecture) {
            own = Some(target);
        } else {
            pack(root, target, &Beside::new(), Effort::Least)?;
            trial.packed.push(target);
        }
    }
    if let Some(target) = own {
        trial.unpacked = Some((target, unpacked(root, target)?));
    }
    Ok(trial)
}

/// The program for `target`, packed and unpacked again; where it is.
fn unpacked(root: &Path, target: Target) -> Result<PathBuf, PackageError> {
    let Packed { zip, .. } = pack(root, target, &Beside::new(), Effort::Least)?;
    let unpacked = root.join("target/unpacked").join(BINARY);
    let archive = |source| PackageError::Archive { path: unpacked.clone(), source };
    let (program, executable) = archive::entry(&zip, BINARY).map_err(archive)?;
    files::write(&unpacked, program)?;
    if executable {
        files::make_executable(&unpacked)?;
    }
    Ok(unpacked)
}

/// Adds the file `path`, or all files below the folder of that name.
fn add(path: &Path, beside: &mut Beside) -> Result<(), FileError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let files =
        if path.is_dir() { files::below(folder, &name)? } else { vec![PathBuf::from(&*name)] };
    for file in files {
        beside.push((file.to_string_lossy().into_owned(), files::read(&folder.join(&file))?));
    }
    Ok(())
}

/// The hook for `target`, with `beside` in its zip.
fn hook(root: &Path, target: Target, beside: &Beside) -> Result<Package, PackageError> {
    let Packed { zip, binary } = pack(root, target, beside, Effort::Most)?;
    let path = keep(root, &format!("stackseal-hook-{}.zip", target.architecture), &zip)?;
    Ok(Package { path, binary, zip: zip.len() })
}

/// The bytes of a zip, and the size of the binary in it.
struct Packed {
    zip: Vec<u8>,
    binary: usize,
}

/// How well the compiler is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// As the profile says, for minutes.
    Most,
    /// Not at all: whether the program starts does not depend on it.
    Least,
}

fn pack(
    root: &Path,
    target: Target,
    beside: &Beside,
    effort: Effort,
) -> Result<Packed, PackageError> {
    let built = build(root, target, effort)?;
    let binary = files::read(&built)?;
    elf::check(&binary, target)
        .map_err(|source| PackageError::Unfit { path: built.clone(), source })?;
    let zip =
        handler(&binary, beside).map_err(|source| PackageError::Archive { path: built, source })?;
    Ok(Packed { zip, binary: binary.len() })
}

/// The hook type. Which processor the registry runs handlers on is not said; x86-64 is Lambda's own
/// choice where none is made.
fn hook_type(root: &Path, libc: Libc) -> Result<Package, PackageError> {
    let target = Target { architecture: Architecture::X86_64, libc };
    let Package { path, binary, zip: _ } = hook(root, target, &Beside::new())?;
    let handler = files::read(&path)?;
    let made = registry::package(root, &handler).map_err(PackageError::Registry)?;
    let bytes = files::read(&made)?;
    let path = keep(root, "stackseal-dataprotection-hook.zip", &bytes)?;
    Ok(Package { path, binary, zip: bytes.len() })
}

/// The zip that Lambda takes: `binary`, and `beside` it what its configuration is.
pub(crate) fn handler(binary: &[u8], beside: &Beside) -> Result<Vec<u8>, ArchiveError> {
    let binary = archive::Entry { name: BINARY, bytes: binary, executable: true };
    let beside =
        beside.iter().map(|(name, bytes)| archive::Entry { name, bytes, executable: false });
    archive::of(&std::iter::once(binary).chain(beside).collect::<Vec<_>>())
}

/// Writes `bytes` into the folder of the packages, as `name`.
fn keep(root: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, PackageError> {
    let folder = root.join(FOLDER);
    let path = folder.join(name);
    files::write(&path, bytes)?;
    Ok(path)
}

/// Builds the program of the function by its profile; where it is.
fn build(root: &Path, target: Target, effort: Effort) -> Result<PathBuf, PackageError> {
    needs_standard_library(root, target)?;
    let venv = Venv::named(root, "venv-package");
    venv.install(&root.join("crates/xtask/src/package/requirements.txt"))
        .map_err(PackageError::Venv)?;
    let mut command = process::cargo(root, &["zigbuild", "--locked", "--profile", PROFILE]);
    command.args(["--package", HOOK, "--bin", BINARY, "--target", &target.with_version()]);
    command.env("PATH", before_path(&venv.programs()));
    // Only this decides about the code: neither flags nor paths of whoever builds.
    command.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", remapping(root));
    if effort == Effort::Least {
        for (setting, value) in [("OPT_LEVEL", "0"), ("LTO", "off"), ("CODEGEN_UNITS", "16")] {
            command.env(format!("CARGO_PROFILE_{}_{setting}", PROFILE.to_uppercase()), value);
        }
    }
    process::run(&mut command)?;
    Ok(root.join("target").join(target.triple()).join(PROFILE).join(BINARY))
}

/// An error unless rustup has the target; rustc itself would only say that `core` is missing.
fn needs_standard_library(root: &Path, target: Target) -> Result<(), PackageError> {
    if has_standard_library(root, target)? {
        return Ok(());
    }
    let alternative = Target { libc: Libc::Gnu, ..target };
    let alternative = (target.libc == Libc::Musl && alternative.is_host())
        .then_some("--target x86-64 --libc gnu");
    Err(PackageError::NoStandardLibrary { triple: target.triple(), alternative })
}

/// Whether rustup has the target.
fn has_standard_library(root: &Path, target: Target) -> Result<bool, PackageError> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--print", "target-libdir", "--target", target.triple()]).current_dir(root);
    let output = process::capture(&mut command)?;
    if !output.status.success() {
        return Err(process::failed(&command, output.status).into());
    }
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    Ok(fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|it| it.file_name().to_string_lossy().starts_with("libcore-"))
    }))
}

/// Flags that call the folders of this machine by the same names everywhere.
fn remapping(root: &Path) -> OsString {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let folders = [(Some(root.to_owned()), "stackseal"), (home, "cargo")];
    let mut flags = OsString::new();
    for (folder, name) in folders {
        let Some(folder) = folder else { continue };
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(folder);
        flags.push("=");
        flags.push(name);
    }
    flags
}

/// The search path with `folder` in front.
fn before_path(folder: &Path) -> OsString {
    let mut path = folder.as_os_str().to_owned();
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    path
}

#[expect(clippy::cast_precision_loss, reason = "two digits of it are shown")]
pub(crate) fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
