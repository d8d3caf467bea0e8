/* An attempt: something that RLIMIT_MEMLOCK may refuse, tried in a process of its own with a limit of a few pages. */
#ifndef LAB_ATTEMPT_H
#define LAB_ATTEMPT_H

#include <stdbool.h>

enum { LIMIT_PAGES = 16, LIMIT_TIMES = 4 };

struct outcome {
	const char *step; /* that was refused */
	int error;        /* 0: nothing was; -EFAULT: the process died of SIGBUS */
};

/* In the process of the attempt. Returns 0 or -errno; `step` says what is being tried, before it is. */
typedef int (*attempt_work)(const char **step);

struct attempt {
	const char *name;
	attempt_work work;
	bool capable; /* keeps CAP_IPC_LOCK */
};

extern const struct attempt ATTEMPTS[];
extern const char *const ATTEMPT_NAMES[]; /* ends with NULL */

/* Returns 0 or -errno where it could not be tried; -EPERM where the capability is wanted and not there. */
int attempt_make(const struct attempt *attempt, struct outcome *outcome, const char **step);

#endif
