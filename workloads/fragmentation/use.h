/* Uses: in which pieces a program, or several, have secret memory; and a user who wants to do the most with it. */
#ifndef LAB_USE_H
#define LAB_USE_H

#include "area.h"
#include "crew.h"
#include "plug.h"
#include "random.h"

enum use_kind { ONE_SIZE, MIXED, CHURN, PROCESSES, STEERED, STEERED_ONE };
enum { MOST_AREA_PAGES = 64 }; /* 256 KB */

struct use {
	enum use_kind kind;
	uint64_t pages, processes;
	struct random random;
	const struct cpu_list *cpus;
	struct course course;
	struct areas areas;
	struct crew crew;
	struct plug plug;
	bool short_of_memory;
};

/* Have the memory and touch it, as far as budget and memory go. Returns 0 or -errno, with areas.step or crew.step. */
int use_go(struct use *use);
/*
 * Use up free pages, until secret memory comes from where the direct map is whole: it takes one split to know that.
 * Returns 0, or -EOPNOTSUPP where budget or memory end before.
 */
int use_up_ground(struct use *use);
/* The frames of all that is held; returns how many, or -errno. */
int64_t use_frames(struct use *use, uint64_t *frame);
void use_let_go(struct use *use);
const char *use_step(const struct use *use);

#endif
