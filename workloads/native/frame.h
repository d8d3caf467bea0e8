/* Frames: which physical pages a process's own pages are (/proc/self/pagemap, in full with CAP_SYS_ADMIN alone). */
#ifndef LAB_FRAME_H
#define LAB_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum { FRAME_BYTES = 4096, NO_FRAME = 0 };

/*
 * The frames of `pages` 4 KB pages from `address` on; NO_FRAME where there is none yet. Returns 0 or -errno: -EPERM
 * where the kernel hides frames from this process. The first page has to be there.
 */
int frames_read(const void *address, size_t pages, uint64_t *frame);

#endif
