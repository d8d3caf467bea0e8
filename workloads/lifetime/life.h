/* A life: who has an area first, who keeps it, and what ends it. */
#ifndef LAB_LIFE_H
#define LAB_LIFE_H

#include <stdbool.h>

#include "area.h"
#include "keeper.h"

enum life {
	LIFE_UNMAPPED, /* closed first; the mapping is the last */
	LIFE_CLOSED,   /* unmapped first; the descriptor is the last */
	LIFE_EXITED,
	LIFE_KILLED,        /* by SIGKILL */
	LIFE_EXECUTED,      /* by an execve that closes the descriptor */
	LIFE_EXECUTED_OPEN, /* kept over an execve by the descriptor, which the new program closes */
	LIFE_FORKED,        /* kept by a child's mapping, while its parent is killed */
	LIFE_PASSED,        /* kept by a process that was sent the descriptor, while the sender is killed */
	LIFE_IN_FLIGHT, /* kept by a socket in which the descriptor was sent and not received; the sender is killed */
	LIVES
};
extern const char *const LIFE_NAMES[]; /* ends with NULL */

struct cast {
	struct area area;
	struct keeper owner, other;
};

/* The steps of a life, in this order. Each returns 0 or -errno, with what failed in area.notice->step. */
int life_begin(enum life life, struct cast *cast); /* the owner has it, alone */
int life_part(enum life life, struct cast *cast);  /* what is to go first goes */
int life_check(enum life life, struct cast *cast); /* whoever keeps it reads it; see area_same() */
int life_end(enum life life, struct cast *cast);   /* the last one is told to give it up, and is not waited for */
int life_wait(enum life life, struct cast *cast);  /* what it answered; one that died of it answers nothing */
/* End all who are left, and wait for them. */
void life_close(struct cast *cast);

#endif
