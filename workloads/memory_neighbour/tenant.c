#include "tenant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cleanup.h"
#include "filler.h"
#include "frame.h"
#include "gauge.h"
#include "group.h"
#include "memory.h"
#include "order.h"

enum { PAGE_BYTES = 4096, CHURN_PAGES = 256, CHURN_TIMES = 4, BLOCK_PAGES = 512 };
enum { CHURN = 'c', HOLD = 'h', SETTLE = 's' };

static const struct tenancy *wanted;
static struct tenant_answer *told;
static struct filler filler;
static struct region held;
static struct gauge gauge;

static bool holds_nothing(void)
{
	return !strcmp(wanted->holder, "none");
}

static bool has_budget(void)
{
	return gauge_pages(&gauge) > 0;
}

/* Touch secret pages, never more between two looks at the counters than splits are left. */
static int touch_secret(const struct region *region)
{
	uint64_t pages = region->bytes / PAGE_BYTES, done = 0;
	while (done < pages) {
		const uint64_t left = gauge_pages(&gauge), some = pages - done < left ? pages - done : left;
		if (!some)
			return -EAGAIN;
		const struct region part = {region->address + done * PAGE_BYTES, some * PAGE_BYTES, -1};
		region_touch(&part, PAGE_BYTES, some);
		gauge_look(&gauge);
		done += some;
	}
	return 0;
}

/* Secret memory that comes and goes, as much as the usual limit allows; where it may not, the answer says 0. */
static void churn_secrets(void)
{
	for (int i = 0; i < CHURN_TIMES && has_budget(); i++) {
		const char *step;
		UNMAPPED struct region region = {.descriptor = -1};
		if (region_map(backing_find("secret"), CHURN_PAGES * PAGE_BYTES, &region, &step))
			return;
		if (!touch_secret(&region))
			told->churned_secret_pages += CHURN_PAGES;
	}
}

static int churn(void)
{
	const int error = filler_fill(&filler, wanted->room_bytes + wanted->bytes, &told->step);
	if (error)
		return error;
	churn_secrets();
	filler_punch(&filler, wanted->bytes);
	return 0;
}

static uint64_t count_blocks(void)
{
	const size_t pages = held.bytes / PAGE_BYTES;
	uint64_t blocks = 0;
	FREED uint64_t *frame = malloc(pages * sizeof(*frame));
	if (!frame || frames_read(held.address, pages, frame))
		return UINT64_MAX;
	ascend(frame, pages);
	for (size_t i = 0; i < pages; i++)
		blocks += !i || frame[i] / BLOCK_PAGES != frame[i - 1] / BLOCK_PAGES;
	return blocks;
}

static int hold(void)
{
	const struct backing *backing = backing_find(wanted->holder);
	int error = region_map(backing, wanted->bytes, &held, &told->step);
	if (error)
		return error;
	told->step = "split-budget";
	if (!strcmp(wanted->holder, "secret"))
		error = touch_secret(&held);
	else
		region_touch(&held, PAGE_BYTES, held.bytes / PAGE_BYTES);
	told->level2_splits = gauge.level2;
	if (error)
		return error;
	told->held_bytes = held.bytes;
	told->held_blocks = count_blocks();
	return 0;
}

static int work(char wish, void *context)
{
	(void)context;
	if (wish == CHURN)
		return wanted->churned ? churn() : 0;
	if (wish == HOLD)
		return holds_nothing() ? 0 : hold();
	if (wanted->churned)
		filler_thin(&filler);
	return 0;
}

/* The churn is charged to nobody's group, so that a group's room is the reader's and the held memory's alone. */
static int begin(char wish, void *context)
{
	if (wish == CHURN)
		pin_to(wanted->cpu);
	if (wish != HOLD)
		return work(wish, context);
	told->step = "cgroup";
	const int error = wanted->group ? group_enter(wanted->group) : 0;
	return error ? error : work(wish, context);
}

int tenant_start(struct tenant *tenant, const struct tenancy *tenancy)
{
	static const char wishes[] = {CHURN, HOLD, SETTLE};
	static struct tenant_answer no_room = {.step = "mmap"};
	wanted = tenancy;
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*tenant = (struct tenant){.answer = told == MAP_FAILED ? &no_room : told};
	if (told == MAP_FAILED)
		return -ENOMEM;
	told->step = "counters";
	int error = gauge_open(tenancy->split_budget_bytes, &gauge);
	if (error && !strcmp(tenancy->holder, "secret"))
		return error; /* else the churn goes without secrets, whose splits nobody would count */
	told->step = "fork";
	error = keeper_start(&tenant->keeper, begin, NULL);
	for (size_t i = 0; i < sizeof(wishes) && !error; i++)
		error = keeper_ask(&tenant->keeper, wishes[i]);
	if (error == -EFAULT)
		told->step = "touch";
	return error;
}

void tenant_end(struct tenant *tenant)
{
	keeper_end(&tenant->keeper);
}
