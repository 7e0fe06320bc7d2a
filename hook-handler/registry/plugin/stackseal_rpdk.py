"""The CloudFormation CLI's plugin for a hook whose handler is a binary.

Nothing is generated: the handler reads events itself. The package holds the handler as the Go plugin's does, a zip
`handler.zip` with the program `bootstrap` in it.
"""

import importlib.metadata

from rpdk.core.exceptions import InvalidProjectError
from rpdk.core.plugin_base import LanguagePlugin

HANDLER = "handler.zip"


class Rust(LanguagePlugin):
    MODULE_NAME = __name__

    def init(self, project):
        raise InvalidProjectError("start from hook-handler/registry of stackseal instead of `cfn init`")

    def generate(self, project):
        """Writes no code, for none is needed."""

    def package(self, project, zip_file):
        path = project.root / HANDLER
        if not path.is_file():
            raise InvalidProjectError(f"{path} is missing: `cargo xtask package registry` makes it")
        zip_file.write(path, HANDLER)

    def get_plugin_information(self, project):
        return {"plugin-name": "rust", "plugin-tool-version": importlib.metadata.version("stackseal-rpdk")}
