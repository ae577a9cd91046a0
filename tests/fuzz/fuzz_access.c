/* access.db as another hand may have written it: rows of any texts and numbers in its tables, without their
 * constraints. Whatever is read, no more come in than may, each with a role, and times can be counted with.
 * One line a row, its fields apart by tabs; the first letter says the table; @ is this boot. */
#include "access/store.h"
#include "util/clock.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROWS_MAX   400
#define FIELDS_MAX 9

static const char tables[] =
    "CREATE TABLE users (id, name, hash, role);"
    "CREATE TABLE sessions (hash, user, csrf, boot, seen_boot_ns, acted_boot_ns, opened_utc_s, opened_from);"
    "CREATE TABLE tokens (id, name, hash, role, scope, made_utc_s, ends_utc_s, used_utc_s, used_from);"
    "PRAGMA application_id = 1734435171; PRAGMA user_version = 2;";

static const char *insert_of(char letter)
{
    switch (letter) {
    case 'u':
        return "INSERT INTO users VALUES (CAST(? AS INTEGER), ?, ?, ?)";
    case 's':
        return "INSERT INTO sessions VALUES (CAST(? AS BLOB), CAST(? AS INTEGER), ?, ?, CAST(? AS INTEGER),"
               " CAST(? AS INTEGER), ?, ?)";
    case 't':
        return "INSERT INTO tokens VALUES (CAST(? AS INTEGER), ?, CAST(? AS BLOB), ?, ?, ?, ?, ?, ?)";
    default:
        return NULL;
    }
}

static void read_boot(char boot[ACCESS_STORE_BOOT_MAX])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

    boot[0] = '\0';
    if (file) {
        (void)!fgets(boot, ACCESS_STORE_BOOT_MAX, file);
        fclose(file);
    }
}

static void insert(sqlite3 *db, char *line, const char *boot)
{
    const char *sql = insert_of(line[0]);
    sqlite3_stmt *statement = NULL;
    char *field = line + (line[0] != '\0');

    if (sql == NULL || sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return;
    for (int i = 1; i <= FIELDS_MAX && field != NULL; i++) {
        const char *text = strsep(&field, "\t");

        sqlite3_bind_text(statement, i, strcmp(text, "@") == 0 ? boot : text, -1, SQLITE_TRANSIENT);
    }
    sqlite3_step(statement);
    sqlite3_finalize(statement);
}

static void write_file(const char *path, char *text)
{
    char boot[ACCESS_STORE_BOOT_MAX];
    sqlite3 *db = NULL;

    read_boot(boot);
    assert(sqlite3_open(path, &db) == SQLITE_OK);
    sqlite3_exec(db, "PRAGMA synchronous = OFF; BEGIN;", NULL, NULL, NULL);
    assert(sqlite3_exec(db, tables, NULL, NULL, NULL) == SQLITE_OK);
    for (int i = 0; text != NULL && i < ROWS_MAX; i++)
        insert(db, strsep(&text, "\n"), boot);
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(db);
}

static void judge(struct access_snapshot *snapshot)
{
    assert(snapshot->users.count <= USER_MAX && snapshot->tokens.count <= TOKEN_MAX);
    for (size_t i = 0; i < snapshot->users.count; i++)
        assert(access_role_name(snapshot->users.items[i].role) != NULL && snapshot->users.items[i].id > 0);
    for (size_t i = 0; i < snapshot->tokens.count; i++) {
        const struct token *token = &snapshot->tokens.items[i];

        assert(token->role == ACCESS_ROLE_VIEWER || token->role == ACCESS_ROLE_DRIVER);
        token_alive(token, clock_utc_ns() / NS_PER_S, true);
    }
    for (size_t i = 0; i < sizeof(snapshot->sessions.items) / sizeof(snapshot->sessions.items[0]); i++)
        if (snapshot->sessions.items[i].id != 0) {
            session_alive(&snapshot->sessions.items[i], clock_boot_ns());
            session_role(&snapshot->sessions.items[i], ACCESS_ROLE_ADMIN, clock_boot_ns());
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/garaged-fuzz-XXXXXX", command[64], path[64];
    struct access_snapshot *snapshot = calloc(1, sizeof(*snapshot));
    char *text = strndup((const char *)data, size);
    struct err err;

    if (size <= 8192 && text && snapshot && mkdtemp(folder)) {
        snprintf(path, sizeof(path), "%s/access.db", folder);
        write_file(path, text);
        struct access_store *store = access_store_open(folder, snapshot, &err);
        if (store)
            judge(snapshot);
        access_store_close(store);
        for (int i = 0; i < 3; i++) {
            static const char *const names[] = {"access.db", "access.db-wal", "access.db-shm"};

            snprintf(command, sizeof(command), "%s/%s", folder, names[i]);
            unlink(command);
        }
        rmdir(folder);
    }
    free(text);
    free(snapshot);
    return 0;
}
