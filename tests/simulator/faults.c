/* What each fault does to frames and bytes. Those that change how a dongle behaves are asked for where it
 * does. */
#include "faults.h"

#include "util/core/time.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_DIAGNOSTIC_ID 0x700
#define FOR_EVER_S          0

static const struct {
    const char *name;
    double lasts_s;
} names[SIM_FAULT_COUNT] = {
    [SIM_FAULT_UNPLUG] = {"unplug", 15},
    [SIM_FAULT_GARBAGE] = {"garbage", FOR_EVER_S},
    [SIM_FAULT_SILENT] = {"silent", FOR_EVER_S},
    [SIM_FAULT_ECHO] = {"echo", FOR_EVER_S},
    [SIM_FAULT_HALF_LINES] = {"half-lines", FOR_EVER_S},
    [SIM_FAULT_NUL] = {"nul", FOR_EVER_S},
    [SIM_FAULT_LOST_5] = {"lost-5", FOR_EVER_S},
    [SIM_FAULT_LOST_50] = {"lost-50", FOR_EVER_S},
    [SIM_FAULT_SLOW] = {"slow", FOR_EVER_S},
    [SIM_FAULT_RESET] = {"reset", 0.001},
    [SIM_FAULT_WRONG_ID] = {"wrong-id", FOR_EVER_S},
    [SIM_FAULT_SHORT_ANSWER] = {"short-answer", FOR_EVER_S},
    [SIM_FAULT_SEQUENCE] = {"sequence", FOR_EVER_S},
    [SIM_FAULT_NO_PROMPT] = {"no-prompt", FOR_EVER_S},
    [SIM_FAULT_NO_FLOW_CONTROL] = {"no-flow-control", FOR_EVER_S},
};

void sim_faults_init(struct sim_faults *faults, uint64_t seed)
{
    sim_random_init(&faults->random, seed);
    faults->count = 0;
}

const char *sim_fault_name(size_t index)
{
    return index < SIM_FAULT_COUNT ? names[index].name : NULL;
}

static bool fault_find(const char *text, size_t len, enum sim_fault *fault)
{
    for (unsigned i = 0; i < SIM_FAULT_COUNT; i++) {
        if (strlen(names[i].name) != len || strncmp(names[i].name, text, len) != 0)
            continue;
        *fault = (enum sim_fault)i;
        return true;
    }
    return false;
}

/* Reads a number of seconds that ends the text or is followed by `stop`. */
static bool fault_read_seconds(const char **text, char stop, double *seconds)
{
    char *end = NULL;

    *seconds = strtod(*text, &end);
    if (end == *text || !isfinite(*seconds) || *seconds < 0 || *seconds > 1e9)
        return false;
    if (*end != '\0' && *end != stop)
        return false;
    *text = end;
    return true;
}

static bool fault_read_times(const char *at, double *from_s, double *lasts_s)
{
    if (*at == '@') {
        at++;
        if (!fault_read_seconds(&at, '+', from_s))
            return false;
    }
    if (*at == '+') {
        at++;
        if (!fault_read_seconds(&at, '\0', lasts_s))
            return false;
    }
    return *at == '\0';
}

int sim_faults_add(struct sim_faults *faults, const char *text, int64_t start_ns, struct err *err)
{
    size_t len = strcspn(text, "@");
    enum sim_fault fault;
    double from_s = 0;

    if (!fault_find(text, len, &fault))
        return err_set(err, "%s: no such fault", text);
    double lasts_s = names[fault].lasts_s;
    if (!fault_read_times(text + len, &from_s, &lasts_s))
        return err_set(err, "%s: not NAME[@SECONDS[+SECONDS]]", text);
    if (faults->count >= SIM_FAULTS_MAX)
        return err_set(err, "%s: more than %d faults", text, SIM_FAULTS_MAX);
    struct sim_fault_time *time = &faults->list[faults->count];
    time->fault = fault;
    time->from_ns = start_ns + (int64_t)(from_s * (double)NS_PER_S);
    time->until_ns = lasts_s > 0 ? time->from_ns + (int64_t)(lasts_s * (double)NS_PER_S) : INT64_MAX;
    faults->count++;
    return 0;
}

bool sim_faults_active(const struct sim_faults *faults, enum sim_fault fault, int64_t now_ns)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct sim_fault_time *time = &faults->list[i];

        if (time->fault == fault && now_ns >= time->from_ns && now_ns < time->until_ns)
            return true;
    }
    return false;
}

static int64_t fault_earlier(int64_t best_ns, int64_t moment_ns, int64_t now_ns)
{
    if (moment_ns <= now_ns || moment_ns == INT64_MAX)
        return best_ns;
    return best_ns == TIME_NONE || moment_ns < best_ns ? moment_ns : best_ns;
}

int64_t sim_faults_next(const struct sim_faults *faults, int64_t now_ns)
{
    int64_t best_ns = TIME_NONE;

    for (size_t i = 0; i < faults->count; i++) {
        best_ns = fault_earlier(best_ns, faults->list[i].from_ns, now_ns);
        best_ns = fault_earlier(best_ns, faults->list[i].until_ns, now_ns);
    }
    return best_ns;
}

static bool fault_loses(struct sim_faults *faults, int64_t now_ns)
{
    if (sim_faults_active(faults, SIM_FAULT_LOST_50, now_ns) && sim_random_chance(&faults->random, 50))
        return true;
    return sim_faults_active(faults, SIM_FAULT_LOST_5, now_ns) && sim_random_chance(&faults->random, 5);
}

bool sim_faults_frame(struct sim_faults *faults, struct sim_frame *frame, int64_t now_ns)
{
    bool diagnostic = frame->id >= FIRST_DIAGNOSTIC_ID;
    bool consecutive = diagnostic && frame->data[0] >> 4 == 2;

    if (faults->count == 0)
        return true;
    if (fault_loses(faults, now_ns))
        return false;
    if (consecutive && frame->data[0] != 0x21 && sim_faults_active(faults, SIM_FAULT_SHORT_ANSWER, now_ns))
        return false;
    if (diagnostic && sim_faults_active(faults, SIM_FAULT_WRONG_ID, now_ns))
        frame->id ^= 1;
    if (consecutive && sim_faults_active(faults, SIM_FAULT_SEQUENCE, now_ns) &&
        sim_random_chance(&faults->random, 33))
        frame->data[0] = (uint8_t)(0x20 | ((frame->data[0] + 1) & 0x0F));
    return true;
}

static void fault_spoil(struct sim_faults *faults, char *bytes, size_t len)
{
    for (unsigned n = 1 + sim_random_below(&faults->random, 4); n > 0; n--)
        bytes[sim_random_below(&faults->random, (unsigned)len)] =
            (char)sim_random_below(&faults->random, 256);
}

/* Cuts the line somewhere and keeps its end. */
static size_t fault_cut(struct sim_faults *faults, char *bytes, size_t len)
{
    size_t kept = sim_random_below(&faults->random, (unsigned)len);

    if (bytes[len - 1] != '\r')
        return len;
    bytes[kept] = '\r';
    return kept + 1;
}

static size_t fault_insert_nul(struct sim_faults *faults, char *bytes, size_t len)
{
    size_t at = sim_random_below(&faults->random, (unsigned)len);

    memmove(bytes + at + 1, bytes + at, len - at);
    bytes[at] = '\0';
    return len + 1;
}

static size_t fault_drop_prompts(char *bytes, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '>')
            continue;
        bytes[kept] = bytes[i];
        kept++;
    }
    return kept;
}

size_t sim_faults_bytes(struct sim_faults *faults, char *bytes, size_t len, int64_t now_ns)
{
    if (faults->count == 0 || len == 0)
        return len;
    if (sim_faults_active(faults, SIM_FAULT_SILENT, now_ns))
        return 0;
    if (sim_faults_active(faults, SIM_FAULT_HALF_LINES, now_ns) && sim_random_chance(&faults->random, 25))
        len = fault_cut(faults, bytes, len);
    if (sim_faults_active(faults, SIM_FAULT_GARBAGE, now_ns) && sim_random_chance(&faults->random, 25))
        fault_spoil(faults, bytes, len);
    if (sim_faults_active(faults, SIM_FAULT_NUL, now_ns) && sim_random_chance(&faults->random, 50))
        len = fault_insert_nul(faults, bytes, len);
    if (sim_faults_active(faults, SIM_FAULT_NO_PROMPT, now_ns))
        len = fault_drop_prompts(bytes, len);
    return len;
}
