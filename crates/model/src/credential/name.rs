//! Whether a name is that of a credential.
//!
//! A name is brought into one shape (`dbPassword` and `db-password` become `DB_PASSWORD`) and then
//! held against rows of words; the first row that matches decides. Rows that *stop* come between:
//! `SECRET_ARN` says where a secret is, `PARTITION_KEY` is no key to anything. Plain lists of words
//! do it: they need no preparation and are read in less time than one expression takes to compile.

use super::{Confidence, NameClass};

/// Words in alphabetical order.
type Words = &'static [&'static str];

/// The words of a literal, which are separated by spaces, taken apart at compile time.
macro_rules! words {
    ($list:literal) => {
        const { &words_of::<{ count_of($list) }>($list) }
    };
}

const fn count_of(list: &str) -> usize {
    let mut count = 1;
    let mut rest = list.as_bytes();
    while let [first, tail @ ..] = rest {
        count += (*first == b' ') as usize;
        rest = tail;
    }
    count
}

const fn words_of<const N: usize>(list: &'static str) -> [&'static str; N] {
    let mut words = [""; N];
    let mut rest = list;
    let mut places: &mut [&str] = &mut words;
    while let Some((place, others)) = places.split_first_mut() {
        let (word, tail) = rest.split_at(word_length(rest));
        *place = word;
        rest = if tail.is_empty() { tail } else { tail.split_at(1).1 };
        places = others;
    }
    words
}

const fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest
        && *first != b' '
    {
        length += 1;
        rest = tail;
    }
    length
}

/// What the words of the rows have in common, in lower case: a name with none of these is no
/// credential's, which is true of almost every name.
const HINTS: [&str; 14] = [
    "auth", "conn", "cred", "dsn", "hook", "key", "pass", "pw", "salt", "secret", "source",
    "token", "uri", "url",
];

/// One bit for each letter, in capitals or not, that begins a hint.
const FIRST_LETTERS: u32 = {
    let mut letters = 0;
    let mut rest: &[&str] = &HINTS;
    while let [hint, tail @ ..] = rest {
        if let [first, ..] = hint.as_bytes() {
            letters |= 1 << (*first & 31);
        }
        rest = tail;
    }
    letters
};

/// One pattern, and what a name that matches it is.
struct Row {
    class: NameClass,
    matches: fn(&Name) -> bool,
}

const fn row(id: &'static str, confidence: Confidence, matches: fn(&Name) -> bool) -> Row {
    Row { class: NameClass { id, confidence }, matches }
}

/// Names that are credentials whatever else they look like.
static ALWAYS: &[Row] = &[
    // An access key id alone is no secret, but it never comes alone, and the managed checks look for it.
    row("aws-access-key-id", Confidence::High, |name| {
        name.ends_in_compound(
            words!("AWS"),
            words!("ACCESSKEY ACCESSKEYID ACCESSKEY_ID ACCESS_KEY ACCESS_KEYID ACCESS_KEY_ID"),
        )
    }),
    row("aws-secret-access-key", Confidence::High, |name| {
        name.ends_in_compound(words!("AWSSECRET SECRET"), words!("ACCESSKEY ACCESS_KEY"))
    }),
    row("aws-session-token", Confidence::High, |name| {
        name.ends_in_compound(
            words!("AWSSECURITY AWSSESSION AWS_SECURITY AWS_SESSION"),
            words!("TOKEN"),
        )
    }),
    // Private registry authentication of the ECS agent.
    row("ecs-engine-auth", Confidence::High, |name| {
        name.text().bytes().filter(|it| *it != b'_').eq("ECSENGINEAUTHDATA".bytes())
    }),
];

/// Connection strings and hooks: the URL itself is the credential, so these come before the rows
/// that stop, which take `…_URL` for a place.
static BEFORE_STOP: &[Row] = &[
    row("connection-string", Confidence::Value, |name| {
        name.ends_in_compound(
            words!(
                "AMQP BROKER DATABASE DB ELASTICSEARCH JDBC LDAP MARIADB MONGO MONGODB MYSQL \
                 POSTGRES POSTGRESQL RABBITMQ REDIS SENTRY SMTP"
            ),
            words!("DSN URI URL"),
        )
    }),
    row("connection-string", Confidence::Value, |name| {
        name.ends_in_word(words!(
            "CONNECTIONSTRING CONNECTION_STRING CONNSTR CONNSTRING CONN_STR CONN_STRING \
                 DATA_SOURCE DSN"
        ))
    }),
    row("webhook", Confidence::Medium, |name| {
        name.ends_in_compound(
            words!("CHAT DISCORD MATTERMOST SLACK TEAMS"),
            words!("HOOK HOOK_URL WEBHOOK WEBHOOK_URL WEB_HOOK WEB_HOOK_URL"),
        )
    }),
];

/// Names that speak of a credential and hold none.
static STOP: &[fn(&Name) -> bool] = &[
    // Where the credential is.
    |name| {
        name.goes_on_with(
            words!(
                "ALIAS ARN ARNS BACKEND BUCKET COLUMN DIR DIRECTORY ENDPOINT ENV ENV_VAR FIELD FILE \
                 FILENAME FILES HEADER HOST HOSTNAME ID IDS LOCATION MANAGER MOUNT NAME NAMES PARAM \
                 PARAMETER PATH PATHS PORT PREFIX PROVIDER REF REFERENCE REGION SERVICE STORE SUFFIX \
                 TABLE URI URIS URL URLS VOLUME"
            ),
        )
    },
    // What it is like.
    |name| {
        name.goes_on_with(words!(
            "AGE ALG ALGORITHM ATTEMPTS AUDIENCE BITS BUDGET CACHE CHANGE CHECK CIPHER CLAIM \
                 CLAIMS COUNT DAYS DESCRIPTION DISABLE DISABLED DURATION EMAIL ENABLE ENABLED \
                 ENCODING EXPIRATION EXPIRATION_TIME EXPIRE EXPIRES EXPIRES_AT EXPIRES_IN EXPIRY \
                 FORMAT GRANT HINT HISTORY HOURS INTERVAL ISSUER ITERATIONS KIND LABEL LEN LENGTH \
                 LIFETIME LIMIT MAX METHOD MIN MINUTES MODE OPTIONAL OWNER PATTERN PERIOD POLICIES \
                 POLICY PROMPT QUEUE QUOTA RECOVERY REGEX REQUIRED RESET RETRIES REUSE ROTATION \
                 ROUNDS SCOPE SCOPES SECONDS SIZE STAGE STRENGTH TIMEOUT TOPIC TTL TYPE USER \
                 USERNAME VALIDATION VALIDATOR VALIDITY VERIFY VERSION VERSIONS"
        ))
    },
    // Keys of KMS are named, not known.
    |name| {
        name.has_words(words!("KMSKEY KMS_KEY"))
            || name.has_words(words!("CMK KMS")) && name.ends_in_word(words!("ALIAS ARN ID KEY"))
    },
    // Meant to be public.
    |name| {
        name.ends_in_compound(
            words!("PUB PUBLIC PUBLISHABLE SITE VERIFICATION"),
            words!("KEY KEYS"),
        ) || name.ends_in_word(words!("PUBLIC_API_KEY PUBLIC_TOKEN"))
    },
    // Keys of data, not of locks.
    |name| {
        name.ends_in_compound(
            words!(
                "CACHE CONFIG DEDUP DEDUPLICATION FEATURE FOREIGN GROUP HASH IDEMPOTENCY INDEX JSON \
                 LOOKUP OBJECT PARTITION PRIMARY RANGE ROUTING S3 SHARD SORT TAG TRANSLATION"
            ),
            words!("KEY"),
        )
    },
    // Cursors, callbacks and language models; `ServiceToken` of a custom resource is an ARN, and a
    // `ClientToken` makes a request the same one.
    |name| {
        name.ends_in_compound(
            words!(
                "BOS CANCEL CLIENT_REQUEST CLS CONTINUATION END EOS IDEMPOTENCY MASK NEXT PAD PAGE \
                 PAGINATION REQUEST SEP SERVICE START STOP SYNC TASK UNK"
            ),
            words!("TOKEN"),
        ) || name.is(words!("CLIENT_TOKEN"))
    },
    |name| {
        name.has_words(words!(
            "MAXTOKEN MAX_TOKEN MINTOKEN MIN_TOKEN NTOKEN NUMTOKEN NUM_TOKEN N_TOKEN TOTALTOKEN \
                 TOTAL_TOKEN"
        )) || words!("TOKENISER_ TOKENIZER_ TOKENS_").iter().any(|it| name.padded.contains(it))
    },
    // Settings of the thing that keeps the secret.
    |name| {
        name.begins_with_words(words!(
            "AWS_SECRETMANAGER AWS_SECRETSMANAGER AWS_SECRETS_MANAGER AWS_SECRET_MANAGER \
                 PARAMETERS_SECRETS_EXTENSION SECRETMANAGER SECRETSMANAGER SECRETS_BACKEND \
                 SECRETS_CACHE SECRETS_ENGINE SECRETS_EXTENSION SECRETS_MANAGER SECRETS_PROVIDER \
                 SECRETS_STORE SECRET_BACKEND SECRET_CACHE SECRET_ENGINE SECRET_EXTENSION \
                 SECRET_MANAGER SECRET_PROVIDER SECRET_STORE"
        ))
    },
    // Switches.
    |name| {
        name.ends_in_word(words!(
            "APIKEY API_KEY CREDENTIAL CREDENTIALS PASSPHRASE PASSWD PASSWORD SECRET TOKEN"
        )) && name.has_words(words!(
            "ALLOW DISABLE EMPTY ENABLE FORCE GENERATE HAS HIDE IS NO RANDOM REQUIRE REQUIRES \
                 SHOW SKIP USE"
        ))
    },
    |name| name.ends_in(words!("PASSWORDLESS PASSWORD_LESS")),
    // What is passed or gone through: directives of nginx, passes of a renderer, tickets, results.
    |name| {
        name.ends_in_compound(
            words!(
                "ALL BACK BAND BOARDING CHECK COUNT DAY DEPTH DID FAIL FASTCGI FINAL FIRST FORWARD GAME \
                 GRPC GUEST HIGH IF LAST LIGHT LOW MEMCACHED MONTHLY MULTI MUST N NEXT NO NUM ON ONE POST \
                 PRE QUALITY RENDER RESULT SCGI SEASON SECOND SHADOW SHOULD SINGLE SKI SKIP STATUS TEST \
                 TESTS THIRD THREE TO TOTAL TWO UWSGI WHEN"
            ),
            words!("PASS"),
        )
    },
    // Working directories.
    |name| name.ends_in_compound(words!("HOST INIT ORIG ORIGINAL WORKSPACE"), words!("PWD")),
    // No credentials at all.
    |name| {
        name.is(words!(
            "ASKPASS GIT_ASKPASS OLDPWD PASS PASSED PASSES PASSING PASSTHROUGH PWD SSH_ASKPASS"
        )) || name.begins_with_words(words!("PASSENGER"))
            || name.ends_in(words!("BYPASS BY_PASS COMPASS"))
    },
    // Holds a path.
    |name| name.is(words!("GOOGLE_APPLICATION_CREDENTIALS")),
];

/// Names that are credentials unless a row that stops came first.
static NAMES: &[Row] = &[
    row("password", Confidence::High, |name| {
        name.ends_in_numbered(words!("PASSCODE PASSPHRASE PASSWD PASSWORD PASSWRD"))
    }),
    row("password", Confidence::High, |name| {
        name.before(words!(
            "_B64 _BASE64 _CLEAR _CLEARTEXT _CURRENT _DEV _NEW _OLD _PLAIN _PLAINTEXT _PROD \
                 _PRODUCTION _STAGING _STRING _TEST _TEXT _VALUE"
        ))
        .any(|it| ends_in(it, words!("PASSPHRASE PASSWD PASSWORD")))
    }),
    row("password", Confidence::High, |name| {
        let unnumbered = without_number(name.text());
        words!("_PASS _PW _PWD").iter().filter_map(|it| unnumbered.strip_suffix(it)).any(|it| {
            ends_in_word(
                it,
                words!(
                    "AD ADMIN AMQP APP ARTIFACTORY AURORA AUTH DATABASE DB DOCKER EMAIL FTP HTTP \
                     JENKINS KAFKA KEYSTORE LDAP LOGIN MAIL MARIADB MASTER MONGO MONGODB MQ MSSQL \
                     MYSQL NEXUS ORACLE PG POSTGRES POSTGRESQL PROXY PSQL RABBITMQ RDS REDIS \
                     REGISTRY ROOT SERVICE SFTP SMTP SQL SSH SYS SYSTEM TRUSTSTORE USER WORDPRESS WP"
                ),
            )
        })
    }),
    // Whatever else is before such a word; it is a word of other things as well.
    row("password", Confidence::Medium, |name| name.ends_in_numbered_word(words!("PASS PW PWD"))),
    // Variables that the clients themselves read.
    row("password", Confidence::High, |name| {
        name.is(words!("MYSQL_PWD PGPASS REDISCLI_AUTH SSHPASS"))
    }),
    row("secret", Confidence::High, |name| {
        name.before(words!("SECRET _SECRET")).any(|it| {
            ends_in(
                it,
                words!(
                    "API APP CLIENT CONSUMER COOKIE HMAC JWT MFA NEXTAUTH OAUTH OAUTH2 SESSION \
                     SHARED SIGNING TOTP WEBHOOK"
                ),
            )
        })
    }),
    // Often the name or ARN of a secret: the value tells.
    row("secret", Confidence::Medium, |name| name.ends_in_numbered_word(words!("SECRET"))),
    // Usually a list of names.
    row("secret", Confidence::Low, |name| name.ends_in_word(words!("SECRETS"))),
    // `SECRET_KEY` of Django and Flask, `SECRET_KEY_BASE` of Rails.
    row("secret", Confidence::High, |name| {
        name.ends_in_compound(
            words!("SECRET"),
            words!("HASH KEY KEY_BASE SALT STR STRING TEXT TOKEN VALUE"),
        )
    }),
    row("token", Confidence::High, |name| {
        name.ends_in_compound(
            words!(
                "ACCESS ADMIN AIRTABLE ANTHROPIC API ATLASSIAN AUTH AUTH0 BEARER BITBUCKET BOT BUILD \
                 BUILDKITE CI CIRCLE CIRCLECI CODECOV CONFLUENCE CONNECTION CONSUL COVERALLS_REPO \
                 DATADOG DD DEPLOY DIGITALOCEAN DISCORD DO DOCKER DOCKERHUB FOSSA GH GITHUB GITLAB \
                 GL GRAFANA HEC HEROKU HF HUGGINGFACE ID JIRA JOB JWT LINEAR LOGDNA LOGGLY MAPBOX \
                 MASTER NEW_RELIC NOMAD NOTION NPM NUGET OAUTH OAUTH2 OKTA OPENAI PAPERTRAIL PYPI \
                 REFRESH REGISTRATION REGISTRY REPLICATE ROOT RUBYGEMS RUNNER SAS SECURITY SENTRY \
                 SERVICE_ACCOUNT SESSION SHOPIFY SLACK SNYK SONAR SPLUNK SQUARE STRIPE TELEGRAM \
                 TERRAFORM TF TFE TWINE USER VAULT VERCEL VERIFICATION VERIFY WEBHOOK YARN"
            ),
            words!("TOKEN"),
        )
    }),
    row("token", Confidence::Medium, |name| name.ends_in_numbered_word(words!("TOKEN"))),
    row("api-key", Confidence::High, |name| {
        name.ends_in_compound(
            words!(
                "ACCESS ACCOUNT ADMIN ALGOLIA API APP APPLICATION AUTH BUGSNAG CONSUMER DATADOG DD \
                 DEPLOY FUNCTION HONEYCOMB INGEST INGESTION INSTRUMENTATION LICENCE LICENSE MAILGUN \
                 MASTER NEW_RELIC ROLLBAR SENDGRID SERVER SERVICE_ROLE STORAGE STRIPE SUBSCRIPTION \
                 WRITE"
            ),
            words!("KEY KEYS"),
        )
    }),
    // The keys of WordPress are among them. `ENCRYPTION_KEY` may be the id of a KMS key: the value tells.
    row("key", Confidence::High, |name| {
        name.ends_in_compound(
            words!(
                "CIPHER COOKIE CRYPTO DECRYPTION DKIM ENCRYPT ENCRYPTION FERNET GPG HMAC JWT \
                 LOGGED_IN NONCE PEM PGP PRESHARED PRIV PRIVATE RSA SESSION SHARED SIGNATURE SIGNING \
                 SSH SSL TLS UNSEAL"
            ),
            words!("KEY"),
        )
    }),
    // The salts of WordPress sign its cookies; other salts are less secret.
    row("salt", Confidence::Medium, |name| {
        name.ends_in_word(words!(
            "AUTHSALT COOKIESALT HASHSALT LOGGED_INSALT NONCESALT PASSWORDSALT SALT SECRETSALT \
                 SESSIONSALT"
        ))
    }),
    row("credentials", Confidence::High, |name| {
        name.ends_in_word(words!(
            "CREDENTIAL CREDENTIALS CREDENTIALS_JSON CREDENTIAL_JSON CREDS CREDS_JSON"
        ))
    }),
    row("auth-header", Confidence::High, |name| {
        name.ends_in_word(words!(
            "AUTHORIZATION BASIC_AUTH DOCKER_AUTH DOCKER_AUTH_CONFIG DOCKER_CONFIG_JSON \
                 HTTP_AUTH NPM_AUTH"
        ))
    }),
];

/// The class of credentials `name` belongs to, if it is the name of one.
pub fn classify_name(name: &str) -> Option<NameClass> {
    if !has_hint(name) {
        return None;
    }
    let name = Name::normalised(name);
    let first = |rows: &[Row]| rows.iter().find(|it| (it.matches)(&name)).map(|it| it.class);
    if let Some(class) = first(ALWAYS).or_else(|| first(BEFORE_STOP)) {
        return Some(class);
    }
    // Most names match none of these, and the rows that stop are the longer ones.
    let class = first(NAMES)?;
    let name = name.unnumbered();
    (!STOP.iter().any(|stops| stops(&name))).then_some(class)
}

fn has_hint(name: &str) -> bool {
    let bytes = name.as_bytes();
    let begins = |first: &u8| FIRST_LETTERS >> (first & 31) & 1 == 1;
    bytes.iter().enumerate().filter(|(_, first)| begins(first)).any(|(at, _)| {
        HINTS.iter().map(|it| it.as_bytes()).any(|hint| {
            bytes.get(at..at + hint.len()).is_some_and(|it| it.eq_ignore_ascii_case(hint))
        })
    })
}

/// A name in capitals, its words between underscores, with one more at each end.
struct Name {
    padded: String,
}

impl Name {
    /// `dbPassword`, `db.password`, `TF_VAR_db_password` and `--db-password` all as `_DB_PASSWORD_`.
    fn normalised(name: &str) -> Self {
        // Glue writes its arguments with hyphens, Terraform its variables with a prefix.
        let name = name.strip_prefix("--").unwrap_or(name);
        let name = name.strip_prefix("TF_VAR_").unwrap_or(name);
        let mut padded = String::with_capacity(name.len() + 8);
        padded.push('_');
        let mut before = b'_';
        let mut bytes = name.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let begins_word = byte.is_ascii_uppercase()
                && (before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || before.is_ascii_uppercase()
                        && bytes.peek().is_some_and(u8::is_ascii_lowercase));
            if !padded.ends_with('_') && (begins_word || !byte.is_ascii_alphanumeric()) {
                padded.push('_');
            }
            if byte.is_ascii_alphanumeric() {
                padded.push(char::from(byte.to_ascii_uppercase()));
            }
            before = byte;
        }
        if !padded.ends_with('_') {
            padded.push('_');
        }
        Self { padded }
    }

    /// Without the number at its end, so that `NEXT_TOKEN_2` is what `NEXT_TOKEN` is.
    fn unnumbered(mut self) -> Self {
        let length = without_number(self.text()).len();
        // One underscore goes before the text.
        self.padded.truncate(length + 1);
        self.padded.push('_');
        self
    }

    fn text(&self) -> &str {
        self.padded.trim_matches('_')
    }

    /// It is one of `names`.
    fn is(&self, names: Words) -> bool {
        names.iter().any(|it| **it == *self.text())
    }

    /// It ends in one of `tails`, which may be the end of a longer word.
    fn ends_in(&self, tails: Words) -> bool {
        ends_in(self.text(), tails)
    }

    /// It ends in one of `tails`, which begins a word.
    fn ends_in_word(&self, tails: Words) -> bool {
        ends_in_word(self.text(), tails)
    }

    /// As [`Self::ends_in`], perhaps with a number behind: `PASSWORD2`, `PASSWORD_2`.
    fn ends_in_numbered(&self, tails: Words) -> bool {
        ends_in(without_number(self.text()), tails)
    }

    /// As [`Self::ends_in_word`], perhaps with a number behind: `TOKEN2`.
    fn ends_in_numbered_word(&self, tails: Words) -> bool {
        ends_in_word(without_number(self.text()), tails)
    }

    /// It ends in one of `heads`, which begins a word, and one of `tails`, with or without an
    /// underscore between them.
    fn ends_in_compound(&self, heads: Words, tails: Words) -> bool {
        self.before(tails).any(|it| ends_in_word(it.strip_suffix('_').unwrap_or(it), heads))
    }

    /// It ends in one of `tails` and has another word before.
    fn goes_on_with(&self, tails: Words) -> bool {
        self.before(tails).any(|it| it.ends_with('_'))
    }

    /// One of `parts` stands in it, in whole words.
    fn has_words(&self, parts: Words) -> bool {
        parts.iter().any(|part| {
            self.padded.match_indices(part).any(|(at, _)| {
                let (before, after) = self.padded.split_at_checked(at).unwrap_or_default();
                before.ends_with('_')
                    && after.strip_prefix(part).is_some_and(|it| it.starts_with('_'))
            })
        })
    }

    /// It begins with one of `heads`, in whole words.
    fn begins_with_words(&self, heads: Words) -> bool {
        let text = self.text();
        heads
            .iter()
            .filter_map(|it| text.strip_prefix(it))
            .any(|it| it.is_empty() || it.starts_with('_'))
    }

    /// What stands before each of `tails` that it ends in.
    fn before(&self, tails: Words) -> impl Iterator<Item = &str> {
        let text = self.text();
        tails.iter().filter_map(move |it| text.strip_suffix(it))
    }
}

fn ends_in(text: &str, tails: Words) -> bool {
    tails.iter().any(|it| text.ends_with(it))
}

fn ends_in_word(text: &str, tails: Words) -> bool {
    tails.iter().filter_map(|it| text.strip_suffix(it)).any(|it| it.is_empty() || it.ends_with('_'))
}

fn without_number(text: &str) -> &str {
    text.trim_end_matches(|it: char| it.is_ascii_digit()).trim_end_matches('_')
}
