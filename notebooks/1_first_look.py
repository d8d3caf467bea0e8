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
# # A first look at a result
#
# What was asked, what came out, how sure that is, and what to read with care. Only the analysis is imported: data in,
# tables and pictures out; no machine is touched, and any computer will do.
#
# **The one line to change is the next cell's first**: an experiment's name stands for its newest result, yours before
# the published ones. The path of a result's folder is that result.

# %%
RESULT = "page_cost"

from analysis.load import frame, load
from analysis.overview import overview
from analysis.place import find
from analysis.plots import ecdf, order, ratios
from analysis.plots.catalog import FIGURES
from analysis.plots.duration import duration
from analysis.report.study import missing, remarks, study

# %% [markdown]
# ## What was asked, and where?
#
# Loading compares every file with the checksum that was sealed with it: what was changed afterwards is refused.

# %%
result = load(find(RESULT))
result

# %% [markdown]
# ## What was claimed before the run, and what came out?
#
# *Undecided* is not *no difference*: this run could not tell, and the row says how small an effect it could have seen.

# %%
found = study(result)
found

# %% [markdown]
# ## How long did each condition take?
#
# A row a condition; times in ns. The unit that is repeated is the run, and not the reading: `p50_low` and `p50_high`
# come from how much whole runs differ, and are wide where there are few.

# %%
measured = found.cells
overview(measured).round(1)

# %% [markdown]
# ## How many times as long as ordinary, locked memory?
#
# Locking is what a careful program does without memfd_secret, so that is the fair comparison. Each ratio is taken block
# by block, between runs that were close in time: what drifts more slowly than a block cancels.

# %%
ratios.draw(result, measured)

# %% [markdown]
# ## And the slow end?
#
# A program that promises an answer in time feels the slowest hundredth and not the middle.

# %%
ecdf.draw(result, measured)

# %% [markdown]
# ## Could something have gone wrong?
#
# Fixed pieces of work are timed beside each run. Where they took far longer than usual, something else was busy: such
# runs are marked and never dropped. What could not be measured, and what varied without a name, is here too.

# %%
print(f"{len(found.disturbed)} of {found.made} runs were disturbed")
for group in missing([result]):
    print(f"not measured: {group.runs} runs, {group.note.text} [{group.note.slug}]")
for note, times in remarks([result]):
    print(f"note, {times} times: {note.text} [{note.slug}]")

# %%
order.draw(result, measured)

# %% [markdown]
# ## What does a single reading look like?
#
# `frame` gives every reading as a row of a pandas frame, with its run, block, place in the order and factors. Here:
# what each kind of touch or phase takes in the middle, at a run's first reading and at all of them. Do not make an
# interval of pooled readings: those of one run are alike.

# %%
readings = frame(result)
for name, all_of_it in readings.groupby("metric", observed=True)["value"]:
    first = readings[(readings["metric"] == name) & (readings["seq"] == 0)]["value"]
    print(f"{name}: first {duration(first.median())}, all {duration(all_of_it.median())}, {len(all_of_it):,} readings")

# %% [markdown]
# ## What other figures are there?
#
# Each is one function in a file of its own, `from analysis.plots import ratios` for instance, and returns the figure
# with its table, or nothing where a result has no data for it.

# %%
for draw in FIGURES:
    print(f"{draw.__module__.removeprefix('analysis.plots.'):16}{draw.__doc__.splitlines()[0]}")
