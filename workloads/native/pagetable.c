#include "pagetable.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "cleanup.h"

enum { PAGE_SHIFT = 12, LEVEL_SHIFT = 9, FIRST_ROOM = 256 };
/* Bits of an entry: Intel SDM vol. 3A, 4.5; AMD APM vol. 2, 5.3. */
static const uint64_t PRESENT = 1, WRITABLE = 2, WRITE_THROUGH = 8, CACHE_OFF = 16, LARGE = 128, GLOBAL = 256,
		      NO_EXECUTE = 1ull << 63, ADDRESS = 0x000ffffffffff000;

/* One table on the way down, with what the tables above it allow. */
struct place {
	uint64_t address; /* virtual, of what its first entry maps */
	int level;
	bool writable, executable;
};

static uint64_t size_at(int level)
{
	return 1ull << (PAGE_SHIFT + LEVEL_SHIFT * (level - 1));
}

static bool is_leaf(uint64_t entry, int level)
{
	return level == 1 || (level <= MAPPED_1G && (entry & LARGE));
}

static uint8_t flags_of(uint64_t entry, const struct place *place)
{
	const bool uncached = (entry & (WRITE_THROUGH | CACHE_OFF)) != 0;
	return (uint8_t)((entry & PRESENT ? FLAG_PRESENT : 0) |
			 (place->writable && (entry & WRITABLE) ? FLAG_WRITABLE : 0) |
			 (place->executable && !(entry & NO_EXECUTE) ? FLAG_EXECUTABLE : 0) |
			 (entry & GLOBAL ? FLAG_GLOBAL : 0) | (uncached ? FLAG_UNCACHED : 0));
}

static int grow(struct atlas *atlas)
{
	const size_t room = atlas->room ? atlas->room * 2 : FIRST_ROOM;
	struct stretch *wider = realloc(atlas->stretch, room * sizeof(*wider));
	if (!wider)
		return -ENOMEM;
	atlas->stretch = wider;
	atlas->room = room;
	return 0;
}

/* Add pages behind the last ones, to the same stretch where they are mapped alike. */
static int add(struct atlas *atlas, uint64_t pages, uint8_t level, uint8_t flags)
{
	struct stretch *last = atlas->count ? &atlas->stretch[atlas->count - 1] : NULL;
	if (last && last->level == level && last->flags == flags) {
		last->pages += pages;
		return 0;
	}
	const uint64_t first = last ? last->first_page + last->pages : 0;
	const int error = atlas->count == atlas->room ? grow(atlas) : 0;
	if (!error)
		atlas->stretch[atlas->count++] = (struct stretch){first, pages, level, flags};
	return error;
}

/* The part of an entry's range that is physical memory, in pages. */
static uint64_t pages_inside(const struct pagetable *table, uint64_t address, int level)
{
	const uint64_t last = address + size_at(level) - 1, end = table->base + table->end;
	if (last < table->base || address >= end)
		return 0;
	const uint64_t first = address > table->base ? address : table->base;
	return ((last < end ? last + 1 : end) - first) >> PAGE_SHIFT;
}

/*
 * How many entries behind one only go on where it ends, with the same bits: most of them do, in most tables. They are
 * in the right place where it is.
 */
static int count_alike(const uint64_t *entry, int left, uint64_t size)
{
	int alike = 0;
	while (alike < left && (entry[0] & PRESENT) && entry[alike + 1] == entry[alike] + size)
		alike++;
	return alike;
}

/* Add the leaf at entry `i` of a table, with those behind it that go on alike. Returns the last one's number. */
static int add_leaf(const struct pagetable *table, const uint64_t *entries, int i, const struct place *place,
		    struct atlas *atlas, int *error)
{
	const uint64_t entry = entries[i], size = size_at(place->level), address = place->address + (uint64_t)i * size;
	const uint64_t mapped = entry & ADDRESS & ~table->encrypted & ~(size - 1);
	const bool whole = pages_inside(table, place->address, place->level + 1) == size / 8; /* 512 of them */
	const int alike = whole ? count_alike(entries + i, ENTRIES_A_TABLE - 1 - i, size) : 0;
	if ((entry & PRESENT) && mapped != address - table->base)
		atlas->misplaced += (uint64_t)alike + 1;
	*error = add(atlas, pages_inside(table, address, place->level) * ((uint64_t)alike + 1), (uint8_t)place->level,
		     flags_of(entry, place));
	return i + alike;
}

static int walk_table(const struct pagetable *table, const uint64_t *entries, struct place place, struct atlas *atlas);

/* Gather the tables that the entries of one table point at, and fetch them at once. */
static int fetch_below(const struct pagetable *table, const uint64_t *entries, const struct place *place,
		       uint64_t (**below)[ENTRIES_A_TABLE])
{
	uint64_t physical[ENTRIES_A_TABLE];
	int count = 0;
	if (place->level == MAPPED_4K)
		return 0;
	for (int i = 0; i < ENTRIES_A_TABLE; i++) {
		const uint64_t address = place->address + (uint64_t)i * size_at(place->level);
		if ((entries[i] & PRESENT) && !is_leaf(entries[i], place->level) &&
		    pages_inside(table, address, place->level))
			physical[count++] = entries[i] & ADDRESS & ~table->encrypted;
	}
	if (!count)
		return 0;
	*below = malloc((size_t)count * sizeof(**below));
	return *below ? table->fetch(table->context, physical, count, *below) : -ENOMEM;
}

/* Count where a table that maps 4 KB pages lies. */
static void locate(const struct pagetable *table, uint64_t physical, uint64_t mapped, struct atlas *atlas)
{
	const uint64_t block = physical / size_at(MAPPED_2M);
	atlas->home_tables += block == mapped / size_at(MAPPED_2M);
	if (physical >= table->end || atlas->holds_table[block])
		return;
	atlas->holds_table[block] = 1;
	atlas->table_blocks++;
}

static int walk_entry(const struct pagetable *table, uint64_t entry, uint64_t address, const struct place *place,
		      const uint64_t *below, struct atlas *atlas)
{
	const uint64_t pages = pages_inside(table, address, place->level);
	if (!(entry & PRESENT))
		return add(atlas, pages, NOT_MAPPED, 0);
	const struct place inside = {address, place->level - 1, place->writable && (entry & WRITABLE),
				     place->executable && !(entry & NO_EXECUTE)};
	if (inside.level == MAPPED_4K)
		locate(table, entry & ADDRESS & ~table->encrypted, address - table->base, atlas);
	return walk_table(table, below, inside, atlas);
}

static int walk_table(const struct pagetable *table, const uint64_t *entries, struct place place, struct atlas *atlas)
{
	uint64_t (*below)[ENTRIES_A_TABLE] FREED = NULL;
	int error = fetch_below(table, entries, &place, &below), next = 0;
	atlas->tables[place.level]++;
	for (int i = 0; !error && i < ENTRIES_A_TABLE; i++) {
		const uint64_t address = place.address + (uint64_t)i * size_at(place.level);
		if (!pages_inside(table, address, place.level))
			continue;
		if (entries[i] && is_leaf(entries[i], place.level))
			i = add_leaf(table, entries, i, &place, atlas, &error);
		else
			error = walk_entry(table, entries[i], address, &place,
					   entries[i] & PRESENT ? below[next++] : NULL, atlas);
	}
	return error;
}

/* The virtual address of what the top table's first entry maps: the upper bits repeat the highest one that counts. */
static uint64_t lowest_address(const struct pagetable *table)
{
	const uint64_t span = size_at(table->levels + 1);
	return table->base & ~(span - 1);
}

int pagetable_walk(const struct pagetable *table, struct atlas *atlas)
{
	uint64_t top[1][ENTRIES_A_TABLE];
	*atlas = (struct atlas){.holds_table = calloc(table->end / size_at(MAPPED_2M) + 1, 1)};
	int error = atlas->holds_table ? table->fetch(table->context, &table->root, 1, top) : -ENOMEM;
	if (!error)
		error = walk_table(table, top[0], (struct place){lowest_address(table), table->levels, true, true},
				   atlas);
	if (error)
		atlas_free(atlas);
	return error;
}

int pagetable_translate(const struct pagetable *table, uint64_t address, uint64_t *physical)
{
	uint64_t entries[1][ENTRIES_A_TABLE], at = table->root;
	for (int level = table->levels; level > 0; level--) {
		const int error = table->fetch(table->context, &at, 1, entries);
		if (error)
			return error;
		const uint64_t entry = entries[0][address / size_at(level) % ENTRIES_A_TABLE];
		if (!(entry & PRESENT))
			return -ENOENT;
		at = entry & ADDRESS & ~table->encrypted;
		if (is_leaf(entry, level)) {
			*physical = (at & ~(size_at(level) - 1)) | (address & (size_at(level) - 1));
			return 0;
		}
	}
	return -ENOENT;
}

void atlas_free(struct atlas *atlas)
{
	free(atlas->stretch);
	free(atlas->holds_table);
	*atlas = (struct atlas){.count = 0};
}

const struct stretch *atlas_find(const struct atlas *atlas, uint64_t page)
{
	size_t low = 0, high = atlas->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct stretch *stretch = &atlas->stretch[middle];
		if (page < stretch->first_page)
			high = middle;
		else if (page >= stretch->first_page + stretch->pages)
			low = middle + 1;
		else
			return stretch;
	}
	return NULL;
}
