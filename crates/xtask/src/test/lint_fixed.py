"""Compares what cfn-lint says of templates before and after they were fixed.

Takes two folders of the same files. A template that had no error before has none after; nothing is
asked of others. Fails if no template was without errors: then nothing was compared.
"""

import multiprocessing
import pathlib
import subprocess
import sys


def lint(templates):
    """The lines of errors, by template; templates are paths."""
    if not templates:
        return {}
    tool = pathlib.Path(sys.executable).with_name("cfn-lint")
    command = [str(tool), "--config-file", "/dev/null"]
    command += ["--non-zero-exit-code", "none", "--format", "parseable"]
    command += ["--ignore-checks", "W", "I", "--", *map(str, templates)]
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    if output.returncode != 0:
        # An exit would leave the pool waiting for ever.
        raise RuntimeError(f"cfn-lint failed: {output.stdout}{output.stderr}")
    errors = {}
    for line in output.stdout.splitlines():
        path = line.split(":", 1)[0]
        errors.setdefault(path, []).append(line)
    return errors


def lint_all(templates):
    parts = multiprocessing.cpu_count()
    with multiprocessing.Pool(parts) as pool:
        results = pool.map(lint, [templates[part::parts] for part in range(parts)])
    return {path: lines for result in results for path, lines in result.items()}


def main(before, after):
    before, after = pathlib.Path(before), pathlib.Path(after)
    changed = []
    for path in sorted(it for it in after.rglob("*") if it.is_file()):
        relative = path.relative_to(after)
        text = path.read_bytes()
        if text != (before / relative).read_bytes() and b"AWS::" in text:
            changed.append(relative)
    old = lint_all([before / it for it in changed])
    good = [it for it in changed if str(before / it) not in old]
    if not good:
        sys.exit("no template that was fixed had been without errors")
    new = lint_all([after / it for it in good])
    for lines in new.values():
        print("\n".join(lines))
    print(f"{len(good)} fixed templates, {len(new)} with errors that were not there")
    sys.exit(1 if new else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
