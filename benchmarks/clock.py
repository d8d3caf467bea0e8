"""What the clock costs inside a timing loop, against two bare reads of the counter. Promised: at most twice."""

from __future__ import annotations

from workloads.program import Success, run_program

REPEATS = 11


def ratios() -> list[float]:
    """Return the ratio of loop costs, measured side by side in each of several processes."""
    answers = [run_program("probe", ("--clock",), None, 20.0) for _ in range(REPEATS)]
    loops = [answer.report["loop"] for answer in answers if isinstance(answer, Success)]
    return sorted(loop["pair_ns"] / loop["bare_pair_ns"] for loop in loops)


def main() -> None:
    """Print the median ratio and its range."""
    found = ratios()
    print(
        f"clock in the loop / two bare reads: {found[len(found) // 2]:.2f} [{found[0]:.2f} .. {found[-1]:.2f}] (<= 2)"
    )


if __name__ == "__main__":
    main()
