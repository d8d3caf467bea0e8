/*
 * atlas: how the kernel's direct map is mapped, region by region: size of page, present or taken out, permissions.
 *
 * Prints one line of JSON and writes the stretches of equal pages to a file: per stretch two little-endian u64, the
 * first 4 KB page, and the number of pages << 16 | level << 8 | flags (native/pagetable.h). With --serve it does so for
 * every line that it reads, to its own output and with the stretches behind the line: loading the BPF programs takes
 * longer than a walk.
 */
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "directmap.h"
#include "frame.h"
#include "iomem.h"
#include "option.h"
#include "output.h"

static const char PROGRAM[] = "atlas";
enum { AHEAD_BYTES = 1 << 16, KEPT_BYTES = 1 << 30, PAIRS_AT_ONCE = 4096 };

static const char *output_path;
static uint64_t serve;

static const struct option_spec OPTIONS[] = {
	TEXT_OPTION("output", &output_path, "file for the stretches, pairs of u64"),
	SWITCH_OPTION("serve", &serve, "take one for every line that is read, until there are no more"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "how the kernel's direct map is mapped", "atlas --output map",
					  OPTIONS};

struct tally {
	uint64_t bytes[MAPPED_1G + 1]; /* by level; [NOT_MAPPED]: of RAM, without an entry */
	uint64_t removed_bytes;        /* of RAM, with an entry that is not present */
	uint64_t outside_bytes;        /* mapped, and not RAM */
};

/* The part of a stretch that is RAM, in bytes. */
static uint64_t ram_bytes(const struct stretch *stretch, const struct memory_range *range, int ranges)
{
	const uint64_t first = stretch->first_page * FRAME_BYTES, end = first + stretch->pages * FRAME_BYTES;
	uint64_t bytes = 0;
	for (int i = 0; i < ranges; i++) {
		const uint64_t from = first > range[i].first ? first : range[i].first;
		const uint64_t to = end < range[i].end ? end : range[i].end;
		bytes += to > from ? to - from : 0;
	}
	return bytes;
}

static struct tally add_up(const struct atlas *atlas, const struct memory_range *range, int ranges)
{
	struct tally tally = {.removed_bytes = 0};
	for (size_t i = 0; i < atlas->count; i++) {
		const struct stretch *stretch = &atlas->stretch[i];
		const uint64_t bytes = stretch->pages * FRAME_BYTES, ram = ram_bytes(stretch, range, ranges);
		const bool present = stretch->flags & FLAG_PRESENT;
		tally.bytes[stretch->level] += stretch->level == NOT_MAPPED ? ram : bytes;
		tally.removed_bytes += stretch->level != NOT_MAPPED && !present ? ram : 0;
		tally.outside_bytes += present ? bytes - ram : 0;
	}
	return tally;
}

static void print_line(const struct atlas *atlas, const struct tally *tally, int levels, uint64_t walk_ns)
{
	printf("{\"format\":1,\"program\":\"%s\",\"status\":\"ok\",\"levels\":%d,\"stretches\":%zu,", PROGRAM, levels,
	       atlas->count);
	printf("\"walk_ns\":%" PRIu64 ",\"bytes\":{\"1g\":%" PRIu64 ",\"2m\":%" PRIu64 ",\"4k\":%" PRIu64 "},", walk_ns,
	       tally->bytes[MAPPED_1G], tally->bytes[MAPPED_2M], tally->bytes[MAPPED_4K]);
	printf("\"unmapped_ram_bytes\":%" PRIu64 ",\"removed_ram_bytes\":%" PRIu64 ",\"mapped_outside_bytes\":%" PRIu64,
	       tally->bytes[NOT_MAPPED], tally->removed_bytes, tally->outside_bytes);
	printf(",\"tables\":{\"pte\":%" PRIu64 ",\"pmd\":%" PRIu64 ",\"pud\":%" PRIu64 "},\"misplaced\":%" PRIu64,
	       atlas->tables[1], atlas->tables[2], atlas->tables[3], atlas->misplaced);
	printf(",\"table_blocks\":%" PRIu64 ",\"home_tables\":%" PRIu64 "}\n", atlas->table_blocks, atlas->home_tables);
}

static int write_stretches(const struct atlas *atlas, FILE *file)
{
	uint64_t pair[PAIRS_AT_ONCE][2];
	for (size_t done = 0; done < atlas->count; done += PAIRS_AT_ONCE) {
		const size_t left = atlas->count - done, some = left < PAIRS_AT_ONCE ? left : PAIRS_AT_ONCE;
		for (size_t i = 0; i < some; i++) {
			const struct stretch *stretch = &atlas->stretch[done + i];
			pair[i][0] = stretch->first_page;
			pair[i][1] = stretch->pages << 16 | (uint64_t)stretch->level << 8 | stretch->flags;
		}
		if (fwrite(pair, sizeof(pair[0]), some, file) != some)
			return -errno;
	}
	return fflush(file) ? -errno : 0;
}

static int take(struct directmap *map, const struct memory_range *range, int ranges, FILE *file)
{
	struct atlas atlas ATLAS_FREED;
	const struct pagetable table = directmap_tables(map);
	const uint64_t begun = clock_raw_ns();
	const int error = pagetable_walk(&table, &atlas);
	if (error)
		return error;
	const struct tally tally = add_up(&atlas, range, ranges);
	print_line(&atlas, &tally, map->levels, clock_raw_ns() - begun);
	return file ? write_stretches(&atlas, file) : 0;
}

static int take_for_every_line(struct directmap *map, const struct memory_range *range, int ranges)
{
	char line[64];
	int error = 0;
	setvbuf(stdout, NULL, _IOFBF, AHEAD_BYTES); /* so that who reads is woken a few times and not a hundred */
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);      /* what one walk took, the next has without a page fault */
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	while (!error && fgets(line, sizeof(line), stdin))
		error = take(map, range, ranges, stdout);
	return error;
}

int main(int argc, char **argv)
{
	struct report report;
	struct memory_range range[MOST_RANGES];
	const char *step = "";
	report_open(&report, PROGRAM);
	const int read = options_read(&TABLE, argc, argv);
	if (read)
		return read > 0 ? EXIT_OK : report_usage(PROGRAM);
	struct directmap map DIRECTMAP_CLOSED;
	int error = directmap_open(&map, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, "the direct map cannot be read");
	const int ranges = iomem_read(range);
	FCLOSED FILE *file = output_path ? fopen(output_path, "wbe") : NULL;
	if (output_path && !file)
		return report_failure(PROGRAM, "output", -errno, "the stretches could not be written");
	error = serve ? take_for_every_line(&map, range, ranges) : take(&map, range, ranges, file);
	return error ? report_failure(PROGRAM, "walk", error, "the page tables could not be read") : EXIT_OK;
}
