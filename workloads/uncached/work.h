/*
 * What is done with memory, and where in it: each work has its own part of a place, and touches nothing else of it.
 *
 * A place is laid out as | buffer | chase | keys, a page | tables, a page |.
 */
#ifndef LAB_WORK_H
#define LAB_WORK_H

#include "aes.h"
#include "random.h"

enum { PAGE_BYTES = 4096, LINE_BYTES = 64 };

struct place {
	struct aes_block *buffer;
	struct link *chase;
	struct aes_keys *keys;
	struct aes_tables *tables;
	size_t bytes;                  /* of the buffer, and of what is chased through */
	struct aes_block *copy, state; /* ordinary memory of this program */
	uint64_t *order;
};

struct work {
	void (*act)(struct place *place);
	void (*flush)(const struct place *place); /* all lines that it reads of the place; a fence is to follow */
};

enum { WORKS = 4 };
/* In this order: AES by instructions, AES by tables, a copy, a chase. */
extern const struct work WORK[WORKS];

/* How much memory a place takes. */
size_t place_bytes(size_t bytes);
/* Lay a place out in memory that has its pages; `bytes`, `copy` and `order` are set. False: AES has come out wrong. */
bool place_lay_out(struct place *place, char *memory, struct random *random);
/* Whether this CPU can do a work at all. */
bool work_is_possible(const struct work *work);

#endif
