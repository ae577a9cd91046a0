/* From what was seen of a dongle to what is wrong with it, in plain words, and what to do. Pure. */
#ifndef TOOLS_DOCTOR_VERDICT_H
#define TOOLS_DOCTOR_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOCTOR_FINDING_MAX 12
#define DOCTOR_TEXT_MAX    320

enum doctor_lender { DOCTOR_NO_DAEMON, DOCTOR_LENT, DOCTOR_NOT_LENT };

/* Texts live as long as the facts. */
struct doctor_facts {
    const char *port;
    enum doctor_lender lender; /* whether a running garaged has freed the dongle */
    const char *lender_words;  /* why it has not */
    const char *users;         /* programs that have the line open; "" for none that can be seen */
    const char *group;         /* of the line's device; "" for none */
    bool up;                   /* the link, at the end */
    const char *reason;        /* while it is not up, as the adapter says it */
    const char *description, *limits;
    bool has_voltmeter, listens;
    double volts; /* NAN: none */
    unsigned broadcasts, watched_s;
    uint64_t questions, answers;
    const char *generation; /* recognised; "" for none */
    const char *configured; /* "auto", or the generation of the configuration */
};

enum doctor_level { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_PROBLEM };

struct doctor_finding {
    enum doctor_level level;
    char text[DOCTOR_TEXT_MAX];
    char advice[DOCTOR_TEXT_MAX]; /* "" for none */
};

/* "ok", "note", "problem" */
const char *doctor_level_name(enum doctor_level level);

/* Fills at most DOCTOR_FINDING_MAX findings; returns how many. */
size_t doctor_judge(const struct doctor_facts *facts, struct doctor_finding *findings);

/* How long it is worth waiting for a link that is down for this reason: no permission comes by waiting; a
 * speed that is sought, and Bluetooth, take their time (`is_slow`). */
int doctor_patience_s(const char *reason, bool is_slow);

#endif
