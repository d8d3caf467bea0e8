#include "work.h"

#include "flush.h"

struct link {
	struct link *next;
	char rest[LINE_BYTES - sizeof(struct link *)];
};

static const struct link *volatile last_seen; /* what is read has to be used, or the compiler would not read */

static void encrypt_buffer(struct place *place)
{
	aes_stream(place->keys, place->buffer, place->bytes / sizeof(struct aes_block) / AES_GROUP);
}

static void flush_buffer_and_keys(const struct place *place)
{
	flush_area(place->buffer, place->bytes);
	flush_area(place->keys, sizeof(*place->keys));
}

static void encrypt_block(struct place *place)
{
	aes_by_tables(place->tables, place->keys, &place->state);
}

static void flush_tables_and_keys(const struct place *place)
{
	flush_area(place->tables, sizeof(*place->tables));
	flush_area(place->keys, sizeof(*place->keys));
}

/* 16 bytes at a time, aligned: what any memory can be read by, that of devices on Arm as well. */
static void copy_out(struct place *place)
{
	typedef uint64_t chunk __attribute__((vector_size(16), may_alias));
	const volatile chunk *from = (const volatile chunk *)(const void *)place->buffer;
	volatile chunk *to = (volatile chunk *)(void *)place->copy;
	for (size_t i = 0; i < place->bytes / sizeof(chunk); i++)
		to[i] = from[i];
}

static void flush_buffer(const struct place *place)
{
	flush_area(place->buffer, place->bytes);
}

static void follow(struct place *place)
{
	const struct link *at = place->chase;
	for (size_t i = 0; i < place->bytes / LINE_BYTES; i++)
		at = *(struct link *const volatile *)&at->next;
	last_seen = at;
}

static void flush_chase(const struct place *place)
{
	flush_area(place->chase, place->bytes);
}

const struct work WORK[WORKS] = {
	{encrypt_buffer, flush_buffer_and_keys},
	{encrypt_block, flush_tables_and_keys},
	{copy_out, flush_buffer},
	{follow, flush_chase},
};

bool work_is_possible(const struct work *work)
{
	return work->act != encrypt_buffer || aes_is_built_in();
}

size_t place_bytes(size_t bytes)
{
	return 2 * bytes + 2 * PAGE_BYTES;
}

/* Word by word: memcpy() may read and write memory of devices in ways that Arm does not allow. */
static void put(volatile uint32_t *to, const void *from, size_t bytes)
{
	for (size_t i = 0; i < bytes / sizeof(*to); i++)
		to[i] = ((const uint32_t *)from)[i];
}

bool place_lay_out(struct place *place, char *memory, struct random *random)
{
	static struct aes_tables tables;
	static struct aes_keys keys;
	const uint64_t lines = place->bytes / LINE_BYTES;
	place->buffer = (struct aes_block *)(void *)memory;
	place->chase = (struct link *)(void *)(memory + place->bytes);
	place->keys = (struct aes_keys *)(void *)(memory + 2 * place->bytes);
	place->tables = (struct aes_tables *)(void *)(memory + 2 * place->bytes + PAGE_BYTES);
	random_cycle(random, place->order, lines);
	for (uint64_t i = 0; i < lines; i++)
		*(struct link *volatile *)&place->chase[i].next = place->chase + place->order[i];
	aes_make(&tables, &keys);
	put(place->tables->word[0], &tables, sizeof(tables));
	put(place->keys->word[0], &keys, sizeof(keys));
	return aes_checks(place->tables, place->keys);
}
