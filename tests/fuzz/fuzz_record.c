/* Records from the other half: whatever is accepted must encode to the same bytes again. */
#include "link/record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record record;
    uint8_t bytes[RECORD_BYTES_MAX];

    if (record_decode(&record, data, size) != RECORD_OK)
        return 0;
    size_t len = record_encode(&record, bytes);
    /* what is not meant (an unknown value, the value of a dispute that is over) is written as 0 */
    if (record.kind != RECORD_SIGNAL && record.kind != RECORD_DISPUTE &&
        (len != size || memcmp(bytes, data, len) != 0))
        abort();
    return 0;
}
