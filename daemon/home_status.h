/* The line of `systemctl status garaged`: cars, diary, broker, in one sentence. */
#ifndef HOME_STATUS_H
#define HOME_STATUS_H

#include "export/view.h"

/* "leaf: asleep, 54 %; diary ok; mqtt up"; cut where it does not fit. */
void home_status_write(const struct view *view, char *text, size_t size);

#endif
