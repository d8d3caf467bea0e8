#include "account.h"

#include "cleanup.h"

struct account account_read(void)
{
	char line[128];
	unsigned long long kib;
	struct account account = {0, 0};
	FCLOSED FILE *file = fopen("/proc/meminfo", "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Mlocked: %llu kB", &kib) == 1)
			account.mlocked_bytes = kib * 1024;
		if (sscanf(line, "Unevictable: %llu kB", &kib) == 1)
			account.unevictable_bytes = kib * 1024;
	}
	return account;
}
