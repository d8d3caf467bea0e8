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
# # The direct map: what secret memory does to it, and whether that matters
#
# The kernel maps all memory for itself, in entries as large as it can. To take a secret page out, it breaks the large
# entry around it, and does not put it together again. This notebook asks what was broken, whether it healed, and what
# that costs the kernel.
#
# Change a line to see a result of your own; each cell shows nothing where a result has no data for it.

# %%
SPLITS = "fragmentation"  # what secret memory does to the map
READS = "direct_map_reads"  # what the map does to reads
REMOVAL = "removal"  # whether a secret page really is out of it

from analysis.atlas.event import events
from analysis.load import load
from analysis.place import find
from analysis.plots import beside, direct_map, growth, reads, scar
from analysis.report.study import study

split = load(find(SPLITS))
split

# %% [markdown]
# ## How was memory mapped before the first run, and how after the last?

# %%
measured = study(split).cells
direct_map.draw(split, measured)

# %% [markdown]
# ## What happened in between, and how much of it?
#
# A *state* is the whole map, read from inside the kernel; `events` tells the first and the last apart. `split_2m`
# counts entries of the size in its name that are small ones now, `scarred` the pages that were taken out once and came
# back without the Global bit: there secrets were.

# %%
journey = direct_map.journey(split)
if journey:
    print(f"regions in small entries: {journey.before.small_regions:,} before, {journey.after.small_regions:,} after")
    for event in events(journey.first, journey.last):
        print(f"{event.kind:12}{event.count:8,} in {len(event.spans):,} places")

# %% [markdown]
# ## How fast does it break?
#
# Over the secret memory that was had, how much of the map was turned into small entries.

# %%
growth.draw(split, measured)

# %% [markdown]
# ## Does it heal once everything is given up?

# %%
scar.draw(split, measured)

# %% [markdown]
# ## What else lies in the blocks that secret pages come from?
#
# Pages of programs can be moved away and the block be free as a whole again, those of the kernel cannot.

# %%
beside.draw(split, measured)

# %% [markdown]
# ## Does it matter to the kernel's own reads?
#
# The same reads through small and through large entries of the map, on the same machine in the same boot. The worst
# case: at random, each read waiting for the one before.

# %%
read = study(load(find(READS)))
reads.draw(read.result, read.cells)

# %%
read

# %% [markdown]
# ## Is a secret page really out of the map?
#
# A proof is about every single reading: one that speaks against it refutes it.

# %%
study(load(find(REMOVAL)))
