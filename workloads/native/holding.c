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

static void drop(const struct chunk *chunk)
{
	if (chunk->address)
		munmap(chunk->address, CHUNK_BYTES);
	if (chunk->file >= 0)
		close(chunk->file);
	free(chunk->frame);
	free(chunk->page_level);
}

/* In a random order, so that neighbours in the file are none in memory: a TLB may join entries of such (AMD Zen). */
static int write_pages(int file, struct random *random)
{
	static const char page[4096];
	uint64_t order[CHUNK_PAGES];
	random_order(random, order, CHUNK_PAGES);
	for (int i = 0; i < CHUNK_PAGES; i++)
		if (pwrite(file, page, sizeof(page), (off_t)(order[i] * sizeof(page))) != sizeof(page))
			return -errno;
	return 0;
}

static int make_chunk(const struct holding *holding, struct random *random, struct chunk *chunk)
{
	char name[32];
	snprintf(name, sizeof(name), "%d", holding->count);
	chunk->file = openat(holding->mount, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (chunk->file < 0)
		return -errno;
	unlinkat(holding->mount, name, 0);
	const int error = write_pages(chunk->file, random);
	if (error)
		return error;
	const int flags = MAP_SHARED | MAP_POPULATE;
	chunk->address = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE, flags, chunk->file, 0);
	if (chunk->address == MAP_FAILED)
		chunk->address = NULL;
	chunk->frame = calloc(CHUNK_PAGES, sizeof(*chunk->frame));
	chunk->page_level = calloc(CHUNK_PAGES, sizeof(*chunk->page_level));
	if (!chunk->address || !chunk->frame || !chunk->page_level)
		return -ENOMEM;
	for (int i = 0; i < CHUNK_PAGES; i++)
		*(volatile char *)(chunk->address + i * 4096) = 0; /* MAP_POPULATE maps them for reading */
	return frames_read(chunk->address, CHUNK_PAGES, chunk->frame);
}

static int add_chunk(struct holding *holding)
{
	struct chunk chunk = {.file = -1};
	const int error = make_chunk(holding, &holding->random, &chunk);
	if (error)
		drop(&chunk);
	else
		holding->chunk[holding->count++] = chunk, holding->taken++;
	return error;
}

static void sort_chunk(const struct atlas *atlas, struct chunk *chunk)
{
	int count[LEVELS] = {0};
	chunk->level = MIXED;
	const struct stretch *stretch = NULL; /* the next page often lies in the same one */
	for (int i = 0; i < CHUNK_PAGES; i++) {
		if (!stretch || chunk->frame[i] - stretch->first_page >= stretch->pages)
			stretch = atlas_find(atlas, chunk->frame[i]);
		const bool present = stretch && (stretch->flags & FLAG_PRESENT);
		chunk->page_level[i] = present ? stretch->level : MIXED;
		count[chunk->page_level[i]]++;
	}
	for (int level = MAPPED_4K; level < LEVELS; level++)
		if (count[level] >= USED_PAGES)
			chunk->level = level;
}

/* The chunks from `first` on. What was in 1 GB may be split later: all of them anew after a split, and at the end. */
static int sort_chunks(struct holding *holding, int first)
{
	struct atlas atlas ATLAS_FREED;
	const struct pagetable table = directmap_tables(holding->map);
	const int error = pagetable_walk(&table, &atlas);
	holding->stale = false;
	memset(holding->pages_in, 0, sizeof(holding->pages_in));
	for (size_t i = 0; !error && i < atlas.count; i++)
		holding->pages_in[atlas.stretch[i].level] += atlas.stretch[i].pages;
	for (int i = first; !error && i < holding->count; i++)
		sort_chunk(&atlas, &holding->chunk[i]);
	return error;
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

/* Not waited for is what there is not so much of in all the direct map, where no more of it may be made. */
static void give_up(const struct holding *holding, struct demand *demand)
{
	for (int level = MAPPED_4K; level < LEVELS; level++) {
		const uint64_t wanted_pages = (uint64_t)demand->chunks[level] * USED_PAGES;
		const bool can_be_made = level != MAPPED_1G && holding->budget_bytes >= SPLIT_BYTES;
		if (!can_be_made && holding->pages_in[level] < wanted_pages)
			demand->chunks[level] = holding_has(holding, level);
	}
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
		error = error ? error : sort_chunks(holding, first);
		error = error ? error : make_smaller(holding, &demand, step);
		if (!error)
			give_up(holding, &demand);
	}
	return error ? error : sort_chunks(holding, 0);
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
			drop(chunk);
	}
	holding->count = kept;
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
		drop(&holding->chunk[i]);
	free(holding->chunk);
	if (holding->mount > 0)
		close(holding->mount);
	*holding = (struct holding){.mount = -1};
}
