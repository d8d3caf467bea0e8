/*
 * AES-128 (FIPS 197) as programs run it: in counter mode by the CPU's instructions, and block by block by tables.
 *
 * Keys and tables are read where they lie, which is what is measured; no care is taken of side channels, for the key
 * is a published one. The four tables of 1 KB hold S-box and MixColumns in one (Daemen and Rijmen 1999, section 5.2):
 * 160 reads a block, at places that depend on the data.
 */
#ifndef LAB_AES_H
#define LAB_AES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AES_ROUNDS = 10, AES_COLUMNS = 4, AES_BLOCK_BYTES = 16, AES_GROUP = 8 };

struct aes_keys {
	uint32_t word[AES_ROUNDS + 1][AES_COLUMNS];
} __attribute__((aligned(16)));

struct aes_tables {
	uint32_t word[AES_COLUMNS][256];
};

struct aes_block {
	uint32_t word[AES_COLUMNS];
} __attribute__((aligned(16)));

/* The tables, and the round keys of a fixed key, for which aes_checks() knows the answer. */
void aes_make(struct aes_tables *tables, struct aes_keys *keys);
/* Encrypt a block in place. */
void aes_by_tables(const struct aes_tables *tables, const struct aes_keys *keys, struct aes_block *block);
/* Whether this CPU has instructions for it. */
bool aes_is_built_in(void);
/* Encrypt a buffer of so many groups of AES_GROUP blocks in place, in counter mode. Only where it is built in. */
void aes_stream(const struct aes_keys *keys, struct aes_block *buffer, size_t groups);
/* Whether a known block is encrypted as it should be (NIST SP 800-38A, F.5.1), in either way. */
bool aes_checks(const struct aes_tables *tables, const struct aes_keys *keys);

#endif
