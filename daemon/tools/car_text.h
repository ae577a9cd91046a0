/* Where a car stands in the text of a configuration file. Pure. */
#ifndef TOOLS_CAR_TEXT_H
#define TOOLS_CAR_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes that are the car and the comma that goes with it: what is left without them is a configuration
 * again, with every comment outside of the car's brackets. */
bool car_text_find(const char *text, size_t len, const char *id, size_t *from, size_t *to);

#endif
