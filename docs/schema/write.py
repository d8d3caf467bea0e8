"""Write the JSON Schemas of a result's records beside this file: python docs/schema/write.py."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.advice.advice import Advice
from analysis.report.acrossfile import AcrossFile
from analysis.report.verdictfile import VerdictFile
from bench.guest.record import MatrixReport
from bench.model.atlas import AtlasFile
from bench.model.boot import BootEvent, BootPlan
from bench.model.manifest import Manifest, Seal
from bench.model.profile import Profile
from bench.model.run import Run


def main() -> None:
    """Write a file each, named as the record in small letters."""
    for kind in (
        Manifest,
        Run,
        Profile,
        Seal,
        AtlasFile,
        VerdictFile,
        Advice,
        MatrixReport,
        AcrossFile,
        BootPlan,
        BootEvent,
    ):
        schema = kind.model_json_schema(mode="serialization")
        target = Path(__file__).with_name(f"{kind.__name__.lower()}.json")
        target.write_text(json.dumps(schema, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
