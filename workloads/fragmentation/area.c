#include "area.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "frame.h"

int areas_open(uint64_t most, struct areas *areas)
{
	*areas = (struct areas){.area = calloc(most, sizeof(*areas->area)), .room = most, .step = "malloc"};
	return areas->area ? 0 : -ENOMEM;
}

static int touch(void *context, uint64_t pages)
{
	struct area *area = context;
	const struct region rest = {.address = area->region.address + area->touched * FRAME_BYTES};
	region_touch(&rest, FRAME_BYTES, pages);
	area->touched += pages;
	return 0;
}

int areas_add(struct areas *areas, struct course *course, uint64_t pages)
{
	struct area *area = &areas->area[areas->count];
	if (areas->count == areas->room)
		return -ENOMEM;
	*area = (struct area){.pages = pages};
	const int error = region_map(backing_find("secret"), pages * FRAME_BYTES, &area->region, &areas->step);
	if (error)
		return error;
	close(area->region.descriptor);
	area->region.descriptor = -1;
	areas->count++;
	areas->pages += pages;
	return course_go(course, touch, area, pages);
}

void areas_drop(struct areas *areas, struct course *course, uint64_t which)
{
	course->held -= areas->area[which].touched;
	areas->pages -= areas->area[which].pages;
	region_unmap(&areas->area[which].region);
	areas->area[which] = areas->area[--areas->count];
}

void areas_drop_all(struct areas *areas, struct course *course)
{
	while (areas->count)
		areas_drop(areas, course, areas->count - 1);
}

int64_t areas_frames(const struct areas *areas, uint64_t *frame)
{
	uint64_t count = 0;
	for (uint64_t i = 0; i < areas->count; i++) {
		const struct area *area = &areas->area[i];
		const int error = area->touched ? frames_read(area->region.address, area->touched, frame + count) : 0;
		if (error)
			return error;
		count += area->touched;
	}
	return (int64_t)count;
}
