/* What goes to stdout comes through a socket, for the daemon waits for nobody. Knows nothing of what is
 * written. */
#include "tools/outgoing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define COPY_BYTES 16384

static bool is_empty(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && status.st_size == 0;
}

static int run_to_file(const struct outgoing *outgoing, outgoing_fn *fn, void *ctx)
{
    int fd = open(outgoing->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0) {
        fprintf(stderr, "%s: %s: %s\n", outgoing->tool, outgoing->path, strerror(errno));
        return EX_CANTCREAT;
    }
    int code = fn(ctx, fd);
    if (code != EX_OK && (!outgoing->keeps_a_part || is_empty(fd)))
        unlink(outgoing->path);
    close(fd);
    return code;
}

static int copy_out(int from)
{
    char bytes[COPY_BYTES];
    ssize_t got;

    while ((got = read(from, bytes, sizeof(bytes))) > 0) {
        for (ssize_t done = 0, more; done < got; done += more) {
            more = write(STDOUT_FILENO, bytes + done, (size_t)(got - done));
            if (more <= 0) {
                fprintf(stderr, "garagectl: the output can't be written: %s\n", strerror(errno));
                return EX_IOERR;
            }
        }
    }
    return EX_OK;
}

/* A child takes the bytes from the socket's other end, until the daemon and we have closed ours. */
static int run_to_stdout(outgoing_fn *fn, void *ctx)
{
    int ends[2], status = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return EX_OSERR;
    pid_t copier = fork();
    if (copier == 0) {
        close(ends[1]);
        _exit(copy_out(ends[0]));
    }
    close(ends[0]);
    int code = copier < 0 ? EX_OSERR : fn(ctx, ends[1]);
    close(ends[1]);
    if (copier > 0)
        waitpid(copier, &status, 0);
    return status != 0 ? EX_IOERR : code; /* garaged, too, only noticed that nobody takes it */
}

int outgoing_run(const struct outgoing *outgoing, outgoing_fn *fn, void *ctx)
{
    return strcmp(outgoing->path, "-") == 0 ? run_to_stdout(fn, ctx) : run_to_file(outgoing, fn, ctx);
}
