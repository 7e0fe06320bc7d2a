"""Reads the reports of one run as other programs would: read_reports.py FOLDER SARIF_SCHEMA.

All of them tell of the same run, so the JSON report says what has to be in the others.
"""

import collections
import json
import pathlib
import re
import sys

from jsonschema import Draft7Validator
from junitparser import Error, Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt

folder = pathlib.Path(sys.argv[1])
faults = []


def hold(is_true, what):
    if not is_true:
        faults.append(what)


def text(name):
    return (folder / name).read_text(encoding="utf-8")


run = json.loads(text("json.json"))
findings = run["findings"]
hold(findings, "no finding: nothing was read")
places = collections.Counter(
    (it["rule"], it["file"], it["location"]["start"]["line"]) for it in findings
)

# JSON Lines
lines = [json.loads(it) for it in text("jsonl.jsonl").splitlines()]
kinds = {"finding": "findings", "error": "errors", "unresolved": "unresolved", "skipped": "skipped"}
for kind, key in kinds.items():
    told = [{k: v for k, v in it.items() if k != "kind"} for it in lines if it["kind"] == kind]
    hold(told == run[key], f"jsonl: other {key} than JSON")
summary = {k: v for k, v in lines[-1].items() if k not in ("kind", "schema", "tool")}
hold(summary == run["summary"], "jsonl: another summary than JSON")

# SARIF
log = json.loads(text("sarif.sarif"))
schema = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
for fault in Draft7Validator(schema).iter_errors(log):
    faults.append(f"sarif: {fault.json_path}: {fault.message}")
(sarif,) = log["runs"]
rules = sarif["tool"]["driver"]["rules"]
results = collections.Counter()
for result in sarif["results"]:
    hold(rules[result["ruleIndex"]]["id"] == result["ruleId"], "sarif: ruleIndex of another rule")
    where = result["locations"][0]["physicalLocation"]
    uri, region = where["artifactLocation"]["uri"], where["region"]
    results[result["ruleId"], uri, region["startLine"]] += 1
hold(results == places, f"sarif: other results than JSON: {results - places} {places - results}")

# JUnit
cases = [case for suite in JUnitXml.fromfile(str(folder / "junit.xml")) for case in suite]
outcomes = collections.Counter(type(it).__name__ for case in cases for it in case.result)
hold(outcomes[Failure.__name__] == len(findings), f"junit: {outcomes} for {len(findings)} findings")
hold(outcomes[Skipped.__name__] == len(run["unresolved"]), f"junit: {outcomes}")
hold(outcomes[Error.__name__] == len(run["errors"]), f"junit: {outcomes}")
hold(any(case.is_passed for case in cases), "junit: no file passed")
hold(all(case.name and case.classname for case in cases), "junit: a case without a name")

# GitHub: what the runner makes of a workflow command
command = re.compile(r"^::(error|warning|notice) ([^:]*)::(.*)$")
commands = collections.Counter()
for line in text("github.txt").splitlines():
    match = command.match(line)
    hold(match, f"github: no command: {line}")
    properties = dict(it.split("=", 1) for it in match[2].split(","))
    if "(undecided)" not in properties["title"]:
        rule = properties["title"].split(" ")[0]
        commands[rule, properties["file"], int(properties["line"])] += 1
hold(commands == places, "github: other commands than findings")

# GitLab: the fields and words its documentation asks for
issues = json.loads(text("gitlab.json"))
for issue in issues:
    hold(issue["severity"] in ("info", "minor", "major", "critical", "blocker"), f"gitlab: {issue}")
    hold(issue["description"] and issue["check_name"], f"gitlab: {issue}")
    hold(not issue["location"]["path"].startswith("./"), f"gitlab: {issue}")
found = collections.Counter(
    (it["check_name"], it["location"]["path"], it["location"]["lines"]["begin"]) for it in issues
)
hold(found == places, "gitlab: other issues than findings")
hold(len({it["fingerprint"] for it in issues}) == len(issues), "gitlab: equal fingerprints")

# Markdown
html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text("markdown.md"))
rows = html.count("<tr>") - 1
left_out = re.search(r"(\d+) more findings? not shown here", html)
hold(rows + (int(left_out[1]) if left_out else 0) == len(findings), f"markdown: {rows} rows")
cells = html.count("<td>")
hold(cells == rows * 4, f"markdown: {cells} cells in {rows} rows")

for fault in faults:
    print(f"{folder}: {fault}", file=sys.stderr)
sys.exit(1 if faults else 0)
