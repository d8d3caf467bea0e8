#include "aes.h"

#include <string.h>

/* Key, first counter and its encryption of NIST SP 800-38A, F.5.1. */
static const uint8_t KEY[AES_BLOCK_BYTES] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
					     0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
static const uint8_t COUNTER[AES_BLOCK_BYTES] = {0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
						 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff};
static const uint8_t ENCRYPTED[AES_BLOCK_BYTES] = {0xec, 0x8c, 0xdf, 0x73, 0x98, 0x60, 0x7c, 0xb0,
						   0xf2, 0xd2, 0x16, 0x75, 0xea, 0x9e, 0xa1, 0xe4};

static uint8_t turn(uint8_t value, int bits)
{
	return (uint8_t)(value << bits | value >> (8 - bits));
}

/* Times x in the field of AES: modulo x^8 + x^4 + x^3 + x + 1. */
static uint8_t doubled(uint8_t value)
{
	return (uint8_t)(value << 1 ^ (value & 0x80 ? 0x1b : 0));
}

/* Walks the field by its generator 3 and, beside it, by 1/3: so `inverse` is the inverse of `value` at every step. */
static void make_box(uint8_t box[256])
{
	uint8_t value = 1, inverse = 1;
	do {
		value ^= doubled(value);
		inverse ^= (uint8_t)(inverse << 1);
		inverse ^= (uint8_t)(inverse << 2);
		inverse ^= (uint8_t)(inverse << 4);
		if (inverse & 0x80)
			inverse ^= 0x09;
		box[value] = inverse ^ turn(inverse, 1) ^ turn(inverse, 2) ^ turn(inverse, 3) ^ turn(inverse, 4) ^ 0x63;
	} while (value != 1);
	box[0] = 0x63;
}

static uint32_t word_of(uint8_t first, uint8_t second, uint8_t third, uint8_t fourth)
{
	return first | (uint32_t)second << 8 | (uint32_t)third << 16 | (uint32_t)fourth << 24;
}

static void make_tables(const uint8_t box[256], struct aes_tables *tables)
{
	for (int i = 0; i < 256; i++) {
		const uint8_t once = box[i], twice = doubled(once), thrice = twice ^ once;
		tables->word[0][i] = word_of(twice, once, once, thrice);
		tables->word[1][i] = word_of(thrice, twice, once, once);
		tables->word[2][i] = word_of(once, thrice, twice, once);
		tables->word[3][i] = word_of(once, once, thrice, twice);
	}
}

static void make_keys(const uint8_t box[256], struct aes_keys *keys)
{
	uint8_t constant = 1;
	memcpy(keys->word[0], KEY, sizeof(KEY));
	for (int round = 1; round <= AES_ROUNDS; round++, constant = doubled(constant)) {
		const uint32_t last = keys->word[round - 1][AES_COLUMNS - 1];
		uint32_t mixed = word_of(box[last >> 8 & 0xff] ^ constant, box[last >> 16 & 0xff], box[last >> 24],
					 box[last & 0xff]);
		for (int column = 0; column < AES_COLUMNS; column++)
			keys->word[round][column] = mixed ^= keys->word[round - 1][column];
	}
}

void aes_make(struct aes_tables *tables, struct aes_keys *keys)
{
	uint8_t box[256];
	make_box(box);
	make_tables(box, tables);
	make_keys(box, keys);
}

/* The word of table `row` for the byte that ShiftRows moves from that row to a column. */
static uint32_t look_up(const struct aes_tables *tables, const struct aes_block *block, int column, int row)
{
	return tables->word[row][block->word[(column + row) % AES_COLUMNS] >> 8 * row & 0xff];
}

static uint32_t mixed_column(const struct aes_tables *tables, const struct aes_block *block, int column)
{
	return look_up(tables, block, column, 0) ^ look_up(tables, block, column, 1) ^
	       look_up(tables, block, column, 2) ^ look_up(tables, block, column, 3);
}

/* The last round does not mix: of the word that is looked up, only the byte that is the S-box's own. */
static uint32_t last_column(const struct aes_tables *tables, const struct aes_block *block, int column)
{
	uint32_t word = 0;
	for (int row = 0; row < AES_COLUMNS; row++)
		word |= (look_up(tables, block, column, row) >> 8 * ((row + 1) % AES_COLUMNS) & 0xff) << 8 * row;
	return word;
}

void aes_by_tables(const struct aes_tables *tables, const struct aes_keys *keys, struct aes_block *block)
{
	struct aes_block last;
	for (int column = 0; column < AES_COLUMNS; column++)
		block->word[column] ^= keys->word[0][column];
	for (int round = 1; round < AES_ROUNDS; round++) {
		last = *block;
		for (int column = 0; column < AES_COLUMNS; column++)
			block->word[column] = mixed_column(tables, &last, column) ^ keys->word[round][column];
	}
	last = *block;
	for (int column = 0; column < AES_COLUMNS; column++)
		block->word[column] = last_column(tables, &last, column) ^ keys->word[AES_ROUNDS][column];
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_INSTRUCTIONS __attribute__((target("aes,sse4.1")))
typedef __m128i vector;

bool aes_is_built_in(void)
{
	return __builtin_cpu_supports("aes") && __builtin_cpu_supports("sse4.1");
}

/* AESENC adds the key of its round at its end: that of round 0 is added before. */
WITH_INSTRUCTIONS static inline vector begin(vector state, vector key)
{
	return _mm_xor_si128(state, key);
}

WITH_INSTRUCTIONS static inline vector go_round(vector state, vector last_key, vector key)
{
	(void)last_key;
	return _mm_aesenc_si128(state, key);
}

WITH_INSTRUCTIONS static inline vector finish(vector state, vector last_key, vector key)
{
	(void)last_key;
	return _mm_aesenclast_si128(state, key);
}
#elif defined(__aarch64__)
#include <arm_neon.h>
#include <sys/auxv.h>

#define WITH_INSTRUCTIONS __attribute__((target("+crypto")))
typedef uint8x16_t vector;

bool aes_is_built_in(void)
{
	const unsigned long aes = 1ul << 3; /* HWCAP_AES: Documentation/arch/arm64/elf_hwcaps.rst */
	return (getauxval(AT_HWCAP) & aes) != 0;
}

/* AESE adds the key at its beginning: that of the round before. */
WITH_INSTRUCTIONS static inline vector begin(vector state, vector key)
{
	(void)key;
	return state;
}

WITH_INSTRUCTIONS static inline vector go_round(vector state, vector last_key, vector key)
{
	(void)key;
	return vaesmcq_u8(vaeseq_u8(state, last_key));
}

WITH_INSTRUCTIONS static inline vector finish(vector state, vector last_key, vector key)
{
	return veorq_u8(vaeseq_u8(state, last_key), key);
}
#else
#define WITH_INSTRUCTIONS
typedef uint32_t vector __attribute__((vector_size(AES_BLOCK_BYTES)));

bool aes_is_built_in(void)
{
	return false;
}

static inline vector begin(vector state, vector key)
{
	return state ^ key;
}

static inline vector go_round(vector state, vector last_key, vector key)
{
	return state ^ last_key ^ key;
}

static inline vector finish(vector state, vector last_key, vector key)
{
	return state ^ last_key ^ key;
}
#endif

/* The last word of a block's counter: big-endian, as in SP 800-38A; it runs over after 2^32 blocks. */
static inline uint32_t counter_word(uint32_t number)
{
	uint32_t first;
	memcpy(&first, COUNTER + AES_BLOCK_BYTES - sizeof(first), sizeof(first));
	return __builtin_bswap32(__builtin_bswap32(first) + number);
}

/* Written out by the compiler, so that all of a group stay in registers: -O2 alone would keep them on the stack. */
WITH_INSTRUCTIONS static inline void encrypt_group(const vector *key, uint32_t number, vector *data)
{
	typedef uint32_t words __attribute__((vector_size(AES_BLOCK_BYTES)));
	vector state[AES_GROUP];
	words counter;
	memcpy(&counter, COUNTER, sizeof(counter));
#pragma GCC unroll 8
	for (uint32_t i = 0; i < AES_GROUP; i++) {
		counter[AES_COLUMNS - 1] = counter_word(number + i);
		state[i] = begin((vector)counter, key[0]);
	}
#pragma GCC unroll 9
	for (int round = 1; round < AES_ROUNDS; round++) {
#pragma GCC unroll 8
		for (int i = 0; i < AES_GROUP; i++)
			state[i] = go_round(state[i], key[round - 1], key[round]);
	}
#pragma GCC unroll 8
	for (int i = 0; i < AES_GROUP; i++)
		data[i] ^= finish(state[i], key[AES_ROUNDS - 1], key[AES_ROUNDS]);
}

/* The keys are read anew for each group, as libraries do: the barrier keeps the compiler from holding them. */
WITH_INSTRUCTIONS void aes_stream(const struct aes_keys *keys, struct aes_block *buffer, size_t groups)
{
	vector *data = (vector *)(void *)buffer;
	for (size_t group = 0; group < groups; group++) {
		__asm__ volatile("" : : : "memory");
		encrypt_group((const vector *)(const void *)keys, (uint32_t)group * AES_GROUP,
			      data + group * AES_GROUP);
	}
}

static bool is_encrypted(const struct aes_block *block)
{
	return !memcmp(block, ENCRYPTED, sizeof(ENCRYPTED));
}

/* Both ways have to agree on all blocks of a few groups, and with the standard on the first. */
bool aes_checks(const struct aes_tables *tables, const struct aes_keys *keys)
{
	enum { GROUPS = 2, BLOCKS = GROUPS * AES_GROUP };
	struct aes_block stream[BLOCKS] = {0}, block;
	const bool built_in = aes_is_built_in();
	bool right = true;
	if (built_in)
		aes_stream(keys, stream, GROUPS);
	for (uint32_t i = 0; i < BLOCKS && right; i++) {
		memcpy(&block, COUNTER, sizeof(block));
		block.word[AES_COLUMNS - 1] = counter_word(i);
		aes_by_tables(tables, keys, &block);
		right = (i || is_encrypted(&block)) && (!built_in || !memcmp(&block, &stream[i], sizeof(block)));
	}
	return right;
}
