/* diary.db: what came to be known, one transaction an entry. Runs on the store's thread only. */
#ifndef DIARY_STORE_ENTRIES_H
#define DIARY_STORE_ENTRIES_H

#include "diary/store/file.h"
#include "diary/store/store.h"

/* An entry is on the card: it is the receiver's. */
typedef void entries_kept_fn(void *ctx, struct diary_entry *entry);

struct entries {
    struct file file;
    entries_kept_fn *kept;
    void *ctx;
    struct diary_entry *waiting[STORE_UNKEPT_MAX]; /* oldest first */
    size_t waiting_count;
};

/* The file is opened by its first file_write. */
void entries_init(struct entries *entries, const struct database_place *place, entries_kept_fn *kept,
                  void *ctx);

/* Closes the file; entries that are not kept yet are lost. */
void entries_close(struct entries *entries);

/* Takes an entry over, to be kept by the next file_write, which is due. There is room: the loop's side
 * counts. */
void entries_add(struct entries *entries, struct diary_entry *entry);

/* Writes an entry's item into the open transaction, and nothing of where trackers stand. */
int entries_put_item(struct database *database, struct diary_entry *entry, struct err *err);

/* Replaces a text of the owner's: the preferences of a car or of the house (""), or the tariffs. */
int entries_set_text(struct entries *entries, enum store_subject subject, const char *car, const char *text,
                     struct err *err);

/* Whether the diary has anything of that car. */
int entries_find_car(struct database *database, const char *car, bool *is_known, struct err *err);

/* Answers what is asked of diary.db, months and years being those of `zone`; items are freed by who takes the
 * answer, also after a failure. */
int entries_ask(struct entries *entries, const struct store_question *question, const struct zone *zone,
                struct store_answer *answer, struct err *err);

#endif
