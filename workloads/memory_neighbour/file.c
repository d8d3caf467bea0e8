#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "clock.h"
#include "neighbour.h"
#include "random.h"

enum { SEED = 4096 };

/* A file in memory cannot be dropped from it: it would show nothing. */
static int refuse_memory(const char *folder)
{
	struct statfs told;
	if (statfs(folder, &told))
		return -errno;
	return told.f_type == TMPFS_MAGIC || told.f_type == RAMFS_MAGIC ? -EOPNOTSUPP : 0;
}

int file_make(const char *folder, uint64_t bytes, const char **step)
{
	FREED char *chunk = malloc(CHUNK_BYTES);
	*step = "folder";
	int error = chunk ? refuse_memory(folder) : -ENOMEM;
	if (error)
		return error;
	*step = "file";
	const int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file < 0)
		return -errno;
	memset(chunk, 0x5a, CHUNK_BYTES);
	for (uint64_t at = 0; at < bytes && !error; at += CHUNK_BYTES)
		error = pwrite(file, chunk, CHUNK_BYTES, (off_t)at) == CHUNK_BYTES ? 0 : -EIO;
	if (!error && (fsync(file) || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)))
		error = -errno;
	if (!error)
		return file;
	close(file);
	return error;
}

int file_read(int file, uint64_t bytes, uint64_t passes, uint64_t *ticks)
{
	const uint64_t chunks = bytes / CHUNK_BYTES;
	struct random random = random_from(SEED);
	FREED uint64_t *order = malloc(chunks * sizeof(*order));
	FREED char *buffer = malloc(CHUNK_BYTES);
	if (!order || !buffer)
		return -ENOMEM;
	posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM);
	for (uint64_t pass = 0; pass < PASSES_BEFORE + passes; pass++) {
		random_order(&random, order, chunks);
		for (uint64_t i = 0; i < chunks; i++) {
			const uint64_t begin = clock_begin();
			if (pread(file, buffer, CHUNK_BYTES, (off_t)(order[i] * CHUNK_BYTES)) != CHUNK_BYTES)
				return -EIO;
			if (pass >= PASSES_BEFORE)
				*ticks++ = clock_end() - begin;
		}
	}
	return 0;
}
