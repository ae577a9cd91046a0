/* S, O, L, C, t, T, r, R, V, N, F, Z0 of the Lawicel protocol; CR means done, BEL means no. No time stamps,
 * no filters. */
#include "slcan.h"

#include "util/core/buf.h"
#include "util/core/time.h"

#include <string.h>

#define BUS_SPEED  '6' /* 500 kbit/s */
#define BUFFER_MAX 4096
#define DONE       "\r"
#define REFUSED    "\a"

void sim_slcan_init(struct sim_slcan *slcan, const struct sim_surroundings *world)
{
    memset(slcan, 0, sizeof(*slcan));
    slcan->world = world;
}

static void slcan_write(const struct sim_slcan *slcan, const char *text)
{
    slcan->world->write(slcan->world->ctx, text, strlen(text));
}

static int slcan_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool slcan_number(const char *text, size_t digits, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < digits; i++) {
        int digit = slcan_digit(text[i]);

        if (digit < 0)
            return false;
        *value = *value << 4 | (uint32_t)digit;
    }
    return true;
}

/* tIIILDD..., TIIIIIIIILDD..., rIIIL, RIIIIIIIIL. */
static bool slcan_parse_frame(const char *line, size_t len, struct sim_frame *frame)
{
    size_t id_digits = line[0] == 't' || line[0] == 'r' ? 3 : 8;
    uint32_t value;

    memset(frame, 0, sizeof(*frame));
    frame->extended = id_digits == 8;
    frame->remote = line[0] == 'r' || line[0] == 'R';
    if (len < id_digits + 2 || !slcan_number(line + 1, id_digits, &frame->id))
        return false;
    if (frame->id > (frame->extended ? 0x1FFFFFFFU : 0x7FFU))
        return false;
    if (!slcan_number(line + 1 + id_digits, 1, &value) || value > SIM_FRAME_DATA_MAX)
        return false;
    frame->len = (uint8_t)value;
    size_t data_digits = frame->remote ? 0 : 2U * frame->len;
    if (len != id_digits + 2 + data_digits)
        return false;
    for (size_t i = 0; i < data_digits / 2; i++) {
        if (!slcan_number(line + 2 + id_digits + 2 * i, 2, &value))
            return false;
        frame->data[i] = (uint8_t)value;
    }
    return true;
}

static void slcan_send(struct sim_slcan *slcan, int64_t now_ns)
{
    struct sim_frame frame;

    if (!slcan->open || slcan->listen_only || !slcan_parse_frame(slcan->line, slcan->line_len, &frame)) {
        slcan_write(slcan, REFUSED);
        return;
    }
    frame.time_ns = now_ns;
    if (slcan->speed == BUS_SPEED)
        slcan->world->send(slcan->world->ctx, &frame);
    slcan_write(slcan, frame.extended ? "Z\r" : "z\r");
}

static void slcan_open(struct sim_slcan *slcan, bool listen_only)
{
    if (slcan->open || slcan->speed == '\0') {
        slcan_write(slcan, REFUSED);
        return;
    }
    slcan->open = true;
    slcan->listen_only = listen_only;
    slcan->generation++;
    slcan_write(slcan, DONE);
}

static void slcan_set_speed(struct sim_slcan *slcan)
{
    bool valid = slcan->line_len == 2 && slcan->line[1] >= '0' && slcan->line[1] <= '8';

    if (slcan->open || !valid) {
        slcan_write(slcan, REFUSED);
        return;
    }
    slcan->speed = slcan->line[1];
    slcan_write(slcan, DONE);
}

static void slcan_flags(struct sim_slcan *slcan)
{
    if (!slcan->open) {
        slcan_write(slcan, REFUSED);
        return;
    }
    slcan_write(slcan, slcan->overrun ? "F08\r" : "F00\r");
    slcan->overrun = false;
}

static void slcan_close(struct sim_slcan *slcan)
{
    slcan_write(slcan, slcan->open ? DONE : REFUSED);
    slcan->open = false;
}

static void slcan_run_other(struct sim_slcan *slcan)
{
    bool single = slcan->line_len == 1;

    if (slcan->line_len == 0)
        slcan_write(slcan, DONE); /* an empty line wakes some adapters up: they answer it */
    else if (single && slcan->line[0] == 'V')
        slcan_write(slcan, "V1013\r");
    else if (single && slcan->line[0] == 'N')
        slcan_write(slcan, "NA123\r");
    else if (slcan->line_len == 2 && memcmp(slcan->line, "Z0", 2) == 0)
        slcan_write(slcan, DONE);
    else
        slcan_write(slcan, REFUSED);
}

static void slcan_run_line(struct sim_slcan *slcan, int64_t now_ns)
{
    switch (slcan->line_len > 0 ? slcan->line[0] : '\0') {
    case 't':
    case 'T':
    case 'r':
    case 'R':
        slcan_send(slcan, now_ns);
        break;
    case 'S':
        slcan_set_speed(slcan);
        break;
    case 'O':
    case 'L':
        slcan_open(slcan, slcan->line[0] == 'L');
        break;
    case 'C':
        slcan_close(slcan);
        break;
    case 'F':
        slcan_flags(slcan);
        break;
    default:
        slcan_run_other(slcan);
        break;
    }
    slcan->line_len = 0;
}

static void slcan_bytes(void *dongle, const uint8_t *bytes, size_t len, int64_t now_ns)
{
    struct sim_slcan *slcan = dongle;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\r') {
            slcan_run_line(slcan, now_ns);
            continue;
        }
        if (slcan->line_len < sizeof(slcan->line))
            slcan->line[slcan->line_len++] = (char)bytes[i];
    }
}

static void slcan_frame(void *dongle, const struct sim_frame *frame, int64_t now_ns)
{
    struct sim_slcan *slcan = dongle;
    char text[40];
    struct buf line;

    (void)now_ns;
    buf_init(&line, text, sizeof(text));
    buf_add_format(&line, "%c%03X%X", frame->remote ? 'r' : 't', frame->id, frame->len);
    for (unsigned i = 0; i < frame->len && !frame->remote; i++)
        buf_add_format(&line, "%02X", frame->data[i]);
    buf_add_text(&line, "\r");
    if (slcan->world->queued(slcan->world->ctx) + line.len > BUFFER_MAX)
        slcan->overrun = true;
    else
        slcan_write(slcan, text);
}

static void slcan_power_up(void *dongle, int64_t now_ns)
{
    struct sim_slcan *slcan = dongle;

    (void)now_ns;
    sim_slcan_init(slcan, slcan->world);
}

static void slcan_tick(void *dongle, int64_t now_ns)
{
    (void)dongle;
    (void)now_ns;
}

static int64_t slcan_next(const void *dongle)
{
    (void)dongle;
    return TIME_NONE;
}

static unsigned slcan_listening(const void *dongle)
{
    const struct sim_slcan *slcan = dongle;

    return slcan->open && slcan->speed == BUS_SPEED ? slcan->generation : 0;
}

static bool slcan_hears(const void *dongle, uint32_t id)
{
    (void)id;
    return slcan_listening(dongle) != 0;
}

static void slcan_restart(void *dongle, const char *says, int64_t now_ns)
{
    (void)says;
    slcan_power_up(dongle, now_ns);
}

const struct sim_dongle_ops sim_slcan_ops = {
    .bytes_per_s = 100000, /* USB */
    .power_up = slcan_power_up,
    .restart = slcan_restart,
    .bytes = slcan_bytes,
    .frame = slcan_frame,
    .tick = slcan_tick,
    .next = slcan_next,
    .listening = slcan_listening,
    .hears = slcan_hears,
};
