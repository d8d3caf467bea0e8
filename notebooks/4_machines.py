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
# # Compare machines
#
# The same experiment on several machines, kernels or days: side by side, and never pooled. A machine is one machine,
# however many readings it gave.
#
# Name the experiment, or put the paths of your results into the list.

# %%
EXPERIMENT = "page_cost"

from pandas import DataFrame

from analysis.comparability import circumstances
from analysis.fear.column import columns
from analysis.load import load
from analysis.place import everywhere
from analysis.plots import machines, ratios
from analysis.report.contrast import compared
from analysis.report.study import study

RESULTS = [folder for folder in everywhere() if folder.parent.name == EXPERIMENT]
studies = [study(load(folder)) for folder in RESULTS]

# %% [markdown]
# ## Which machines are these?

# %%
for column in columns(studies):
    for each in column.studies:
        host = each.result.manifest.environment
        print(f"{column.title}: {host.cpu}, {host.cpus_online} CPUs, {host.virtualisation}, {each.made} runs")

# %% [markdown]
# ## What differs between the last two, besides the figures?
#
# Any of it may be the reason for a difference. Two machines cannot tell which: that takes many machines, or one on
# which a single thing is changed.

# %%
before, after = studies[-2:][0].result, studies[-1].result
for told in circumstances(before.manifest, after.manifest):
    print(told)

# %% [markdown]
# ## Does each claim come out alike?
#
# Ratios are what travels between machines; times in ns do not. Where the outcome is the same everywhere, that is an
# answer about memfd_secret; where it is not, it is one about a machine. What could not be measured says neither.

# %%
machines.draw(studies)

# %%
outcomes = DataFrame(
    {
        column.title: {verdict.claim.name: verdict.outcome for each in column.studies for verdict in each.verdicts}
        for column in columns(studies)
    }
).fillna("not run")
told_apart = outcomes.replace("not run", None).nunique(axis="columns") > 1
outcomes.assign(alike=["NOT ALIKE" if apart else "alike" for apart in told_apart])

# %% [markdown]
# ## The same picture, machine by machine

# %%
from IPython.display import display

for column in columns(studies):
    for each in column.studies:
        print(column.title)
        display(ratios.draw(each.result, each.cells))

# %% [markdown]
# ## What changed from one of the last two to the other, condition by condition?
#
# Only results that were measured alike are compared: same workload, settings and format. What cannot be compared is
# refused with its reason, and that is an answer, too.

# %%
print(compared(before, after))
