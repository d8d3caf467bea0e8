/* io_uring without liburing: one request at a time, from an ordinary buffer and from a registered one. */
#include <errno.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cleanup.h"
#include "way.h"

enum { WORD = sizeof(uint64_t), ENTRIES = 2 };

struct ring {
	int descriptor;
	struct io_uring_params params;
	char *rings; /* of the two queues: IORING_FEAT_SINGLE_MMAP, Linux 5.4 */
	struct io_uring_sqe *request;
};

static void *map_ring(const struct ring *ring, size_t bytes, off_t what)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->descriptor, what);
	return at == MAP_FAILED ? NULL : at;
}

/* The process that has it is ended after the attempt, and the ring with it. */
static int open_ring(struct ring *ring)
{
	*ring = (struct ring){.descriptor = -1};
	ring->descriptor = (int)syscall(SYS_io_uring_setup, ENTRIES, &ring->params);
	if (ring->descriptor < 0)
		return -errno;
	const struct io_uring_params *params = &ring->params;
	if (!(params->features & IORING_FEAT_SINGLE_MMAP))
		return -EOPNOTSUPP;
	const size_t submitted = params->sq_off.array + params->sq_entries * sizeof(uint32_t);
	const size_t completed = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
	ring->rings = map_ring(ring, submitted > completed ? submitted : completed, IORING_OFF_SQ_RING);
	ring->request = map_ring(ring, params->sq_entries * sizeof(*ring->request), (off_t)IORING_OFF_SQES);
	return ring->rings && ring->request ? 0 : -ENOMEM;
}

static uint32_t *in_ring(const struct ring *ring, uint32_t offset)
{
	return (uint32_t *)(void *)(ring->rings + offset);
}

/* Returns what the request returned, or -errno. */
static int ask(struct ring *ring, struct io_uring_sqe request)
{
	ring->request[0] = request;
	*in_ring(ring, ring->params.sq_off.array) = 0;
	__atomic_store_n(in_ring(ring, ring->params.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->descriptor, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		return -errno;
	const struct io_uring_cqe *done = (void *)in_ring(ring, ring->params.cq_off.cqes);
	return done->res;
}

static int transfer(struct target *target, int operation)
{
	struct ring ring;
	uint64_t word = target->other;
	CLOSED const int file = memfd_create("sink", MFD_CLOEXEC);
	if (file < 0 || pwrite(file, &word, WORD, 0) != WORD)
		return not_here(errno);
	const int error = open_ring(&ring);
	if (error)
		return not_here(-error);
	const struct iovec piece = {target->address, PAGE_BYTES};
	if (operation == IORING_OP_WRITE_FIXED &&
	    syscall(SYS_io_uring_register, ring.descriptor, IORING_REGISTER_BUFFERS, &piece, 1))
		return -errno;
	const struct io_uring_sqe request = {
		.opcode = (uint8_t)operation, .fd = file, .addr = (uintptr_t)target->address, .len = WORD};
	const int done = ask(&ring, request);
	if (done < 0 || operation == IORING_OP_READ)
		return done < 0 ? done : 0;
	return pread(file, &word, WORD, 0) == WORD ? judge(target, word) : -WITHOUT_EFFECT;
}

const struct way RING_WAYS[] = {
	{"uring_write", FAMILY_COPY, OWN, transfer, IORING_OP_WRITE},
	{"uring_read", FAMILY_COPY, OWN | WRITES, transfer, IORING_OP_READ},
	{"uring_registered", FAMILY_DMA, OWN, transfer, IORING_OP_WRITE_FIXED},
	{0},
};
