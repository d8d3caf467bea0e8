#include "track.h"

#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"
#include "frame.h"

static const struct chunk *chunk_of(const struct page_set *set, const char *address)
{
	for (int i = 0; i < set->chunks; i++)
		if (address >= set->chunk[i]->address && address < set->chunk[i]->address + CHUNK_BYTES)
			return set->chunk[i];
	return NULL;
}

static int make(const struct page_set *set, const uint64_t *order, const uint64_t *line, uint64_t pages,
		struct track *track)
{
	*track = (struct track){pages, calloc(pages, sizeof(*track->piece)), calloc(pages, sizeof(*track->file)),
				calloc(pages, sizeof(*track->offset)), calloc(pages, sizeof(*track->frame))};
	if (!track->piece || !track->file || !track->offset || !track->frame)
		return -ENOMEM;
	for (uint64_t i = 0; i < pages; i++) {
		char *page = set->page[order[i]].address;
		const struct chunk *chunk = chunk_of(set, page);
		if (!chunk)
			return -EFAULT;
		uint64_t *words = (uint64_t *)(page + line[i] * PIECE_BYTES);
		words[FIRST_WORD] = 0;
		words[FRAME_WORD] = set->frame[order[i]];
		track->piece[i] = (struct iovec){words, PIECE_BYTES};
		track->file[i] = chunk->file;
		track->offset[i] = (char *)words - chunk->address;
		track->frame[i] = set->frame[order[i]];
	}
	return 0;
}

int tracks_make(struct random *random, const struct page_set *sets, uint64_t pages, struct track *tracks)
{
	FREED uint64_t *order = calloc(pages, sizeof(*order)), *line = calloc(pages, sizeof(*line));
	int error = order && line ? 0 : -ENOMEM;
	if (error)
		return error;
	random_order(random, order, pages);
	for (uint64_t i = 0; i < pages; i++)
		line[i] = random_below(random, 4096 / PIECE_BYTES);
	for (int i = 0; !error && i < SETS; i++)
		error = sets[i].pages ? make(&sets[i], order, line, pages, &tracks[i]) : 0;
	return error;
}

int frames_of_level(struct directmap *map, const uint64_t *frame, uint64_t count, int level, bool *is)
{
	struct atlas atlas ATLAS_FREED;
	const struct pagetable table = directmap_tables(map);
	const int error = pagetable_walk(&table, &atlas);
	for (uint64_t i = 0; !error && i < count; i++) {
		const struct stretch *stretch = atlas_find(&atlas, frame[i]);
		is[i] = stretch && (stretch->flags & FLAG_PRESENT) && stretch->level == level;
	}
	return error;
}

static int changed(struct directmap *map, const struct track *track, int level, uint64_t *pages)
{
	FREED uint64_t *frame = calloc(track->count, sizeof(*frame));
	FREED bool *is = calloc(track->count, sizeof(*is));
	int error = frame && is ? 0 : -ENOMEM;
	for (uint64_t i = 0; !error && i < track->count; i++) {
		const uintptr_t address = (uintptr_t)track->piece[i].iov_base & ~(uintptr_t)4095;
		error = frames_read((const void *)address, 1, &frame[i]);
	}
	error = error ? error : frames_of_level(map, frame, track->count, level, is);
	for (uint64_t i = 0; !error && i < track->count; i++)
		*pages += !is[i] || frame[i] != track->frame[i];
	return error;
}

int tracks_changed(struct directmap *map, const struct track *tracks, uint64_t *pages)
{
	int error = 0;
	*pages = 0;
	for (int i = 0; !error && i < SETS; i++)
		error = tracks[i].count ? changed(map, &tracks[i], page_set_level(i), pages) : 0;
	return error;
}
