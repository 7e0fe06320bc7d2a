//! The reference architecture whole: `fixtures/wordpress`.

use std::fs;

use crate::harness::{repository, run, text, updates_expectations};

#[test]
fn the_secure_one_is_clean_in_both_profiles() {
    let folder = repository().join("fixtures/wordpress/secure");
    for profile in ["recommended", "strict"] {
        let run = run(&folder, &["check", "--format", "concise", "--profile", profile], "");
        let findings: Vec<&str> =
            run.stdout.lines().filter(|it| !it.contains(": undecided: ")).collect();
        assert_eq!((run.status, findings), (0, Vec::<&str>::new()), "{profile}");
    }
}

/// `file:line:col: severity: rule-id resource-id`, with `-` where there is no resource.
#[test]
fn the_insecure_one_has_exactly_what_is_expected() {
    let folder = repository().join("fixtures/wordpress/insecure");
    let run = run(&folder, &["check", "--format", "json"], "");
    assert_eq!(run.status, 1, "{}", run.stdout);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let word = |it: &serde_json::Value| it.as_str().unwrap_or("-").to_owned();
    let mut actual: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let start = &it["location"]["start"];
            format!(
                "{}:{}:{}: {}: {} {}",
                word(&it["file"]),
                start["line"],
                start["column"],
                word(&it["severity"]),
                word(&it["rule"]),
                word(&it["resource"]["id"]),
            )
        })
        .collect();
    let path = folder.join("expected.txt");
    if updates_expectations() {
        fs::write(path, text(&actual)).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap();
    let mut expected: Vec<String> = expected.lines().map(str::to_owned).collect();
    expected.sort();
    actual.sort();
    let missing: Vec<&String> = expected.iter().filter(|it| !actual.contains(it)).collect();
    let surplus: Vec<&String> = actual.iter().filter(|it| !expected.contains(it)).collect();
    assert!(expected == actual, "missing: {missing:#?}\nsurplus: {surplus:#?}");
}

/// What stands at a finding about a credential in plain text is in no report.
#[test]
fn no_credential_of_the_insecure_one_is_printed() {
    let folder = repository().join("fixtures/wordpress/insecure");
    let json = run(&folder, &["check", "--format", "json"], "").stdout;
    let text = run(&folder, &["check", "--profile", "strict", "--verbose"], "").stdout;
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut seen = 0;
    for finding in report["findings"].as_array().unwrap() {
        let rule = finding["rule"].as_str().unwrap();
        let (start, end) = (&finding["location"]["start"], &finding["location"]["end"]);
        if !rule.contains("plaintext") || start["line"] != end["line"] {
            continue;
        }
        let number = |it: &serde_json::Value| usize::try_from(it.as_u64().unwrap()).unwrap();
        let file = fs::read_to_string(folder.join(finding["file"].as_str().unwrap())).unwrap();
        let line = file.lines().nth(number(&start["line"]) - 1).unwrap();
        let (from, to) = (number(&start["column"]) - 1, number(&end["column"]) - 1);
        let value: String = line.chars().skip(from).take(to - from).collect();
        // The quotes are shown.
        let value = value.trim_matches(['\'', '"']);
        // A reference is no secret; what stands behind it is checked where it is related.
        if value.starts_with('!') {
            continue;
        }
        for printed in [&json, &text] {
            assert!(!printed.contains(value), "{rule} at {start} is printed");
        }
        seen += 1;
    }
    assert!(seen > 0);
}
