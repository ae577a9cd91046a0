/* What the records of one car half make of the view. Time is an argument, so a made-up life uses it, too. */
#ifndef HOME_SEEN_H
#define HOME_SEEN_H

#include "export/view.h"
#include "link/record.h"

struct home_seen_events {
    void (*value)(void *ctx, size_t car, size_t signal); /* a reading arrived; the view has it already */
    void (*changed)(void *ctx);                          /* view.sequence rose */
};

/* One car half's place in the view. All pointers live as long as it. */
struct home_seen {
    struct view *view;
    size_t index;
    struct home_seen_events events;
    void *ctx;
};

/* The car in the view. */
struct view_car *home_seen_car(const struct home_seen *seen);

/* What the half says. */
void home_seen_take(struct home_seen *seen, const struct record *record, int64_t now_ns);

/* The link's state, also where no record tells it. While the dongle is paused that stands instead. */
void home_seen_set_link(struct home_seen *seen, enum view_link link, const char *reason, int64_t now_ns);

/* The dongle is lent until then (on CLOCK_BOOTTIME), `words` say so; or is taken back. */
void home_seen_pause(struct home_seen *seen, int64_t until_boot_ns, const char *words, int64_t now_ns);
void home_seen_resume(struct home_seen *seen, int64_t now_ns);

#endif
