/* What libconfig would read wrongly, or read at all, without a word: found in the text before libconfig sees
 * it. libconfig 1.5 reads 4294967297 as 1 and 0xFFFFFFFF as -1; 1.7 reads 010 as 8; both follow @include and
 * cut a string at \x00. To be run on every text that goes to config_read_string(). */
#ifndef UTIL_CORE_CONFSCAN_H
#define UTIL_CORE_CONFSCAN_H

#include <stdbool.h>
#include <stddef.h>

#define CONFSCAN_DEPTH_MAX   8
#define CONFSCAN_ITEM_MAX    128
#define CONFSCAN_VALUE_MAX   48
#define CONFSCAN_MISTAKE_MAX 16

struct confscan_mistake {
    unsigned line;
    char item[CONFSCAN_ITEM_MAX];   /* "cars[0].baud"; empty where the whole text is meant */
    char value[CONFSCAN_VALUE_MAX]; /* as it stands in the text, perhaps cut */
    const char *reason;
};

struct confscan {
    bool is_fatal; /* libconfig must not see the text; mistakes[0] says why */
    struct confscan_mistake mistakes[CONFSCAN_MISTAKE_MAX];
    size_t count;
};

/* Fills *scan; returns true when libconfig may parse the text and its numbers are what the text says. Numbers
 * in `mistakes` are wrong only where libconfig then finds no syntax error: that one is the better message. */
bool confscan_run(struct confscan *scan, const char *text, size_t len);

/* Why libconfig's versions would not all read this word as the number it shows; NULL if they would. */
const char *confscan_judge_number(const char *word, size_t len);

#endif
