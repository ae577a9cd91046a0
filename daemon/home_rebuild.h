/* `garagectl diary rebuild`: the store's long work, told to who waits for it. */
#ifndef HOME_REBUILD_H
#define HOME_REBUILD_H

#include "access/control.h"
#include "diary/store/store.h"

/* Begins it; its end is the job's. When nobody waits any more it ends before its next slice. */
int home_rebuild_begin(struct loop *loop, struct store *store, struct control_job *job, struct err *err);

#endif
