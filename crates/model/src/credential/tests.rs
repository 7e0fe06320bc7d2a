//! Names, values and tokens with what they are.
//!
//! Tokens are put together here, so that no scanner takes this file for a leak.

use std::collections::HashSet;

use proptest::prelude::*;

use super::formats::FORMATS;
use super::token::tokens_among;
use super::*;

#[test]
fn names_have_their_class() {
    use Confidence::{High, Low, Medium, Value};
    let cases: &[(&str, Option<(&str, Confidence)>)] = &[
        ("DB_PASSWORD", Some(("password", High))),
        ("dbPassword", Some(("password", High))),
        ("db-password", Some(("password", High))),
        ("spring.datasource.password", Some(("password", High))),
        ("--db-password", Some(("password", High))),
        ("TF_VAR_db_password", Some(("password", High))),
        ("PGPASSWORD", Some(("password", High))),
        ("password", Some(("password", High))),
        ("password2", Some(("password", High))),
        ("DB_PASSWORD_PROD", Some(("password", High))),
        ("DB_PASS", Some(("password", High))),
        ("DB_PW1", Some(("password", High))),
        ("DB_PASS_2", Some(("password", High))),
        ("DB_PASSWORD_2", Some(("password", High))),
        ("MYSQL_PWD", Some(("password", High))),
        ("RABBITMQ_DEFAULT_PASS", Some(("password", Medium))),
        ("default_pass", Some(("password", Medium))),
        ("grafanaPass", Some(("password", Medium))),
        ("ELASTIC_PASS", Some(("password", Medium))),
        ("KEYCLOAK_PASS2", Some(("password", Medium))),
        ("mqtt-pass", Some(("password", Medium))),
        ("SNOWFLAKE_PWD", Some(("password", Medium))),
        ("LDAP_BIND_PW", Some(("password", Medium))),
        ("PW", Some(("password", Medium))),
        ("REDISCLI_AUTH", Some(("password", High))),
        ("WORDPRESS_DB_PASSWORD", Some(("password", High))),
        ("CLIENT_SECRET", Some(("secret", High))),
        ("clientSecret", Some(("secret", High))),
        ("OAUTH2SECRET", Some(("secret", High))),
        ("SECRET_KEY", Some(("secret", High))),
        ("SECRET_KEY_BASE", Some(("secret", High))),
        ("DB_SECRET", Some(("secret", Medium))),
        ("SECRET", Some(("secret", Medium))),
        ("SECRETS", Some(("secret", Low))),
        ("GITHUB_TOKEN", Some(("token", High))),
        ("githubToken", Some(("token", High))),
        ("NODE_AUTH_TOKEN", Some(("token", High))),
        ("MY_TOKEN", Some(("token", Medium))),
        ("MY_TOKEN_2", Some(("token", Medium))),
        ("AKAMAI_CLIENT_TOKEN", Some(("token", Medium))),
        ("API_KEY", Some(("api-key", High))),
        ("APIKey", Some(("api-key", High))),
        ("apikey", Some(("api-key", High))),
        ("STRIPE_KEYS", Some(("api-key", High))),
        ("AUTH_KEY", Some(("api-key", High))),
        ("SECURE_AUTH_KEY", Some(("api-key", High))),
        ("NONCE_KEY", Some(("key", High))),
        ("LOGGED_IN_KEY", Some(("key", High))),
        ("PRIVATE_KEY", Some(("key", High))),
        ("ENCRYPTION_KEY", Some(("key", High))),
        ("AUTH_SALT", Some(("salt", Medium))),
        ("PASSWORDSALT", Some(("salt", Medium))),
        ("CREDENTIALS_JSON", Some(("credentials", High))),
        ("DATABASE_URL", Some(("connection-string", Value))),
        ("ConnectionString", Some(("connection-string", Value))),
        ("SLACK_WEBHOOK_URL", Some(("webhook", Medium))),
        ("Authorization", Some(("auth-header", High))),
        ("AWS_ACCESS_KEY_ID", Some(("aws-access-key-id", High))),
        ("PROD_AWS_ACCESS_KEY", Some(("aws-access-key-id", High))),
        ("aws_secret_access_key", Some(("aws-secret-access-key", High))),
        ("SecretAccessKey", Some(("aws-secret-access-key", High))),
        ("AWSSecretKey", Some(("secret", High))),
        ("AWS_SESSION_TOKEN", Some(("aws-session-token", High))),
        ("ECS_ENGINE_AUTH_DATA", Some(("ecs-engine-auth", High))),
    ];
    for (name, expected) in cases {
        let class = classify_name(name).map(|it| (it.id, it.confidence));
        assert_eq!(class, *expected, "{name}");
    }
}

#[test]
fn names_that_only_speak_of_credentials_have_no_class() {
    let names = [
        "",
        "_",
        "PATH",
        "DB_HOST",
        "SECRET_ARN",
        "SecretId",
        "DB_PASSWORD_FILE",
        "DB_PASSWORD_SECRET_NAME",
        "PASSWORD_MIN_LENGTH",
        "PasswordPolicy",
        "TOKEN_TTL_SECONDS",
        "TOKEN_URL",
        "KMS_KEY",
        "KmsKeyId",
        "CMK_ARN",
        "DATA_KMS_KEY",
        "PUBLIC_KEY",
        "STRIPE_PUBLISHABLE_KEY",
        "RECAPTCHA_SITE_KEY",
        "PARTITION_KEY",
        "S3Key",
        "S3_OBJECT_KEY",
        "CACHE_KEY",
        "ServiceToken",
        "NextToken",
        "ClientRequestToken",
        "ClientToken",
        "MAX_TOKENS",
        "maxTokenCount",
        "TOKENIZERS_PARALLELISM",
        "EOS_TOKEN",
        "SECRETS_MANAGER_ENDPOINT",
        "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT",
        "MYSQL_ALLOW_EMPTY_PASSWORD",
        "MYSQL_RANDOM_ROOT_PASSWORD",
        "GENERATE_SECRET",
        "PASSWORDLESS",
        "PWD",
        "OLDPWD",
        "SSH_ASKPASS",
        "PASS",
        "PASSENGER_APP_ENV",
        "AUTH_BYPASS",
        "ENCOMPASS",
        "BYPASS_2",
        "bypass",
        "byPass",
        "COMPASS",
        "FIRST_PASS",
        "SECOND_PASS",
        "TWO_PASS",
        "SINGLE_PASS",
        "RENDER_PASS",
        "renderPass2",
        "BOARDING_PASS",
        "FAIL_PASS",
        "SKIP_PASS",
        "HIGH_PASS",
        "LOW_PASS",
        "bandPass",
        "fastcgi_pass",
        "grpc_pass",
        "ON_PASS",
        "HEADERS_TO_PASS",
        "MEMCACHED_PASS",
        "PASS_1",
        "PASS2",
        "HOST_PWD",
        "PWD_2",
        "OLDPWD_1",
        "NEXT_TOKEN_2",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "KEY",
        "KEYBOARD",
        "MONKEY",
        "AUTHOR",
        "HOOKS",
        "пароль",
    ];
    for name in names {
        assert_eq!(classify_name(name), None, "{name}");
    }
}

#[test]
fn values_are_exempt_for_a_reason() {
    let cases = [
        ("", Some(Exemption::Empty)),
        (" \n", Some(Exemption::Empty)),
        ("Yes", Some(Exemption::Switch)),
        ("n/a", Some(Exemption::Switch)),
        ("5432", Some(Exemption::SmallNumber)),
        ("54321", None),
        (
            "{{resolve:secretsmanager:prod/db:SecretString:password}}",
            Some(Exemption::DynamicReference),
        ),
        ("arn:aws-cn:secretsmanager:eu-west-1:1:secret:a", Some(Exemption::Arn)),
        ("arn of someone", None),
        ("vault:secret/data/db#password", Some(Exemption::Reference)),
        (" vault:secret/data/db#password\n", Some(Exemption::Reference)),
        ("op://shop/db/password", Some(Exemption::Reference)),
        ("ref+awssecrets://prod/db", Some(Exemption::Reference)),
        ("op://My Vault/db/password", Some(Exemption::Reference)),
        ("vault:", None),
        ("vault:hunter2", None),
        ("vault: secret", None),
        ("vault:\n  token: hunter2", None),
        ("op://", None),
        ("ref+hunter2", None),
        ("my-vault:hunter2", None),
        ("$DB_PASSWORD", Some(Exemption::Substitution)),
        ("${DB_PASSWORD}", Some(Exemption::Substitution)),
        ("$(db.password)", Some(Exemption::Substitution)),
        ("$5ecret", None),
        ("<password>", Some(Exemption::Placeholder)),
        ("[password]", Some(Exemption::Placeholder)),
        ("{{ password }}", Some(Exemption::Placeholder)),
        ("****", Some(Exemption::Placeholder)),
        ("xxx", Some(Exemption::Placeholder)),
        ("...", Some(Exemption::Placeholder)),
        ("your-password-here", Some(Exemption::Placeholder)),
        ("my_secret", Some(Exemption::Placeholder)),
        ("replace-me", Some(Exemption::Placeholder)),
        ("REPLACE_ME", Some(Exemption::Placeholder)),
        ("put your unique phrase here", Some(Exemption::Placeholder)),
        ("ENC[AES256_GCM,data:x]", Some(Exemption::Placeholder)),
        ("prefix-${DB_PASSWORD}", Some(Exemption::Placeholder)),
        ("/prod/db/password", Some(Exemption::Path)),
        ("/", None),
        ("https://vault.example.com/v1", Some(Exemption::Url)),
        ("https://user@example.com", None),
        ("certs/server.pem", Some(Exemption::FileName)),
        ("rds!db-0f3c1a7e-1111-2222-3333-444455556666", Some(Exemption::SecretName)),
        ("changeme", None),
        ("password", None),
        ("admin", None),
        ("hunter2", None),
        ("Pa$$w0rd!", None),
        ("x", None),
    ];
    for (value, expected) in cases {
        assert_eq!(exemption(value), expected, "{value}");
    }
}

#[test]
fn a_name_and_a_value_are_judged_together() {
    let named = |id, confidence| Verdict::Named(NameClass { id, confidence });
    let exempt =
        |id, confidence, exemption| Verdict::Exempt(NameClass { id, confidence }, exemption);
    let uuid = "0f3c1a7e-1111-2222-3333-444455556666";
    let cases = [
        ("DB_PASSWORD", "hunter2", named("password", Confidence::High)),
        ("DB_PASSWORD", "changeme", named("password", Confidence::High)),
        (
            "DB_PASSWORD",
            "vault:secret/data/db#password",
            exempt("password", Confidence::High, Exemption::Reference),
        ),
        ("DB_PASSWORD", "", exempt("password", Confidence::High, Exemption::Empty)),
        // Slashes stand in passwords, but a `…_SECRET` with slashes is the name of one.
        ("DB_PASSWORD", "prod/app", named("password", Confidence::High)),
        ("DB_SECRET", "prod/app", exempt("secret", Confidence::Medium, Exemption::SecretName)),
        (
            "DB_SECRET",
            "prod/app:password::",
            exempt("secret", Confidence::Medium, Exemption::SecretName),
        ),
        ("DB_SECRET", "hunter2", named("secret", Confidence::Medium)),
        ("ELASTIC_PASS", "hunter2", named("password", Confidence::Medium)),
        ("ELASTIC_PASS", "prod/app", exempt("password", Confidence::Medium, Exemption::SecretName)),
        ("ELASTIC_PASS", "true", exempt("password", Confidence::Medium, Exemption::Switch)),
        ("ELASTIC_PASS", "42", exempt("password", Confidence::Medium, Exemption::SmallNumber)),
        ("BUILD_PWD", "/srv/app", exempt("password", Confidence::Medium, Exemption::Path)),
        // Of nginx, not of a proxy that asks for a password.
        ("proxy_pass", "http://app:8080/", exempt("password", Confidence::High, Exemption::Url)),
        ("ENCRYPTION_KEY", uuid, exempt("key", Confidence::High, Exemption::KmsKey)),
        ("encryptionKey", "alias/data", exempt("key", Confidence::High, Exemption::KmsKey)),
        ("API_TOKEN", uuid, named("token", Confidence::High)),
        (
            "SECRETS",
            "one,two",
            Verdict::Suspected(NameClass { id: "secret", confidence: Confidence::Low }),
        ),
        ("SECRET_ARN", "hunter2", Verdict::Harmless),
        ("DATABASE_URL", "mysql://db/app", Verdict::Harmless),
        ("COLOUR", "blue", Verdict::Harmless),
    ];
    for (name, value, expected) in cases {
        assert_eq!(judge(name, value), expected, "{name}");
    }
    let token = |name, value: &str| match judge(name, value) {
        Verdict::Token(token) => (token.id, token.range),
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(token("COLOUR", "AKIAIOSFODNN7EXAMPLE"), ("aws-access-key-id", 0..20));
    assert_eq!(token("DATABASE_URL", "mysql://app:hunter2@db/app"), ("url-with-password", 12..19));
}

#[test]
fn every_expression_compiles_and_has_its_group() {
    for format in FORMATS {
        let groups = expression(format.pattern).captures_len();
        assert!(format.group < groups, "{}", format.id);
    }
}

#[test]
fn formats_have_ids_of_their_own_and_fit_the_search() {
    let ids: HashSet<_> = FORMATS.iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), FORMATS.len());
    assert!(FORMATS.len() <= 128);
    for format in FORMATS {
        let mut needles = format.needles.split_ascii_whitespace().peekable();
        assert!(needles.peek().is_some(), "{}", format.id);
        assert!(needles.all(|it| it.len() >= 3 && it.is_ascii()), "{}", format.id);
    }
}

/// A token of every format.
fn samples() -> Vec<(&'static str, String)> {
    let alnum = |length: usize| "aB3dE5gH7jK9".chars().cycle().take(length).collect::<String>();
    let hex = |length: usize| "0a1b2c3d4e5f".chars().cycle().take(length).collect::<String>();
    let letters = |length: usize| "aBcDeFgH".chars().cycle().take(length).collect::<String>();
    let capitals =
        |length: usize| "ABCDEFGH234567".chars().cycle().take(length).collect::<String>();
    let digits = |length: usize| "1234567890".chars().cycle().take(length).collect::<String>();
    let uuid = format!("{}-{}-{}-{}-{}", hex(8), hex(4), hex(4), hex(4), hex(12));
    vec![
        ("age-secret-key", format!("AGE-SECRET-KEY-1{}", "QPZRY9X8".repeat(8).get(..58).unwrap())),
        ("airtable-token", format!("pat{}.{}", alnum(14), hex(64))),
        ("anthropic-key", format!("sk-ant-api03-{}", alnum(90))),
        ("artifactory-token", format!("AKCp{}", alnum(69))),
        ("atlassian-token", format!("ATATT3{}", alnum(190))),
        ("aws-access-key-id", format!("ASIA{}", capitals(16))),
        ("aws-bedrock-api-key", format!("bedrock-api-key-{}", alnum(64))),
        ("aws-session-token", format!("IQoJb3JpZ2lu{}", alnum(90))),
        ("azure-client-secret", format!("{}8Q~{}", alnum(3), alnum(34))),
        ("azure-sas", format!("https://a.blob.core.windows.net/c?sv=2024-01-01&sig={}", alnum(44))),
        ("azure-storage-key", format!("AccountName=a;accountkey={}==", alnum(86))),
        ("bitbucket-token", format!("ATBB{}", alnum(28))),
        ("crates-io-token", format!("cio{}", alnum(32))),
        ("databricks-token", format!("dapi{}", hex(32))),
        ("digitalocean-token", format!("dop_v1_{}", hex(64))),
        (
            "discord-webhook",
            format!("https://discord.com/api/webhooks/{}/{}", digits(18), alnum(68)),
        ),
        ("docker-hub-token", format!("dckr_pat_{}", alnum(27))),
        ("doppler-token", format!("dp.pt.{}", alnum(43))),
        ("github-fine-grained-token", format!("github_pat_{}_{}", alnum(22), alnum(59))),
        ("github-token", format!("ghp_{}", alnum(36))),
        ("gitlab-token", format!("glpat-{}", alnum(20))),
        ("google-api-key", format!("AIza{}", alnum(35))),
        ("google-oauth-secret", format!("GOCSPX-{}", alnum(28))),
        ("google-oauth-token", format!("ya29.{}", alnum(40))),
        ("grafana-token", format!("glsa_{}_{}", alnum(32), hex(8))),
        ("huggingface-token", format!("hf_{}", letters(34))),
        ("linear-key", format!("lin_api_{}", alnum(40))),
        ("mailchimp-key", format!("{}-us12", hex(32))),
        ("mailgun-key", format!("key-{}", hex(32))),
        ("new-relic-key", format!("NRAK-{}", capitals(27))),
        ("notion-token", format!("ntn_{}", alnum(46))),
        ("npm-token", format!("npm_{}", alnum(36))),
        ("openai-key", format!("sk-proj-{}T3BlbkFJ{}", alnum(20), alnum(20))),
        ("planetscale-token", format!("pscale_tkn_{}", alnum(43))),
        ("postman-key", format!("PMAK-{}-{}", hex(24), hex(34))),
        ("private-key", format!("-----BEGIN RSA {} KEY-----", "PRIVATE")),
        ("pulumi-token", format!("pul-{}", hex(40))),
        ("putty-private-key", format!("PuTTY-User-Key-File-{}:", 3)),
        ("pypi-token", format!("pypi-AgEIcHlwaS5vcmc{}", alnum(60))),
        ("rubygems-token", format!("rubygems_{}", hex(48))),
        ("sendgrid-key", format!("SG.{}.{}", alnum(22), alnum(43))),
        ("sentry-token", format!("sntrys_{}", alnum(60))),
        ("service-bus-key", format!("Endpoint=sb://x/;SharedAccessKey={}=", alnum(43))),
        ("shopify-token", format!("shpat_{}", hex(32))),
        ("slack-app-token", format!("xapp-1-{}-{}-{}", capitals(11), digits(13), hex(64))),
        ("slack-token", format!("xoxb-{}-{}", digits(12), alnum(24))),
        (
            "slack-webhook",
            format!("https://hooks.slack.com/services/{}/{}", capitals(9), alnum(24)),
        ),
        ("sonar-token", format!("sqp_{}", hex(40))),
        ("square-token", format!("sq0atp-{}", alnum(22))),
        ("stripe-key", format!("sk_live_{}", alnum(24))),
        ("stripe-webhook-secret", format!("whsec_{}", alnum(32))),
        ("tailscale-key", format!("tskey-auth-{}-{}", alnum(12), alnum(24))),
        (
            "teams-webhook",
            format!(
                "https://x.webhook.office.com/webhookb2/{uuid}@{uuid}/IncomingWebhook/{}/{uuid}",
                hex(32)
            ),
        ),
        ("telegram-bot-token", format!("{}:AA{}", digits(9), alnum(33))),
        ("terraform-cloud-token", format!("{}.atlasv1.{}", alnum(14), alnum(64))),
        ("twilio-key", format!("SK{}", hex(32))),
        ("vault-token", format!("hvs.{}", alnum(24))),
        ("aws-secret-access-key", format!("aws_secret_access_key = {}", alnum(40))),
        ("basic-auth-header", format!("Authorization: Basic {}==", alnum(22))),
        ("bearer-header", format!("authorization: bearer {}", alnum(30))),
        ("npm-auth-token", format!("//registry.npmjs.org/:_authToken={}", alnum(36))),
        ("jwt", format!("eyJ{}.eyJ{}.{}", alnum(20), alnum(20), alnum(20))),
        ("url-with-password", "postgres://app:hunter2@db:5432/app".to_owned()),
        ("git-url-token", format!("https://{}@github.com/a/b.git", alnum(20))),
        ("jdbc-password", "jdbc:mysql://db/app?user=app&password=hunter2".to_owned()),
        ("connection-string-password", "Server=db;User Id=app;Password=hunter2;".to_owned()),
    ]
}

#[test]
fn every_format_finds_its_sample() {
    let samples = samples();
    let covered: HashSet<_> = samples.iter().map(|it| it.0).collect();
    for format in FORMATS {
        assert!(covered.contains(format.id), "{} has no sample", format.id);
    }
    for (id, sample) in samples {
        assert_eq!(find_token(&sample).map(|it| it.id), Some(id), "{sample}");
        let inside = format!("ключ = \"{sample}\" # end");
        let token = find_token(&inside).unwrap_or_else(|| panic!("{id} in a text"));
        // A private key without its last line goes on to the end of the text.
        let found = inside.get(token.range).unwrap();
        assert!(sample.contains(found) || found.starts_with(&sample), "{id}");
    }
}

#[test]
fn what_resembles_a_token_is_none() {
    let texts = [
        "AKIAIOSFODNN7EXAMPL",
        "AIDAIOSFODNN7EXAMPLE",
        "XAKIAIOSFODNN7EXAMPLE",
        "ghp_short",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "pk_live_aB3dE5gH7jK9aB3dE5gH7jK9",
        "https://example.com:8080/a@b",
        "https://git@github.com/a/b.git",
        "mysql://app:${DB_PASSWORD}@db/app",
        "mysql://app:{password}@db/app",
        "mysql://app:<password>@db/app",
        "mysql://app:%DB_PASSWORD%@db/app",
        "mysql://app:REPLACE_ME@db/app",
        "mysql://app:@db/app",
        "jdbc:mysql://db/app?password=${DB_PASSWORD}",
        "Server=db;Password=${DB_PASSWORD};",
        "Password=hunter2",
        "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
        "Authorization: Bearer $TOKEN",
        "aws_secret_access_key = ${SECRET}",
        "sk-learn",
        "",
    ];
    for text in texts {
        assert_eq!(find_token(text), None, "{text}");
    }
}

#[test]
fn the_format_that_says_most_speaks() {
    let github = format!("ghp_{}", "a1".repeat(18));
    let url = format!("https://x:{github}@github.com/a/b.git");
    assert_eq!(find_tokens(&url).iter().map(|it| it.id).collect::<Vec<_>>(), ["github-token"]);
    let header = format!("Authorization: Bearer {github}");
    assert_eq!(find_tokens(&header).iter().map(|it| it.id).collect::<Vec<_>>(), ["github-token"]);
    let both = format!("mysql://app:hunter2@db {github}");
    let ids: Vec<_> = find_tokens(&both).iter().map(|it| it.id).collect();
    assert_eq!(ids, ["url-with-password", "github-token"]);
    assert_eq!(find_token(&both).map(|it| it.id), Some("github-token"));
}

#[test]
fn examples_of_the_documentation_are_tokens_and_known() {
    let token = find_token("id AKIAIOSFODNN7EXAMPLE").unwrap();
    assert!(token.is_documentation_example);
    let token =
        find_token("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").unwrap();
    assert!(token.is_documentation_example);
    assert_eq!(token.range, 22..62);
    let token = find_token("AKIAIOSFODNN7EXAMPLF").unwrap();
    assert!(!token.is_documentation_example);
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let shown = format!("{:?}", judge("DATABASE_URL", "mysql://app:hunter2@db/app"));
    assert!(!shown.contains("hunter2"), "{shown}");
    let shown = format!("{:?}", credentials_in_command("export DB_PASSWORD=hunter2", by_tables));
    assert!(!shown.contains("hunter2"), "{shown}");
}

/// The credentials in a command as `form text`, the form in short.
fn in_command(text: &str) -> Vec<String> {
    credentials_in_command(text, by_tables)
        .into_iter()
        .map(|it| {
            let form = match it.form {
                CommandForm::Assignment(_) => "assigns",
                CommandForm::Argument => "passes",
                CommandForm::Echo(_) => "prints",
                CommandForm::Dump => "dumps",
            };
            format!("{form} {}: {}", it.name, text.get(it.range).unwrap())
        })
        .collect()
}

#[test]
fn commands_give_their_credentials_away() {
    let cases: &[(&str, &[&str])] = &[
        ("export DB_PASSWORD=hunter2", &["assigns DB_PASSWORD: DB_PASSWORD=hunter2"]),
        ("DB_PASSWORD='hunter 2' ./deploy.sh", &["assigns DB_PASSWORD: DB_PASSWORD='hunter 2'"]),
        ("A=1 DB_PASSWORD=\"hunter2\" make", &["assigns DB_PASSWORD: DB_PASSWORD=\"hunter2\""]),
        (
            "export A=b DB_PASSWORD=one API_KEY=two",
            &["assigns DB_PASSWORD: DB_PASSWORD=one", "assigns API_KEY: API_KEY=two"],
        ),
        ("declare -x API_KEY=abcdef", &["assigns API_KEY: API_KEY=abcdef"]),
        ("cd x && API_KEY=abcdef; make", &["assigns API_KEY: API_KEY=abcdef"]),
        ("if true; then export API_KEY=abcdef; fi", &["assigns API_KEY: API_KEY=abcdef"]),
        ("(API_KEY=abcdef make)", &["assigns API_KEY: API_KEY=abcdef"]),
        ("X=$(API_KEY=abcdef ./get)", &["assigns API_KEY: API_KEY=abcdef"]),
        ("bash -c \"export API_KEY=abcdef\"", &["assigns API_KEY: API_KEY=abcdef"]),
        ("echo 'API_KEY=abcdef ' >> .env", &["assigns API_KEY: API_KEY=abcdef"]),
        ("echo \"API_KEY=abcdef\" >> .env", &["assigns API_KEY: API_KEY=abcdef"]),
        ("docker build --build-arg NPM_TOKEN=abcdef .", &["assigns NPM_TOKEN: NPM_TOKEN=abcdef"]),
        ("docker run -e \"DB_PASSWORD=hunter2\" x", &["assigns DB_PASSWORD: DB_PASSWORD=hunter2"]),
        (
            "kubectl create secret generic db --from-literal=password=hunter2",
            &["assigns password: password=hunter2"],
        ),
        (
            "helm upgrade x --set auth.password=hunter2",
            &["assigns auth.password: auth.password=hunter2"],
        ),
        ("java -Ddb.password=hunter2 -jar x", &["assigns db.password: db.password=hunter2"]),
        (
            "aws cloudformation deploy --parameter-overrides A=b DbPassword=hunter2",
            &["assigns DbPassword: DbPassword=hunter2"],
        ),
        (
            "cat > .env <<EOF\nDB_PASSWORD=hunter2\nEOF\n",
            &["assigns DB_PASSWORD: DB_PASSWORD=hunter2"],
        ),
        (
            "cat <<'EOF' > x\nDon't\nEOF\nexport API_KEY=abcdef",
            &["assigns API_KEY: API_KEY=abcdef"],
        ),
        ("$env:API_KEY = \"abcdef\"", &["assigns API_KEY: $env:API_KEY = \"abcdef\""]),
        ("$Env:API_KEY='abcdef'", &["assigns API_KEY: $Env:API_KEY='abcdef'"]),
        ("set API_KEY=abcdef", &["assigns API_KEY: API_KEY=abcdef"]),
        ("setx API_KEY abcdef", &["assigns API_KEY: API_KEY abcdef"]),
        ("java -Dpassword=hunter2 x", &["assigns password: password=hunter2"]),
        ("mvn sonar:sonar -Dsonar.token=abcdef", &["assigns sonar.token: sonar.token=abcdef"]),
        (
            "mvn sonar:sonar -Dsonar.login=0123456789abcdef0123",
            &["assigns sonar.login: sonar.login=0123456789abcdef0123"],
        ),
        (
            "dotnet sonarscanner begin /k:shop /d:sonar.token=\"abcdef\"",
            &["assigns sonar.token: sonar.token=\"abcdef\""],
        ),
        ("vault login abcdef", &["passes vault: vault login abcdef"]),
        (
            "vault login -no-print -address=https://v abcdef",
            &["passes vault: vault login -no-print -address=https://v abcdef"],
        ),
        (
            "vault login -method userpass username=me password=hunter2",
            &["assigns password: password=hunter2"],
        ),
        ("VAULT_TOKEN=abcdef vault read x", &["assigns VAULT_TOKEN: VAULT_TOKEN=abcdef"]),
        ("openssl enc -aes-256-cbc -k hunter2 -in x", &["passes -k: -k hunter2"]),
        ("openssl aes-256-cbc -K 00112233 -iv 0011", &["passes -K: -K 00112233"]),
        ("openssl enc -d -pass pass:hunter2", &["passes -pass: -pass pass:hunter2"]),
        (
            "$p = ConvertTo-SecureString 'hunter2' -AsPlainText -Force",
            &["passes ConvertTo-SecureString: ConvertTo-SecureString 'hunter2'"],
        ),
        (
            "(convertto-securestring -asplaintext -force \"hunter2\")",
            &[
                "passes convertto-securestring: convertto-securestring -asplaintext -force \"hunter2\"",
            ],
        ),
        (
            "ConvertTo-SecureString -String 'hunter2' -AsPlainText",
            &["passes -String: -String 'hunter2'"],
        ),
        ("net user deploy hunter2 /add", &["passes net: net user deploy hunter2"]),
        ("net.exe user deploy hunter2 /add /y", &["passes net: net.exe user deploy hunter2"]),
        (
            "aws configure set aws_secret_access_key abcdefghijklmnop",
            &["assigns aws_secret_access_key: aws_secret_access_key abcdefghijklmnop"],
        ),
        ("mytool --password hunter2", &["passes --password: --password hunter2"]),
        ("mytool --password=\"hunter2\" x", &["passes --password: --password=\"hunter2\""]),
        ("mytool -token abcdef", &["passes -token: -token abcdef"]),
        (
            "aws rds create-db-instance --master-user-password hunter2",
            &["passes --master-user-password: --master-user-password hunter2"],
        ),
        ("wp config create --dbpass=hunter2", &["passes --dbpass: --dbpass=hunter2"]),
        ("docker login -u me -p hunter2 registry", &["passes -p: -p hunter2"]),
        ("docker login -phunter2", &["passes -p: -phunter2"]),
        ("mysql -u root -phunter2 app < dump.sql", &["passes -p: -phunter2"]),
        ("mysqldump -p'hunter2' app", &["passes -p: -p'hunter2'"]),
        ("sshpass -p hunter2 ssh host", &["passes -p: -p hunter2"]),
        ("curl -u me:hunter2 https://x", &["passes -u: -u me:hunter2"]),
        ("curl --user=me:hunter2 https://x", &["passes --user: --user=me:hunter2"]),
        ("curl -ume:hunter2 https://x", &["passes -u: -ume:hunter2"]),
        (
            "curl -H 'Authorization: token abcdef' https://x",
            &["passes Authorization: 'Authorization: token abcdef'"],
        ),
        ("curl --header=\"X-Api-Key: abcdef\" x", &["passes X-Api-Key: \"X-Api-Key: abcdef\""]),
        ("redis-cli -h cache -a hunter2 ping", &["passes -a: -a hunter2"]),
        ("sqlcmd -S db -U sa -P hunter2", &["passes -P: -P hunter2"]),
        ("redis-server --requirepass hunter2", &["passes --requirepass: --requirepass hunter2"]),
        (
            "redis-server /etc/redis.conf --masterauth 'hunter2'",
            &["passes --masterauth: --masterauth 'hunter2'"],
        ),
        ("mysqladmin -u root password 'hunter2'", &["passes password: password 'hunter2'"]),
        (
            "htpasswd -bc /etc/nginx/users me hunter2",
            &["passes htpasswd: htpasswd -bc /etc/nginx/users me hunter2"],
        ),
        ("htpasswd -n -b me hunter2", &["passes htpasswd: htpasswd -n -b me hunter2"]),
        ("echo \"root:hunter2\" | chpasswd", &["passes echo: \"root:hunter2\""]),
        ("echo root:hunter2|sudo chpasswd", &["passes echo: root:hunter2"]),
        ("echo hunter2 | passwd --stdin ec2-user", &["passes echo: hunter2"]),
        (
            "mysql -e \"CREATE USER 'a'@'%' IDENTIFIED BY 'hunter2'\"",
            &["passes IDENTIFIED BY: 'hunter2'"],
        ),
        (
            "sudo -u postgres psql -c \"ALTER USER postgres WITH PASSWORD 'hunter2';\"",
            &["passes PASSWORD: 'hunter2'"],
        ),
        (
            "mysql <<SQL\nCREATE USER a IDENTIFIED BY 'hunter2';\nSQL\n",
            &["passes IDENTIFIED BY: 'hunter2'"],
        ),
        ("helm registry login x -u me -p hunter2", &["passes -p: -p hunter2"]),
        (
            "npm config set //registry.npmjs.org/:_authToken abcdef",
            &["assigns _authToken: //registry.npmjs.org/:_authToken abcdef"],
        ),
        (
            "echo \"//registry.npmjs.org/:_authToken=abcdef\" > .npmrc",
            &["assigns _authToken: _authToken=abcdef"],
        ),
        (
            "aws ssm put-parameter --name /x --value hunter2 --type SecureString",
            &["passes --value: --value hunter2"],
        ),
        (
            "aws cloudformation create-stack --parameters ParameterKey=DbPassword,ParameterValue=hunter2",
            &["assigns DbPassword: ParameterKey=DbPassword,ParameterValue=hunter2"],
        ),
        (
            "helm upgrade x --set image.tag=1,auth.password=hunter2",
            &["assigns auth.password: auth.password=hunter2"],
        ),
        ("terraform apply -var=db_password=hunter2", &["assigns db_password: db_password=hunter2"]),
        ("openssl rsa -passin pass:hunter2", &["passes -passin: -passin pass:hunter2"]),
        ("echo hunter2 | docker login -u me --password-stdin", &["passes echo: hunter2"]),
        ("printf '%s' 'hunter2' | docker login --password-stdin", &["passes printf: 'hunter2'"]),
        ("echo $DB_PASSWORD", &["prints DB_PASSWORD: $DB_PASSWORD"]),
        ("echo \"password: ${DB_PASSWORD:0:4}\"", &["prints DB_PASSWORD: ${DB_PASSWORD:0:4}"]),
        ("echo $DB_PASSWORD >&2", &["prints DB_PASSWORD: $DB_PASSWORD"]),
        ("echo %API_KEY%", &["prints API_KEY: %API_KEY%"]),
        ("Write-Host $env:API_KEY", &["prints API_KEY: $env:API_KEY"]),
        ("printenv DB_PASSWORD", &["prints DB_PASSWORD: printenv DB_PASSWORD"]),
        ("printenv", &["dumps printenv: printenv"]),
        ("cd x; env", &["dumps env: env"]),
        ("export -p", &["dumps export: export -p"]),
    ];
    for (text, expected) in cases {
        assert_eq!(in_command(text), *expected, "{text}");
    }
}

#[test]
fn a_statement_begins_with_the_word_that_sets() {
    let cases = [
        ("cd x && export API_KEY=abcdef; make", "export API_KEY=abcdef"),
        ("API_KEY=abcdef make", "API_KEY=abcdef"),
        ("make API_KEY=abcdef", "API_KEY=abcdef"),
        ("setx API_KEY abcdef", "setx API_KEY abcdef"),
        ("export A=b API_KEY=abcdef", "API_KEY=abcdef"),
        (
            "aws configure set aws_session_token abcdefghijklmnop",
            "aws_session_token abcdefghijklmnop",
        ),
    ];
    for (text, expected) in cases {
        let found = credentials_in_command(text, by_tables);
        assert_eq!(text.get(found[0].statement.clone()), Some(expected), "{text}");
    }
}

#[test]
fn commands_are_read_by_names_that_are_known_better() {
    let naming = |name: &str| match name {
        "SHOP_PIN" | "pin" => Some(true),
        "API_KEY" | "--password" => Some(false),
        _ => None,
    };
    let text = "export SHOP_PIN=pin-4711 API_KEY=abcdef DB_PASSWORD=hunter2; \
                mytool --pin pin-4711 --password hunter2; echo $SHOP_PIN";
    let found: Vec<_> = credentials_in_command(text, naming).iter().map(|it| it.name).collect();
    assert_eq!(found, ["SHOP_PIN", "DB_PASSWORD", "--pin", "SHOP_PIN"]);
}

#[test]
fn commands_without_a_literal_credential_are_silent() {
    let texts = [
        "export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id x)",
        "export DB_PASSWORD=`cat /run/secret`",
        "export DB_PASSWORD=$OTHER",
        "export DB_PASSWORD=\"prefix-$OTHER\"",
        "export DB_PASSWORD=abc$OTHER",
        "export DB_PASSWORD=\"abc\"$OTHER",
        "export DB_PASSWORD=",
        "export DB_PASSWORD",
        "export DB_PASSWORD={{password}}",
        "export DB_PASSWORD_FILE=/run/secrets/db",
        "export DB_SECRET=prod/app/db",
        "export COLOUR=blue",
        "# export DB_PASSWORD=hunter2",
        "make # DB_PASSWORD=hunter2",
        "grep DB_PASSWORD=hunter2 .env",
        "sed -i s/x/DB_PASSWORD=hunter2/ .env",
        "test \"$DB_PASSWORD\" = hunter2",
        "docker login --password-stdin registry",
        "docker login -u AWS -p $(aws ecr get-login-password)",
        "echo $DB_PASSWORD | docker login --password-stdin",
        "echo $DB_PASSWORD > password.txt",
        "echo \"$DB_PASSWORD\" >> .env",
        "X=$(echo $DB_PASSWORD)",
        "echo '$DB_PASSWORD'",
        "echo ${DB_PASSWORD:+set}",
        "echo ${#DB_PASSWORD}",
        "echo $DB_HOST",
        "mytool --password $DB_PASSWORD",
        "mytool --password --verbose",
        "mytool --password",
        "mytool --token-url x",
        "openssl rsa -passin env:KEY_PASS --password file:/run/secret",
        "mvn sonar:sonar -Dsonar.login=deploy -Dsonar.host.url=https://sonar.example",
        "mvn sonar:sonar -Dsonar.token=$SONAR_TOKEN -Dsonar.login=${SONAR_LOGIN_OF_THE_PIPELINE}",
        "vault login",
        "vault login -",
        "vault login $VAULT_TOKEN",
        "vault login -method userpass username=me",
        "vault read secret/app",
        "openssl enc -kfile key.txt -in x",
        "openssl enc -k $PASS -in x",
        "openssl enc -pass env:PASS -in x",
        "openssl enc -pass file:/run/secret -in x",
        "curl -k https://example.org",
        "ConvertTo-SecureString $env:DB_PASSWORD -AsPlainText -Force",
        "ConvertTo-SecureString -String $password -AsPlainText",
        "ConvertTo-SecureString 'not plain' -Key $key",
        "$env:API_KEY = Get-Secret",
        "$secret = Get-SECSecretValue -SecretId shop",
        "net user",
        "net user deploy * /add",
        "net user deploy /delete",
        "net user deploy %DB_PASSWORD% /add",
        "net use Z: \\\\files\\shop",
        "set DB_PASSWORD=%OTHER%",
        "setx DB_PASSWORD %OTHER%",
        "docker build --secret id=npm,src=.npmrc .",
        "mysql -p app",
        "curl -H \"Authorization: Bearer $TOKEN\" https://x",
        "curl -H 'Accept: text/html' https://x",
        "npm config set registry https://registry.npmjs.org",
        "aws ssm put-parameter --name /x --value blue --type String",
        "aws cloudformation create-stack --parameters ParameterKey=DbPassword,UsePreviousValue=true",
        "aws cloudformation create-stack --parameters ParameterKey=Stage,ParameterValue=prod",
        "helm upgrade x --set auth.existingSecret=,image.tag=1",
        "echo hunter2 | sort",
        "redis-server --requirepass $REDIS_PASSWORD",
        "redis-server --requirepass \"${REDIS_PASSWORD}\" --masterauth",
        "redis-server --masterauth <password>",
        "mysqladmin -u root password",
        "mysqladmin -u root password \"$NEW_PASSWORD\"",
        "mysqladmin -u root status",
        "htpasswd -c /etc/nginx/users me",
        "htpasswd -bc /etc/nginx/users me \"$PASSWORD\"",
        "htpasswd -b",
        "echo \"root:$ROOT_PASSWORD\" | chpasswd",
        "echo 'root:$6$salt$hash' | chpasswd -e",
        "echo root | chpasswd",
        "echo root: | chpasswd",
        "echo $PASSWORD | passwd --stdin root",
        "echo yes please | passwd root",
        "mysql -e \"CREATE USER a IDENTIFIED BY '$DB_PASSWORD'\"",
        "# mysql -e \"CREATE USER a IDENTIFIED BY 'hunter2'\"",
        "echo $PASS | docker login --password-stdin",
        "mysql -u root -p$PASS app",
        "curl -u $USER:$PASS https://x",
        "curl -u me https://x",
        "curl -u \"me:${TOKEN}\" https://x",
        "env | sort > all.txt",
        "env A=b make",
        "set -eu",
        "",
    ];
    for text in texts {
        assert_eq!(in_command(text), [""; 0], "{text}");
    }
}

#[test]
fn assigned_names_are_found_whatever_the_value() {
    let text = "export A=1 B=$(x)\nC=\"$D\" make && read E; x --f=g h==i";
    assert_eq!(assigned_names(text).collect::<Vec<_>>(), ["A", "B", "C", "h"]);
}

proptest! {
    #[test]
    fn any_name_and_value_are_judged(name in "\\PC{0,40}", value in "\\PC{0,120}") {
        if let Verdict::Token(token) = judge(&name, &value) {
            prop_assert!(value.get(token.range).is_some());
        }
    }

    #[test]
    fn names_of_words_are_judged_like_their_other_spelling(
        words in proptest::collection::vec("(db|secret|token|password|key|arn|api|id|auth)", 1..5),
    ) {
        let snake = words.join("_");
        let kebab = words.join("-");
        let constant = snake.to_uppercase();
        let camel: String = words
            .iter()
            .map(|it| it.chars().take(1).flat_map(char::to_uppercase).chain(it.chars().skip(1)).collect::<String>())
            .collect();
        let class = classify_name(&snake);
        prop_assert_eq!(classify_name(&kebab), class);
        prop_assert_eq!(classify_name(&constant), class);
        prop_assert_eq!(classify_name(&camel), class);
    }

    #[test]
    fn any_text_is_read_as_commands(text in "([ \"'`$({})|;&<>=#\\\\\n%-]|é|PASSWORD|TOKEN|echo |export |-p|<<EOF\n|abc){0,60}") {
        for found in credentials_in_command(&text, by_tables) {
            prop_assert!(text.get(found.range).is_some());
        }
        prop_assert!(assigned_names(&text).count() <= text.len());
    }

    /// Needles, and what stands behind them, only spare expressions that cannot match.
    #[test]
    fn the_search_misses_nothing_that_an_expression_matches(
        before in "(é| |\"|=|:|;|aws|[a-z]{1,3}){0,4}",
        index in 0..FORMATS.len(),
        range in (0_usize..12, 0_usize..40),
        after in "(é| |\"|=|:|;|@|[0-9a-f]{1,9}){0,4}",
    ) {
        let samples = samples();
        let sample = &samples[index].1;
        // Now and then a piece is missing.
        let start = range.0.saturating_sub(8).min(sample.len());
        let end = sample.len().saturating_sub(range.1.saturating_sub(30)).max(start);
        let text = format!("{before}{}{after}", sample.get(start..end).unwrap());
        prop_assume!(text.len() >= 10);
        prop_assert_eq!(find_tokens(&text), tokens_among(u128::MAX, &text), "{}", text);
    }

    #[test]
    fn tokens_lie_on_character_boundaries(
        before in "(é|ключ|🔑| |\"|=|:){0,6}",
        index in 0..FORMATS.len(),
        after in "(é|ключ|🔑| |\"|,){0,6}",
    ) {
        let samples = samples();
        let text = format!("{before}{}{after}", samples[index].1);
        for token in find_tokens(&text) {
            prop_assert!(text.get(token.range).is_some());
        }
    }
}
