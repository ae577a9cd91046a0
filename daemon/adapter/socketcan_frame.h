/* Between the kernel's CAN frames and ours: conversion, filters, time stamps, error frames. Pure. */
#ifndef ADAPTER_SOCKETCAN_FRAME_H
#define ADAPTER_SOCKETCAN_FRAME_H

#include "bus/frame.h"

#include <linux/can.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False for what we don't use: extended identifiers, remote requests, error frames, lengths above 8. */
bool socketcan_from_kernel(const struct can_frame *kernel, struct frame *frame);
void socketcan_to_kernel(const struct frame *frame, struct can_frame *kernel);

/* One filter an identifier: data frames with 11 bits only. */
void socketcan_filters(const uint16_t *ids, size_t count, struct can_filter *filters);

/* A kernel stamp (UTC) on the boot clock. A stamp from the future or older than a second is not believed (the
 * calendar clock was set meanwhile): then it is `now_boot_ns`. */
int64_t socketcan_boot_ns(int64_t stamp_utc_ns, int64_t now_utc_ns, int64_t now_boot_ns);

enum socketcan_trouble {
    SOCKETCAN_NO_TROUBLE,
    SOCKETCAN_BUS_OFF,
    SOCKETCAN_RESTARTED,      /* after bus off, or error-active again */
    SOCKETCAN_WARNING,        /* or a frame that nobody acknowledged */
    SOCKETCAN_UNREADABLE,     /* error-passive by what it receives */
    SOCKETCAN_UNACKNOWLEDGED, /* error-passive by what it sends */
    SOCKETCAN_OVERFLOW,       /* the controller lost frames */
    SOCKETCAN_BUS_ERROR,      /* anything else, of which there may be many */
};

/* What an error frame says; NO_TROUBLE for any other frame. */
enum socketcan_trouble socketcan_trouble(const struct can_frame *kernel);

#endif
