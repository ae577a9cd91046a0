/* The course of a charge: what the readings of its time say of when its energy went in. Runs on the store's
 * thread only. */
#ifndef DIARY_STORE_COURSE_H
#define DIARY_STORE_COURSE_H

#include "diary/store/readings.h"
#include "plan/tariff.h"

/* Adds the course to the bill: 1. 0 when the readings tell it for less than half of the time, because nobody
 * heard it or they are gone; -1 with err when they can't be read now. */
int course_add(struct readings *readings, const char *car, int64_t from_ms, int64_t to_ms,
               struct tariff_bill *bill, struct err *err);

#endif
