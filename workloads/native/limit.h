/* RLIMIT_MEMLOCK and secret memory, found by trying; a few pages at most. */
#ifndef LAB_LIMIT_H
#define LAB_LIMIT_H

#include <stdbool.h>

/*
 * Before the fix of CVE-2026-93243 the limit is checked at mmap (EAGAIN), for each process, and CAP_IPC_LOCK bypasses
 * it; after it at the fault (SIGBUS), for each user. Regime and scope are those of a process without the capability;
 * bypassed says whether this process, as it is, is exempt.
 */
struct memlock {
	bool bypassed;
	const char *regime; /* mmap, fault, none, unknown */
	const char *scope;  /* process, user, unknown */
};

struct memlock memlock_find(void);

#endif
