/* Accepting the home's end. The socket's folder and mode keep others away already; the uid is asked of the
 * kernel all the same. Makes no socket: the service manager does. */
#include "link/listen.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEER_USER "garaged"
#define STRANGER  65534 /* the kernel's overflow uid: anybody whom our user namespace does not know */

uid_t link_listen_seen(const char *map_path, uid_t uid)
{
    uint32_t inside, outside, count;
    FILE *map = fopen(map_path, "re");
    uid_t seen = map ? STRANGER : uid;

    while (map && fscanf(map, "%" SCNu32 " %" SCNu32 " %" SCNu32, &inside, &outside, &count) == 3) {
        if (uid >= inside && uid - inside < count)
            seen = uid;
    }
    if (map)
        fclose(map);
    return seen;
}

uid_t link_listen_peer(void)
{
    const struct passwd *user = getpwnam(PEER_USER);

    return user ? link_listen_seen("/proc/self/uid_map", user->pw_uid) : geteuid();
}

bool link_listen_is_waiting(int listen_fd)
{
    struct pollfd waiting = {.fd = listen_fd, .events = POLLIN};

    return poll(&waiting, 1, 0) > 0;
}

int link_listen_accept(int listen_fd, uid_t peer, struct err *err)
{
    struct ucred credentials;
    socklen_t len = sizeof(credentials);
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0)
        return err_set(err, "accept: %s", strerror(errno));
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) == 0 &&
        (credentials.uid == peer || credentials.uid == geteuid()))
        return fd;
    close(fd);
    return err_set(err, "refused a connection that is not from %s", PEER_USER);
}
