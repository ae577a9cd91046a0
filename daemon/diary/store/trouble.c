/* From the codes of SQLite, and of the system behind them, to the few things an owner can act on. */
#include "diary/store/trouble.h"

#include <errno.h>
#include <stddef.h>

const char *trouble_name(enum trouble trouble)
{
    static const char *const names[] = {"",       "damaged", "foreign",   "made-up",   "newer",
                                        "locked", "full",    "read-only", "I/O error", "unusable"};

    return names[trouble];
}

/* Of the way to files itself: SQLite 3.40 does not keep it when a COMMIT fails. */
static int find_errno(sqlite3 *sqlite)
{
    sqlite3_vfs *vfs = NULL;

    if (sqlite3_file_control(sqlite, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) == SQLITE_OK && vfs)
        return vfs->xGetLastError(vfs, 0, NULL);
    return sqlite3_system_errno(sqlite);
}

/* An I/O error as the system sees it: a file system that became read-only, a card that is full. */
static enum trouble find_io(sqlite3 *sqlite)
{
    int code = sqlite3_extended_errcode(sqlite);

    if (code == SQLITE_IOERR_READ || code == SQLITE_IOERR_SHORT_READ)
        return TROUBLE_IO;
    switch (find_errno(sqlite)) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return TROUBLE_FULL;
    case EROFS:
    case EACCES:
    case EPERM:
        return TROUBLE_READ_ONLY;
    default:
        return TROUBLE_IO;
    }
}

enum trouble trouble_find(sqlite3 *sqlite)
{
    switch (sqlite ? sqlite3_errcode(sqlite) & 0xFF : SQLITE_NOMEM) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return TROUBLE_NONE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return TROUBLE_DAMAGED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return TROUBLE_LOCKED;
    case SQLITE_FULL:
        return TROUBLE_FULL;
    case SQLITE_READONLY:
        return TROUBLE_READ_ONLY;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return find_io(sqlite);
    default:
        return TROUBLE_OTHER;
    }
}
