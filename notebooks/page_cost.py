# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What does the first touch of a secret page cost?
#
# The newest page_cost result of this checkout, or the one that LAB_RESULT names. Only the analysis is imported: data
# in, pictures out, and the machine is not touched.

# %%
import os
from pathlib import Path

from IPython.display import SVG, display

from analysis.cells import cells
from analysis.compare import compare
from analysis.load import load
from analysis.plots import ecdf, order, ratios
from analysis.plots.choice import backings
from analysis.plots.counterpart import counterpart
from analysis.plots.duration import duration, interval_text, ratio_text
from analysis.plots.palette import backing_name

ROOT = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "pyproject.toml").exists())


def newest() -> Path:
    """Return the folder of the newest page_cost result."""
    named = os.environ.get("LAB_RESULT")
    found = [
        path.parent for where in ("results", "results/local") for path in ROOT.glob(f"{where}/page_cost/*/seal.json")
    ]
    return Path(named) if named else max(found, key=lambda folder: folder.name)


# %%
result = load(newest())
measured = cells(result)
print(result.manifest.experiment.question)
print(result.manifest.environment.cpu, "/", result.manifest.environment.kernel)

# %% [markdown]
# ## Each kind of memory against ordinary, locked memory
#
# Ratios of the median, block by block, with their 95 % intervals.

# %%
found = backings(measured)
for name, cell in found.items():
    print(f"{backing_name(name):20}{duration(cell.typical['p50']):>10}", end="")
    ordinary = counterpart(measured, cell)
    ratio = compare(ordinary, cell, "p50") if ordinary else None
    print(f"{ratio_text(ratio.value):>10} [{interval_text(ratio.low, ratio.high)}]" if ratio else "")

# %% [markdown]
# ## The pictures of the report

# %%
for draw in (ratios.draw, ecdf.draw, order.draw):
    figure = draw(result, measured)
    if figure:
        print(figure.title)
        display(SVG(figure.svg))

# %% [markdown]
# ## A question of one's own: does the first page cost more than the others?
#
# Every reading, with its run, block, place in the order and factors, is a row of a pandas frame.

# %%
from analysis.load import frame  # noqa: E402 - here is where it is needed

readings = frame(result)
secret = readings[(readings["backing"] == "secret") & (readings["threads"] == 1) & (readings["history"] == "reused")]
first = secret[secret["seq"] == 0]["value"].median()
print(f"the first page {duration(first)}, all pages {duration(secret['value'].median())}")
