#include "holding.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "counters.h"
#include "frame.h"
#include "memory.h"
#include "reserve.h"

enum { BATCH = 16, CONFIG_CREATE = 6, CLOSE_ON_EXEC = 1 }; /* FSCONFIG_CMD_CREATE, FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC */
enum { SPLIT_BYTES = 2 << 20 };
enum { BUDDY = 10 }; /* KPF_BUDDY: Documentation/admin-guide/mm/pagemap.rst */

/* fsopen(2) and its like came in Linux 5.2; a mount that is attached nowhere ends with its last descriptor. */
static int mount_ramfs(void)
{
	CLOSED const int context = (int)syscall(SYS_fsopen, "ramfs", CLOSE_ON_EXEC);
	if (context < 0 || syscall(SYS_fsconfig, context, CONFIG_CREATE, NULL, NULL, 0))
		return -errno;
	const int mount = (int)syscall(SYS_fsmount, context, CLOSE_ON_EXEC, 0);
	return mount < 0 ? -errno : mount;
}

static void allow_many_files(void)
{
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int holding_open(struct directmap *map, uint64_t seed, uint64_t budget_bytes, struct holding *holding,
		 const char **step)
{
	*step = "ramfs";
	*holding = (struct holding){
		.map = map, .random = random_from(seed), .budget_bytes = budget_bytes, .most = MOST_CHUNKS};
	holding->mount = mount_ramfs();
	if (holding->mount < 0)
		return holding->mount;
	allow_many_files();
	holding->chunk = calloc(MOST_CHUNKS, sizeof(*holding->chunk));
	return holding->chunk ? 0 : -ENOMEM;
}

static int add_chunk(struct holding *holding)
{
	struct chunk chunk = {.file = -1};
	const int error = chunk_make(holding->mount, &holding->random, &chunk);
	if (error)
		chunk_drop(&chunk);
	else
		holding->chunk[holding->count++] = chunk, holding->taken++;
	return error;
}

static int walk(struct holding *holding)
{
	const struct pagetable table = directmap_tables(holding->map);
	atlas_free(&holding->atlas);
	holding->stale = false;
	return pagetable_walk(&table, &holding->atlas);
}

/* The chunks from `first` on. What was in 1 GB may be split later: all of them anew after a split, and at the end. */
static void sort_chunks(struct holding *holding, int first)
{
	for (int i = first; i < holding->count; i++)
		chunk_sort(&holding->atlas, &holding->chunk[i]);
}

int holding_has(const struct holding *holding, int level)
{
	int count = 0;
	for (int i = 0; i < holding->count; i++)
		count += holding->chunk[i].level == level;
	return count;
}

static int lacks(const struct holding *holding, const struct demand *demand, int level)
{
	const int lacking = demand->chunks[level] - holding_has(holding, level);
	return lacking > 0 ? lacking : 0;
}

/* A page of secret memory may split a 2 MB page, wherever it lies: after each of them it is asked what has been. */
static void touch_within_budget(struct holding *holding, const struct region *region, struct counter_files *files)
{
	const int64_t before = counters_level2_splits(files);
	int64_t splits = 0;
	for (size_t at = 0; at < region->bytes && holding->budget_bytes >= (uint64_t)(splits + 1) * SPLIT_BYTES;
	     at += 4096) {
		*(volatile char *)(region->address + at) = 1;
		splits = counters_level2_splits(files) - before;
	}
	const uint64_t spent = (uint64_t)splits * SPLIT_BYTES;
	holding->budget_bytes -= spent < holding->budget_bytes ? spent : holding->budget_bytes;
}

/* Touch secret memory and give it back: its part of the direct map stays in 4 KB entries. */
static int split(struct holding *holding, uint64_t bytes, const char **step)
{
	struct region region UNMAPPED = {.descriptor = -1};
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	while (!error && (error = region_map(backing_find("secret"), bytes, &region, step)) == -EAGAIN &&
	       bytes > 4096) {
		bytes /= 2; /* as much as RLIMIT_MEMLOCK allows */
		error = 0;
	}
	if (!error)
		touch_within_budget(holding, &region, &files);
	holding->stale = true;
	return error;
}

/*
 * While pages come from blocks that were split already, there is nothing to do. Where they do not any more, secret
 * memory is taken that is as large as what lacks in 4 KB; a block of 2 MB of it is enough to split a whole 1 GB page.
 */
static int make_smaller(struct holding *holding, const struct demand *demand, const char **step)
{
	const int newest = holding->chunk[holding->count - 1].level;
	const int small = lacks(holding, demand, MAPPED_4K), middle = lacks(holding, demand, MAPPED_2M);
	if (newest == MIXED || newest == MAPPED_4K || holding->budget_bytes < SPLIT_BYTES)
		return 0;
	if (small)
		return split(holding, (uint64_t)small * CHUNK_BYTES, step);
	return middle && newest == MAPPED_1G ? split(holding, SPLIT_BYTES, step) : 0;
}

static uint64_t free_in(int flags, const struct stretch *stretch)
{
	static uint64_t word[1 << 14];
	uint64_t done = 0, count = 0;
	while (done < stretch->pages) {
		const uint64_t left = stretch->pages - done, most = sizeof(word) / sizeof(*word);
		const off_t place = (off_t)((stretch->first_page + done) * sizeof(*word));
		const ssize_t got = pread(flags, word, (left < most ? left : most) * sizeof(*word), place);
		if (got < (ssize_t)sizeof(*word))
			break; /* beyond the last page */
		for (size_t i = 0; i < (size_t)got / sizeof(*word); i++)
			count += word[i] >> BUDDY & 1;
		done += (size_t)got / sizeof(*word);
	}
	return count;
}

/* Whether nobody has so many pages of a level; those that wait in lists of a CPU are handed out first, and not seen. */
static bool has_free(const struct holding *holding, int flags, int level, uint64_t pages)
{
	uint64_t count = 0;
	for (size_t i = 0; i < holding->atlas.count && count < pages; i++) {
		const struct stretch *stretch = &holding->atlas.stretch[i];
		if (stretch->level == level && stretch->flags & FLAG_PRESENT)
			count += free_in(flags, stretch);
	}
	return count >= pages;
}

/* Not waited for is what there is not so much of free, where no more of it may be made. Looked at now and then. */
static int give_up(struct holding *holding, struct demand *demand)
{
	if (holding->count < 2 * holding->counted_at)
		return 0;
	CLOSED const int flags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	if (flags < 0)
		return -errno;
	for (int level = MAPPED_4K; level < LEVELS; level++) {
		const uint64_t wanted_pages = (uint64_t)lacks(holding, demand, level) * USED_PAGES;
		const bool can_be_made = level != MAPPED_1G && holding->budget_bytes >= SPLIT_BYTES;
		if (!can_be_made && !has_free(holding, flags, level, wanted_pages))
			demand->chunks[level] = holding_has(holding, level);
	}
	holding->counted_at = holding->count;
	return 0;
}

static bool is_met(const struct holding *holding, const struct demand *demand)
{
	return !lacks(holding, demand, MAPPED_4K) && !lacks(holding, demand, MAPPED_2M) &&
	       !lacks(holding, demand, MAPPED_1G);
}

int holding_fill(struct holding *holding, const struct demand *wanted, const char **step)
{
	struct demand demand = *wanted;
	int error = 0;
	while (!error && !is_met(holding, &demand) && holding->count + BATCH <= holding->most) {
		const int first = holding->stale ? 0 : holding->count;
		if (!reserve_leaves((uint64_t)BATCH * CHUNK_BYTES))
			break;
		*step = "ramfs";
		for (int i = 0; !error && i < BATCH; i++)
			error = add_chunk(holding);
		*step = "walk";
		if (!error && (holding->stale || !holding->atlas.count))
			error = walk(holding);
		if (!error)
			sort_chunks(holding, first);
		error = error ? error : make_smaller(holding, &demand, step);
		*step = error ? *step : "kpageflags";
		error = error ? error : give_up(holding, &demand);
	}
	if (!error) {
		*step = "walk";
		error = walk(holding); /* others may have split it meanwhile */
	}
	if (!error)
		sort_chunks(holding, 0);
	return error;
}

/* Keep what is wanted and drop the rest, or the other way round. */
static void part(struct holding *holding, const struct demand *demand, bool keep_wanted)
{
	int kept = 0, have[LEVELS] = {0};
	for (int i = 0; i < holding->count; i++) {
		const struct chunk *chunk = &holding->chunk[i];
		const bool wanted = chunk->level != MIXED && have[chunk->level]++ < demand->chunks[chunk->level];
		if (wanted == keep_wanted)
			holding->chunk[kept++] = *chunk;
		else
			chunk_drop(chunk);
	}
	holding->count = kept;
	holding->counted_at = 0;
}

void holding_trim(struct holding *holding, const struct demand *demand)
{
	part(holding, demand, true);
}

void holding_release(struct holding *holding, const struct demand *demand)
{
	part(holding, demand, false);
}

void holding_close(struct holding *holding)
{
	for (int i = 0; holding->chunk && i < holding->count; i++)
		chunk_drop(&holding->chunk[i]);
	free(holding->chunk);
	atlas_free(&holding->atlas);
	if (holding->mount > 0)
		close(holding->mount);
	*holding = (struct holding){.mount = -1};
}
