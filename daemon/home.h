/* The hub of garaged: knows every stage of the home half and joins them. Nobody else does. */
#ifndef HOME_H
#define HOME_H

#include "config.h"
#include "util/core/err.h"
#include "util/core/sandbox.h"

#include <stdbool.h>

#define HOME_SOCKETS "/run/garaged-car" /* of the car halves that systemd starts */

struct home;
struct logbook;

struct home_settings {
    const struct config *config;
    const char *config_path; /* as the car half is to read it */
    const char *data_dir;    /* --data; NULL: found beside the program */
    const char *state_dir;   /* where the databases lie */
    const char *runtime_dir; /* where the control socket lies */
    const char *sockets_dir; /* where each car half listens on ID.sock; NULL: they are started here */
    bool demo;               /* a made-up car, marked as such; the pairing code logs in as often as wanted */
    bool trust_clock;        /* believe the calendar clock though nothing says that it is right */
    struct logbook *logbook; /* the last lines of the log, for the page; may be NULL */
    const struct sandbox_report *sandbox; /* what was found of the unit's promises */
};

/* Builds the house. NULL with err, everything begun undone; *code is changed to EX_TEMPFAIL when another
 * garaged uses the folder. */
struct home *home_new(const struct home_settings *settings, int *code, struct err *err);

/* Turns until SIGINT or SIGTERM. 0, or -1 with err. */
int home_run(struct home *home, struct err *err);

/* Undoes home_new in reverse: page, MQTT, cars, store. NULL and half-built houses are fine. */
void home_free(struct home *home);

#endif
