//! Programs, and how each takes a credential on its command line.

/// How a program takes a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// `-p literal` and `-pliteral`; of a long option, `--value literal` and `--value=literal`.
    Option(&'static str),
    /// `-pliteral` alone: with a space behind it, the option asks, and the next word is another.
    GluedOption(&'static str),
    /// `-k literal`; what is glued to it makes it another option.
    SpacedOption(&'static str),
    /// The argument at this place, from 0, options and their values not counted.
    Argument(usize),
    /// The last argument, where this letter stands among the short options.
    LastArgument(char),
    /// `-u user:literal`.
    User,
    /// `-H 'Authorization: Bearer literal'`.
    Header,
    /// `NAME literal` among its arguments; with the length of the shortest literal.
    Pairs(usize),
}

/// A program, or some that are alike.
struct Program {
    names: &'static [&'static str],
    /// Arguments that must be there, in any order; PowerShell and `cmd.exe` take any case.
    with: &'static [&'static str],
    manners: &'static [Manner],
}

const PROGRAMS: &[Program] = &[
    Program {
        names: &["docker", "nerdctl", "podman", "buildah", "skopeo", "helm", "oras", "crane", "az"],
        with: &["login"],
        manners: &[Manner::Option("-p")],
    },
    Program {
        names: &["mariadb", "mariadb-dump", "mysql", "mysqladmin", "mysqldump", "mysqlimport"],
        with: &[],
        manners: &[Manner::GluedOption("-p")],
    },
    // https://dev.mysql.com/doc/refman/8.4/en/mysqladmin.html
    Program {
        names: &["mariadb-admin", "mysqladmin"],
        with: &["password"],
        manners: &[Manner::SpacedOption("password")],
    },
    // https://httpd.apache.org/docs/2.4/programs/htpasswd.html
    Program { names: &["htpasswd"], with: &[], manners: &[Manner::LastArgument('b')] },
    Program {
        names: &["sshpass", "mongo", "mongodump", "mongorestore", "mongosh", "twine"],
        with: &[],
        manners: &[Manner::Option("-p")],
    },
    Program { names: &["redis-cli"], with: &[], manners: &[Manner::Option("-a")] },
    Program {
        names: &["bcp", "sqlcmd", "unzip", "zip"],
        with: &[],
        manners: &[Manner::Option("-P")],
    },
    Program {
        names: &["ldapadd", "ldapdelete", "ldapmodify", "ldapsearch"],
        with: &[],
        manners: &[Manner::Option("-w")],
    },
    Program { names: &["curl", "wget"], with: &[], manners: &[Manner::User, Manner::Header] },
    Program { names: &["aws"], with: &["configure", "set"], manners: &[Manner::Pairs(16)] },
    Program {
        names: &["aws"],
        with: &["put-parameter", "SecureString"],
        manners: &[Manner::Option("--value")],
    },
    Program {
        names: &["npm", "pnpm", "yarn"],
        with: &["config", "set"],
        manners: &[Manner::Pairs(3)],
    },
    Program { names: &["setx"], with: &[], manners: &[Manner::Pairs(3)] },
    // https://developer.hashicorp.com/vault/docs/commands/login
    Program { names: &["vault"], with: &["login"], manners: &[Manner::Argument(1)] },
    // https://docs.openssl.org/master/man1/openssl-enc/
    Program {
        names: &["openssl"],
        with: &[],
        manners: &[Manner::SpacedOption("-k"), Manner::SpacedOption("-K")],
    },
    // https://learn.microsoft.com/powershell/module/microsoft.powershell.security/convertto-securestring
    Program {
        names: &["ConvertTo-SecureString"],
        with: &["-AsPlainText"],
        manners: &[Manner::Argument(0), Manner::SpacedOption("-String")],
    },
    // https://learn.microsoft.com/windows-server/administration/windows-commands/net-user
    Program { names: &["net"], with: &["user"], manners: &[Manner::Argument(2)] },
];

/// How `program` takes credentials with arguments of which `has` tells whether one is there.
pub(super) fn manners(program: &str, has: impl Fn(&str) -> bool) -> impl Iterator<Item = Manner> {
    PROGRAMS
        .iter()
        .filter(move |it| {
            it.names.iter().any(|it| it.eq_ignore_ascii_case(program))
                && it.with.iter().all(|it| has(it))
        })
        .flat_map(|it| it.manners.iter().copied())
}
