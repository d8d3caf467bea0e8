/*
 * A filler: ordinary, movable pages, half anonymous and half of a file in memory, that come and go so that free memory
 * lies in many pieces.
 *
 * It is filled page by page; then evenly spread pages are given back, which leaves a hole here and there in every block
 * of 2 MB; in the end all are given back but for sand: one page in SAND_EVERY, which keeps blocks from being free as a
 * whole until somebody moves it.
 */
#ifndef LAB_FILLER_H
#define LAB_FILLER_H

#include "memory.h"

enum { SAND_EVERY = 64 };

struct filler {
	struct region half[2]; /* anonymous memory, file in memory */
};

/* Returns 0 or -errno and the step. */
int filler_fill(struct filler *filler, size_t bytes, const char **step);
/* Give back so many bytes, spread evenly. */
void filler_punch(struct filler *filler, size_t bytes);
void filler_thin(struct filler *filler);
void filler_drop(struct filler *filler);

#endif
