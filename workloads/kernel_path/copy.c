/* The paths that copy to or from the caller at once, and the control: the same bytes read by this process itself. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "path.h"

static int outcome(ssize_t done, uint64_t wanted)
{
	if (done < 0)
		return -errno;
	return (uint64_t)done == wanted ? 0 : -EIO;
}

/* Each read waits for the one before, whose word is 0: what is timed is how far away the pages are. */
int visit_user(struct tools *tools, const struct track *track)
{
	uint64_t word = 0;
	for (uint64_t i = 0; i < track->count; i++) {
		const char *line = track->piece[i].iov_base;
		word = *(const volatile uint64_t *)(line + word);
		memcpy(tools->buffer, line + word, PIECE_BYTES);
	}
	tools->copied = 1;
	return 0;
}

/* From this process itself: the kernel pins the pages and copies by its own address of them (mm/process_vm_access.c). */
int visit_readv(struct tools *tools, const struct track *track)
{
	int error = 0;
	for (uint64_t at = 0; !error && at < track->count; at += tools->copied) {
		const uint64_t left = track->count - at;
		tools->copied = left < MOST_PIECES ? left : MOST_PIECES;
		const struct iovec local = {tools->buffer, tools->copied * PIECE_BYTES};
		error = outcome(process_vm_readv(getpid(), &local, 1, track->piece + at, tools->copied, 0),
				local.iov_len);
	}
	return error;
}

int visit_pread(struct tools *tools, const struct track *track)
{
	int error = 0;
	for (uint64_t i = 0; !error && i < track->count; i++)
		error = outcome(pread(track->file[i], tools->buffer, PIECE_BYTES, track->offset[i]), PIECE_BYTES);
	tools->copied = 1;
	return error;
}

/* Into the neighbouring line, so that what the others read stays as it is. */
int visit_pwrite(struct tools *tools, const struct track *track)
{
	int error = 0;
	for (uint64_t i = 0; !error && i < track->count; i++)
		error = outcome(pwrite(track->file[i], tools->buffer, PIECE_BYTES, track->offset[i] ^ PIECE_BYTES),
				PIECE_BYTES);
	tools->copied = 0;
	return error;
}
