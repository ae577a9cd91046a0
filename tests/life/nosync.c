/* A made-up life is made again when the power fails: its program need not wait for a card. Stands before the
 * C library's functions for SQLite, too. */
#include <unistd.h>

int fsync(int fd)
{
    (void)fd;
    return 0;
}

int fdatasync(int fd)
{
    (void)fd;
    return 0;
}
