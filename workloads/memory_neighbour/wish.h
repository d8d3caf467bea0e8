/*
 * A wish: what the neighbour wants, and how it fared.
 *
 * Functions return 0 or -errno and say in `step` what failed; they add their readings to the report.
 */
#ifndef LAB_WISH_H
#define LAB_WISH_H

#include <stdint.h>

#include "output.h"

enum question { THP, HUGETLB, COMPACTION, PAGE_CACHE };

struct wish {
	enum question question;
	uint64_t region; /* bytes; 0: all that the reserve leaves, for HUGETLB */
	uint64_t passes; /* PAGE_CACHE: over the file, which is twice the region */
	const char *group, *folder;
};

/* Before anything is held. */
int wish_before(const struct wish *wish, struct report *report, const char **step);
/* While it is held. */
int wish_ask(const struct wish *wish, struct report *report, const char **step);
/* After all was given back: what is lost now is lost for good. */
int wish_after(const struct wish *wish, struct report *report, const char **step);

#endif
