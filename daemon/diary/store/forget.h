/* Takes one car out of a file of the diary, while garaged is stopped. */
#ifndef DIARY_STORE_FORGET_H
#define DIARY_STORE_FORGET_H

#include "util/core/err.h"

#include <stdint.h>

/* Rewrites FOLDER/NAME (diary.db, readings.db, or a copy of one) without the car's rows and overwrites what
 * it was; adds the rows to *rows. One that is not there is no error. -1 with err: the file is as it was. */
int forget_car(const char *folder, const char *name, const char *car, int64_t *rows, struct err *err);

#endif
