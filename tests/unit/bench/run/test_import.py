"""What a run and a summary import: pandas, which pyarrow takes in by many a door, costs 50 MB and most of a second."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pandas")  # the development tools bring it
SCRIPT = """
import sys
from pathlib import Path
from analysis.cells import cells
from analysis.load import load
from bench.run.conduct import conduct
from bench.run.journal import Journal
from bench.run.plan import make_plan
from bench.run.publish import seal
from tests.unit.bench.run.fake import FakeExecutor, experiment, manifest

asked = experiment("anonymous", "secret", blocks=8)
journal = Journal.create(Path(sys.argv[1]) / "one", manifest(asked))
conduct(make_plan(asked, 7), FakeExecutor(), journal, dict, lambda run: None)
seal(journal)
assert len(cells(load(journal.folder))) == 2
print("pandas" in sys.modules)
"""


def test_recording_and_summarising_do_not_import_pandas(tmp_path: Path) -> None:
    command = (sys.executable, "-c", SCRIPT, str(tmp_path))
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"
