/* The hub of garaged-car: the only place that knows all its stages. Joins loop, adapter, core and link. */
#ifndef PROBE_H
#define PROBE_H

#include "config.h"
#include "probe_core.h"
#include "util/core/err.h"
#include "util/loop.h"
#include "util/notify.h"

struct probe_settings {
    const struct config_car *car;
    const char *state_dir; /* where the key of the car's identity lies */
    const char *data_dir;  /* NULL: found beside the program or in /usr/share */
    double replay_speed;   /* of a recording; 1 = real time */
    int link_fd;           /* connected to garaged; -1: none. When it closes, the loop is stopped */
    int listen_fd;         /* garaged connects here, and may go and come; -1: none */
    struct notify *notify; /* watches the tick and is told how the car is; NULL: nobody */
};

struct probe;

/* Takes over the descriptors. Settings and what they point to outlive the probe. */
struct probe *probe_new(struct loop *loop, const struct probe_settings *settings, struct err *err);
void probe_free(struct probe *probe);

/* What the core is told of an adapter: also for garagectl doctor, which has a core of its own. */
struct adapter;
struct probe_contact probe_contact_of(const struct adapter *adapter, bool up);

#endif
