/*
 * The kernel's direct map, read by the kernel itself: BPF programs (bpf/directmap.bpf.c) that are run by hand.
 *
 * What is read is page tables and pages that the calling process owns, and nothing else: device, poisoned and
 * confidential memory lie among the rest. x86-64 only. Functions return 0 or -errno and say in `step` what failed:
 * "bpf-built" (-ENOSYS: the build had no libbpf or no clang), "bpf-load", "bpf-run", "pagemap", "iomem", "direct-map"
 * (the map was not found). What opening it may say is EPERM, EACCES, ENOSYS, ENOMEM, and EOPNOTSUPP for all else.
 */
#ifndef LAB_DIRECTMAP_H
#define LAB_DIRECTMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "pagetable.h"

struct bpf_object;

struct directmap {
	struct bpf_object *object, *loads;
	bool bare; /* a chain is followed by loads (bpf/loads.bpf.c), not by calls of a helper */
	int find_root, copy_pages, copy_words, follow, read_user, copy_user;
	uint64_t *address;                 /* of MOST_READS places, shared with the programs */
	uint64_t (*page)[ENTRIES_A_TABLE]; /* what was read there */
	uint64_t base;
	uint64_t end;  /* of physical memory, in bytes */
	uint64_t root; /* address of this process's top page table */
	int levels;
	uint64_t encrypted; /* the bit that marks encrypted memory in an entry (SME, SEV), or 0 */
};

int directmap_open(struct directmap *map, const char **step);
void directmap_close(struct directmap *map);
#define DIRECTMAP_CLOSED __attribute__((cleanup(directmap_close)))

static inline uint64_t directmap_address(const struct directmap *map, uint64_t frame)
{
	return map->base + frame * 4096;
}

/* The map's page tables from the top, for pagetable_walk(). */
struct pagetable directmap_tables(struct directmap *map);
/* Read the first word of each of `count` frames; `failed` says where the kernel could not. */
int directmap_read(struct directmap *map, const uint64_t *frame, uint64_t count, uint64_t *word, bool *failed);
/*
 * Follow a chain of addresses from `*at` for `count` reads and time it; afterwards `*at` is where it ended. -EFAULT
 * where an address could not be read.
 */
int directmap_follow(const struct directmap *map, uint64_t *at, uint64_t count, uint64_t *ns);
/*
 * Have the kernel read a word of this process by the process's own mapping: as code that may not sleep does, or as a
 * system call does. Returns what the helper returned: 0 or -errno.
 */
int directmap_read_user(const struct directmap *map, const void *address, bool may_sleep, uint64_t *word);

#endif
