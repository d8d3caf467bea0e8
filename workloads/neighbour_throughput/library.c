/*
 * Victims that are libraries which everybody has: SQLite and OpenSSL, loaded as the system has them. What is called is
 * part of their stable interface and declared here, so that nothing has to be installed to build the lab.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "random.h"
#include "victim.h"

enum { ROWS = 20000, BLOCK_BYTES = 16384, SQLITE_OK = 0, SQLITE_DONE = 101 };
static const uint64_t SEED = 123456789u;

/* The names are looked up one after the other; a library that lacks one is refused as one that is not there. */
static int look_up(const char *file, const char *const *names, void **found, const char **step)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	*step = file;
	for (int i = 0; names[i]; i++)
		if (!library || !(found[i] = dlsym(library, names[i])))
			return -EOPNOTSUPP;
	return 0;
}

static struct {
	int (*open)(const char *, void **);
	int (*exec)(void *, const char *, void *, void *, char **);
	int (*prepare)(void *, const char *, int, void **, const char **);
	int (*bind)(void *, int, int);
	int (*step)(void *);
	int (*reset)(void *);
} sqlite;
static const char *const SQLITE_NAMES[] = {"sqlite3_open",
					   "sqlite3_exec",
					   "sqlite3_prepare_v2",
					   "sqlite3_bind_int",
					   "sqlite3_step",
					   "sqlite3_reset",
					   NULL};

static const char FIRST[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
			    "PRAGMA cache_size=64; CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER);"
			    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19999)"
			    "INSERT INTO account SELECT i, 0 FROM n;";
static const char UPDATE[] = "UPDATE account SET balance = balance + 1 WHERE id = ?";

struct table {
	void *database, *update;
	struct random random;
};

/* The name is taken away before anything is written: the pragmas come first, and a journal in memory needs none. */
static int open_file(struct table *table)
{
	char path[] = "/tmp/lab-sqlite-XXXXXX";
	const int file = mkstemp(path);
	if (file < 0)
		return -errno;
	close(file);
	const int opened = sqlite.open(path, &table->database);
	unlink(path);
	return opened == SQLITE_OK && sqlite.exec(table->database, FIRST, NULL, NULL, NULL) == SQLITE_OK ? 0 : -EIO;
}

static int set_up_sqlite(void **state, const char **step)
{
	static struct table table;
	*state = &table;
	table.random = random_from(SEED);
	int error = look_up("libsqlite3.so.0", SQLITE_NAMES, (void **)&sqlite, step);
	if (error)
		return error;
	*step = "sqlite3_exec";
	error = open_file(&table);
	if (!error && sqlite.prepare(table.database, UPDATE, -1, &table.update, NULL) != SQLITE_OK)
		error = -EIO;
	return error;
}

/* An operation is a transaction that changes one row, at a random place. */
static int update(void *state, struct turn *turn)
{
	struct table *table = state;
	for (uint64_t i = 0; i < turn->operations; i++) {
		sqlite.bind(table->update, 1, (int)random_below(&table->random, ROWS));
		if (sqlite.step(table->update) != SQLITE_DONE || sqlite.reset(table->update) != SQLITE_OK)
			return -EIO;
	}
	return 0;
}

static struct {
	void *(*make_context)(void);
	const void *(*cipher)(void);
	int (*begin)(void *, const void *, void *, const unsigned char *, const unsigned char *);
	int (*encrypt)(void *, unsigned char *, int *, const unsigned char *, int);
} openssl;
static const char *const OPENSSL_NAMES[] = {"EVP_CIPHER_CTX_new", "EVP_aes_256_gcm", "EVP_EncryptInit_ex",
					    "EVP_EncryptUpdate", NULL};

static const unsigned char KEY[32], NONCE[12];

static int set_up_openssl(void **state, const char **step)
{
	const int error = look_up("libcrypto.so.3", OPENSSL_NAMES, (void **)&openssl, step);
	if (error)
		return error;
	*step = "EVP_EncryptInit_ex";
	*state = openssl.make_context();
	return *state && openssl.begin(*state, openssl.cipher(), NULL, KEY, NONCE) == 1 ? 0 : -EIO;
}

/*
 * An operation is a message of BLOCK_BYTES, as a TLS record. Each is begun anew with the key that is there: GCM encrypts
 * at most 64 GB with one nonce (NIST SP 800-38D, 5.2.1.1), which would be used up within a timeline.
 */
static int encrypt(void *state, struct turn *turn)
{
	static unsigned char plain[BLOCK_BYTES], cipher[BLOCK_BYTES];
	int length;
	for (uint64_t i = 0; i < turn->operations; i++)
		if (openssl.begin(state, NULL, NULL, NULL, NONCE) != 1 ||
		    openssl.encrypt(state, cipher, &length, plain, BLOCK_BYTES) != 1)
			return -EIO;
	return 0;
}

const struct victim SQLITE = {"sqlite", false, set_up_sqlite, update, NULL};
const struct victim OPENSSL = {"openssl", false, set_up_openssl, encrypt, NULL};
