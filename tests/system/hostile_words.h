/* What a hostile client says: one saying a connection, drawn from the kinds of the table in hostile_words.c
 * and from the corpora of the fuzz targets. Pure. */
#ifndef TESTS_HOSTILE_WORDS_H
#define TESTS_HOSTILE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_BYTES ((size_t)128 * 1024)
#define WORDS_FILES 512

struct words_file {
    char *bytes;
    size_t len;
};

struct words {
    uint64_t random;
    int port;
    const char *cookie; /* of a logged-in owner who is being misled; "" for none */
    struct words_file files[WORDS_FILES];
    size_t file_count;
};

struct saying {
    const char *kind;
    size_t len;       /* said at once */
    size_t flood;     /* then so many times the letter a */
    size_t after_len; /* bytes behind the first `len`, said after a 101 */
    bool has_session; /* carries the owner's cookie, and is a GET: may be answered */
    bool may_upgrade;
    bool hangs; /* no answer is due: the client leaves after a moment */
    char bytes[WORDS_BYTES];
};

/* Below `limit`. */
uint32_t words_below(struct words *words, uint32_t limit);

/* Draws the next saying. */
void words_draw(struct words *words, struct saying *saying);

#endif
