"""Holds a document against a JSON Schema: validate.py SCHEMA DOCUMENT.

The published schema lets readers meet fields it does not know, since fields may be added. Here it
is closed first: a field that we print and that it does not describe is our mistake.
"""

import json
import sys

from jsonschema import Draft202012Validator


def close(schema):
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            close(part)
    elif isinstance(schema, list):
        for part in schema:
            close(part)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


schema, document = load(sys.argv[1]), load(sys.argv[2])
Draft202012Validator.check_schema(schema)
close(schema)
faults = list(Draft202012Validator(schema).iter_errors(document))
for fault in faults:
    print(f"{sys.argv[2]}: {fault.json_path}: {fault.message}", file=sys.stderr)
if not document["findings"]:
    faults.append("empty")
    print(f"{sys.argv[2]}: no finding: nothing was held against the schema", file=sys.stderr)
sys.exit(1 if faults else 0)
