#include "frame.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cleanup.h"

static const uint64_t PRESENT = 1ull << 63, FRAME_BITS = (1ull << 55) - 1;

int frames_read(const void *address, size_t pages, uint64_t *frame)
{
	CLOSED const int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	size_t done = 0;
	while (done < pages) {
		const off_t place = (off_t)(((uintptr_t)address / FRAME_BYTES + done) * sizeof(*frame));
		const ssize_t got = pread(file, frame + done, (pages - done) * sizeof(*frame), place);
		if (got <= 0)
			return got ? -errno : -EIO;
		done += (size_t)got / sizeof(*frame);
	}
	if ((frame[0] & PRESENT) && !(frame[0] & FRAME_BITS))
		return -EPERM;
	for (size_t i = 0; i < pages; i++)
		frame[i] = frame[i] & PRESENT ? frame[i] & FRAME_BITS : NO_FRAME;
	return 0;
}
