"""How long a site of 100 results takes. Promised: at most 60 s on 2 CPUs."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

from bench.run.journal import MANIFEST, SEAL, digest
from cli.place import PUBLISHED, experiments
from cli.site import publish

RESULTS = 100


def copies(sources: list[Path], number: int, into: Path) -> list[Path]:
    """Return so many results of different seals, made of published ones in turn."""
    found = []
    for n in range(number):
        source = sources[n % len(sources)]
        target = into / source.parent.name / str(n)
        shutil.copytree(source, target)
        manifest, seal = (json.loads((target / name).read_text()) for name in (MANIFEST, SEAL))
        (target / MANIFEST).write_text(json.dumps(manifest | {"machine": f"copy{n}"}))
        seal["sha256"][MANIFEST] = digest(target / MANIFEST)
        (target / SEAL).write_text(json.dumps(seal))
        found.append(target)
    return found


def main() -> None:
    """Publish copies and print how long that took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--results", type=int, default=RESULTS, help="how many [100]")
    parser.add_argument("--experiment", help="copy results of this one alone [all in turn]")
    wish = parser.parse_args()
    sources = [path for path in experiments(PUBLISHED) if wish.experiment in (None, path.parent.name)]
    with tempfile.TemporaryDirectory() as folder:
        found = copies(sources, wish.results, Path(folder))
        begun_s = time.monotonic()
        entries, left = publish(found, Path(folder) / "site")
        print(f"{len(entries)} results, {len(left)} left out: {time.monotonic() - begun_s:.1f} s (<= 60)")


if __name__ == "__main__":
    main()
