/* Reading of configuration files. Looks at nothing but their ends: what stands in them is for
 * util/core/confscan, which sees NUL bytes too. */
#include "util/conftext.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char mark[] = {'\xEF', '\xBB', '\xBF'};

char *conftext_copy(const char *bytes, size_t count, size_t max, size_t *len, struct err *err)
{
    bool is_marked = count >= sizeof(mark) && memcmp(bytes, mark, sizeof(mark)) == 0;
    size_t skipped = is_marked ? sizeof(mark) : 0;
    char *text = NULL;

    if (count > max) {
        err_set(err, "larger than %zu bytes", max);
        return NULL;
    }
    *len = count - skipped;
    text = malloc(*len + 2);
    if (!text) {
        err_set(err, "out of memory");
        return NULL;
    }
    memcpy(text, bytes + skipped, *len);
    if (*len == 0 || text[*len - 1] != '\n')
        text[(*len)++] = '\n';
    text[*len] = '\0';
    return text;
}

/* Bytes read, at most `size`, or -1 with errno. */
static ssize_t read_all(int fd, char *memory, size_t size)
{
    size_t len = 0;
    ssize_t got = 1;

    while (got > 0 && len < size) {
        got = read(fd, memory + len, size - len);
        if (got > 0)
            len += (size_t)got;
    }
    return got < 0 ? -1 : (ssize_t)len;
}

/* Whoever may write the file decides what a service of root's or ours does. */
static int judge_owner(const struct stat *status, struct err *err)
{
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return err_set(err, "belongs to another user (%u) than root and who runs this: chown it",
                       (unsigned)status->st_uid);
    if (status->st_mode & S_IWOTH)
        return err_set(err, "everybody may write it: chmod o-w");
    return 0;
}

static ssize_t read_regular(int fd, bool is_guarded, char *memory, size_t size, struct err *err)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return err_set(err, "%s", strerror(errno));
    if (!S_ISREG(status.st_mode))
        return err_set(err, "not a file");
    if (is_guarded && judge_owner(&status, err))
        return -1;
    ssize_t len = read_all(fd, memory, size);

    return len < 0 ? err_set(err, "%s", strerror(errno)) : len;
}

static const char *say_open(int reason)
{
    return reason == ELOOP ? "a link: name the file itself" : strerror(reason);
}

/* Non-blocking, so that a FIFO is refused and not waited for. */
static char *read_text(const char *path, bool is_guarded, size_t max, size_t *len, struct err *err)
{
    size_t size = max + 1; /* one more, to see that there is more */
    int link_flag = is_guarded ? O_NOFOLLOW : 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | link_flag);

    if (fd < 0) {
        err_set(err, "%s", say_open(errno));
        return NULL;
    }
    char *bytes = malloc(size);
    ssize_t got = bytes ? read_regular(fd, is_guarded, bytes, size, err) : err_set(err, "out of memory");
    char *text = got < 0 ? NULL : conftext_copy(bytes, (size_t)got, max, len, err);

    free(bytes);
    close(fd);
    return text;
}

char *conftext_read(const char *path, size_t max, size_t *len, struct err *err)
{
    return read_text(path, false, max, len, err);
}

char *conftext_read_guarded(const char *path, size_t max, size_t *len, struct err *err)
{
    return read_text(path, true, max, len, err);
}
