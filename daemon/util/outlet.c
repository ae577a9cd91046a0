/* One judgement and one way to write for all that garagectl has written for it. What is written, and what
 * becomes of what a slow reader does not take, is the caller's. */
#include "util/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int outlet_judge(struct outlet *outlet, int fd, struct err *err)
{
    struct stat status;

    if (fd < 0 || fstat(fd, &status) != 0)
        return err_set(err, "no file came with the request");
    *outlet = (struct outlet){fd, S_ISSOCK(status.st_mode)};
    if (!outlet->is_socket && !S_ISREG(status.st_mode))
        return err_set(err, "neither a file nor a socket: it could keep the house waiting");
    if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
        return err_set(err, "the file is not open for writing");
    return 0;
}

ssize_t outlet_write(const struct outlet *outlet, const char *bytes, size_t len)
{
    ssize_t done;

    do {
        done = outlet->is_socket ? send(outlet->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL)
                                 : write(outlet->fd, bytes, len);
    } while (done < 0 && errno == EINTR);
    return done;
}

const char *outlet_words(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "the disk is full";
    case EPIPE:
    case ECONNRESET:
        return "nobody takes it any more";
    default:
        return strerror(error);
    }
}
