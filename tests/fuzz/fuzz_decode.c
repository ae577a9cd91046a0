/* Whole recordings of any form through reassembly, decoder, state and writer, with a small car. */
#include "../unit/small_car.h"
#include "tools/decode_feed.h"
#include "tools/decode_input.h"
#include "tools/decode_write.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;
    struct definition *definition = definition_parse(small_car, "small_car", &err);
    FILE *out = fopen("/dev/null", "w");
    int fd = memfd_create("recording", MFD_CLOEXEC);

    if (!definition || !out || fd < 0 || write(fd, data, size) != (ssize_t)size ||
        lseek(fd, 0, SEEK_SET) != 0)
        abort();
    struct decode_writer *writer = decode_writer_new(definition, out, size % 2 == 0);
    struct feed *feed = feed_new(definition, DEFINITION_GENERATION_AUTO, decode_writer_take, writer);

    decode_input_run(fd, feed, &err);
    feed_free(feed);
    decode_writer_free(writer);
    definition_free(definition);
    fclose(out);
    close(fd);
    return 0;
}
