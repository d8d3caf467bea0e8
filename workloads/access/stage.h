/* The stage: the processes in which one way is tried, each attempt in new ones, and what came of it. */
#ifndef LAB_STAGE_H
#define LAB_STAGE_H

#include "memory.h"
#include "way.h"

enum who { OWNER, CHILD, OTHER, ROOT_USER };

struct stage {
	const struct backing *backing;
	enum who who;
	bool guarded; /* an owner that others try to look into is not dumpable */
	bool drops;   /* started by root: owner, child and other are an ordinary user */
	const char *folder;
	uint64_t nonce;
	struct play *play; /* shared by the processes */
	int hold; /* the folder, locked: what a killed run leaves is told by nobody holding it (bench/host/hold.py) */
};

/* Whether a way is for this `who` at all. */
bool stage_suits(const struct stage *stage, const struct way *way);
/* Returns 0 or -errno; after it, stage_close() gives back the folder. */
int stage_open(struct stage *stage, const char **step);
void stage_close(struct stage *stage);
/* Try one way. 0, with the outcome as in way.h; or -errno where the memory could not be had. */
int stage_try(struct stage *stage, const struct way *way, uint64_t *outcome, const char **step);

#endif
