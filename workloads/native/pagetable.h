/*
 * A walk of x86-64 page tables, of four or five levels: what lies where, as stretches of pages that are mapped alike.
 *
 * The tables are fetched by whoever calls: from the running kernel (directmap.h), or made up.
 */
#ifndef LAB_PAGETABLE_H
#define LAB_PAGETABLE_H

#include <stddef.h>
#include <stdint.h>

enum { ENTRIES_A_TABLE = 512, MOST_LEVELS = 5 };
/* Level of what maps a page: 4 KB, 2 MB, 1 GB; NOT_MAPPED where there is no entry at all. */
enum { NOT_MAPPED, MAPPED_4K, MAPPED_2M, MAPPED_1G };
enum { FLAG_PRESENT = 1, FLAG_WRITABLE = 2, FLAG_EXECUTABLE = 4, FLAG_GLOBAL = 8, FLAG_UNCACHED = 16 };

/* Fetch `count` tables by their physical addresses. Returns 0 or -errno. */
typedef int (*pagetable_fetch)(void *context, const uint64_t *physical, int count, uint64_t (*table)[ENTRIES_A_TABLE]);

struct pagetable {
	pagetable_fetch fetch;
	void *context;
	uint64_t root;      /* physical address of the top table */
	int levels;         /* 4 or 5 */
	uint64_t base;      /* virtual address at which physical 0 is mapped */
	uint64_t end;       /* of physical memory, in bytes */
	uint64_t encrypted; /* bits of an entry that are no part of the address */
};

struct stretch {
	uint64_t first_page; /* counted in 4 KB */
	uint64_t pages;
	uint8_t level;
	uint8_t flags;
};

struct atlas {
	struct stretch *stretch;
	size_t count, room;
	uint64_t tables[MOST_LEVELS + 1]; /* by level: [1] map 4 KB pages, [2] 2 MB, [3] 1 GB */
	uint64_t misplaced;               /* entries that do not map the page that belongs there: 0 in a direct map */
	/*
	 * Blocks of 2 MB in which tables that map 4 KB pages lie, and how many tables lie in the block that they map. A
	 * table cannot be moved, and the kernel frees none of a split that secret memory made: such a block is no huge page
	 * any more, neither for a process nor for a pool (split_large_page() in arch/x86/mm/pat/set_memory.c).
	 */
	uint64_t table_blocks, home_tables;
	uint8_t *holds_table; /* by block */
};

/* Returns 0 or -errno, with nothing held then. */
int pagetable_walk(const struct pagetable *table, struct atlas *atlas);
/* What maps one address: the physical one that belongs to it, or -errno (-ENOENT: nothing). */
int pagetable_translate(const struct pagetable *table, uint64_t address, uint64_t *physical);
void atlas_free(struct atlas *atlas);
#define ATLAS_FREED __attribute__((cleanup(atlas_free)))
/* The stretch that holds a page, or NULL. */
const struct stretch *atlas_find(const struct atlas *atlas, uint64_t page);

#endif
