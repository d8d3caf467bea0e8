#include "crew.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "frame.h"
#include "pin.h"

enum { TELL = 127 }; /* more pages than are asked for at a time */

static int touch(struct share *share, uint64_t pages)
{
	struct area *area = &share->area;
	if (!area->region.address) {
		const int error =
			region_map(backing_find("secret"), area->pages * FRAME_BYTES, &area->region, share->step);
		if (error)
			return error;
	}
	*share->step = "touch";
	const struct region rest = {.address = area->region.address + area->touched * FRAME_BYTES};
	region_touch(&rest, FRAME_BYTES, pages);
	area->touched += pages;
	return 0;
}

/* In a process of the crew: a wish is a number of pages, or to be told the frames. */
static int work(char wish, void *context)
{
	struct share *share = context;
	const int error = pin_to(share->cpu);
	if (error)
		return error;
	if (wish != TELL)
		return touch(share, (uint64_t)wish);
	return share->area.touched ? frames_read(share->area.region.address, share->area.touched, share->frame) : 0;
}

static size_t room_bytes(uint64_t count, uint64_t pages_each)
{
	return count * pages_each * sizeof(uint64_t) + sizeof(const char *);
}

int crew_open(uint64_t count, uint64_t pages, const struct cpu_list *cpus, struct crew *crew)
{
	const uint64_t each = (pages + count - 1) / count;
	uint64_t *room = mmap(NULL, room_bytes(count, each), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*crew = (struct crew){.count = 0};
	if (room == MAP_FAILED)
		return -ENOMEM;
	crew->pages_each = each;
	crew->frame = room;
	crew->step = (const char **)(room + count * each);
	*crew->step = "fork";
	int error = 0;
	for (; !error && crew->count < count; crew->count += !error) {
		struct share *share = &crew->share[crew->count];
		*share = (struct share){
			.area = {.pages = each},
			.cpu = cpus->cpu[crew->count % (uint64_t)cpus->count],
			.frame = room + crew->count * each,
			.step = crew->step,
		};
		error = keeper_start(&crew->keeper[crew->count], work, share);
	}
	return error;
}

static uint64_t laziest(const struct crew *crew)
{
	uint64_t found = 0;
	for (uint64_t i = 1; i < crew->count; i++)
		if (crew->share[i].area.touched < crew->share[found].area.touched)
			found = i;
	return found;
}

int crew_touch(void *context, uint64_t pages)
{
	struct crew *crew = context;
	int error = 0;
	while (pages && !error) {
		const uint64_t who = laziest(crew), left = crew->pages_each - crew->share[who].area.touched;
		const uint64_t some = pages < left ? pages : left;
		error = some ? keeper_ask(&crew->keeper[who], (char)some) : -EINVAL;
		crew->share[who].area.touched += some;
		pages -= some;
	}
	return error;
}

int64_t crew_frames(struct crew *crew, uint64_t *frame)
{
	uint64_t count = 0;
	for (uint64_t i = 0; i < crew->count; i++) {
		const int error = keeper_ask(&crew->keeper[i], TELL);
		if (error)
			return error;
		memcpy(frame + count, crew->share[i].frame, crew->share[i].area.touched * sizeof(*frame));
		count += crew->share[i].area.touched;
	}
	return (int64_t)count;
}

void crew_close(struct crew *crew)
{
	for (uint64_t i = 0; i < crew->count; i++)
		keeper_end(&crew->keeper[i]);
	if (crew->frame)
		munmap(crew->frame, room_bytes(crew->count, crew->pages_each));
	*crew = (struct crew){.count = 0};
}
