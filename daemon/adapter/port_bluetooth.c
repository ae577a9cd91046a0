/* Bluetooth classic: RFCOMM, the serial port profile, by the kernel's own sockets. Only outgoing, only to the
 * configured address, and only over a link that is authenticated and encrypted: a stranger with the same name
 * is not spoken to, nor, once there is a key from a pairing, one with the same address. Types no PIN and
 * scans for nobody: that is bluetoothctl's. (A dongle that needs no PIN may be paired by the kernel at the
 * first contact.) The kernel's interface is fixed, and written down here, so that no header of BlueZ is
 * needed to build. */
#include "adapter/port.h"
#include "adapter/port_private.h"
#include "util/core/hex.h"
#include "util/core/time.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPEN_NS (12 * NS_PER_S) /* paging alone takes the kernel 5 s */

#define BLUETOOTH_RFCOMM        3
#define BLUETOOTH_LEVEL         274 /* SOL_BLUETOOTH */
#define BLUETOOTH_SECURITY      4
#define BLUETOOTH_MEDIUM        2 /* authenticated and encrypted; 3 would refuse PINs of four digits */
#define BLUETOOTH_CHANNEL_FIRST 1 /* nearly all dongles */
#define BLUETOOTH_CHANNEL_LAST  30
#define BLUETOOTH_ADDRESS_TEXT  17
#define BLUETOOTH_ADAPTERS      "/sys/class/bluetooth"

struct rfcomm_address {
    sa_family_t family;
    uint8_t device[6]; /* last byte of the text first */
    uint8_t channel;
};

struct bluetooth_security {
    uint8_t level;
    uint8_t key_size;
};

static struct rfcomm_address bluetooth_address(const struct port_target *target)
{
    struct rfcomm_address address;
    memcpy(&address, &target->address, sizeof(address));
    return address;
}

/* "AA:BB:CC:DD:EE:FF" */
static int bluetooth_parse_device(const char *text, uint8_t *device)
{
    for (int i = 0; i < 6; i++) {
        int byte = hex_byte(text + 3 * i);
        if (byte < 0 || (i < 5 && text[3 * i + 2] != ':')) {
            return -1;
        }
        device[5 - i] = (uint8_t)byte;
    }
    return 0;
}

/* "" or "/7" */
static int bluetooth_parse_channel(const char *text, uint8_t *channel)
{
    char *end = NULL;
    *channel = BLUETOOTH_CHANNEL_FIRST;
    if (text[0] == '\0') {
        return 0;
    }
    if (text[0] != '/' || text[1] < '0' || text[1] > '9') {
        return -1;
    }
    unsigned long value = strtoul(text + 1, &end, 10);
    *channel = (uint8_t)value;
    return *end == '\0' && value >= BLUETOOTH_CHANNEL_FIRST && value <= BLUETOOTH_CHANNEL_LAST ? 0 : -1;
}

static int bluetooth_parse(struct port_target *target, struct err *err)
{
    const char *text = target->name + strlen(port_bluetooth.prefix);
    struct rfcomm_address address = {.family = AF_BLUETOOTH};
    if (strlen(text) < BLUETOOTH_ADDRESS_TEXT || bluetooth_parse_device(text, address.device) ||
        bluetooth_parse_channel(text + BLUETOOTH_ADDRESS_TEXT, &address.channel)) {
        return err_set(err, "%s: not bt://AA:BB:CC:DD:EE:FF or bt://AA:BB:CC:DD:EE:FF/CHANNEL (1 to 30)",
                       target->name);
    }
    memcpy(&target->address, &address, sizeof(address));
    target->address_len = sizeof(address);
    return 0;
}

int port_bluetooth_explain(const struct port_target *target, int error, bool adapters, struct err *err)
{
    const char *device = target->name + strlen(port_bluetooth.prefix);
    switch (error) {
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
        return err_set(err, "this kernel has no Bluetooth serial port (modprobe rfcomm)");
    case EHOSTUNREACH:
    case ENETDOWN:
    case ENODEV:
        return adapters ? err_set(err, "Bluetooth is switched off: bluetoothctl power on")
                        : err_set(err, "no Bluetooth adapter on this machine");
    case EHOSTDOWN:
    case ETIMEDOUT:
        return err_set(err, "out of reach: the dongle is switched off, or too far away");
    case EINPROGRESS: /* paging is over by then: it is there, and waits for a key or a PIN */
        return err_set(err, "does not let us in: not paired? bluetoothctl pair %.*s", BLUETOOTH_ADDRESS_TEXT,
                       device);
    case EACCES:
    case EPERM:
        return err_set(err, "not paired: bluetoothctl pair %.*s", BLUETOOTH_ADDRESS_TEXT, device);
    case EBADE:
        return err_set(err, "pairing lost: bluetoothctl remove %.*s, then pair it again",
                       BLUETOOTH_ADDRESS_TEXT, device);
    case ECONNREFUSED:
        return err_set(err,
                       "refused: not paired (bluetoothctl pair %.*s), or its serial port is on another "
                       "channel (bt://.../2)",
                       BLUETOOTH_ADDRESS_TEXT, device);
    case EBUSY:
        return err_set(err, "busy: " PORT_BUSY_WORDS " or telephone uses the dongle");
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
        return err_set(err, "the dongle closed the connection");
    default:
        return err_set(err, "%s", strerror(error));
    }
}

static bool bluetooth_has_adapter(void)
{
    const struct dirent *entry;
    bool found = false;
    DIR *folder = opendir(BLUETOOTH_ADAPTERS);
    while (folder && !found && (entry = readdir(folder))) {
        found = strncmp(entry->d_name, "hci", 3) == 0;
    }
    if (folder) {
        closedir(folder);
    }
    return found;
}

static int bluetooth_explain(const struct port_target *target, int error, struct err *err)
{
    return port_bluetooth_explain(target, error, bluetooth_has_adapter(), err);
}

/* Before the connection is asked for: it comes about with the key of the pairing, or not at all. */
static int bluetooth_secure(int fd, struct err *err)
{
    const struct bluetooth_security wanted = {.level = BLUETOOTH_MEDIUM};
    if (setsockopt(fd, BLUETOOTH_LEVEL, BLUETOOTH_SECURITY, &wanted, sizeof(wanted))) {
        return err_set(err, "no secure link can be asked for: %s", strerror(errno));
    }
    return 0;
}

static int bluetooth_open(const struct port_target *target, struct err *err)
{
    int fd = socket(AF_BLUETOOTH, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, BLUETOOTH_RFCOMM);
    if (fd < 0) {
        return bluetooth_explain(target, errno, err);
    }
    if (bluetooth_secure(fd, err)) {
        close(fd);
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&target->address, target->address_len) && errno != EINPROGRESS) {
        bluetooth_explain(target, errno, err);
        close(fd);
        return -1;
    }
    return fd;
}

/* Who is at the other end, and whether the link is what was asked for. */
static int bluetooth_finish(const struct port_target *target, int fd, struct err *err)
{
    const struct rfcomm_address wanted = bluetooth_address(target);
    struct rfcomm_address peer = {.family = 0};
    struct bluetooth_security security = {.level = 0};
    socklen_t peer_len = sizeof(peer);
    socklen_t security_len = sizeof(security);
    int error = port_connect_error(fd);
    if (error) {
        return bluetooth_explain(target, error, err);
    }
    if (getpeername(fd, (struct sockaddr *)&peer, &peer_len) ||
        memcmp(peer.device, wanted.device, sizeof(peer.device)) != 0) {
        return err_set(err, "another device answered: it is not spoken to");
    }
    if (getsockopt(fd, BLUETOOTH_LEVEL, BLUETOOTH_SECURITY, &security, &security_len) ||
        security.level < BLUETOOTH_MEDIUM) {
        return err_set(err, "the link is not encrypted: it is not used");
    }
    return 0;
}

const struct port_kind port_bluetooth = {
    .prefix = "bt://",
    .open_ns = OPEN_NS,
    .parse = bluetooth_parse,
    .open = bluetooth_open,
    .finish = bluetooth_finish,
    .explain = bluetooth_explain,
};
