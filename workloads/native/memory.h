/*
 * The backings: kinds of memory behind one interface. Each is mapped whole and touched by the caller.
 *
 * Functions return 0 or -errno and say in `step` which system call it was.
 */
#ifndef LAB_MEMORY_H
#define LAB_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

struct backing {
	const char *name;
	size_t page_bytes;
	int (*create)(size_t bytes, const char **step); /* returns a descriptor or -errno; NULL: no file */
	int flags;                                      /* mmap(2) flags */
	int advice;                                     /* madvise(2) after mapping */
	bool locked;                                    /* mlock2(MLOCK_ONFAULT) after mapping */
};

struct region {
	char *address;
	size_t bytes;
	int descriptor; /* -1 where there is none */
};

extern const struct backing BACKINGS[];
extern const size_t BACKING_COUNT;

/* NULL where no backing has that name. */
const struct backing *backing_find(const char *name);
/* What is wrong with a name that has to be that of a kind of memory with 4 KB pages; NULL: nothing. */
const char *backing_objection(const char *name);
/* Have one page and touch it, in a child, which dies of SIGBUS where it is refused then: step "touch", -EFAULT. */
int backing_try(const struct backing *backing, const char **step);
int region_map(const struct backing *backing, size_t bytes, struct region *region, const char **step);
/* Unmap and close: pages of a file are free only when both have gone. */
void region_unmap(struct region *region);
#define UNMAPPED __attribute__((cleanup(region_unmap)))
/* Touch `count` pages, untimed. */
void region_touch(const struct region *region, size_t page_bytes, size_t count);
/* How much of it is in transparent huge pages: AnonHugePages of /proc/self/smaps, 0 where that cannot be read. */
size_t region_huge_bytes(const struct region *region);
/* memfd_secret(2); O_CLOEXEC is its only flag. Returns a descriptor or -errno. */
int secret_create(bool close_on_exec);
/* A private anonymous mapping that has its pages already, so that it faults no more; NULL where there is no room. */
void *populated(size_t bytes);

#endif
