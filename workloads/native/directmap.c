#include "directmap.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "directmap_context.h"
#include "frame.h"
#include "iomem.h"
#include "memory.h"

enum { PAGE_BYTES = 4096, GIB_SHIFT = 30 };
static const uint64_t MAGIC = 0x5ec2e7a6a71a5e5ull, UPPER_HALF_OF_4_LEVELS = 0xffff800000000000ull;
static const uint64_t USUAL_BASE_4 = 0xffff888000000000ull, USUAL_BASE_5 = 0xff11000000000000ull;

/* The object file that clang made of bpf/<name>.bpf.c, put in as it is. */
#define IMAGE(name)                                                                                                    \
	__asm__(".pushsection .rodata\n"                                                                               \
		".balign 8\n" #name "_image: .incbin \"" LAB_BPF_FOLDER "/" #name ".bpf.o\"\n" #name "_image_end:\n"   \
		".popsection\n");                                                                                      \
	extern const char name##_image[] __attribute__((visibility("hidden")));                                        \
	extern const char name##_image_end[] __attribute__((visibility("hidden")))

IMAGE(directmap);
IMAGE(loads);

static int say_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

static int run(int program, struct directmap_context *context)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context, .ctx_size_in = sizeof(*context));
	const int error = bpf_prog_test_run_opts(program, &options);
	return error < 0 ? error : 0;
}

static int find_program(const struct bpf_object *object, const char *name)
{
	const struct bpf_program *program = bpf_object__find_program_by_name(object, name);
	return program ? bpf_program__fd(program) : -ENOENT;
}

static void *share(const struct bpf_object *object, const char *name, size_t bytes)
{
	const int descriptor = bpf_object__find_map_fd_by_name(object, name);
	void *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	return shared == MAP_FAILED ? NULL : shared;
}

static int load_image(const char *image, const char *end, struct bpf_object **object)
{
	*object = bpf_object__open_mem(image, (size_t)(end - image), NULL);
	return *object ? bpf_object__load(*object) : -errno;
}

static int load(struct directmap *map)
{
	libbpf_set_print(say_nothing);
	const int error = load_image(directmap_image, directmap_image_end, &map->object);
	if (error)
		return error;
	map->bare = !load_image(loads_image, loads_image_end, &map->loads); /* before Linux 6.2 it is not known */
	map->find_root = find_program(map->object, "find_root");
	map->copy_pages = find_program(map->object, "copy_pages");
	map->copy_words = find_program(map->object, "copy_words");
	map->follow = find_program(map->bare ? map->loads : map->object, "follow");
	map->read_user = find_program(map->object, "read_user");
	map->copy_user = find_program(map->object, "copy_user");
	map->address = share(map->object, "address", MOST_READS * sizeof(*map->address));
	map->page = share(map->object, "page", MOST_READS * sizeof(*map->page));
	return map->address && map->page ? 0 : -ENOMEM;
}

/* Run a program that reads at the first `count` places of map->address. */
static int read_each(int program, uint64_t count)
{
	struct directmap_context context = {.count = count};
	return run(program, &context);
}

static int fetch_some(struct directmap *map, const uint64_t *physical, int count, uint64_t (*table)[ENTRIES_A_TABLE])
{
	for (int i = 0; i < count; i++)
		map->address[i] = map->base + physical[i];
	const int error = read_each(map->copy_pages, (uint64_t)count);
	for (int i = 0; !error && i < count; i++)
		if (map->address[i])
			return -EFAULT;
	if (!error)
		memcpy(table, map->page, (size_t)count * sizeof(*table));
	return error;
}

static int fetch(void *context, const uint64_t *physical, int count, uint64_t (*table)[ENTRIES_A_TABLE])
{
	int error = 0;
	for (int done = 0; !error && done < count; done += MOST_READS) {
		const int some = count - done < MOST_READS ? count - done : MOST_READS;
		error = fetch_some(context, physical + done, some, table + done);
	}
	return error;
}

struct pagetable directmap_tables(struct directmap *map)
{
	return (struct pagetable){
		.fetch = fetch,
		.context = map,
		.root = map->root - map->base,
		.levels = map->levels,
		.base = map->base,
		.end = map->end,
		.encrypted = map->encrypted,
	};
}

/* AMD APM vol. 3, CPUID Fn8000_001F: the position of the C-bit, where memory is encrypted. */
static uint64_t find_encrypted_bit(void)
{
	uint32_t a, b, c, d;
	__asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0x80000000u), "c"(0));
	if (a < 0x8000001fu)
		return 0;
	__asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0x8000001fu), "c"(0));
	return a & 3 ? 1ull << (b & 63) : 0;
}

/*
 * Whether physical 0 is mapped at `base`: the tables, read as if it were, must lead to the root's own page, and a page
 * of this process must hold what it wrote.
 */
static bool fits(struct directmap *map, uint64_t base, uint64_t frame)
{
	uint64_t physical, word;
	bool failed;
	map->base = base;
	const struct pagetable table = directmap_tables(map);
	return !pagetable_translate(&table, map->root, &physical) && physical == map->root - base &&
	       !directmap_read(map, &frame, 1, &word, &failed) && !failed && word == MAGIC;
}

/*
 * The root is itself an address of the direct map, which begins at a multiple of 1 GB (arch/x86/mm/kaslr.c) and below
 * it by less than the physical memory there is. The usual base first, so that mostly nothing else is tried.
 */
static int find_base(struct directmap *map, uint64_t frame)
{
	const uint64_t usual = map->levels == 4 ? USUAL_BASE_4 : USUAL_BASE_5;
	if (map->root >= usual && map->root - usual < map->end && fits(map, usual, frame))
		return 0;
	const uint64_t highest = map->root >> GIB_SHIFT << GIB_SHIFT;
	for (uint64_t below = 0; below < map->end; below += 1ull << GIB_SHIFT)
		if (fits(map, highest - below, frame))
			return 0;
	return -ENOENT;
}

static int find(struct directmap *map, const char **step)
{
	uint64_t frame, *own = populated(PAGE_BYTES);
	struct memory_range range[MOST_RANGES];
	struct directmap_context context = {.count = 0};
	if (!own)
		return -ENOMEM;
	*own = MAGIC;
	*step = "pagemap";
	int error = frames_read(own, 1, &frame);
	if (!error) {
		*step = "iomem";
		const int ranges = iomem_read(range);
		error = ranges < 0 ? ranges : 0;
		map->end = error ? 0 : range[ranges - 1].end;
	}
	if (!error) {
		*step = "bpf-run";
		error = run(map->find_root, &context);
	}
	if (!error) {
		*step = "direct-map";
		map->root = context.at;
		map->levels = map->root >= UPPER_HALF_OF_4_LEVELS ? 4 : 5;
		map->encrypted = find_encrypted_bit();
		error = find_base(map, frame);
	}
	munmap(own, PAGE_BYTES);
	return error;
}

/*
 * A kernel that does not know or does not allow what the programs need says so in many ways: EINVAL under lockdown,
 * ESRCH without BTF, E2BIG, ENOENT and more from an old one. None of them means that something broke.
 */
static int as_refusal(int error)
{
	static const int told[] = {0, -EPERM, -EACCES, -ENOSYS, -ENOMEM};
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (error == told[i])
			return error;
	return -EOPNOTSUPP;
}

int directmap_open(struct directmap *map, const char **step)
{
	*map = (struct directmap){.object = NULL};
	*step = "bpf-load";
	int error = load(map);
	if (!error)
		error = find(map, step);
	if (error)
		directmap_close(map);
	return as_refusal(error);
}

void directmap_close(struct directmap *map)
{
	if (map->address)
		munmap(map->address, MOST_READS * sizeof(*map->address));
	if (map->page)
		munmap(map->page, MOST_READS * sizeof(*map->page));
	bpf_object__close(map->loads); /* NULL is nothing */
	bpf_object__close(map->object);
	*map = (struct directmap){.object = NULL};
}

int directmap_read(struct directmap *map, const uint64_t *frame, uint64_t count, uint64_t *word, bool *failed)
{
	for (uint64_t done = 0; done < count; done += MOST_READS) {
		const uint64_t some = count - done < MOST_READS ? count - done : MOST_READS;
		for (uint64_t i = 0; i < some; i++)
			map->address[i] = directmap_address(map, frame[done + i]);
		const int error = read_each(map->copy_words, some);
		if (error)
			return error;
		for (uint64_t i = 0; i < some; i++) {
			failed[done + i] = map->address[i] != 0;
			word[done + i] = map->page[i][0];
		}
	}
	return 0;
}

int directmap_follow(const struct directmap *map, uint64_t *at, uint64_t count, uint64_t *ns)
{
	struct directmap_context context = {.at = *at, .count = count};
	const int error = run(map->follow, &context);
	*at = context.at;
	*ns = context.ns;
	return error || context.at ? error : -EFAULT; /* a read that fails gives 0, and so do all after it */
}

int directmap_read_user(const struct directmap *map, const void *address, bool may_sleep, uint64_t *word)
{
	struct directmap_context context = {.at = (uintptr_t)address};
	const int error = run(may_sleep ? map->copy_user : map->read_user, &context);
	*word = context.at;
	return error ? error : (int)context.count;
}
