//! What a binary is built for.

use std::fmt;

use clap::ValueEnum;

/// A processor that Lambda runs functions on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Architecture {
    /// Graviton.
    Arm64,
    /// Intel and AMD.
    #[value(name = "x86-64")]
    X86_64,
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86-64",
        })
    }
}

/// The C library it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Libc {
    /// In the binary itself.
    Musl,
    /// That of Amazon Linux 2023.
    Gnu,
}

/// A target of rustc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The processor.
    pub(crate) architecture: Architecture,
    /// The C library.
    pub(crate) libc: Libc,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { architecture, libc } = self;
        match libc {
            Libc::Musl => write!(f, "{architecture}, static"),
            Libc::Gnu => write!(f, "{architecture} on glibc"),
        }
    }
}

/// The glibc of Amazon Linux 2023, and so of the runtime `provided.al2023`.
///
/// <https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html>
pub(super) const GLIBC: (u32, u32) = (2, 34);

impl Target {
    /// What is deployed: a static program for each processor.
    pub(crate) fn deployed() -> [Self; 2] {
        [Architecture::Arm64, Architecture::X86_64]
            .map(|architecture| Self { architecture, libc: Libc::Musl })
    }

    /// This machine, if it is one.
    pub(crate) fn of_this_machine() -> Option<Self> {
        let architectures = [Architecture::Arm64, Architecture::X86_64];
        let all = architectures.into_iter().flat_map(|architecture| {
            [Libc::Musl, Libc::Gnu].map(|libc| Self { architecture, libc })
        });
        all.into_iter().find(|it| it.is_host())
    }

    /// As rustc calls it.
    pub(crate) const fn triple(self) -> &'static str {
        match (self.architecture, self.libc) {
            (Architecture::Arm64, Libc::Musl) => "aarch64-unknown-linux-musl",
            (Architecture::Arm64, Libc::Gnu) => "aarch64-unknown-linux-gnu",
            (Architecture::X86_64, Libc::Musl) => "x86_64-unknown-linux-musl",
            (Architecture::X86_64, Libc::Gnu) => "x86_64-unknown-linux-gnu",
        }
    }

    /// As `cargo zigbuild` takes it: with the oldest C library the binary must run on.
    pub(super) fn with_version(self) -> String {
        match self.libc {
            Libc::Musl => self.triple().to_owned(),
            Libc::Gnu => format!("{}.{}.{}", self.triple(), GLIBC.0, GLIBC.1),
        }
    }

    /// Whether this machine is one.
    pub(crate) const fn is_host(self) -> bool {
        match (self.architecture, self.libc) {
            (Architecture::Arm64, Libc::Musl) => {
                cfg!(all(target_arch = "aarch64", target_env = "musl"))
            }
            (Architecture::Arm64, Libc::Gnu) => {
                cfg!(all(target_arch = "aarch64", target_env = "gnu"))
            }
            (Architecture::X86_64, Libc::Musl) => {
                cfg!(all(target_arch = "x86_64", target_env = "musl"))
            }
            (Architecture::X86_64, Libc::Gnu) => {
                cfg!(all(target_arch = "x86_64", target_env = "gnu"))
            }
        }
    }
}
