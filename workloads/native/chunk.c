#include "chunk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "frame.h"

void chunk_drop(const struct chunk *chunk)
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

int chunk_make(int mount, struct random *random, struct chunk *chunk)
{
	static const char name[] = "chunk";
	chunk->file = openat(mount, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (chunk->file < 0)
		return -errno;
	unlinkat(mount, name, 0);
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

void chunk_sort(const struct atlas *atlas, struct chunk *chunk)
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
