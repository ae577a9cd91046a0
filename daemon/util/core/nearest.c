/* Optimal string alignment distance (Damerau's, each pair swapped at most once), bounded: a word that needs
 * more than a third of its letters changed is another word, not a slip. */
#include "util/core/nearest.h"

#include <string.h>

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned nearest_distance(const char *a, const char *b)
{
    unsigned table[NEAREST_LEN_MAX + 1][NEAREST_LEN_MAX + 1];
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);

    if (a_len > NEAREST_LEN_MAX || b_len > NEAREST_LEN_MAX)
        return NEAREST_NONE;
    for (size_t i = 0; i <= a_len; i++)
        table[i][0] = (unsigned)i;
    for (size_t j = 0; j <= b_len; j++)
        table[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_len; i++) {
        for (size_t j = 1; j <= b_len; j++) {
            unsigned replace = table[i - 1][j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0);
            table[i][j] = least(replace, least(table[i - 1][j], table[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                table[i][j] = least(table[i][j], table[i - 2][j - 2] + 1);
        }
    }
    unsigned distance = table[a_len][b_len];
    return distance <= 1 + least((unsigned)a_len, (unsigned)b_len) / 3 ? distance : NEAREST_NONE;
}

void nearest_try(struct nearest *nearest, const char *known)
{
    unsigned distance = nearest_distance(nearest->word, known);

    if (distance >= nearest->distance)
        return;
    nearest->distance = distance;
    nearest->best = known;
}
