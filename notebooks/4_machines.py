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
# ## What differs between the first two, besides the figures?
#
# Any of it may be the reason for a difference. Two machines cannot tell which: that takes many machines, or one on
# which a single thing is changed.

# %%
for told in circumstances(studies[0].result.manifest, studies[-1].result.manifest):
    print(told)

# %% [markdown]
# ## Does each claim come out alike?
#
# Ratios are what travels between machines; times in ns do not. Where the outcome is the same everywhere, that is an
# answer about memfd_secret; where it is not, it is one about a machine.

# %%
machines.draw(studies)

# %%
outcomes = {}
for column in columns(studies):
    for verdict in (verdict for each in column.studies for verdict in each.verdicts):
        outcomes.setdefault(verdict.claim.name, {})[column.title] = verdict.outcome
for name, found in outcomes.items():
    alike = "alike" if len(set(found.values())) == 1 else "NOT ALIKE"
    print(f"{name:16}{alike:12}" + "; ".join(f"{title}: {outcome}" for title, outcome in found.items()))

# %% [markdown]
# ## The same picture, machine by machine

# %%
from IPython.display import display

for each in studies:
    display(ratios.draw(each.result, each.cells))

# %% [markdown]
# ## What changed from one result to the other, condition by condition?
#
# Only results that were measured alike are compared: same workload, settings and format. What cannot be compared is
# refused with its reason, and that is an answer, too.

# %%
print(compared(studies[0].result, studies[-1].result))
