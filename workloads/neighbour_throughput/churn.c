/* Aggressors that have memory: some give it back and take it again all the time, one holds it. */
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aggressor.h"

enum { PAGE_BYTES = 4096 };

/* mmap, touch, munmap and close: what an allocation costs from its beginning to its end. */
static int churn(struct aggression *mine, uint64_t pages, const char **step)
{
	const int error = region_map(mine->backing, pages * PAGE_BYTES, &mine->region, step);
	if (error)
		return error;
	*step = "touch";
	region_touch(&mine->region, PAGE_BYTES, pages);
	region_unmap(&mine->region);
	mine->region.address = NULL;
	return 0;
}

static int hold(struct aggression *mine, const char **step)
{
	const int error = region_map(mine->backing, mine->chunk_pages * PAGE_BYTES, &mine->region, step);
	if (error)
		return error;
	*step = "touch";
	region_touch(&mine->region, PAGE_BYTES, mine->chunk_pages);
	return 0;
}

/* An event is a child, from fork to the end of waitpid; it has the area mapped, as every child of such a process. */
static int fork_with_it(struct aggression *mine, uint64_t events, const char **step)
{
	(void)mine;
	*step = "fork";
	for (uint64_t i = 0; i < events; i++) {
		const pid_t child = fork();
		if (child == 0)
			_exit(EXIT_SUCCESS);
		if (child < 0 || waitpid(child, NULL, 0) != child)
			return -errno;
	}
	return 0;
}

static void let_go(struct aggression *mine)
{
	if (mine->region.address)
		region_unmap(&mine->region);
	mine->region.address = NULL;
}

#define CHURN(what) {.name = what, .backing = what, .paced = true, .turn = churn, .close = let_go}

const struct aggressor NONE = {.name = "none", .sleeps = true};
const struct aggressor SPIN = {.name = "spin"};
const struct aggressor ANONYMOUS = CHURN("anonymous");
const struct aggressor MEMFD = CHURN("memfd");
const struct aggressor MEMFD_LOCKED = CHURN("memfd_locked");
const struct aggressor SECRET = CHURN("secret");
const struct aggressor SECRET_HELD = {.name = "secret_held", .backing = "secret", .open = hold, .close = let_go};
const struct aggressor FORK_SECRET = {
	.name = "fork_secret", .backing = "secret", .paced = true, .open = hold, .turn = fork_with_it, .close = let_go};
