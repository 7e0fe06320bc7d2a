"""Holds configurations against their JSON Schema: configuration.py SCHEMA FOLDER.

Those in FOLDER/good have to pass, and those in FOLDER/bad have to fail, each; those in FOLDER/own-rules
speak of rules in the Guard language, and pass. The tests of the command line hold the same files
against the reader, so that both say the same.
"""

import json
import pathlib
import sys

import yaml
from jsonschema import Draft202012Validator, FormatChecker


class Loader(yaml.SafeLoader):
    """YAML as JSON would have it: a date is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema, format_checker=FormatChecker())
faults = 0
for kind in ("good", "own-rules", "bad"):
    paths = sorted(pathlib.Path(sys.argv[2], kind).iterdir())
    if not paths:
        print(f"no configuration in {sys.argv[2]}/{kind}", file=sys.stderr)
        faults += 1
    for path in paths:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader)
        found = list(validator.iter_errors(document))
        if kind != "bad":
            for fault in found:
                print(f"{path}: {fault.json_path}: {fault.message}", file=sys.stderr)
                faults += 1
        elif not found:
            print(f"{path}: the schema finds nothing wrong with it", file=sys.stderr)
            faults += 1
sys.exit(1 if faults else 0)
