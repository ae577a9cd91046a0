/* What can be wrong with a file of the diary, named for the log and the page. */
#ifndef DIARY_STORE_TROUBLE_H
#define DIARY_STORE_TROUBLE_H

#include <sqlite3.h>

enum trouble {
    TROUBLE_NONE,
    TROUBLE_DAMAGED,
    TROUBLE_FOREIGN,
    TROUBLE_MADE_UP, /* a demo's diary where a lived one is meant, or the other way round */
    TROUBLE_NEWER,
    TROUBLE_LOCKED,
    TROUBLE_FULL,
    TROUBLE_READ_ONLY,
    TROUBLE_IO,
    TROUBLE_OTHER
};

/* "damaged", "foreign", "made-up", "newer", "locked", "full", "read-only", "I/O error", "unusable"; "" for
 * none. */
const char *trouble_name(enum trouble trouble);

/* What the last failure of this connection means; NULL: it could not be made. */
enum trouble trouble_find(sqlite3 *sqlite);

#endif
