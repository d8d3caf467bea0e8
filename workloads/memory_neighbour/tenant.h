/*
 * The tenant: a process that takes memory of one kind, and holds it while its neighbour wants some of another.
 *
 * The churn before it is the same whatever the kind, and whether anything is held at all.
 */
#ifndef LAB_TENANT_H
#define LAB_TENANT_H

#include <stdbool.h>
#include <stdint.h>

#include "keeper.h"
#include "pin.h"

struct tenancy {
	const char *holder;  /* a backing, or "none" */
	uint64_t bytes;      /* to hold */
	uint64_t room_bytes; /* of ordinary memory beside it that the churn may take */
	bool churned;
	uint64_t split_budget_bytes;
	const char *group; /* memory group to be charged to; NULL: that of this process */
	int cpu;
};

/* What came of it, told by the tenant. */
struct tenant_answer {
	const char *step;
	uint64_t held_bytes, held_blocks; /* blocks of 2 MB that they lie in; UINT64_MAX where frames are hidden */
	uint64_t level2_splits;
	uint64_t churned_secret_pages;
};

struct tenant {
	struct keeper keeper;
	struct tenant_answer *answer;
};

/* Start it, and have it churn and take. Returns 0 or -errno, the step in the answer where there is one. */
int tenant_start(struct tenant *tenant, const struct tenancy *tenancy);
void tenant_end(struct tenant *tenant);
#define TENANT_ENDED __attribute__((cleanup(tenant_end)))

#endif
