/* A crash leaves no file of what was in memory: passwords, sessions and keys pass through it. */
#ifndef UTIL_NOCORE_H
#define UTIL_NOCORE_H

/* For this process and those that it starts; garaged.service says the same with LimitCORE=0. */
void nocore_set(void);

#endif
