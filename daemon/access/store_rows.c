/* The rows of access.db: users, sessions, tokens. What a row of another hand holds is checked as it is read:
 * what can't be is left out. */
#include "access/store_private.h"

#include <stdio.h>
#include <string.h>

void access_store_text(char *to, size_t size, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);

    snprintf(to, size, "%s", text == NULL ? "" : text);
}

static void load_user(const struct access_store *store, struct access_snapshot *snapshot,
                      sqlite3_stmt *statement)
{
    (void)store;
    struct user user = {.id = sqlite3_column_int64(statement, 0)};
    char role[16];

    access_store_text(user.name, sizeof(user.name), statement, 1);
    access_store_text(user.hash, sizeof(user.hash), statement, 2);
    access_store_text(role, sizeof(role), statement, 3);
    user.role = (enum access_role)access_role_parse(role);
    if (user.id > 0 && user.role != 0)
        users_put(&snapshot->users, &user);
}

/* A moment of this boot. What lies before it is none, and too far away to count with. */
static int64_t boot_time(sqlite3_stmt *statement, int column, int64_t otherwise)
{
    int64_t ns = sqlite3_column_int64(statement, column);

    return ns < 0 ? otherwise : ns;
}

/* A session of another boot starts its idle time anew, without the rights that wear off: the time while the
 * machine was off can't be known before the clock is right. */
static void load_session(const struct access_store *store, struct access_snapshot *snapshot,
                         sqlite3_stmt *statement)
{
    const unsigned char *hash = sqlite3_column_blob(statement, 0);
    int64_t user = sqlite3_column_int64(statement, 1);
    char csrf[SECRET_TEXT];
    char boot[ACCESS_STORE_BOOT_MAX];
    bool same_boot;
    struct session *session;

    access_store_text(csrf, sizeof(csrf), statement, 2);
    access_store_text(boot, sizeof(boot), statement, 3);
    if (sqlite3_column_bytes(statement, 0) != SECRET_BYTES || users_get(&snapshot->users, user) == NULL)
        return;
    same_boot = strcmp(boot, store->boot) == 0;
    session = sessions_add(&snapshot->sessions, user, hash, csrf, 0);
    session->seen_ns = same_boot ? boot_time(statement, 4, 0) : 0;
    session->acted_ns = same_boot ? boot_time(statement, 5, TIME_NONE) : TIME_NONE;
    session->kept_ns = same_boot ? session->seen_ns : TIME_NONE;
    session->opened_s = sqlite3_column_int64(statement, 6);
    access_store_text(session->opened_from, sizeof(session->opened_from), statement, 7);
}

static void load_token(const struct access_store *store, struct access_snapshot *snapshot,
                       sqlite3_stmt *statement)
{
    struct token token = {.id = sqlite3_column_int64(statement, 0),
                          .made_s = sqlite3_column_int64(statement, 5),
                          .ends_s = sqlite3_column_int64(statement, 6),
                          .used_s = sqlite3_column_int64(statement, 7)};
    const unsigned char *hash = sqlite3_column_blob(statement, 2);
    char role[16], scope[16];

    (void)store;
    access_store_text(token.name, sizeof(token.name), statement, 1);
    access_store_text(role, sizeof(role), statement, 3);
    access_store_text(scope, sizeof(scope), statement, 4);
    access_store_text(token.used_from, sizeof(token.used_from), statement, 8);
    if (token.id <= 0 || sqlite3_column_bytes(statement, 2) != SECRET_BYTES || access_scope_parse(scope) < 0)
        return;
    memcpy(token.hash, hash, SECRET_BYTES);
    token.role = (enum access_role)access_role_parse(role);
    token.scope = (enum access_scope)access_scope_parse(scope);
    if (token.role == ACCESS_ROLE_VIEWER || token.role == ACCESS_ROLE_DRIVER)
        tokens_put(&snapshot->tokens, &token);
}

typedef void load_fn(const struct access_store *store, struct access_snapshot *snapshot,
                     sqlite3_stmt *statement);

static int load(struct access_store *store, const char *sql, load_fn *fn, struct access_snapshot *snapshot,
                struct err *err)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(statement);
        if (rc == SQLITE_ROW)
            fn(store, snapshot, statement);
    }
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? 0 : access_store_fail(store, "read it", err);
}

int access_rows_load(struct access_store *store, struct access_snapshot *snapshot, struct err *err)
{
    static const char users[] = "SELECT id, name, hash, role FROM users ORDER BY id LIMIT 32";
    static const char sessions[] =
        "SELECT hash, user, csrf, boot, seen_boot_ns, acted_boot_ns, opened_utc_s, opened_from FROM sessions "
        "ORDER BY seen_boot_ns LIMIT 256";
    static const char tokens[] = "SELECT id, name, hash, role, scope, made_utc_s, ends_utc_s, used_utc_s, "
                                 "used_from FROM tokens ORDER BY id LIMIT 64";

    if (load(store, users, load_user, snapshot, err) != 0 ||
        load(store, sessions, load_session, snapshot, err) != 0)
        return -1;
    return load(store, tokens, load_token, snapshot, err);
}

int access_store_finish(struct access_store *store, sqlite3_stmt *statement, const char *what,
                        struct err *err)
{
    int rc = sqlite3_step(statement);

    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? 0 : access_store_fail(store, what, err);
}

int access_store_delete(struct access_store *store, const char *sql, int64_t id, struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "delete", err);
    sqlite3_bind_int64(statement, 1, id);
    return access_store_finish(store, statement, "delete", err);
}

static int put_user(struct access_store *store, const struct user *user, struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db,
                           "INSERT INTO users (id, name, hash, role) VALUES (?1, ?2, ?3, ?4) "
                           "ON CONFLICT (id) DO UPDATE SET name = ?2, hash = ?3, role = ?4",
                           -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "write a user", err);
    sqlite3_bind_int64(statement, 1, user->id);
    sqlite3_bind_text(statement, 2, user->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, user->hash, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, access_role_name(user->role), -1, SQLITE_STATIC);
    return access_store_finish(store, statement, "write a user", err);
}

static int end_sessions_of(struct access_store *store, int64_t user, struct err *err)
{
    return access_store_delete(store, "DELETE FROM sessions WHERE user = ?1", user, err);
}

static int end_session(struct access_store *store, const unsigned char hash[SECRET_BYTES], struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, "DELETE FROM sessions WHERE hash = ?1", -1, &statement, NULL) !=
        SQLITE_OK)
        return access_store_fail(store, "end a session", err);
    sqlite3_bind_blob(statement, 1, hash, SECRET_BYTES, SQLITE_STATIC);
    return access_store_finish(store, statement, "end a session", err);
}

static int put_session(struct access_store *store, const struct session *session, struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(
            store->db,
            "INSERT OR REPLACE INTO sessions (hash, user, csrf, boot, seen_boot_ns, acted_boot_ns, "
            "opened_utc_s, opened_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "write a session", err);
    sqlite3_bind_blob(statement, 1, session->hash, SECRET_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, session->user);
    sqlite3_bind_text(statement, 3, session->csrf, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, store->boot, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 5, session->seen_ns);
    sqlite3_bind_int64(statement, 6, session->acted_ns);
    sqlite3_bind_int64(statement, 7, session->opened_s);
    sqlite3_bind_text(statement, 8, session->opened_from, -1, SQLITE_STATIC);
    return access_store_finish(store, statement, "write a session", err);
}

static int put_token(struct access_store *store, const struct token *token, struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(
            store->db,
            "INSERT OR REPLACE INTO tokens (id, name, hash, role, scope, made_utc_s, ends_utc_s, "
            "used_utc_s, used_from) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "write a token", err);
    sqlite3_bind_int64(statement, 1, token->id);
    sqlite3_bind_text(statement, 2, token->name, -1, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 3, token->hash, SECRET_BYTES, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, access_role_name(token->role), -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 5, access_scope_name(token->scope), -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 6, token->made_s);
    sqlite3_bind_int64(statement, 7, token->ends_s);
    sqlite3_bind_int64(statement, 8, token->used_s);
    sqlite3_bind_text(statement, 9, token->used_from, -1, SQLITE_STATIC);
    return access_store_finish(store, statement, "write a token", err);
}

int access_rows_write(struct access_store *store, struct access_change *change, struct err *err)
{
    static const char user[] = "DELETE FROM users WHERE id = ?1",
                      token[] = "DELETE FROM tokens WHERE id = ?1";
    int status = change->put_user ? put_user(store, &change->user, err) : 0;

    if (status == 0 && change->end_user_sessions)
        status = end_sessions_of(store, change->user.id, err);
    if (status == 0 && change->end_all_sessions)
        status = access_store_delete(store, "DELETE FROM sessions WHERE ?1", 1, err);
    if (status == 0 && change->remove_user)
        status = access_store_delete(store, user, change->user.id, err);
    if (status == 0 && change->end_session)
        status = end_session(store, change->ended, err);
    if (status == 0 && change->put_session)
        status = put_session(store, &change->session, err);
    if (status == 0 && change->put_token)
        status = put_token(store, &change->token, err);
    if (status == 0 && change->remove_token)
        status = access_store_delete(store, token, change->token.id, err);
    if (status == 0 && change->put_audit)
        status = access_audit_write(store, &change->audit, err);
    return status;
}
