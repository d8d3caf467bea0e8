/*
 * memory_neighbour: what a process gets of memory while its neighbour, another process, holds some.
 *
 * The neighbour (tenant.h) churns, the same whatever it holds, and takes memory of one kind. Then this process asks one
 * question: how much of a region comes in huge pages, how many pages a pool gets, what compaction gathers, or how fast
 * a file is read whose pages do not all fit the memory group. What the kernel counts is read before and after.
 */
#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "group.h"
#include "measurement.h"
#include "memory.h"
#include "neighbour.h"
#include "reading.h"
#include "tally.h"
#include "tenant.h"
#include "wish.h"

static const char PROGRAM[] = "memory_neighbour";
static const char *const QUESTIONS[] = {"thp", "hugetlb", "compaction", "page_cache", NULL};
static const char *const HOLDERS[] = {"none", "anonymous", "anonymous_locked", "memfd_locked", "secret", NULL};
static const char *const PLACEMENTS[] = {"natural", "churned", NULL};
static const char *const CHARGES[] = {"inside", "outside", NULL};
enum { PER_MILLE = 1000 };

static const char *cpus_text, *samples_path, *group, *folder = "/var/tmp";
static uint64_t question, holder, share = 1, placement, charge, region = 64 << 20, held = 24 << 20, passes = 2,
				  split_budget = 64 << 20;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("question", &question, QUESTIONS, "what the neighbour wants"),
	CHOICE_OPTION("holder", &holder, HOLDERS, "the memory that is held beside it"),
	NUMBER_OPTION("share", &share, 1, 500, "how much of all memory is held, per mille"),
	NUMBER_OPTION("held", &held, 0, 1ull << 46, "how much is held, in bytes; 0: the share of all memory"),
	CHOICE_OPTION("placement", &placement, PLACEMENTS, "whether there is churn before it"),
	CHOICE_OPTION("charge", &charge, CHARGES, "page_cache: whether what is held is charged to the reader's group"),
	NUMBER_OPTION(
		"region", &region, 0, 1ull << 40,
		"bytes that the neighbour wants, 0: all that the reserve leaves (hugetlb); page_cache: its cache"),
	NUMBER_OPTION("passes", &passes, 1, 1024,
		      "page_cache: how often the file is read, twice as long as the region"),
	NUMBER_OPTION("split-budget", &split_budget, 0, 1ull << 50,
		      "bytes of direct map that may be turned to 4 KB for good"),
	TEXT_OPTION("group", &group, "page_cache: folder of an empty memory group [$LAB_MEMORY_GROUP]"),
	TEXT_OPTION("folder", &folder, "page_cache: folder for the file, on a disk [/var/tmp]"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs: the neighbour's, then the holder's [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "what a process gets of memory while another holds some",
					  "memory_neighbour --question thp --holder secret --held 1048576", OPTIONS};

static struct tally found, beside, after;

static void add_tallies(struct report *report, const struct tenant_answer *told)
{
	reading_add(report, "free_blocks_found", ORDERS, found.free_blocks, true);
	reading_add(report, "free_blocks_beside", ORDERS, beside.free_blocks, true);
	reading_add(report, "free_blocks_after", ORDERS, after.free_blocks, true);
	reading_add_one(report, "unmovable_blocks_found", found.unmovable_blocks, true);
	reading_add_one(report, "unmovable_blocks_beside", beside.unmovable_blocks, true);
	for (int i = 0; i < TALLY_ROWS; i++)
		reading_add_one(report, TALLY_ROW[i], gained(after.row[i], beside.row[i]), true);
	reading_add_one(report, "held_bytes", told->held_bytes, true);
	if (told->held_bytes)
		reading_add_one(report, "held_blocks", told->held_blocks, true);
}

static void add_charge(struct report *report, uint64_t before, const struct tenant_answer *told)
{
	const uint64_t charged = gained(group_used(group), before);
	if (charged == UNTOLD || !told->held_bytes)
		return;
	reading_add_one(report, "charged_bytes", charged, true);
	reading_add_one(report, "is_charged", charged >= told->held_bytes, true);
}

static void touch_for_host(const struct region *room, struct report *report)
{
	const uint64_t begin = clock_begin();
	region_touch(room, 4096, room->bytes / 4096);
	report->host_backing.prepared_pages += room->bytes / 4096;
	report->host_backing.prepared_with = "thp";
	report->host_backing.prepare_ticks += clock_end() - begin;
}

/* So that the host has the memory that is asked for: else who asks first after a rest pays for the host's faults. */
static int have_backed(uint64_t bytes, struct report *report, const char **step)
{
	UNMAPPED struct region room = {.descriptor = -1};
	const int error = question == PAGE_CACHE || !bytes ? 0 : region_map(backing_find("thp"), bytes, &room, step);
	if (room.address)
		touch_for_host(&room, report);
	return error;
}

/*
 * Secret memory takes seconds to be had, in which the host took back what was free and whole (mm/page_reporting.c). No
 * more than what is whole, so that nothing is compacted before it is asked for; looked at again, since blocks on the
 * lists of the CPUs (mm/page_alloc.c, pcp) are given first and are not counted.
 */
static int have_whole_backed(struct report *report, const char **step)
{
	UNMAPPED struct region room = {.descriptor = -1};
	const uint64_t most = question == PAGE_CACHE ? 0 : region;
	const int error = most ? region_map(backing_find("thp"), most, &room, step) : 0;
	for (uint64_t done = 0, some; !error && done < most; done += some) {
		tally_read(&beside);
		some = beside.whole_bytes < most - done ? beside.whole_bytes : most - done;
		if (!some)
			break;
		const struct region part = {room.address + done, some, -1};
		touch_for_host(&part, report);
	}
	return error;
}

static int prepare_group(void)
{
	if (question != PAGE_CACHE)
		return 0;
	return group ? group_limit(group, region + (charge == 0 ? held : 0)) : -EOPNOTSUPP;
}

/* What comes before anything is held. */
static int prepare(const struct wish *wish, struct counter_files *files, struct report *report, const char **step)
{
	int error = counters_open(files);
	error = error ? error : prepare_group();
	error = error ? error : have_backed(region + held, report, step);
	return error ? error : wish_before(wish, report, step);
}

static const char *explain(const char *step)
{
	static const char *const told[][2] = {
		{"split-budget", "the budget for splits ended before all secret memory was held"},
		{"cgroup", "there is no memory group that could be joined"},
		{"pool", "the pool of huge pages cannot be changed"},
		{"compaction", "compaction cannot be asked for"},
		{"folder", "the folder for the file is in memory, or is not there"},
		{"counters", "splits of the direct map are not counted here"},
	};
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (!strcmp(step, told[i][0]))
			return told[i][1];
	return "memory could not be had";
}

static void describe(struct report *report, uint64_t churned_secret_pages)
{
	static struct setting settings[16];
	const struct setting all[] = {
		{"question", QUESTIONS[question], 0},
		{"holder", HOLDERS[holder], 0},
		{"share", NULL, share},
		{"held", NULL, held},
		{"placement", PLACEMENTS[placement], 0},
		{"charge", CHARGES[charge], 0},
		{"region", NULL, region},
		{"passes", NULL, passes},
		{"churned_secret_pages", NULL, churned_secret_pages},
		{"split_budget", NULL, split_budget},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	if (!report->host_backing.prepared_with)
		report->host_backing.prepared_with = "none";
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	const bool inside = question == PAGE_CACHE && charge == 0;
	const struct tenancy tenancy = {
		HOLDERS[holder],           held, region, placement == 1, split_budget, inside ? group : NULL,
		cpus->cpu[cpus->count > 1]};
	const struct wish wish = {(enum question)question, region, passes, group, folder};
	const char *step = "cgroup";
	TENANT_ENDED struct tenant tenant = {{0}, NULL};
	struct counter_files files COUNTERS_CLOSED;
	int error = prepare(&wish, &files, report, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, explain(step));
	const uint64_t used = group ? group_used(group) : UNTOLD;
	tally_read(&found);
	error = tenant_start(&tenant, &tenancy);
	if (error)
		return report_refusal(PROGRAM, tenant.answer->step, error, explain(tenant.answer->step));
	if (inside)
		add_charge(report, used, tenant.answer);
	error = have_whole_backed(report, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, explain(step));
	tally_read(&beside);
	counters_read(&files, cpus, 1, &report->before);
	error = wish_ask(&wish, report, &step);
	counters_read(&files, cpus, 1, &report->after);
	tally_read(&after);
	tenant_end(&tenant);
	if (!error)
		error = wish_after(&wish, report, &step);
	add_tallies(report, tenant.answer);
	if (error)
		return report_refusal(PROGRAM, step, error, explain(step));
	describe(report, tenant.answer->churned_secret_pages);
	return EXIT_OK;
}

/* Fills in what depends on other options. */
static const char *check(void)
{
	const uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * 4096;
	held = (held ? held : all / PER_MILLE * share) & -(uint64_t)4096;
	region &= -(uint64_t)HUGE_BYTES;
	return region || question == HUGETLB ? NULL : "--region 0 is for --question hugetlb; name 2 MB or more";
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {.table = &TABLE,
						.samples_path = &samples_path,
						.cpus_text = &cpus_text,
						.check = check,
						.work = measure};
	group = getenv("LAB_MEMORY_GROUP");
	return measurement_run(&measurement, argc, argv);
}
