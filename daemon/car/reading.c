/* The names of qualities. Holds no other knowledge of readings: they are plain values. */
#include "car/reading.h"

const char *quality_name(enum quality quality)
{
    switch (quality) {
    case QUALITY_OK:
        return "ok";
    case QUALITY_OLD:
        return "old";
    case QUALITY_ASSUMED:
        return "assumed";
    case QUALITY_ESTIMATED:
        return "estimated";
    case QUALITY_DISPUTED:
        return "disputed";
    }
    return "ok";
}
