/* System calls that pin the pages behind a pointer, so that a device or another part of the kernel has them. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_xdp.h>
#include <linux/magic.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "way.h"

enum { WORD = sizeof(uint64_t) };

static int give_to_pipe(struct target *target, int argument)
{
	int end[2];
	uint64_t word = 0;
	const struct iovec piece = {target->address, WORD};
	(void)argument;
	if (pipe2(end, O_CLOEXEC))
		return not_here(errno);
	if (vmsplice(end[1], &piece, 1, 0) < 0)
		return -errno;
	return read(end[0], &word, WORD) == WORD ? judge(target, word) : -WITHOUT_EFFECT;
}

/* A file of a disk: a file system in memory takes O_DIRECT too since Linux 6.6, and copies. */
static int open_direct(const struct target *target)
{
	char path[sizeof(target->folder) + 16];
	struct statfs kind;
	if (statfs(target->folder, &kind))
		return -1;
	if (kind.f_type == TMPFS_MAGIC || kind.f_type == RAMFS_MAGIC) {
		errno = EMEDIUMTYPE;
		return -1;
	}
	snprintf(path, sizeof(path), "%s/direct", target->folder);
	const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_DIRECT | O_CLOEXEC, 0600);
	if (file >= 0)
		unlink(path);
	return file;
}

/* A page of ordinary memory that begins with a word. */
static void *page_of(uint64_t word)
{
	uint64_t *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return NULL;
	*page = word;
	return page;
}

static int direct(struct target *target, int reads)
{
	CLOSED const int file = open_direct(target);
	if (file < 0)
		return not_here(errno);
	const void *page = page_of(target->other);
	if (!page || pwrite(file, page, PAGE_BYTES, 0) != PAGE_BYTES)
		return not_here(errno);
	if (reads)
		return pread(file, target->address, PAGE_BYTES, 0) < 0 ? -errno : 0;
	if (pwrite(file, target->address, PAGE_BYTES, 0) < 0)
		return -errno;
	void *back = page_of(0);
	return back && pread(file, back, PAGE_BYTES, 0) == PAGE_BYTES ? judge(target, word_at(back)) : -WITHOUT_EFFECT;
}

/* A datagram to itself. */
static int send_pinned(struct target *target, int argument)
{
	CLOSED const int line = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(own);
	uint64_t word = 0;
	(void)argument;
	if (line < 0 || bind(line, (struct sockaddr *)&own, length) ||
	    getsockname(line, (struct sockaddr *)&own, &length) || connect(line, (struct sockaddr *)&own, length) ||
	    setsockopt(line, SOL_SOCKET, SO_ZEROCOPY, &(int){1}, sizeof(int)))
		return not_here(errno);
	if (send(line, target->address, WORD, MSG_ZEROCOPY) < 0)
		return -errno;
	return recv(line, &word, WORD, 0) == WORD ? judge(target, word) : -WITHOUT_EFFECT;
}

/* To register memory for packets needs no device. */
static int register_packets(struct target *target, int argument)
{
	CLOSED const int line = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	const struct xdp_umem_reg memory = {
		.addr = (uintptr_t)target->address, .len = target->bytes, .chunk_size = PAGE_BYTES};
	(void)argument;
	if (line < 0)
		return not_here(errno);
	return setsockopt(line, SOL_XDP, XDP_UMEM_REG, &memory, sizeof(memory)) ? -errno : 0;
}

/* The lab has no code for a device of that kind, which nobody had where it was written: it says so. */
static int register_remote(struct target *target, int argument)
{
	(void)target, (void)argument;
	return not_here(access("/dev/infiniband", F_OK) ? ENODEV : ENOSYS);
}

const struct way PIN_WAYS[] = {
	{"vmsplice", FAMILY_PIN, OWN, give_to_pipe, 0},
	{"zerocopy", FAMILY_PIN, OWN, send_pinned, 0},
	{"direct_write", FAMILY_DMA, OWN, direct, false},
	{"direct_read", FAMILY_DMA, OWN | WRITES, direct, true},
	{"xdp_umem", FAMILY_DMA, OWN, register_packets, 0},
	{"rdma", FAMILY_DMA, OWN, register_remote, 0},
	{0},
};
