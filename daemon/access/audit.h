/* What happened at the door, in rows that hang together: each row's hash is the SHA-256 of the one before and
 * of itself, so that a row that was changed, moved or taken away shows. Pure. */
#ifndef ACCESS_AUDIT_H
#define ACCESS_AUDIT_H

#include "access/secret.h"
#include "access/users.h"

#include <stdbool.h>
#include <stdint.h>

#define AUDIT_WHO_MAX    40
#define AUDIT_WHAT_MAX   24
#define AUDIT_FROM_MAX   48
#define AUDIT_DETAIL_MAX 128
#define AUDIT_ROWS_MAX   50000 /* then the oldest go; the chain begins where they ended */
#define AUDIT_PRUNED     5000  /* so many at once */
#define AUDIT_ROOT       "root" /* who is at the control socket */
#define AUDIT_SOCKET     "control socket"
#define AUDIT_NOBODY     "" /* who did not come in */
#define AUDIT_ORDERS     "*" /* no user's name: in lists, only the orders to the car */

/* What a row tells. No secret and no VIN stands in it. */
struct audit_row {
    int64_t id;     /* counts on for ever */
    int64_t utc_ms; /* as the clock was */
    int clock_right;
    int is_ok;
    char who[AUDIT_WHO_MAX]; /* a user, or "token:NAME" */
    char from[AUDIT_FROM_MAX];
    char what[AUDIT_WHAT_MAX];
    char detail[AUDIT_DETAIL_MAX];
    unsigned char hash[SECRET_BYTES];
};

/* What is to be told. */
struct audit_event {
    const char *who, *from, *what, *detail;
    bool is_failure;
};

/* Fills the row's texts: cut to their sizes, control characters as '?'. */
void audit_fill(struct audit_row *row, const struct audit_event *event);

/* The row's hash, after one whose hash is `before`. */
int audit_hash(const struct audit_row *row, const unsigned char before[SECRET_BYTES],
               unsigned char hash[SECRET_BYTES], struct err *err);

/* Who fails without end, inside or outside, fills no card: 20 rows at once, then one a minute; what was left out is counted. */
struct audit_limit {
    int used;
    int64_t at_ns;
    uint64_t left_out;
};

/* Whether a row of something that failed may be written now. */
bool audit_may_tell(struct audit_limit *limit, int64_t now_ns);

#endif
