/* What must be known of a libconfig text before libconfig sees it. */
#ifndef CAR_DEFINITION_TEXT_H
#define CAR_DEFINITION_TEXT_H

#include "util/core/err.h"

/* -1 with "NAME:LINE: ITEM: REASON" for an @include and for numbers that libconfig 1.5 would wrap or 1.5
 * and 1.7 would read differently (0010, 4294967297). Strings and comments are skipped. */
int definition_text_check(const char *text, const char *name, struct err *err);

#endif
