/* A LeafSpy log's rows in the order of time, and the diary's items that follow from them. Pure. */
#ifndef DIARY_IMPORT_LEAFSPY_LOG_H
#define DIARY_IMPORT_LEAFSPY_LOG_H

#include "diary/diary.h"
#include "diary/import/leafspy_signals.h"

#define LEAFSPY_PAUSE_S 600 /* rows further apart are of two times: nobody knows what lies between */

/* Sorts by time; of rows of the same second one stays. The number of rows that are left. */
size_t leafspy_log_sort(struct leafspy_row *rows, size_t count);

/* Whether the row is the first or the last before or after a pause. */
bool leafspy_log_is_edge(const struct leafspy_row *rows, size_t count, size_t i);

/* Tells what the rows amount to: outings and charges that are over, a day's battery health, and the cells at
 * rest after each drive. */
void leafspy_log_tell(const struct diary_settings *settings, const struct leafspy_row *rows, size_t count,
                      diary_entry_fn *fn, void *ctx);

/* Tells what happened to a car that stood as `from` says and then was found with these figures, all of one
 * instant: an outing, or a charge. */
void leafspy_log_tell_pause(const struct diary_settings *settings, const struct diary_anchor *from,
                            const struct diary_row *found, size_t count, diary_entry_fn *fn, void *ctx);

/* Takes a figure into where the car stood. */
void leafspy_log_stand(struct diary_anchor *anchor, const struct diary_row *row);

#endif
