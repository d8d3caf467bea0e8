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
# # A question of your own: from loading to a verdict, in ten cells
#
# The question of this page: *is the slow end of a secret page's first touch worse, too, while the other CPUs are busy?*
# Put yours in its place: change what is in capitals.

# %%
# One: load a result. Its files are compared with what was sealed.
RESULT = "page_cost"

from analysis.load import load
from analysis.overview import overview
from analysis.place import find
from analysis.plots import blocks
from analysis.plots.duration import effect_text
from analysis.question import claim
from analysis.report.study import study
from analysis.verdict import decide, judge

result = load(find(RESULT))
result

# %%
# Two: see what was measured. Conditions that differ in one factor alone say where a difference comes from.
measured = study(result).cells
overview(measured).filter(["backing", "others", "threads", "history", "pages", "metric", "runs"])

# %%
# Three: say it as a sentence that can be wrong, and how large an effect would matter to you, before you look.
SENTENCE = "The slowest hundredth of secret touches take longer while the other CPUs compute."
SMALLEST_EFFECT = 0.10

# %%
# Four: the two conditions, each by as many factors as tell it from the others; they should differ in one.
BASELINE = {"backing": "secret", "others": "idle", "threads": 1, "history": "reused", "pages": 1024}
TREATMENT = {"backing": "secret", "others": "spin_user", "threads": 1, "history": "reused", "pages": 1024}
STATISTIC = "p99"

# %%
# Five: the claim, in the form in which those of the lab are fixed before a run.
asked = claim(
    result,
    SENTENCE,
    baseline=BASELINE,
    treatment=TREATMENT,
    metric="first_touch",
    statistic=STATISTIC,
    relation="greater",
    smallest_effect=SMALLEST_EFFECT,
)

# %%
# Six: the verdict, from the claim and the data and nothing else.
verdict = judge(asked, measured, result)
verdict

# %%
# Seven: look at the blocks. One that is far off, or a drift, says more than the interval does.
blocks.draw(verdict)

# %%
# Eight: the same without the runs that something else disturbed; to compare, and not to choose from.
if verdict.undisturbed:
    rest = verdict.undisturbed
    print(f"{rest.blocks} undisturbed blocks: {rest.value:.2f} [{rest.low:.2f} to {rest.high:.2f}]")
    print(f"that would be: {decide(asked, rest)}")

# %%
# Nine: what could have been seen at all? "No difference found" means something only beside this figure.
if verdict.ratio:
    print(f"an effect of {effect_text(verdict.ratio.detectable)} would have been told from none in four runs of five")

# %%
# Ten: a control. If the same comes out of ordinary memory, the answer is not about secret memory.
ORDINARY = {"backing": "anonymous_locked"}
control = claim(
    result,
    "The same of ordinary, locked memory.",
    baseline=BASELINE | ORDINARY,
    treatment=TREATMENT | ORDINARY,
    statistic=STATISTIC,
    smallest_effect=SMALLEST_EFFECT,
)
judge(control, measured, result)

# %% [markdown]
# This claim was made up after the run. Whoever tries many of them finds some that are supported by chance: take what
# you found as the question for the next run, write it into an experiment (CONTRIBUTING.md says where), and measure it.
