/* What the car is doing, from evidence (DESIGN 5). A pure state machine. */
#ifndef CAR_PRESENCE_H
#define CAR_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

enum presence {
    PRESENCE_UNKNOWN,
    PRESENCE_AWAY,
    PRESENCE_ASLEEP,
    PRESENCE_AWAKE,
    PRESENCE_ON,
    PRESENCE_DRIVING,
    PRESENCE_CHARGING,
};

/* "unknown", "away", ... as CONTRACT 4 prints them. */
const char *presence_name(enum presence presence);

enum tri { TRI_FALSE, TRI_TRUE, TRI_UNKNOWN };

#endif
