/* `garagectl backup`: a copy of the diary into the file that came with the request. */
#ifndef HOME_BACKUP_H
#define HOME_BACKUP_H

#include "access/control.h"
#include "diary/store/store.h"

/* `fd` is a regular file, empty, and taken over when 0 is returned. The copy grows in `folder` first, which
 * has room for it: the state folder. */
int home_backup_begin(struct loop *loop, struct store *store, const char *folder, int fd,
                      struct control_job *job, struct err *err);

#endif
