/* The audit's rows in access.db. A row is written in the transaction of what it tells of; the head stands in
 * a table of its own, so that rows cut off at the end show. */
#include "access/store_private.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS "id, utc_ms, clock_right, is_ok, who, origin, what, detail, hash"

/* The first row that is kept and the hash before it; the last row and its hash. */
struct head {
    int64_t first, last;
    unsigned char before[SECRET_BYTES], hash[SECRET_BYTES];
};

/* ---- head ---- */

static void take_blob(unsigned char hash[SECRET_BYTES], sqlite3_stmt *statement, int column)
{
    memset(hash, 0, SECRET_BYTES);
    if (sqlite3_column_bytes(statement, column) == SECRET_BYTES)
        memcpy(hash, sqlite3_column_blob(statement, column), SECRET_BYTES);
}

static int read_head(struct access_store *store, struct head *head, struct err *err)
{
    static const char sql[] = "SELECT first_id, before_hash, last_id, last_hash FROM audit_head";
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "read the audit", err);
    int rc = sqlite3_step(statement);
    head->first = sqlite3_column_int64(statement, 0);
    head->last = sqlite3_column_int64(statement, 2);
    take_blob(head->before, statement, 1);
    take_blob(head->hash, statement, 3);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW ? 0 : err_set(err, "%s: the audit has no head", store->path);
}

static int write_head(struct access_store *store, const struct head *head, struct err *err)
{
    static const char sql[] =
        "UPDATE audit_head SET first_id = ?1, before_hash = ?2, last_id = ?3, last_hash = ?4";
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "write the audit", err);
    sqlite3_bind_int64(statement, 1, head->first);
    sqlite3_bind_blob(statement, 2, head->before, SECRET_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, head->last);
    sqlite3_bind_blob(statement, 4, head->hash, SECRET_BYTES, SQLITE_STATIC);
    return access_store_finish(store, statement, "write the audit", err);
}

/* ---- rows ---- */

/* What no row of ours holds: a text too long, or with a NUL inside. */
static bool is_odd(sqlite3_stmt *statement, int column, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t len = (size_t)sqlite3_column_bytes(statement, column);

    return text == NULL || len >= size || strlen(text) != len;
}

/* A row that can't be ours has the id -1. */
static void take_row(sqlite3_stmt *statement, struct audit_row *row)
{
    *row = (struct audit_row){.id = sqlite3_column_int64(statement, 0),
                              .utc_ms = sqlite3_column_int64(statement, 1),
                              .clock_right = sqlite3_column_int(statement, 2),
                              .is_ok = sqlite3_column_int(statement, 3)};
    access_store_text(row->who, sizeof(row->who), statement, 4);
    access_store_text(row->from, sizeof(row->from), statement, 5);
    access_store_text(row->what, sizeof(row->what), statement, 6);
    access_store_text(row->detail, sizeof(row->detail), statement, 7);
    take_blob(row->hash, statement, 8);
    if (is_odd(statement, 4, sizeof(row->who)) || is_odd(statement, 5, sizeof(row->from)) ||
        is_odd(statement, 6, sizeof(row->what)) || is_odd(statement, 7, sizeof(row->detail)))
        row->id = -1;
}

static int insert(struct access_store *store, const struct audit_row *row, struct err *err)
{
    static const char sql[] = "INSERT INTO audit (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "write the audit", err);
    sqlite3_bind_int64(statement, 1, row->id);
    sqlite3_bind_int64(statement, 2, row->utc_ms);
    sqlite3_bind_int(statement, 3, row->clock_right);
    sqlite3_bind_int(statement, 4, row->is_ok);
    sqlite3_bind_text(statement, 5, row->who, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 6, row->from, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 7, row->what, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 8, row->detail, -1, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 9, row->hash, SECRET_BYTES, SQLITE_STATIC);
    return access_store_finish(store, statement, "write the audit", err);
}

/* The oldest go; the hash of the last of them stays as what the chain begins with. */
static int prune(struct access_store *store, struct head *head, struct err *err)
{
    static const char find[] = "SELECT hash FROM audit WHERE id = ?1",
                      drop[] = "DELETE FROM audit WHERE id <= ?1";
    int64_t last_gone = head->first + AUDIT_PRUNED - 1;
    sqlite3_stmt *statement;

    if (head->last - head->first + 1 <= AUDIT_ROWS_MAX)
        return 0;
    if (sqlite3_prepare_v2(store->db, find, -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "shorten the audit", err);
    sqlite3_bind_int64(statement, 1, last_gone);
    bool is_there = sqlite3_step(statement) == SQLITE_ROW;
    if (is_there)
        take_blob(head->before, statement, 0);
    sqlite3_finalize(statement);
    if (!is_there)
        return 0; /* verify tells */
    head->first = last_gone + 1;
    return access_store_delete(store, drop, last_gone, err);
}

int access_audit_write(struct access_store *store, struct audit_row *row, struct err *err)
{
    struct head head;

    if (read_head(store, &head, err) != 0)
        return -1;
    row->id = head.last + 1;
    if (audit_hash(row, head.hash, row->hash, err) != 0 || insert(store, row, err) != 0)
        return -1;
    head.last = row->id;
    memcpy(head.hash, row->hash, SECRET_BYTES);
    return prune(store, &head, err) != 0 ? -1 : write_head(store, &head, err);
}

int access_store_audit_list(struct access_store *store, struct audit_list *list, struct err *err)
{
    static const char sql[] =
        "SELECT " COLUMNS " FROM audit WHERE (?1 = 0 OR id < ?1) AND "
        "(?2 = '' OR who = ?2 OR what IN ('pause', 'record')) ORDER BY id DESC LIMIT ?3";
    sqlite3_stmt *statement;
    int rc;

    list->count = 0;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "read the audit", err);
    sqlite3_bind_int64(statement, 1, list->before);
    sqlite3_bind_text(statement, 2, list->only, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)list->limit);
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW && list->count < AUDIT_LIST_MAX)
        take_row(statement, &list->rows[list->count++]);
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE || list->count == AUDIT_LIST_MAX
               ? 0
               : access_store_fail(store, "read the audit", err);
}

/* ---- verifying ---- */

/* Compares the next row with what has to stand there; then it is what the one after it hangs on. */
static bool hangs_on(const struct audit_row *row, int64_t id, unsigned char before[SECRET_BYTES])
{
    unsigned char hash[SECRET_BYTES];
    struct err err;

    if (row->id != id || audit_hash(row, before, hash, &err) != 0 ||
        memcmp(hash, row->hash, SECRET_BYTES) != 0)
        return false;
    memcpy(before, hash, SECRET_BYTES);
    return true;
}

int access_store_audit_verify(struct access_store *store, struct audit_verdict *verdict, struct err *err)
{
    struct head head;
    sqlite3_stmt *statement;
    struct audit_row row;
    int rc;

    *verdict = (struct audit_verdict){0};
    if (read_head(store, &head, err) != 0)
        return -1;
    verdict->first = head.first;
    verdict->last = head.last;
    memcpy(verdict->hash, head.hash, SECRET_BYTES);
    if (sqlite3_prepare_v2(store->db, "SELECT " COLUMNS " FROM audit ORDER BY id", -1, &statement, NULL) !=
        SQLITE_OK)
        return access_store_fail(store, "read the audit", err);
    int64_t next = head.first;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW && verdict->bad == 0) {
        take_row(statement, &row);
        if (hangs_on(&row, next, head.before))
            next++;
        else
            verdict->bad = next;
    }
    sqlite3_finalize(statement);
    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        return access_store_fail(store, "read the audit", err);
    if (verdict->bad == 0 && (next != head.last + 1 || memcmp(head.before, head.hash, SECRET_BYTES) != 0))
        verdict->bad = next; /* the end was cut off, or does not belong to it */
    return 0;
}
