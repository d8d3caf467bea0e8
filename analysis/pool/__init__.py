"""The pools: what other ways of giving out secret memory would have split and set aside, replayed from traces."""
