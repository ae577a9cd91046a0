/* A byte stream to a dongle: a serial line, a TCP connection or Bluetooth's serial port (RFCOMM).
 * Non-blocking; what goes wrong is told in words for the owner. */
#ifndef ADAPTER_PORT_H
#define ADAPTER_PORT_H

#include "util/core/err.h"
#include "util/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every reason for a port that is in use holds these words, and no other reason does. */
#define PORT_BUSY_WORDS "another program"

struct port;

struct port_events {
    void (*opened)(void *ctx);
    void (*bytes)(void *ctx, const uint8_t *bytes, size_t len);
    void (*closed)(void *ctx,
                   const char *reason); /* could not be opened after all, or is gone; the port is closed */
    /* A serial line was plugged in while the port is closed, also while it is not wanted: opening it now, not
     * at the next try, finds it. NULL: nobody cares. */
    void (*appeared)(void *ctx);
};

/* `name`: /dev/..., tcp://ADDRESS:PORT or bt://AA:BB:CC:DD:EE:FF[/CHANNEL]; `interface`: "" or the network
 * interface to be bound to. Both must live as long as the port. NULL with err when they can't be right. */
struct port *port_new(struct loop *loop, const char *name, const char *interface,
                      const struct port_events *events, void *ctx, struct err *err);
void port_free(struct port *port);

/* Begins to open; `opened` or `closed` follows later, never inside. -1 with err when it fails at once. `baud`
 * is for serial lines only. */
int port_open(struct port *port, int baud, struct err *err);
void port_close(struct port *port);

/* Queues bytes. A port that takes nothing for so long that the queue is full is closed. */
void port_write(struct port *port, const char *bytes, size_t len);

/* Whether the port is a serial line, whose speed has to be known. */
bool port_is_serial(const struct port *port);

/* Whether the open line has a speed that both ends can change under way: a UART, not what imitates one
 * (Bluetooth, network, pseudo terminal). port_set_baud does it when all that was written has left. */
bool port_has_speed(const struct port *port);
void port_set_baud(struct port *port, int baud);

/* Whether a serial port can be set to this speed. */
bool port_knows_baud(int baud);

#endif
