/* perf_event_open(2): the counter's rate as the kernel itself uses it, and whether there are hardware events. */
#ifndef LAB_PERF_EVENT_H
#define LAB_PERF_EVENT_H

/* In Hz; 0 where the kernel does not tell (a virtual clock, perf_event_paranoid, seccomp). */
double perf_clock_hz(void);
/* 0 where the CPU's cycles can be counted, else -errno. */
int perf_hardware_error(void);

#endif
