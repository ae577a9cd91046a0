/* A host behind a dongle that misbehaves, set up to ask the battery. */
#ifndef TESTS_FAULT_TALK_H
#define TESTS_FAULT_TALK_H

#include "../simulator/talk.h"

#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_61 "7BB100C616123282260\r7BB21000000000000FF\r\r>"

static inline struct sim_talk *talk_with(const struct sim_options *options)
{
    static const char *const lines[] = {"ATE0",         "ATS0",    "ATH1",     "ATSP6",
                                        "ATCAF0",       "ATSH79B", "ATCRA7BB", "ATFCSH79B",
                                        "ATFCSD300000", "ATFCSM1", "ATAT0"};
    struct sim_talk *talk = sim_talk_new(options, "0 on\n5 drive 5\n");

    assert_non_null(talk);
    sim_talk_run_ms(talk, 1000);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        sim_talk_say(talk, lines[i]);
    return talk;
}

static inline struct sim_talk *talk_with_fault(const char *fault)
{
    const struct sim_options options = {
        .car = "aze0-30", .seed = 1, .faults = &fault, .fault_count = fault ? 1 : 0};

    return talk_with(&options);
}

static inline void wait_until_s(struct sim_talk *talk, int64_t second)
{
    if (talk->now_ns < second * NS_PER_S)
        sim_talk_run_ms(talk, second * 1000 - talk->now_ns / NS_PER_MS);
}

/* What 022161 is answered with while the fault is there. */
static inline void assert_answer(const char *fault, const char *expected)
{
    struct sim_talk *talk = talk_with_fault(fault);

    wait_until_s(talk, 10);
    const char *heard = sim_talk_say(talk, "022161");
    if (strcmp(heard, expected) != 0)
        fail_msg("%s: %s", fault, heard);
    sim_talk_free(talk);
}

#endif
