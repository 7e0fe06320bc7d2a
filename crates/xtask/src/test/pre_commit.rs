//! The hooks of `.pre-commit-hooks.yaml` in a repository of somebody who uses them, by the real
//! [pre-commit] and the real git.
//!
//! pre-commit takes hooks from a repository of git, so this working tree, as it is now, becomes one.
//!
//! [pre-commit]: https://pre-commit.com

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::{self, FileError};
use crate::process;

use super::wheel::WHEELS;
use super::{StepError, Workspace, packages};

/// Where everything of this step happens.
const FOLDER: &str = "target/pre-commit";

/// What people copy from.
const PAGE: &str = "docs/pre-commit.md";

/// Where they get the hooks.
const REPOSITORY: &str = "https://github.com/stackseal/stackseal";

/// A trail that records nothing, which can safely be mended.
const FIXABLE: &str = "\
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: false # for now
      IsMultiRegionTrail: true
      EnableLogFileValidation: true
      S3BucketName: logs
      KMSKeyId: alias/trail
      CloudWatchLogsLogGroupArn: arn:aws:logs:eu-west-1:111122223333:log-group:trail:*
      CloudWatchLogsRoleArn: arn:aws:iam::111122223333:role/trail
";

/// Something in a folder that is named, with nothing to find.
const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";

pub(super) fn run(workspace: &Workspace, _: &mut dyn Write) -> Result<String, StepError> {
    let folder = workspace.root.join(FOLDER);
    files::empty_folder(&folder)?;
    let user = User { workspace, folder, hooks: hooks(workspace)? };
    process::run(user.pre_commit().args(["validate-manifest", ".pre-commit-hooks.yaml"]))?;
    for hook in ["stackseal", "stackseal-from-source"] {
        user.adopts(hook)?;
        user.writes("trail.yaml", FIXABLE)?;
        user.expect("commit", false, "cloudtrail-is-logging")?;
        user.writes("trail.yaml", &FIXABLE.replace("false # for now", "true"))?;
        user.expect("commit", true, "Passed")?;
    }
    user.adopts("stackseal-fix")?;
    user.writes("trail.yaml", FIXABLE)?;
    user.expect("commit", false, "files were modified by this hook")?;
    user.expect("commit", true, "Passed")?;
    let mended = user.read("trail.yaml")?;
    let expected = FIXABLE.replace("false # for now", "true # for now");
    if mended != expected {
        return Err(StepError::Unexpected {
            what: "the file a hook mended".to_owned(),
            said: mended,
        });
    }
    user.narrows()?;
    user.adopts_wheel()?;
    Ok("3 hooks, and one of the reader's own".to_owned())
}

/// This working tree as a repository of its own: what git knows or would take, as it is now.
fn hooks(workspace: &Workspace) -> Result<PathBuf, StepError> {
    let folder = workspace.root.join(FOLDER).join("hooks");
    let mut list = Command::new("git");
    list.current_dir(&workspace.root);
    list.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
    let listed = process::capture(&mut list)?;
    for path in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        let (from, to) = (workspace.root.join(path), folder.join(path));
        // What is deleted and not committed yet is still listed.
        if !from.is_file() {
            continue;
        }
        files::copy(&from, &to)?;
    }
    process::run(git(&folder).args(["init", "--quiet"]))?;
    commit_all(&folder)?;
    Ok(folder)
}

/// The example of the page for people who use the hooks that has `word` in it.
fn documented_config(root: &Path, word: &str) -> Result<String, StepError> {
    let page = files::read_text(&root.join(PAGE))?;
    let examples = page.split("```yaml\n").skip(1).filter_map(|it| it.split("```").next());
    let example = examples.map(str::to_owned).find(|it| it.contains(word));
    example.ok_or(StepError::Nothing { what: "configuration of pre-commit", folder: PAGE.into() })
}

/// Somebody who uses the hooks.
struct User<'w> {
    workspace: &'w Workspace,
    folder: PathBuf,
    hooks: PathBuf,
}

impl User<'_> {
    fn repository(&self) -> PathBuf {
        self.folder.join("user")
    }

    /// Starts over with `hook`.
    fn adopts(&self, hook: &str) -> Result<(), StepError> {
        self.configures(&self.config_of(hook)?)
    }

    /// The configuration of the page, with `hook` from this working tree.
    fn config_of(&self, hook: &str) -> Result<String, StepError> {
        let head = process::capture(git(&self.hooks).args(["rev-parse", "HEAD"]))?;
        let head = String::from_utf8_lossy(&head.stdout);
        Ok(documented_config(&self.workspace.root, REPOSITORY)?
            .replace(REPOSITORY, &self.hooks.to_string_lossy())
            .replace("rev: v0.1.0", &format!("rev: {}", head.trim()))
            .replace("id: stackseal", &format!("id: {hook}")))
    }

    /// The arguments of the page: folders, and a severity.
    fn narrows(&self) -> Result<(), StepError> {
        let narrowed = documented_config(&self.workspace.root, "args: [infra")?;
        let hook = "      - id: stackseal\n";
        self.configures(&self.config_of("stackseal")?.replace(hook, &narrowed))?;
        self.writes("kubernetes/shop.yaml", NAMESPACE)?;
        self.writes("infra/trail.yaml", FIXABLE)?;
        self.writes("elsewhere.yaml", FIXABLE)?;
        self.expect("commit", false, "infra/trail.yaml")?;
        self.writes("infra/trail.yaml", &FIXABLE.replace("false # for now", "true"))?;
        self.expect("commit", true, "Passed")
    }

    /// The hook of the page that needs no repository but the reader's.
    fn adopts_wheel(&self) -> Result<(), StepError> {
        let local = documented_config(&self.workspace.root, "repo: local")?;
        self.configures(&format!("repos:\n{local}"))?;
        self.writes("trail.yaml", FIXABLE)?;
        self.expect("commit", false, "cloudtrail-is-logging")?;
        self.writes("trail.yaml", &FIXABLE.replace("false # for now", "true"))?;
        self.expect("commit", true, "Passed")
    }

    /// Starts over with `config`.
    fn configures(&self, config: &str) -> Result<(), StepError> {
        let repository = self.repository();
        files::empty_folder(&repository)?;
        process::run(git(&repository).args(["init", "--quiet"]))?;
        self.writes(".pre-commit-config.yaml", config)?;
        process::run(
            self.pre_commit().current_dir(&repository).args(["install", "--install-hooks"]),
        )?;
        Ok(())
    }

    fn writes(&self, name: &str, text: &str) -> Result<(), FileError> {
        files::write(&self.repository().join(name), text)
    }

    fn read(&self, name: &str) -> Result<String, FileError> {
        files::read_text(&self.repository().join(name))
    }

    /// Commits everything: it has to be let through or blocked, and to say `word`.
    fn expect(&self, message: &str, is_let_through: bool, word: &str) -> Result<(), StepError> {
        let repository = self.repository();
        process::run(git(&repository).args(["add", "--all"]))?;
        let mut commit = git(&repository);
        self.surround(&mut commit);
        // pre-commit speaks on standard error as a hook of git.
        let output = commit
            .args(["commit", "--message", message])
            .output()
            .map_err(|source| StepError::Show { source })?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        if output.status.success() == is_let_through && said.contains(word) {
            return Ok(());
        }
        let due = if is_let_through { "pass" } else { "be blocked" };
        let what = format!("a commit should {due} and say `{word}`");
        Err(StepError::Unexpected { what, said })
    }

    fn pre_commit(&self) -> Command {
        let mut command = self.workspace.venv.tool("pre-commit");
        self.surround(command.current_dir(&self.workspace.root));
        command
    }

    /// Lets pre-commit find the wheel that is not published yet, keep nothing between runs, and
    /// build the dependencies once for all copies of this workspace.
    fn surround(&self, command: &mut Command) {
        let root = &self.workspace.root;
        command.env("PRE_COMMIT_HOME", self.folder.join("cache"));
        command.env("PIP_FIND_LINKS", root.join(WHEELS));
        command.env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        command.env("MATURIN_PEP517_ARGS", "--profile dev");
        command.env("CARGO_TARGET_DIR", root.join(packages::FOLDER));
    }
}

fn commit_all(repository: &Path) -> Result<(), StepError> {
    process::run(git(repository).args(["add", "--all"]))?;
    process::run(git(repository).args(["commit", "--quiet", "--no-verify", "--message", "all"]))?;
    Ok(())
}

/// git in `folder`, without the settings of whoever runs this.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Test");
        command.env(format!("GIT_{role}_EMAIL"), "test@example.com");
    }
    // Set where this itself runs as a hook.
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    command
}
