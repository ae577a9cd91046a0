/* What the home's end is told, and when: values that changed, at most ten times a second each; the times of
 * unchanged ones every few seconds; hello, link, identity, presence and counters when they differ from what
 * was said last. Pure: records leave through a function. What could not leave stays to be said, so that after
 * a full socket nothing is missing. */
#ifndef PROBE_REPORT_H
#define PROBE_REPORT_H

#include "link/record.h"
#include "probe_core.h"

#include <stdbool.h>
#include <stdint.h>

#define REPORT_VALUE_NS    (100 * NS_PER_MS) /* one signal again at the earliest */
#define REPORT_RELAXED_NS  (200 * NS_PER_MS) /* the same when nobody drives: together, so few wake-ups */
#define REPORT_REFRESH_NS  (6 * NS_PER_S)    /* times of values that did not change */
#define REPORT_COUNTERS_NS (10 * NS_PER_S)

/* False: there is no room now, or nobody listens. */
typedef bool report_send_fn(void *ctx, const struct record *record);

struct probe_report;

/* NULL only without memory. */
struct probe_report *probe_report_new(const struct definition *definition);
void probe_report_free(struct probe_report *report);

/* A new peer, or one that asks for it: everything is to be said again. */
void probe_report_restart(struct probe_report *report);

/* Things that the core does not know; said when they differ. Records of kind HELLO (the generation is filled
 * in), LINK, LIMITS, COUNTERS (of those that the core does not count). */
void probe_report_set(struct probe_report *report, const struct record *record);

/* Says why no command goes out. */
void probe_report_refuse_command(const struct probe_core *core, report_send_fn *send, void *ctx);

/* Says what is due. Returns when there is more to say although nothing happens meanwhile, or INT64_MAX. */
int64_t probe_report_run(struct probe_report *report, const struct probe_core *core, report_send_fn *send,
                         void *ctx, int64_t now_ns);

#endif
