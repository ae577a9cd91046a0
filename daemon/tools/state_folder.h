/* The state folder, for tools that work in it while garaged is stopped. */
#ifndef TOOLS_STATE_FOLDER_H
#define TOOLS_STATE_FOLDER_H

#include "config.h"

/* As garaged finds it. An exit code of sysexits; what is wrong was printed on stderr. */
int state_folder_find(const char *config_path, char folder[CONFIG_TEXT_MAX]);

/* Root becomes the folder's owner, for good: what root makes in it would not be garaged's, and whoever made a
 * file in it gets no further than garaged. The same exit codes. */
int state_folder_become_owner(const char *folder);

#endif
