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
# # Neighbours: what one process's secrets do to everybody else
#
# A *victim* works all the time; beside it an *aggressor* makes and gives up pages, at a rate that is switched in random
# order. The comparison is not with silence: it is with as many ordinary, locked pages on the same CPU.

# %%
RESULT = "neighbours"

from analysis.load import load
from analysis.neighbour.effect import effects
from analysis.neighbour.ordinary import scenes
from analysis.neighbour.response import response
from analysis.neighbour.window import windows
from analysis.place import find
from analysis.plots import interrupts, losses, responses
from analysis.plots.neighbour_name import dose_name, victim_name

result = load(find(RESULT))
result

# %% [markdown]
# ## Who works beside whom?
#
# A *scene* is one kind of victim in one place; a *dose* is a kind of memory at a rate; every block has each dose once.

# %%
stage = scenes(windows(result))
for scene in stage:
    print(f"{victim_name(scene.victim):22}{len(scene.doses)} doses in {len(scene.blocks)} blocks")

# %% [markdown]
# ## How much does each victim lose?
#
# Bold where the interval excludes no change. With so many cells, some are bold by chance: look at whole columns.

# %%
losses.draw(result, ())

# %% [markdown]
# ## Which losses beside secret memory are larger than their own uncertainty?

# %%
every = [
    effect for scene in stage for effect in effects(scene) if effect.throughput and "secret" in effect.dose.aggressor
]
for effect in sorted(every, key=lambda each: each.throughput.value):
    if effect.throughput.high < 1:
        low, high = (100 * (1 - bound) for bound in (effect.throughput.high, effect.throughput.low))
        name, dose = victim_name(effect.scene.victim), dose_name(effect.dose)
        print(f"{name:24}{dose:32} loses {100 * (1 - effect.throughput.value):5.1f} % [{low:.1f} to {high:.1f}]")

# %% [markdown]
# ## Does twice the rate cost twice as much?
#
# Then the points lie on the line, and its slope is what one page costs everybody else.

# %%
responses.draw(result, ())

# %%
for scene in stage:
    answer = response(scene, "secret")
    if answer:
        cost = answer.cost_ns
        between = responses.signed_range(cost.low, cost.high)
        print(f"{victim_name(scene.victim):24}a page costs {responses.signed(cost.value)} [{between}]")

# %% [markdown]
# ## Why: how often is a victim interrupted for a page?
#
# To take a page out of the map, every CPU is told to forget it. That shows as a function call (`cal`), and not among
# the TLB shootdowns, which are of user mappings.

# %%
interrupts.draw(result, ())
