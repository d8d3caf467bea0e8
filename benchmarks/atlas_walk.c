/*
 * atlas_walk: what native/pagetable.h's walk costs and answers, over page tables that are made up.
 *
 * Memory of any size, a share of it in 4 KB entries, by tables of four or five levels. No table is held: an address of
 * one says which it is, and fetching it writes its 512 entries, which costs about what copying them would. So 4 TB all
 * in 4 KB entries, 8 GB of tables, take no memory. The answer is compared with what was made up. One line of JSON.
 */
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "option.h"
#include "output.h"
#include "pagetable.h"

static const char PROGRAM[] = "atlas_walk";
static const char *const SHARES[] = {"0", "1", "2", "4", "8", "16", NULL};
static const char *const CONTENTS[] = {"plain", "removed", "hole", "misplaced", "scarred", NULL};
enum content { PLAIN, REMOVED, HOLE, MISPLACED, SCARRED };
enum { SIXTEENTHS = 16, ODD_ENTRY = 100, MOST_ROUNDS = 10000, KEPT_BYTES = 1 << 30 };
/* Intel SDM vol. 3A, 4.5, as native/pagetable.c reads them. */
static const uint64_t PRESENT = 1, WRITABLE = 2, LARGE = 128, GLOBAL = 256, NO_EXECUTE = 1ull << 63;
static const uint64_t GIB = 1ull << 30, CHUNK_BYTES = 2 << 20, ADDRESS_BITS = (1ull << 57) - 1;
/* Where x86-64 puts the direct map when it is not moved about (Documentation/arch/x86/x86_64/mm.rst). */
static const uint64_t BASE[] = {0xffff888000000000, 0xff11000000000000};

static uint64_t gigabytes = 24, share_choice, share, levels = 4, content = PLAIN, shift, rounds = 1;

static const struct option_spec OPTIONS[] = {
	NUMBER_OPTION("gigabytes", &gigabytes, 1, 1 << 16, "memory that is mapped, in GB"),
	CHOICE_OPTION("share", &share_choice, SHARES, "of it in 4 KB entries, in sixteenths; 0: all in 1 GB ones"),
	NUMBER_OPTION("levels", &levels, 4, MOST_LEVELS, "of the tables"),
	CHOICE_OPTION("content", &content, CONTENTS, "entry 100 of each table of 4 KB entries; scarred: every second"),
	NUMBER_OPTION("shift", &shift, 0, 511, "GB by which the kernel has moved the direct map (KASLR)"),
	NUMBER_OPTION("rounds", &rounds, 1, MOST_ROUNDS, "walks that are timed"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "a walk of made-up page tables",
					  "atlas_walk --gigabytes 4096 --share 4 --levels 5", OPTIONS};

/* What is made up, and how long making up took. */
struct world {
	uint64_t base, end;
	uint64_t fetch_ns;
};

static uint64_t size_at(int level)
{
	return 1ull << (12 + 9 * (level - 1));
}

/* A table's made-up address says its level and what it maps: all is in the bits that an entry has for an address. */
static uint64_t table_at(uint64_t address, int level)
{
	return (uint64_t)level << 48 | (address & ADDRESS_BITS) / size_at(level + 1) << 12;
}

/* Spread evenly: of 16 pieces of 2 MB in a row, `share` are in 4 KB entries. */
static bool is_small(uint64_t physical)
{
	return physical / CHUNK_BYTES * share % SIXTEENTHS < share;
}

static void write_small(uint64_t physical, uint64_t *entry)
{
	const uint64_t first = physical | PRESENT | WRITABLE | NO_EXECUTE | GLOBAL;
	for (uint64_t i = 0; i < ENTRIES_A_TABLE; i++)
		entry[i] = first + i * 4096;
	if (content == REMOVED)
		entry[ODD_ENTRY] &= ~PRESENT;
	else if (content == HOLE)
		entry[ODD_ENTRY] = 0;
	else if (content == MISPLACED)
		entry[ODD_ENTRY] += 4096;
	for (int i = 1; content == SCARRED && i < ENTRIES_A_TABLE; i += 2)
		entry[i] &= ~GLOBAL;
}

static uint64_t entry_for(const struct world *world, uint64_t address, int level)
{
	const uint64_t from = (world->base & ADDRESS_BITS), to = from + world->end, physical = address - from;
	if (address + size_at(level) <= from || address >= to)
		return 0;
	if (level > MAPPED_1G || (level == MAPPED_1G && share) || (level == MAPPED_2M && is_small(physical)))
		return table_at(address, level - 1) | PRESENT | WRITABLE;
	return physical | PRESENT | WRITABLE | NO_EXECUTE | GLOBAL | LARGE;
}

static void write_table(const struct world *world, uint64_t table, uint64_t *entry)
{
	const int level = (int)(table >> 48);
	const uint64_t address = (table >> 12 & ((1ull << 36) - 1)) * size_at(level + 1);
	if (level == MAPPED_4K) {
		write_small(address - (world->base & ADDRESS_BITS), entry);
		return;
	}
	for (uint64_t i = 0; i < ENTRIES_A_TABLE; i++)
		entry[i] = entry_for(world, address + i * size_at(level), level);
}

static int fetch(void *context, const uint64_t *physical, int count, uint64_t (*table)[ENTRIES_A_TABLE])
{
	struct world *world = context;
	const uint64_t begun = clock_raw_ns();
	for (int i = 0; i < count; i++)
		write_table(world, physical[i], table[i]);
	world->fetch_ns += clock_raw_ns() - begun;
	return 0;
}

/* What a walk should find, or has found. */
struct answer {
	uint64_t bytes[MAPPED_1G + 1]; /* by level; of 4 KB entries those that are present */
	uint64_t removed_bytes, stretches, misplaced, end;
	uint64_t tables[MOST_LEVELS + 1];
};

static uint64_t expected_stretches(uint64_t small)
{
	if (!small)
		return 1;
	const uint64_t plain = share == SIXTEENTHS ? 1 : 2 * small;
	if (content == SCARRED)
		return small * ENTRIES_A_TABLE + (share == SIXTEENTHS ? 0 : small);
	return plain + (content == REMOVED || content == HOLE ? 2 * small : 0);
}

/* A share is a power of two, so that the small pieces lie all alike. */
static struct answer expect(void)
{
	const uint64_t end = gigabytes * GIB, small = end / CHUNK_BYTES * share / SIXTEENTHS, odd = small * 4096;
	struct answer answer = {.end = end, .stretches = expected_stretches(small)};
	answer.bytes[MAPPED_1G] = share ? 0 : end;
	answer.bytes[MAPPED_2M] = share ? end - small * CHUNK_BYTES : 0;
	answer.bytes[MAPPED_4K] = small * CHUNK_BYTES - (content == REMOVED || content == HOLE ? odd : 0);
	answer.bytes[NOT_MAPPED] = content == HOLE ? odd : 0;
	answer.removed_bytes = content == REMOVED ? odd : 0;
	answer.misplaced = content == MISPLACED ? small : 0;
	answer.tables[1] = small;
	answer.tables[2] = share ? gigabytes : 0;
	answer.tables[3] = (shift + gigabytes + 511) / 512;
	for (int level = 4; level <= (int)levels; level++)
		answer.tables[level] = 1;
	return answer;
}

static struct answer found(const struct atlas *atlas)
{
	struct answer answer = {.stretches = atlas->count, .misplaced = atlas->misplaced};
	for (size_t i = 0; i < atlas->count; i++) {
		const struct stretch *stretch = &atlas->stretch[i];
		const bool removed = stretch->level != NOT_MAPPED && !(stretch->flags & FLAG_PRESENT);
		*(removed ? &answer.removed_bytes : &answer.bytes[stretch->level]) += stretch->pages * 4096;
		answer.end = (stretch->first_page + stretch->pages) * 4096;
	}
	memcpy(answer.tables, atlas->tables, sizeof(answer.tables));
	return answer;
}

static void print_answer(const struct answer *answer)
{
	printf("\"stretches\":%" PRIu64 ",\"misplaced\":%" PRIu64 ",\"removed_bytes\":%" PRIu64, answer->stretches,
	       answer->misplaced, answer->removed_bytes);
	printf(",\"bytes\":{\"none\":%" PRIu64 ",\"4k\":%" PRIu64 ",\"2m\":%" PRIu64 ",\"1g\":%" PRIu64 "}",
	       answer->bytes[NOT_MAPPED], answer->bytes[MAPPED_4K], answer->bytes[MAPPED_2M], answer->bytes[MAPPED_1G]);
	printf(",\"tables\":[");
	for (int level = 1; level <= (int)levels; level++)
		printf("%s%" PRIu64, level > 1 ? "," : "", answer->tables[level]);
	printf("]");
}

static void print_times(const char *name, const uint64_t *ns)
{
	printf(",\"%s\":[", name);
	for (uint64_t i = 0; i < rounds; i++)
		printf("%s%" PRIu64, i ? "," : "", ns[i]);
	printf("]");
}

/* One walk, its time and that part of it which went into making up tables. Returns 0 or -errno. */
static int walk_once(struct world *world, struct answer *answer, uint64_t *walk_ns, uint64_t *fetch_ns)
{
	struct atlas atlas ATLAS_FREED = {.count = 0};
	const struct pagetable table = {.fetch = fetch,
					.context = world,
					.root = table_at(world->base, (int)levels),
					.levels = (int)levels,
					.base = world->base,
					.end = world->end};
	world->fetch_ns = 0;
	const uint64_t begun = clock_raw_ns();
	const int error = pagetable_walk(&table, &atlas);
	*walk_ns = clock_raw_ns() - begun;
	*fetch_ns = world->fetch_ns;
	if (!error)
		*answer = found(&atlas);
	return error;
}

int main(int argc, char **argv)
{
	static struct report report;
	static uint64_t walk_ns[MOST_ROUNDS], fetch_ns[MOST_ROUNDS];
	report_open(&report, PROGRAM);
	const int read = options_read(&TABLE, argc, argv);
	if (read)
		return read > 0 ? EXIT_OK : report_usage(PROGRAM);
	share = share_choice ? 1ull << (share_choice - 1) : 0;
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES); /* as `atlas --serve` does */
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	struct world world = {.base = BASE[levels - 4] + shift * GIB, .end = gigabytes * GIB};
	struct answer answer;
	int error = walk_once(&world, &answer, walk_ns, fetch_ns); /* untimed: it takes the memory */
	for (uint64_t i = 0; !error && i < rounds; i++)
		error = walk_once(&world, &answer, &walk_ns[i], &fetch_ns[i]);
	if (error)
		return report_failure(PROGRAM, "walk", error, "the tables could not be walked");
	const struct answer expected = expect();
	if (memcmp(&answer, &expected, sizeof(answer)) != 0)
		return report_failure(PROGRAM, "answer", -EILSEQ, "the walk found something else than was made up");
	printf("{\"format\":1,\"program\":\"%s\",\"status\":\"ok\",", PROGRAM);
	print_answer(&answer);
	print_times("walk_ns", walk_ns);
	print_times("fetch_ns", fetch_ns);
	printf("}\n");
	return EXIT_OK;
}
