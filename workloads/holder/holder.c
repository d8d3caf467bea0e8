/*
 * holder: has pages in every size of the direct map's entries at hand for the programs that want them.
 *
 * What the kernel hands out next is what lies on top of its lists, and pages in 1 GB entries may lie below gigabytes of
 * others. This program takes memory until it has enough of each size (native/holding.h), gives these back, which puts
 * them on top, and keeps the rest until its standard input ends: each of the next programs then finds its pages at once.
 */
#include <inttypes.h>
#include <stdio.h>

#include "holding.h"
#include "option.h"
#include "output.h"
#include "pageset.h"

static const char PROGRAM[] = "holder";

static uint64_t footprint = 64 << 20, split_budget, look_through = MOST_CHUNKS;

static const struct option_spec OPTIONS[] = {
	NUMBER_OPTION("footprint", &footprint, 8192, 4ull << 30, "bytes of each size that the others will want"),
	NUMBER_OPTION("split-budget", &split_budget, 0, 1ull << 40, "bytes of direct map to turn to 4 KB, for good"),
	NUMBER_OPTION("look-through", &look_through, 32, MOST_CHUNKS, "2 MB pieces of memory to look through at most"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"has pages in every size of the direct map's entries at hand",
	"holder --footprint 67108864",
	OPTIONS,
};

static void say(const struct holding *holding)
{
	const uint64_t held_bytes = (uint64_t)holding->count * CHUNK_BYTES,
		       taken = (uint64_t)holding->taken * CHUNK_BYTES;
	printf("{\"format\":1,\"program\":\"%s\",\"status\":\"ok\",", PROGRAM);
	printf("\"held_bytes\":%" PRIu64 ",\"released_bytes\":%" PRIu64 "}\n", held_bytes, taken - held_bytes);
	fflush(stdout);
}

static void wait_for_end_of_input(void)
{
	char line[64];
	while (fgets(line, sizeof(line), stdin))
		;
}

int main(int argc, char **argv)
{
	struct report report;
	struct directmap map DIRECTMAP_CLOSED = {.object = NULL};
	struct holding holding HOLDING_CLOSED = {.mount = -1};
	const char *step = "";
	report_open(&report, PROGRAM);
	const int read = options_read(&TABLE, argc, argv);
	if (read)
		return read > 0 ? EXIT_OK : report_usage(PROGRAM);
	const struct demand demand = page_sets_demand(footprint);
	int error = directmap_open(&map, &step);
	error = error ? error : holding_open(&map, report.begun_raw_ns, split_budget, &holding, &step);
	holding.most = (int)look_through;
	error = error ? error : holding_fill(&holding, &demand, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, "pages of each size could not be had");
	holding_release(&holding, &demand);
	say(&holding);
	wait_for_end_of_input();
	return EXIT_OK;
}
