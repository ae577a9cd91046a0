/* Long work of the store that a client of the control socket waits for. */
#ifndef HOME_WAITING_H
#define HOME_WAITING_H

#include "access/control.h"
#include "diary/store/store.h"

/* What the client is answered; `why` is NULL when the work is done. Called when the work has ended. */
typedef json_t *home_waiting_answer_fn(const struct work *work, const char *why);

/* Begins the work (taken over; NULL: there was no memory for it); its end is the job's. When nobody waits any
 * more it ends before its next slice. */
int home_waiting_begin(struct loop *loop, struct store *store, struct work *work,
                       home_waiting_answer_fn *answer, struct control_job *job, struct err *err);

#endif
