"""How long a site of 100 results takes, and how long to make it again. Promised: at most 60 s on 2 CPUs.

The results are copies of the published ones in turn, each of a machine of its own, so that none is like another.
"""

from __future__ import annotations

import argparse
import json
import resource
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


def cpu_s() -> float:
    """Return the CPU time that this process and those it waited for have taken."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def timed(what: str, results: list[Path], site: Path, promised: str = "") -> None:
    """Publish and print how long it took."""
    begun_s, before_s = time.monotonic(), cpu_s()
    made = publish(results, site)
    took = f"{time.monotonic() - begun_s:.1f} s{promised}, {cpu_s() - before_s:.1f} s of CPU time"
    print(f"{what}: {len(made.entries)} results, {len(made.left_out)} left out: {took}")


def main() -> None:
    """Publish copies, again, and again with one more; print how long each took and how large the site is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--results", type=int, default=RESULTS, help="how many [100]")
    parser.add_argument("--experiment", help="copy results of this one alone [all in turn]")
    wish = parser.parse_args()
    sources = [path for path in experiments(PUBLISHED) if wish.experiment in (None, path.parent.name)]
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        found = copies(sources, wish.results + 1, Path(folder))
        timed("a new site", found[:-1], site, " (<= 60)")
        timed("the same again", found[:-1], site)
        timed("with one more", found, site)
        pages = [path.stat().st_size for path in site.rglob("*.html")]
        print(f"pages: {sum(pages) / 1e6:.1f} MB, the longest {max(pages) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
