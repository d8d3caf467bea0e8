/* The tale: the windows as JSON and as series, each with what it was, what was counted, and what was recorded. */
#ifndef LAB_TALE_H
#define LAB_TALE_H

#include "crew.h"
#include "output.h"
#include "watch.h"

struct tale {
	struct crew *crew;
	const struct watch *watch;
	struct series *series; /* of all windows, one behind the other */
	int first[MAX_WINDOWS + 1];
};

/* Gather the series of every window that went well. Returns 0 or -ENOMEM. */
int tale_gather(struct tale *tale, struct report *report);
/* Print ,"windows":[...] */
void tale_print(const void *tale);

#endif
