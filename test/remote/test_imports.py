"""Any module of remote/ can be imported first: those that need transformers prepare torchvision before."""

import ast
import unittest
from pathlib import Path

from support import ROOT

NEED_THE_SHIM = {"transformers", "peft", "trl"}


def imports(file: Path) -> list[str]:
    """The modules that a file imports when it is imported itself, in order; first parts of their names."""
    names = []
    for node in ast.parse(file.read_text(encoding="utf8")).body:
        if isinstance(node, ast.Import):
            names += [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.append(node.module.split(".")[0])
    return names


class Imports(unittest.TestCase):
    def test_the_shim_comes_before_what_needs_it(self):
        files = {file.stem: file for file in (ROOT / "remote").glob("*.py")}

        def safe_from(name: str, seen: tuple = ()) -> int:
            """The place of the import from which on the shim is there; past the end if it never is."""
            found = imports(files[name])
            for place, one in enumerate(found):
                if one == "torchvision_shim":
                    return place
                if one in files and one not in seen and safe_from(one, (*seen, name)) < len(imports(files[one])):
                    return place
            return len(found)

        for name in files:
            found = imports(files[name])
            needing = [place for place, one in enumerate(found) if one in NEED_THE_SHIM]
            with self.subTest(module=name):
                self.assertFalse(needing and needing[0] < safe_from(name), f"{name} imports {found}")


if __name__ == "__main__":
    unittest.main()
