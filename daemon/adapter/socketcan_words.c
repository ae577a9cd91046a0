/* The errors of a CAN socket in the owner's words. */
#include "adapter/socketcan_words.h"

#include <errno.h>
#include <string.h>

const char *socketcan_words(int error)
{
    switch (error) {
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
        return "this kernel has no CAN sockets (modprobe can-raw)";
    case ENODEV:
    case ENXIO:
        return "no such interface";
    case ENETDOWN:
        return "the interface is down (ip link set up)";
    case ENOBUFS:
    case EAGAIN:
        return "the bus takes no frames: is anybody else on it?";
    case EPERM:
    case EACCES:
        return "permission denied";
    default:
        return strerror(error);
    }
}
