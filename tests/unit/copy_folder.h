/* A folder beside the diary's, for copies. */
#ifndef TESTS_UNIT_COPY_FOLDER_H
#define TESTS_UNIT_COPY_FOLDER_H

#include "store_bench.h"
#include "store_entry.h"

#include <sqlite3.h>
#include <sys/stat.h>

static inline void folder_new(char folder[64])
{
    strcpy(folder, "/tmp/garaged-copies-XXXXXX");
    assert_non_null(mkdtemp(folder));
}

static inline void folder_free(const char *folder)
{
    char path[512];
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (dir)
        closedir(dir);
    rmdir(folder);
}

static inline void folder_touch(const char *folder, const char *name)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static inline bool folder_has(const char *folder, const char *name)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static inline unsigned folder_mode(const char *folder, const char *name)
{
    struct stat status;
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

/* The integer that a query gives of a file that nobody writes to. */
static inline int64_t ask_copy(const char *folder, const char *name, const char *sql)
{
    char path[512];
    sqlite3 *sqlite;
    sqlite3_stmt *select;

    snprintf(path, sizeof(path), "file:%s/%s?immutable=1", folder, name);
    assert_int_equal(sqlite3_open_v2(path, &sqlite, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(sqlite, sql, -1, &select, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(sqlite));
    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    sqlite3_close(sqlite);
    return value;
}

static inline void assert_whole(const char *folder, const char *name)
{
    assert_int_equal(ask_copy(folder, name, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
}

#endif
