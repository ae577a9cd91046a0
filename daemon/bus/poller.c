/* A list of requests with due times. The longest overdue goes first. A request that is not answered is asked
 * twice more, then its interval doubles; one that is refused for good soon is asked once an hour only, so
 * that a unit this car has not is not asked for ever. When several in a row stay without an answer, all wait:
 * the car has gone to sleep. */
#include "bus/poller.h"

#include <stdlib.h>
#include <string.h>

/* Due at once, and due even before those. */
#define AT_ONCE  (INT64_MIN + 1)
#define FOREMOST INT64_MIN

struct slot {
    int64_t due_ns; /* kept while the mode does not want it: a short stop is no reason to ask all again */
    unsigned retries;
    unsigned backoff;
    unsigned refused;
    bool unwanted;
};

struct poller {
    const struct poller_request *requests;
    size_t count;
    enum poller_mode mode;
    unsigned silent; /* requests in a row without any answer */
    int64_t free_ns; /* not before: the gap since the last one, or the pause */
    struct slot slots[];
};

enum poller_outcome poller_outcome_of(int negative_code)
{
    switch (negative_code) {
    case 0x21: /* busy, repeat request */
    case 0x22: /* conditions not correct */
    case 0x78: /* the answer follows, but never did */
        return POLLER_NOT_NOW;
    default:
        return POLLER_REFUSED;
    }
}

struct poller *poller_new(const struct poller_request *requests, size_t count)
{
    struct poller *poller = calloc(1, sizeof(*poller) + count * sizeof(poller->slots[0]));

    if (!poller)
        return NULL;
    poller->requests = requests;
    poller->count = count;
    poller->mode = POLLER_STOPPED;
    poller->free_ns = INT64_MIN;
    for (size_t i = 0; i < count; i++)
        poller->slots[i].due_ns = AT_ONCE;
    return poller;
}

void poller_free(struct poller *poller)
{
    free(poller);
}

/* 0: not in this mode. */
static int64_t interval_ns(const struct poller *poller, size_t index)
{
    const struct poller_request *request = &poller->requests[index];

    if (poller->slots[index].unwanted)
        return 0;
    switch (poller->mode) {
    case POLLER_STOPPED:
        return 0;
    case POLLER_ON:
        return request->every_on_s * NS_PER_S;
    case POLLER_CHARGING:
        return request->every_charging_s * NS_PER_S;
    }
    return 0;
}

void poller_set_mode(struct poller *poller, enum poller_mode mode, int64_t now_ns)
{
    if (mode == poller->mode)
        return;
    poller->mode = mode;
    for (size_t i = 0; i < poller->count; i++) {
        struct slot *slot = &poller->slots[i];
        int64_t interval = interval_ns(poller, i);
        if (interval > 0 && slot->backoff == 0 && slot->due_ns > now_ns + interval)
            slot->due_ns = now_ns;
    }
}

void poller_set_wanted(struct poller *poller, size_t index, bool wanted)
{
    poller->slots[index].unwanted = !wanted;
}

void poller_renew(struct poller *poller, size_t index)
{
    poller->slots[index].due_ns = FOREMOST;
}

static int64_t later(int64_t a_ns, int64_t b_ns)
{
    return a_ns > b_ns ? a_ns : b_ns;
}

/* When the request may go: due, and after the gap, which is longer than any one ECU needs. INT64_MAX: not in
 * this mode. */
static int64_t start_ns(const struct poller *poller, size_t index)
{
    return interval_ns(poller, index) == 0 ? INT64_MAX : later(poller->slots[index].due_ns, poller->free_ns);
}

int poller_next(const struct poller *poller, int64_t now_ns)
{
    int next = -1;

    for (size_t i = 0; i < poller->count; i++) {
        int64_t start = start_ns(poller, i);
        if (start == INT64_MAX || start > now_ns)
            continue;
        if (next < 0 || poller->slots[i].due_ns < poller->slots[next].due_ns)
            next = (int)i;
    }
    return next;
}

int64_t poller_deadline(const struct poller *poller)
{
    int64_t deadline = INT64_MAX;

    for (size_t i = 0; i < poller->count; i++) {
        int64_t start = start_ns(poller, i);
        if (start < deadline)
            deadline = start;
    }
    return deadline;
}

int64_t poller_free_ns(const struct poller *poller)
{
    return poller->free_ns;
}

void poller_asked(struct poller *poller, int64_t now_ns)
{
    poller->free_ns = now_ns + POLLER_GAP_NS;
}

static int64_t backed_off_ns(const struct slot *slot, int64_t interval)
{
    int64_t longest = interval > POLLER_INTERVAL_MAX_NS ? interval : POLLER_INTERVAL_MAX_NS;
    int64_t wait = interval << (slot->backoff < POLLER_BACKOFF_MAX ? slot->backoff : POLLER_BACKOFF_MAX);

    return wait < longest ? wait : longest;
}

/* How long until this request is asked again. */
static int64_t wait_ns(struct slot *slot, enum poller_outcome outcome, int64_t interval)
{
    switch (outcome) {
    case POLLER_ANSWERED:
        slot->retries = 0;
        slot->backoff = 0;
        slot->refused = 0;
        return interval;
    case POLLER_REFUSED:
        slot->retries = 0;
        slot->backoff = ++slot->refused < POLLER_REFUSED_MAX ? slot->refused : POLLER_BACKOFF_MAX;
        if (slot->refused >= POLLER_REFUSED_MAX)
            return interval > POLLER_INTERVAL_MAX_NS ? interval : POLLER_INTERVAL_MAX_NS;
        return backed_off_ns(slot, interval);
    case POLLER_NOT_NOW:
    case POLLER_NO_ANSWER:
        break;
    }
    if (slot->retries < POLLER_RETRIES) {
        slot->retries++;
        return POLLER_RETRY_NS;
    }
    slot->retries = 0;
    slot->backoff++;
    return backed_off_ns(slot, interval);
}

void poller_over(struct poller *poller, size_t index, enum poller_outcome outcome, int64_t now_ns)
{
    int64_t interval = interval_ns(poller, index);

    poller->silent = outcome == POLLER_NO_ANSWER ? poller->silent + 1 : 0;
    poller->free_ns = now_ns + (poller->silent < POLLER_SILENT_MAX ? POLLER_GAP_NS : POLLER_PAUSE_NS);
    if (poller->silent >= POLLER_SILENT_MAX)
        poller->silent = 0;
    if (interval > 0)
        poller->slots[index].due_ns = now_ns + wait_ns(&poller->slots[index], outcome, interval);
}
