"""The host: what it is, what it can, what it has room for, and settings that are put back.

- facts puts the environment of a result together, out of cpu, cache, memory, kernel, parameter (the command line) and
  virtualisation; machine names the machine
- checks says what can be measured here (`./lab doctor`), out of a survey; secret names the reason where it cannot be
- limit (RLIMIT_MEMLOCK), reserve and cgroup say how much a run may take
- lock keeps two runs off one machine
- tuning changes settings under a ledger, and recover puts back what a killed run left
"""
