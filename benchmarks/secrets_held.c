/*
 * secrets_held: so many secrets held in one way, for real: how long that took, and what the process holds meanwhile.
 *
 * What analysis/advice predicts from experiments on other numbers and sizes is compared with this. A life is made
 * twice, and the second one is timed as a whole: the first brings the memory in. One line of JSON.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"
#include "memory.h"
#include "option.h"
#include "output.h"
#include "pin.h"

static const char PROGRAM[] = "secrets_held";
static const char *const WAYS[] = {"file_each",    "arena",      "arena_pages", "arena_guarded",
				   "malloc_mlock", "mmap_mlock", "memfd_mlock", NULL};
enum way { FILE_EACH, ARENA, ARENA_PAGES, ARENA_GUARDED, MALLOC_MLOCK, MMAP_MLOCK, MEMFD_MLOCK };
enum { PAGE_BYTES = 4096, ALIGN_BYTES = 16, MOST_SECRETS = 1 << 16, MOST_BYTES = 64 << 20, MOST_FILES = 1 << 20 };

static uint64_t way = FILE_EACH, secrets = 100, size = 32;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("way", &way, WAYS, "how the secrets are held"),
	NUMBER_OPTION("secrets", &secrets, 1, MOST_SECRETS, "how many"),
	NUMBER_OPTION("size", &size, 1, MOST_BYTES, "bytes of each"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "so many secrets held in one way",
					  "secrets_held --way arena --secrets 1000 --size 32", OPTIONS};

struct secret {
	char *address;
	int descriptor;
};

/* What /proc/self says of the process; no allocation, which would be a part of it. */
struct state {
	uint64_t locked_kib, table_kib, mappings, files;
};

static uint64_t up(uint64_t bytes, uint64_t unit)
{
	return (bytes + unit - 1) / unit * unit;
}

static uint64_t stride(void)
{
	return up(size, way == ARENA ? ALIGN_BYTES : PAGE_BYTES);
}

static bool in_arena(void)
{
	return way == ARENA || way == ARENA_PAGES || way == ARENA_GUARDED;
}

static void touch(char *address, uint64_t bytes)
{
	for (uint64_t at = 0; at < bytes; at += PAGE_BYTES)
		*(volatile char *)(address + at) = 1;
}

/* Returns a descriptor or -errno. */
static int make_file(uint64_t bytes)
{
	const int file = way == MEMFD_MLOCK ? memfd_create("lab", MFD_CLOEXEC) : secret_create(true);
	if (file < 0)
		return way == MEMFD_MLOCK ? -errno : file;
	if (!ftruncate(file, (off_t)bytes))
		return file;
	const int error = -errno;
	close(file);
	return error;
}

static char *map(int file, uint64_t offset, uint64_t bytes, char *where)
{
	const int flags = (file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED) | (where ? MAP_FIXED : 0);
	char *address = mmap(where, bytes, PROT_READ | PROT_WRITE, flags, file, (off_t)offset);
	return address == MAP_FAILED ? NULL : address;
}

/* One file for all. A guarded arena maps nothing yet but has its addresses, with a page around each that stays so. */
static int open_arena(struct secret *arena)
{
	const uint64_t bytes = up(secrets * stride(), PAGE_BYTES);
	arena->descriptor = make_file(bytes);
	if (arena->descriptor < 0)
		return arena->descriptor;
	const uint64_t span = secrets * (stride() + PAGE_BYTES) + PAGE_BYTES;
	void *found = way == ARENA_GUARDED
			      ? mmap(NULL, span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
			      : map(arena->descriptor, 0, bytes, NULL);
	arena->address = found == MAP_FAILED ? NULL : found;
	return arena->address ? 0 : -errno;
}

static int acquire(const struct secret *arena, struct secret *secret, uint64_t index)
{
	if (way == ARENA || way == ARENA_PAGES) {
		secret->address = arena->address + index * stride();
		return 0;
	}
	if (way == ARENA_GUARDED) {
		char *where = arena->address + PAGE_BYTES + index * (stride() + PAGE_BYTES);
		secret->address = map(arena->descriptor, index * stride(), stride(), where);
	} else if (way == MALLOC_MLOCK) {
		secret->address = malloc(size);
	} else {
		if (way != MMAP_MLOCK)
			secret->descriptor = make_file(stride());
		if (way != MMAP_MLOCK && secret->descriptor < 0)
			return secret->descriptor;
		secret->address = map(secret->descriptor, 0, stride(), NULL);
	}
	if (!secret->address)
		return errno ? -errno : -ENOMEM;
	return !in_arena() && way != FILE_EACH && mlock(secret->address, size) ? -errno : 0;
}

static void give_up(struct secret *secret)
{
	if (way == MALLOC_MLOCK && secret->address) {
		explicit_bzero(secret->address, size);
		free(secret->address);
	} else if (secret->address && way != ARENA && way != ARENA_PAGES) {
		munmap(secret->address, stride());
	}
	if (secret->descriptor >= 0)
		close(secret->descriptor);
	*secret = (struct secret){NULL, -1};
}

static void close_arena(struct secret *arena)
{
	if (arena->address)
		munmap(arena->address, way == ARENA_GUARDED ? secrets * (stride() + PAGE_BYTES) + PAGE_BYTES
							    : up(secrets * stride(), PAGE_BYTES));
	if (arena->descriptor >= 0)
		close(arena->descriptor);
	*arena = (struct secret){NULL, -1};
}

static uint64_t number_of(const char *text, const char *name)
{
	const char *found = strstr(text, name);
	return found ? strtoull(found + strlen(name), NULL, 10) : 0;
}

/* Returns 0 or -errno. */
static int look(struct state *state)
{
	static char text[1 << 16];
	const int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	const int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	ssize_t got = status < 0 || maps < 0 ? -1 : read(status, text, sizeof(text) - 1);
	if (got >= 0) {
		text[got] = '\0';
		*state =
			(struct state){.locked_kib = number_of(text, "VmLck:"), .table_kib = number_of(text, "VmPTE:")};
	}
	while (got >= 0 && (got = read(maps, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < got; i++)
			state->mappings += text[i] == '\n';
	close_descriptor(&status);
	close_descriptor(&maps);
	for (int file = 0; file < MOST_FILES && file < (int)sysconf(_SC_OPEN_MAX); file++)
		state->files += fcntl(file, F_GETFD) >= 0;
	return got < 0 ? -EIO : 0;
}

/* One whole life of all secrets; `held` is asked while all are there, and its time is not counted. */
static int live(struct secret *each, struct state *held, uint64_t *ns)
{
	struct secret arena = {NULL, -1};
	uint64_t begun = clock_raw_ns();
	int error = in_arena() ? open_arena(&arena) : 0;
	for (uint64_t i = 0; i < secrets && !error; i++) {
		error = acquire(&arena, &each[i], i);
		if (!error)
			touch(each[i].address, size);
	}
	*ns = clock_raw_ns() - begun;
	if (!error)
		error = look(held);
	begun = clock_raw_ns();
	for (uint64_t i = 0; i < secrets; i++)
		give_up(&each[i]);
	close_arena(&arena);
	*ns += clock_raw_ns() - begun;
	return error;
}

static void print_growth(const struct state *before, const struct state *held, uint64_t ns)
{
	printf("{\"format\":1,\"program\":\"%s\",\"status\":\"ok\",\"ns\":%" PRIu64 ",\"locked_kib\":%" PRIu64
	       ",\"table_kib\":%" PRIu64 ",\"mappings\":%" PRIu64 ",\"files\":%" PRIu64 "}\n",
	       PROGRAM, ns, held->locked_kib - before->locked_kib, held->table_kib - before->table_kib,
	       held->mappings - before->mappings, held->files - before->files);
}

int main(int argc, char **argv)
{
	static struct report report;
	struct state before, held;
	uint64_t ns;
	report_open(&report, PROGRAM);
	const int read = options_read(&TABLE, argc, argv);
	if (read)
		return read > 0 ? EXIT_OK : report_usage(PROGRAM);
	if (secrets > MOST_BYTES / size)
		return report_usage(PROGRAM);
	static struct cpu_list cpus;
	if (cpus_choose(PROGRAM, NULL, 1, &cpus) || pin_to(cpus.cpu[0]))
		return report_failure(PROGRAM, "pin", -EINVAL, "the CPU could not be had");
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	struct secret *each = populated(secrets * sizeof(*each));
	if (!each)
		return report_failure(PROGRAM, "malloc", -ENOMEM, "there is no room for the secrets' addresses");
	for (uint64_t i = 0; i < secrets; i++)
		each[i].descriptor = -1;
	int error = look(&before);
	error = error ? error : live(each, &held, &ns);
	/* The page tables that the first life made may stay: it tells how many. The second one is timed. */
	struct state again;
	error = error ? error : live(each, &again, &ns);
	if (error)
		return report_refusal(PROGRAM, WAYS[way], error, "a secret could not be had");
	print_growth(&before, &held, ns);
	return EXIT_OK;
}
