/* Interfaces and addresses as SIOCGIFADDR and SIOCGIFCONF tell them. Keeps nothing and changes nothing. */
#include "util/netdevice.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESSES_MAX 64

/* 0, or -1 where the kernel says no. */
static int ask(unsigned long question, void *request)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int status;

    if (fd < 0)
        return -1;
    status = ioctl(fd, question, request);
    close(fd);
    return status;
}

static struct ip ip_of(const struct sockaddr *address)
{
    struct sockaddr_in v4;

    memcpy(&v4, address, sizeof(v4));
    return ip_of_v4(&v4.sin_addr);
}

bool netdevice_address(const char *name, struct ip *ip)
{
    struct ifreq request = {.ifr_addr.sa_family = AF_INET};

    if (strlen(name) >= sizeof(request.ifr_name))
        return false;
    memcpy(request.ifr_name, name, strlen(name));
    if (ask(SIOCGIFADDR, &request) != 0)
        return false;
    *ip = ip_of(&request.ifr_addr);
    return true;
}

bool netdevice_find(const struct ip *ip, char name[IF_NAMESIZE])
{
    struct ifreq all[ADDRESSES_MAX];
    struct ifconf request = {.ifc_len = sizeof(all), .ifc_req = all};

    if (ask(SIOCGIFCONF, &request) != 0)
        return false;
    for (size_t i = 0; i < (size_t)request.ifc_len / sizeof(all[0]); i++) {
        struct ip found = ip_of(&all[i].ifr_addr);

        if (ip_equal(ip, &found)) {
            memcpy(name, all[i].ifr_name, IF_NAMESIZE);
            name[strcspn(name, ":")] = '\0'; /* eth0:1 is a name for a second address of eth0 */
            return true;
        }
    }
    return false;
}
