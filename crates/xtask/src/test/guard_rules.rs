//! Public rules in the Guard language, from the packages that carry them, judged as `cfn-guard`
//! judges them.

use std::io::Write;

use crate::process;

use super::{StepError, Workspace, dependency};

/// Which packages.
const PACKAGES: &str = "tests/guard-rules.txt";

/// Takes the folder of the packages and that of the rules.
const UNPACK: &str = "crates/xtask/src/test/guard_rules.py";

const FOLDER: &str = "target/guard-rules";

pub(super) fn run(workspace: &Workspace, out: &mut dyn Write) -> Result<String, StepError> {
    let folder = workspace.root.join(FOLDER);
    let (packages, rules) = (folder.join("packages"), folder.join("rules"));
    let mut pip = workspace.venv.tool("python");
    pip.current_dir(&workspace.root).args(["-m", "pip", "download", "--quiet"]);
    pip.args(["--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]);
    pip.args(["--require-hashes", "--requirement", PACKAGES, "--dest"]).arg(&packages);
    process::run(&mut pip)?;
    let mut unpack = workspace.venv.tool("python");
    unpack.current_dir(&workspace.root).arg(UNPACK).arg(&packages).arg(&rules);
    process::run(&mut unpack)?;

    let arguments = ["test", "--package", "stackseal-guard", "--test", "public_rules"];
    let mut test = workspace.cargo(&arguments);
    test.args(["--", "--ignored", "--nocapture"]);
    test.env("STACKSEAL_GUARD_RULES", rules)
        .env("CFN_GUARD_RESOURCES", dependency::path(workspace, "cfn-guard", "resources")?);
    let output = process::capture(&mut test)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let what = "public rules have the verdicts of cfn-guard".to_owned();
        let said = format!("{said}{}", String::from_utf8_lossy(&output.stderr));
        return Err(StepError::Unexpected { what, said });
    }
    out.write_all(said.as_bytes()).map_err(|source| StepError::Show { source })?;
    let compared = said.lines().find(|it| it.contains(" verdicts of "));
    Ok(compared.unwrap_or_default().to_owned())
}
