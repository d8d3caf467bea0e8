"""Estimates, intervals and tests, on numpy and scipy.special only: what is asked, assumed, and when it is wrong.

Every function names its hypothesis, its assumption, where it goes wrong, and its source. A value is what one process or
one block gave, for that is what is replicated; readings of one process share its luck and are never counted as values.
Nothing is dropped as an outlier. docs/decisions/0012-student-on-logarithms.md says why these and no others.
"""
