/* SQLite reads the file, so SQLite is bound first: no trigger, no view, no function of the schema, little
 * memory, small limits. Then its schema is compared row by row and column by column with a new diary's; what
 * is more is named and refused. Tables' texts may differ (a column that was added later stands elsewhere),
 * what they mean may not. Views are neither run nor copied: of them only the names count. */
#include "diary/store/foreign.h"

#include "util/core/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define URI_BYTES 4096

/* What a column is, in one text. */
#define COLUMN_SQL "type || ' ' || \"notnull\" || pk || hidden || ' ' || coalesce(dflt_value, '')"

/* ---- opening ---- */

static bool is_there(const char *path, const char *suffix, struct stat *status)
{
    char name[URI_BYTES];

    return snprintf(name, sizeof(name), "%s%s", path, suffix) < (int)sizeof(name) && stat(name, status) == 0;
}

/* Without a log beside it nothing but the file itself is looked at, not even a lock: it may lie on a stick
 * that can't be written. */
static int make_uri(const char *path, char uri[URI_BYTES])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
    size_t len = (size_t)snprintf(uri, URI_BYTES, "file:");

    for (; *path && len + 32 < URI_BYTES; path++)
        len += (size_t)snprintf(uri + len, URI_BYTES - len, strchr(plain, *path) ? "%c" : "%%%02X",
                                (unsigned char)*path);
    return *path ? -1 : (int)len;
}

static void bind_limits(sqlite3 *foreign)
{
    static const struct {
        int id, most;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, 256 * 1024},  {SQLITE_LIMIT_SQL_LENGTH, 32 * 1024},
        {SQLITE_LIMIT_COLUMN, 100},         {SQLITE_LIMIT_EXPR_DEPTH, 50},
        {SQLITE_LIMIT_COMPOUND_SELECT, 20}, {SQLITE_LIMIT_VDBE_OP, 25000},
        {SQLITE_LIMIT_FUNCTION_ARG, 20},    {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},    {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    static const struct {
        int id, value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},     {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
    };

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        sqlite3_limit(foreign, limits[i].id, limits[i].most);
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        sqlite3_db_config(foreign, settings[i].id, settings[i].value, (int *)NULL);
    sqlite3_exec(foreign,
                 "PRAGMA query_only = 1; PRAGMA cell_size_check = 1; PRAGMA ignore_check_constraints = 1;"
                 "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048",
                 NULL, NULL, NULL);
}

static int check_path(const char *path, struct err *err)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return err_set(err, "%s", strerror(errno));
    if (!S_ISREG(status.st_mode))
        return err_set(err, "not a file");
    if (status.st_size > FOREIGN_BYTES_MAX)
        return err_set(err, "too large for a diary");
    return 0;
}

/* It quotes the file's own bytes, and they get to a terminal. */
static const char *words_of(sqlite3 *foreign)
{
    const char *words = sqlite3_errmsg(foreign);

    return utf8_is_clean(words, strlen(words)) ? words : "words that can't be shown";
}

/* What SQLite says of a stranger's file, in words that help. */
static int fail(sqlite3 *foreign, const char *what, struct err *err)
{
    switch (sqlite3_errcode(foreign) & 0xff) {
    case SQLITE_NOTADB:
        return err_set(err, "it is no SQLite file");
    case SQLITE_CORRUPT:
        return err_set(err, "it is damaged: %.200s", words_of(foreign));
    case SQLITE_NOMEM:
        return err_set(err, "it is too large to be understood");
    default:
        return err_set(err, "%s: %.300s", what, words_of(foreign));
    }
}

sqlite3 *foreign_open(const char *path, bool *is_missing, struct err *err)
{
    char uri[URI_BYTES];
    sqlite3 *foreign = NULL;
    struct stat log;

    *is_missing = true;
    if (check_path(path, err))
        return NULL;
    int len = make_uri(path, uri);
    if (len < 0 || len + 16 > URI_BYTES) {
        err_set(err, "%.300s: too long", path);
        return NULL;
    }
    bool has_log = is_there(path, "-wal", &log) && log.st_size > 0;
    if (!has_log)
        strcat(uri, "?immutable=1");
    sqlite3_hard_heap_limit64(FOREIGN_HEAP_MAX);
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(uri, &foreign, flags, NULL);
    if (rc == SQLITE_OK) {
        bind_limits(foreign);
        rc = sqlite3_exec(foreign, "PRAGMA schema_version", NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK)
        return foreign;
    *is_missing = (sqlite3_errcode(foreign) & 0xff) == SQLITE_CANTOPEN;
    if (*is_missing && has_log)
        err_set(err, "its log (%.200s-wal) can't be used where it lies: copy both to where you can write",
                path);
    else
        fail(foreign, "read it", err);
    foreign_close(foreign);
    return NULL;
}

void foreign_close(sqlite3 *foreign)
{
    sqlite3_close(foreign);
    sqlite3_hard_heap_limit64(0);
}

/* ---- judging ---- */

static sqlite3_stmt *ask(sqlite3 *sqlite, const char *sql, const char *first, const char *second)
{
    sqlite3_stmt *select = NULL;

    if (sqlite3_prepare_v2(sqlite, sql, -1, &select, NULL) != SQLITE_OK)
        return NULL;
    if (first)
        sqlite3_bind_text(select, 1, first, -1, SQLITE_TRANSIENT);
    if (second)
        sqlite3_bind_text(select, 2, second, -1, SQLITE_TRANSIENT);
    return select;
}

static const char *column(sqlite3_stmt *row, int number)
{
    const char *text = (const char *)sqlite3_column_text(row, number);

    return text ? text : "";
}

static int read_number(sqlite3 *foreign, const char *sql, int64_t *number, struct err *err)
{
    sqlite3_stmt *select = ask(foreign, sql, NULL, NULL);
    int rc = select && sqlite3_step(select) == SQLITE_ROW ? 0 : fail(foreign, sql, err);

    *number = rc == 0 ? sqlite3_column_int64(select, 0) : 0;
    sqlite3_finalize(select);
    return rc;
}

static int judge_mark(sqlite3 *foreign, const struct database_kind *kind, struct err *err)
{
    int64_t id, version;

    if (read_number(foreign, "PRAGMA application_id", &id, err) ||
        read_number(foreign, "PRAGMA user_version", &version, err))
        return -1;
    if (id == kind->made_up_id)
        return err_set(err, "this diary is made up");
    if (id != kind->lived_id)
        return err_set(err, "it is no diary of garaged's");
    if (version < 1 || version > DATABASE_SCHEMA)
        return err_set(err, "its schema is %" PRId64 ", this garaged knows 1 to %d", version,
                       DATABASE_SCHEMA);
    return 0;
}

static int refuse(struct err *err, const char *type, const char *name)
{
    size_t len = strlen(name);

    if (len > FOREIGN_NAME_MAX || !utf8_is_clean(name, len))
        name = "(a name that can't be shown)";
    return err_set(err, "%.20s %s is not garaged's: nothing was restored", type, name);
}

/* The first column of the first row of a question to ours; "" when there is none. The caller frees it. */
static char *ours_of(sqlite3 *ours, const char *sql, const char *first, const char *second)
{
    sqlite3_stmt *select = ask(ours, sql, first, second);
    bool is_there_too = select && sqlite3_step(select) == SQLITE_ROW;
    char *text = strdup(is_there_too ? column(select, 0) : "");

    sqlite3_finalize(select);
    return text;
}

static bool is_same(sqlite3 *ours, const char *sql, const char *first, const char *second, const char *theirs)
{
    char *text = ours_of(ours, sql, first, second);
    bool same = text && *text && strcmp(text, theirs) == 0;

    free(text);
    return same;
}

/* Each of its columns is one of ours, of the same type and with the same duties; none is generated or hidden.
 */
static int judge_columns(sqlite3 *foreign, sqlite3 *ours, const char *table, struct err *err)
{
    sqlite3_stmt *columns =
        ask(foreign, "SELECT name, " COLUMN_SQL " FROM pragma_table_xinfo(?1)", table, NULL);
    char name[2 * FOREIGN_NAME_MAX];
    int rc = columns ? 0 : fail(foreign, "its columns", err);
    int more = SQLITE_DONE;

    while (rc == 0 && (more = sqlite3_step(columns)) == SQLITE_ROW) {
        if (is_same(ours, "SELECT " COLUMN_SQL " FROM pragma_table_xinfo(?1) WHERE name = ?2", table,
                    column(columns, 0), column(columns, 1)))
            continue;
        snprintf(name, sizeof(name), "%.40s of %.40s", column(columns, 0), table);
        rc = refuse(err, "column", name);
    }
    if (rc == 0 && more != SQLITE_DONE)
        rc = fail(foreign, "its columns", err);
    sqlite3_finalize(columns);
    return rc;
}

static int judge_table(sqlite3 *foreign, sqlite3 *ours, const char *name, struct err *err)
{
    static const char kind_sql[] =
        "SELECT type || wr || strict FROM pragma_table_list WHERE schema = 'main' AND name = ?1";
    char *theirs = ours_of(foreign, kind_sql, name, NULL);
    bool same = theirs && is_same(ours, kind_sql, name, NULL, theirs);

    free(theirs);
    return same ? judge_columns(foreign, ours, name, err) : refuse(err, "table", name);
}

/* Those that SQLite makes itself for a key have no text. */
static int judge_index(sqlite3 *ours, const char *name, const char *sql, struct err *err)
{
    bool is_own = strncmp(name, "sqlite_autoindex_", 17) == 0 && *sql == '\0';

    if (is_own ||
        is_same(ours, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1", name, NULL, sql))
        return 0;
    return refuse(err, "index", name);
}

static int judge_item(sqlite3 *foreign, sqlite3 *ours, sqlite3_stmt *row, struct err *err)
{
    const char *type = column(row, 0), *name = column(row, 1);

    if (strcmp(type, "table") == 0)
        return judge_table(foreign, ours, name, err);
    if (strcmp(type, "index") == 0)
        return judge_index(ours, name, column(row, 2), err);
    if (strcmp(type, "view") == 0 &&
        is_same(ours, "SELECT type FROM sqlite_schema WHERE name = ?1", name, NULL, "view"))
        return 0;
    return refuse(err, type, name);
}

/* Before each is looked at: that takes longer the more there are. */
static int judge_count(sqlite3 *foreign, struct err *err)
{
    int64_t count;

    if (read_number(foreign, "SELECT count(*) FROM sqlite_schema", &count, err))
        return -1;
    return count <= FOREIGN_ITEMS_MAX ? 0
                                      : err_set(err, "it holds %" PRId64 " tables, indexes and views", count);
}

static int judge_schema(sqlite3 *foreign, sqlite3 *ours, struct err *err)
{
    sqlite3_stmt *rows = ask(foreign, "SELECT type, name, sql FROM sqlite_schema", NULL, NULL);
    int rc = rows ? 0 : fail(foreign, "its schema", err);
    int more = SQLITE_DONE;

    while (rc == 0 && (more = sqlite3_step(rows)) == SQLITE_ROW)
        rc = judge_item(foreign, ours, rows, err);
    if (rc == 0 && more != SQLITE_DONE)
        rc = fail(foreign, "its schema", err);
    sqlite3_finalize(rows);
    return rc;
}

int foreign_check(sqlite3 *foreign, struct err *err)
{
    sqlite3_stmt *check = ask(foreign, "PRAGMA integrity_check(1)", NULL, NULL);
    int rc = check && sqlite3_step(check) == SQLITE_ROW ? 0 : fail(foreign, "check it", err);

    if (rc == 0 && strcmp(column(check, 0), "ok") != 0)
        rc = err_set(err, "it is damaged: %.200s", column(check, 0));
    sqlite3_finalize(check);
    return rc;
}

int foreign_judge(sqlite3 *foreign, const struct database_kind *kind, sqlite3 *ours, struct err *err)
{
    return judge_mark(foreign, kind, err) || judge_count(foreign, err) || judge_schema(foreign, ours, err)
               ? -1
               : 0;
}
