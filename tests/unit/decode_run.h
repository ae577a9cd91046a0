/* Runs `garagectl decode` without its command line over a text, with the small car's definition. */
#ifndef DECODE_RUN_H
#define DECODE_RUN_H

#include "small_car.h"
#include "tools/decode_feed.h"
#include "tools/decode_input.h"
#include "tools/decode_write.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct run {
    struct definition *definition;
    enum decode_input_result result;
    struct feed_counts counts;
    uint64_t readings;
    char *text; /* what was printed */
    size_t len;
};

static inline void run_free(struct run *run)
{
    free(run->text);
    definition_free(run->definition);
}

static inline int input_of(const void *bytes, size_t len)
{
    int fd = memfd_create("input", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static inline struct run decode_bytes(const void *bytes, size_t len, bool changes)
{
    struct run run = {0};
    struct err err;
    FILE *out = open_memstream(&run.text, &run.len);
    int fd = input_of(bytes, len);

    run.definition = definition_parse(small_car, "small_car", &err);
    if (!run.definition)
        fail_msg("%s", err.text);
    struct decode_writer *writer = decode_writer_new(run.definition, out, changes);
    struct feed *feed = feed_new(run.definition, DEFINITION_GENERATION_AUTO, decode_writer_take, writer);

    run.result = decode_input_run(fd, feed, &err);
    assert_int_equal(decode_writer_finish(writer, &err), 0);
    run.counts = *feed_counts(feed);
    run.readings = decode_writer_count(writer);
    feed_free(feed);
    decode_writer_free(writer);
    fclose(out);
    close(fd);
    return run;
}

/* Decodes a text and compares what is printed. Returns the counts. */
static inline struct feed_counts expect(const char *input, const char *output)
{
    struct run run = decode_bytes(input, strlen(input), false);
    struct feed_counts counts = run.counts;

    assert_int_equal(run.result, DECODE_INPUT_OK);
    assert_string_equal(run.text, output);
    run_free(&run);
    return counts;
}

static inline uint64_t total_rejected(const struct feed_counts *counts)
{
    uint64_t total = 0;

    for (int i = 0; i < DECODE_REASON_COUNT; i++)
        total += counts->rejected[i];
    return total;
}

#define SOC(TIME, VALUE, RAW)                                                                                \
    "{\"t\":" TIME ",\"signal\":\"soc\",\"value\":" VALUE ",\"unit\":\"%\",\"source\":\"55B\",\"raw\":" RAW  \
    "}\n"
#define AUX(TIME)                                                                                            \
    "{\"t\":" TIME                                                                                           \
    ",\"signal\":\"aux_voltage\",\"value\":13.04,\"unit\":\"V\",\"source\":\"797 221103\",\"raw\":163}\n"
#define BATTERY_SOC(TIME)                                                                                    \
    "{\"t\":" TIME                                                                                           \
    ",\"signal\":\"soc\",\"value\":84.12,\"unit\":\"%\",\"source\":\"79B 2101\",\"raw\":8412}\n"

#endif
