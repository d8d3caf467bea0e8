/*
 * A track: 64 bytes of each page of a set, in the order in which all paths visit them. Pages and lines come in the same
 * order for all sets, so that sets differ by the entries of the direct map and by nothing else.
 *
 * The first word of a line is 0, the second the page's frame: whoever copies it out can show where it was read.
 */
#ifndef LAB_TRACK_H
#define LAB_TRACK_H

#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "pageset.h"

enum { PIECE_BYTES = 64, FIRST_WORD = 0, FRAME_WORD = 1 };

struct track {
	uint64_t count;      /* 0 where the set could not be had */
	struct iovec *piece; /* where this process has the bytes */
	int *file;           /* where they are in a file */
	off_t *offset;
	uint64_t *frame;
};

/* Returns 0 or -ENOMEM. */
int tracks_make(struct random *random, const struct page_set *sets, uint64_t pages, struct track *tracks);
/* How many pages are no longer where they were, or in entries of another size than the set's. Returns 0 or -errno. */
int tracks_changed(struct directmap *map, const struct track *tracks, uint64_t *pages);
/* Count which of the frames the direct map has at a level. Returns 0 or -errno. */
int frames_of_level(struct directmap *map, const uint64_t *frame, uint64_t count, int level, bool *is);

#endif
