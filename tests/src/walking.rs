//! Which files a run sees, and in which order.

use std::path::{Path, PathBuf};

use crate::harness::{Folder, ONE_RULE, Run, UNSEALED};

/// The files in which the one rule finds something, in the order of the report.
#[track_caller]
fn check(folder: &Folder, arguments: &str, expected: &[&str]) {
    let run = folder.run(&format!("check {ONE_RULE} --format concise {arguments}"));
    assert_eq!(files(&run), expected, "{}", run.stderr);
}

fn files(run: &Run) -> Vec<&str> {
    run.stdout.lines().map(|it| it.split_once(':').unwrap().0).collect()
}

#[test]
fn candidates_are_found_by_extension() {
    let json = r#"{"Resources": {"Orders": {"Type": "AWS::RDS::DBInstance", "Properties": {"StorageEncrypted": false}}}}"#;
    let folder = Folder::new(&[
        ("a.yaml", UNSEALED),
        ("b.yml", UNSEALED),
        ("c.json", json),
        ("d.template", UNSEALED),
        ("e.txt", UNSEALED),
        ("template", UNSEALED),
        ("sub/deep/f.YAML", UNSEALED),
    ]);
    check(&folder, "", &["a.yaml", "b.yml", "c.json", "d.template", "sub/deep/f.YAML"]);
    check(&folder, "e.txt template", &["e.txt", "template"]);
}

#[test]
fn ignored_and_hidden_files_are_passed_over_unless_named() {
    let folder = Folder::new(&[
        (".gitignore", "out/\n*.gen.yaml\n"),
        ("a.yaml", UNSEALED),
        ("b.gen.yaml", UNSEALED),
        ("out/c.yaml", UNSEALED),
        (".hidden/d.yaml", UNSEALED),
        ("sub/.gitignore", "e.yaml\n"),
        ("sub/e.yaml", UNSEALED),
        ("sub/f.yaml", UNSEALED),
    ]);
    check(&folder, "", &["a.yaml", "sub/f.yaml"]);
    check(&folder, "sub", &["sub/f.yaml"]);
    check(&folder, ".hidden out", &[".hidden/d.yaml", "out/c.yaml"]);
    check(
        &folder,
        "b.gen.yaml .hidden/d.yaml sub/e.yaml",
        &[".hidden/d.yaml", "b.gen.yaml", "sub/e.yaml"],
    );
}

#[test]
fn paths_are_shown_as_given() {
    let folder = Folder::new(&[("sub/a.yaml", UNSEALED)]);
    check(&folder, ".", &["sub/a.yaml"]);
    check(&folder, "./sub", &["./sub/a.yaml"]);
    check(&folder, "sub/", &["sub/a.yaml"]);
    check(&folder, "sub/../sub/a.yaml", &["sub/../sub/a.yaml"]);
    let absolute = folder.path().join("sub").to_str().unwrap().replace('\\', "/");
    check(&folder, &absolute, &[&format!("{absolute}/a.yaml")]);
}

#[test]
fn a_file_is_judged_once() {
    let folder = Folder::new(&[("sub/a.yaml", UNSEALED), ("b.yaml", UNSEALED)]);
    check(&folder, ". sub b.yaml sub/a.yaml", &["b.yaml", "sub/a.yaml"]);
    check(&folder, "b.yaml ./b.yaml", &["./b.yaml"]);
}

#[test]
fn what_is_wrong_above_two_folders_is_told_once() {
    let folder = Folder::new(&[
        (".gitignore", "[z-a]\nfoo{a\n"),
        ("a/x.yaml", UNSEALED),
        ("b/sub/y.yaml", UNSEALED),
    ]);
    for arguments in ["a", "a b", "--jobs 1 b a"] {
        let run = folder.run(&format!("check {ONE_RULE} --format concise {arguments}"));
        let of_line = |it: &str| run.stdout.matches(it).count();
        assert_eq!((run.status, of_line("[z-a]"), of_line("foo{a")), (2, 1, 1), "{}", run.stdout);
        let is_placed = |it: &str| !it.contains(": error: ") || it.contains(".gitignore: error: ");
        assert!(run.stdout.lines().all(is_placed), "{}", run.stdout);
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[("sub/a.yaml", UNSEALED)]);
    let link = |to: &str, at: &str| symlink(to, folder.path().join(at)).unwrap();
    link("a.yaml", "sub/b.yaml");
    let run = folder.run(&format!("check {ONE_RULE} --format concise"));
    assert_eq!((run.status, files(&run)), (1, vec!["sub/a.yaml"]));
}

/// Many files of many kinds, with findings and errors.
fn estate() -> Folder {
    let folder = Folder::new(&[]);
    let class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: x}\nprovisioner: ebs.csi.aws.com\n";
    for index in 0..60 {
        folder.write(&format!("infra/{}/db{index}.yaml", index % 7), UNSEALED.as_bytes());
        folder.write(&format!("k8s/class{index}.yaml"), class.as_bytes());
    }
    folder.write("infra/broken.yaml", b"AWSTemplateFormatVersion: [\n");
    folder.write("latin.yaml", b"apiVersion: \xff\n");
    folder
}

#[test]
fn reports_do_not_hang_on_threads_or_order() {
    let folder = estate();
    for format in ["text", "concise", "json"] {
        let runs = [
            "--jobs 1 infra k8s latin.yaml",
            "--jobs 2 infra k8s latin.yaml",
            "--jobs 8 latin.yaml k8s infra",
            "k8s infra/3 latin.yaml infra k8s",
        ]
        .map(|it| folder.run(&format!("check --format {format} {it}")));
        assert_eq!(runs[0].status, 2);
        for run in &runs {
            assert!(run.stdout == runs[0].stdout, "{format}");
            assert_eq!(run.stderr, runs[0].stderr);
        }
    }
}

#[test]
fn charts_are_known_by_their_folder() {
    let folder = Folder::new(&[
        ("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n"),
        (
            "shop/templates/class.yaml",
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: x}\nprovisioner: ebs.csi.aws.com\n",
        ),
    ]);
    for arguments in ["check", "check shop/templates/class.yaml"] {
        let run = folder.run(arguments);
        assert!(
            run.stdout.starts_with("not judged: shop/templates/class.yaml: Helm template"),
            "{}",
            run.stdout
        );
    }
}

/// The tests of this crate must not depend on where they run.
#[test]
fn test_folders_are_apart_from_the_repository() {
    let folder = Folder::new(&[]);
    let repository: PathBuf = crate::harness::repository();
    assert!(!folder.path().starts_with(Path::new(&repository)));
}
