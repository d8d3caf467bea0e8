/* The counter's rate as the kernel itself uses it, from the page that perf_event_open(2) maps. */
#ifndef LAB_PERF_CLOCK_H
#define LAB_PERF_CLOCK_H

/* In Hz; 0 where the kernel does not tell (a virtual clock, perf_event_paranoid, seccomp). */
double perf_clock_hz(void);

#endif
