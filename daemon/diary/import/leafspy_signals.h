/* What a row of a LeafSpy log says in the vocabulary's signals. Pure. */
#ifndef DIARY_IMPORT_LEAFSPY_SIGNALS_H
#define DIARY_IMPORT_LEAFSPY_SIGNALS_H

#include "car/presence.h"
#include "diary/import/leafspy.h"
#include "diary/item.h"

#define LEAFSPY_SIGNALS_MAX 26

/* The row's signals, as many as it knows; their number. */
size_t leafspy_signals(const struct leafspy_row *row, struct diary_row out[LEAFSPY_SIGNALS_MAX]);

/* What the car was doing. */
enum presence leafspy_presence(const struct leafspy_row *row);

#endif
