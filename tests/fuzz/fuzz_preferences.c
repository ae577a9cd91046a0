/* The body of PUT preferences: whatever is taken can be written and read again. */
#include "export/json_preferences.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct preferences preferences = preferences_default(), again = preferences_default();
    struct err err;

    if (json_preferences_read((const char *)data, size, &preferences, &err) != 0)
        return 0;
    char *text = json_preferences(&preferences);
    assert(text && json_preferences_read(text, strlen(text), &again, &err) == 0);
    char *same = json_preferences(&again);
    assert(same && strcmp(text, same) == 0);
    free(text);
    free(same);
    return 0;
}
