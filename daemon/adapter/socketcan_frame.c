/* Conversions for the SocketCAN adapter. Opens no socket. */
#include "adapter/socketcan_frame.h"

#include "util/core/time.h"

#include <linux/can/error.h>
#include <string.h>

#define STAMP_AGE_MAX_NS NS_PER_S

bool socketcan_from_kernel(const struct can_frame *kernel, struct frame *frame)
{
    if (kernel->can_id & (CAN_EFF_FLAG | CAN_RTR_FLAG | CAN_ERR_FLAG) || kernel->can_dlc > FRAME_DATA_MAX) {
        return false;
    }
    frame->id = (uint16_t)(kernel->can_id & CAN_SFF_MASK);
    frame->len = kernel->can_dlc;
    memset(frame->data, 0, sizeof(frame->data));
    memcpy(frame->data, kernel->data, frame->len);
    return true;
}

void socketcan_to_kernel(const struct frame *frame, struct can_frame *kernel)
{
    memset(kernel, 0, sizeof(*kernel));
    kernel->can_id = frame->id;
    kernel->can_dlc = frame->len;
    memcpy(kernel->data, frame->data, frame->len);
}

void socketcan_filters(const uint16_t *ids, size_t count, struct can_filter *filters)
{
    for (size_t i = 0; i < count; i++) {
        filters[i].can_id = ids[i];
        filters[i].can_mask = CAN_SFF_MASK | CAN_EFF_FLAG | CAN_RTR_FLAG;
    }
}

int64_t socketcan_boot_ns(int64_t stamp_utc_ns, int64_t now_utc_ns, int64_t now_boot_ns)
{
    int64_t age_ns = now_utc_ns - stamp_utc_ns;
    return age_ns >= 0 && age_ns <= STAMP_AGE_MAX_NS ? now_boot_ns - age_ns : now_boot_ns;
}

static enum socketcan_trouble controller_trouble(uint8_t state)
{
    if (state & CAN_ERR_CRTL_TX_PASSIVE) {
        return SOCKETCAN_UNACKNOWLEDGED;
    }
    if (state & CAN_ERR_CRTL_RX_PASSIVE) {
        return SOCKETCAN_UNREADABLE;
    }
    if (state & (CAN_ERR_CRTL_TX_WARNING | CAN_ERR_CRTL_RX_WARNING)) {
        return SOCKETCAN_WARNING;
    }
    if (state & (CAN_ERR_CRTL_RX_OVERFLOW | CAN_ERR_CRTL_TX_OVERFLOW)) {
        return SOCKETCAN_OVERFLOW;
    }
    return state & CAN_ERR_CRTL_ACTIVE ? SOCKETCAN_RESTARTED : SOCKETCAN_BUS_ERROR;
}

enum socketcan_trouble socketcan_trouble(const struct can_frame *kernel)
{
    if (!(kernel->can_id & CAN_ERR_FLAG)) {
        return SOCKETCAN_NO_TROUBLE;
    }
    if (kernel->can_id & CAN_ERR_BUSOFF) {
        return SOCKETCAN_BUS_OFF;
    }
    if (kernel->can_id & CAN_ERR_RESTARTED) {
        return SOCKETCAN_RESTARTED;
    }
    if (kernel->can_id & CAN_ERR_CRTL) {
        return controller_trouble(kernel->data[1]);
    }
    return kernel->can_id & CAN_ERR_ACK ? SOCKETCAN_WARNING : SOCKETCAN_BUS_ERROR;
}
