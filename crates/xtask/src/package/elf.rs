//! Whether a binary runs where Lambda will start it.

use object::elf::{DT_NEEDED, EM_AARCH64, EM_X86_64, FileHeader64, PT_INTERP};
use object::read::elf::{Dyn as _, FileHeader as _, ProgramHeader as _};
use object::{Endianness, read};
use thiserror::Error;

use super::target::{Architecture, GLIBC, Libc, Target};

/// What of the C library and the compiler every `provided.al2023` has.
const LIBRARIES: &[&str] = &[
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
];

/// Why a binary would not start.
#[derive(Debug, Error)]
pub(crate) enum Unfit {
    /// It is no program for 64-bit Linux.
    #[error("it is no ELF program")]
    NoElf {
        /// Why.
        source: read::Error,
    },
    /// It is one for another processor.
    #[error("it is for another processor than {wanted}")]
    Machine {
        /// The one it was built for.
        wanted: Architecture,
    },
    /// It should need nothing, and needs a loader.
    #[error("it is linked dynamically")]
    Dynamic,
    /// It needs a library that is not there.
    #[error("it needs {library}")]
    Library {
        /// Its file name.
        library: String,
    },
    /// It needs a newer C library.
    #[error("it needs {version}, and Amazon Linux 2023 has glibc {}.{}", GLIBC.0, GLIBC.1)]
    Glibc {
        /// `GLIBC_2.38`, say.
        version: String,
    },
}

/// Judges the binary `bytes`, built for `target`.
pub(super) fn check(bytes: &[u8], target: Target) -> Result<(), Unfit> {
    let no_elf = |source| Unfit::NoElf { source };
    let header = FileHeader64::<Endianness>::parse(bytes).map_err(no_elf)?;
    let endian = header.endian().map_err(no_elf)?;
    let machine = match target.architecture {
        Architecture::Arm64 => EM_AARCH64,
        Architecture::X86_64 => EM_X86_64,
    };
    if header.e_machine(endian) != machine {
        return Err(Unfit::Machine { wanted: target.architecture });
    }
    let segments = header.program_headers(endian, bytes).map_err(no_elf)?;
    let is_dynamic = segments.iter().any(|it| it.p_type(endian) == PT_INTERP);
    match target.libc {
        Libc::Musl if is_dynamic => return Err(Unfit::Dynamic),
        Libc::Musl => return Ok(()),
        Libc::Gnu => (),
    }
    let sections = header.sections(endian, bytes).map_err(no_elf)?;
    if let Some((entries, strings)) = sections.dynamic(endian, bytes).map_err(no_elf)? {
        let strings = sections.strings(endian, bytes, strings).map_err(no_elf)?;
        for entry in entries.iter().filter(|it| it.tag(endian) == DT_NEEDED) {
            let library = String::from_utf8_lossy(entry.string(endian, strings).map_err(no_elf)?);
            if !LIBRARIES.contains(&&*library) {
                return Err(Unfit::Library { library: library.into_owned() });
            }
        }
    }
    if let Some((mut needs, strings)) = sections.gnu_verneed(endian, bytes).map_err(no_elf)? {
        let strings = sections.strings(endian, bytes, strings).map_err(no_elf)?;
        while let Some((_, mut versions)) = needs.next().map_err(no_elf)? {
            while let Some(version) = versions.next().map_err(no_elf)? {
                let name = version.name(endian, strings).map_err(no_elf)?;
                let name = String::from_utf8_lossy(name);
                if glibc(&name).is_some_and(|it| it > GLIBC) {
                    return Err(Unfit::Glibc { version: name.into_owned() });
                }
            }
        }
    }
    Ok(())
}

/// The version in `GLIBC_2.34` and in `GLIBC_2.3.4`, without its third part.
fn glibc(name: &str) -> Option<(u32, u32)> {
    // A loader that reads packed relocations came with that version.
    if name == "GLIBC_ABI_DT_RELR" {
        return Some((2, 36));
    }
    let mut numbers = name.strip_prefix("GLIBC_")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_glibc_are_told_from_others() {
        for (name, expected) in [
            ("GLIBC_2.34", Some((2, 34))),
            ("GLIBC_2.2.5", Some((2, 2))),
            ("GLIBC_ABI_DT_RELR", Some((2, 36))),
            ("GLIBC_PRIVATE", None),
            ("GCC_3.0", None),
        ] {
            assert_eq!(glibc(name), expected, "{name}");
        }
    }

    /// This very test is a program; what of it would not run in Lambda is said.
    #[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
    #[test]
    fn a_program_of_this_machine_is_judged() {
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let of = |architecture, libc| check(&bytes, Target { architecture, libc });
        assert!(matches!(of(Architecture::X86_64, Libc::Musl), Err(Unfit::Dynamic)));
        assert!(matches!(of(Architecture::Arm64, Libc::Gnu), Err(Unfit::Machine { .. })));
        // Whether its glibc is newer is up to the machine.
        let gnu = of(Architecture::X86_64, Libc::Gnu);
        assert!(matches!(gnu, Ok(()) | Err(Unfit::Glibc { .. })), "{gnu:?}");
        assert!(matches!(
            check(b"#!/bin/sh", Target { architecture: Architecture::Arm64, libc: Libc::Musl }),
            Err(Unfit::NoElf { .. })
        ));
    }
}
