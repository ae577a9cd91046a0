/* The table of the faults, and when each of them is active. */
#include "faults.h"

#include "util/core/time.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POWER   SIM_FAULT_IN_POWER
#define LINE    SIM_FAULT_IN_LINE
#define DONGLE  SIM_FAULT_IN_DONGLE
#define FRAMES  SIM_FAULT_IN_FRAMES
#define ANSWERS SIM_FAULT_IN_ANSWERS
#define BUS     SIM_FAULT_IN_BUS
#define ANY     SIM_FAULT_ANY_NUMBER
#define MOMENT  0.001

static const struct sim_fault_about table[SIM_FAULT_COUNT] = {
    [SIM_FAULT_UNPLUG] = {"unplug", POWER, "no power: gone, comes back new; NUMBER bytes of dialogue later",
                          .lasts_s = 15, .has_number = true, .number = 0, .most = 1000000},
    [SIM_FAULT_RESET] = {"reset", POWER, "brown-out: LV RESET, settings lost; NUMBER bytes of dialogue later",
                         .lasts_s = MOMENT, .has_number = true, .number = 0, .most = 1000000},
    [SIM_FAULT_BANNER] = {"banner", POWER,
                          "restarts by itself: banner in mid-stream, settings lost; NUMBER bytes later",
                          .lasts_s = MOMENT, .has_number = true, .number = 0, .most = 1000000},
    [SIM_FAULT_GARBAGE] = {"garbage", LINE, "some bytes of a quarter of the lines are others",
                           .spoils_values = true},
    [SIM_FAULT_SILENT] = {"silent", LINE, "connected, and says nothing"},
    [SIM_FAULT_HALF_LINES] = {"half-lines", LINE, "a quarter of the lines lose their end"},
    [SIM_FAULT_NUL] = {"nul", LINE, "a NUL in half of the lines"},
    [SIM_FAULT_NOT_TEXT] = {"not-text", LINE, "a byte above 7F put into a tenth of the lines"},
    [SIM_FAULT_LOST_BYTES_5] = {"lost-bytes-5", LINE, "5 % of the bytes to the host are lost"},
    [SIM_FAULT_LOST_BYTES_50] = {"lost-bytes-50", LINE, "half of the bytes to the host are lost"},
    [SIM_FAULT_DEAF_5] = {"deaf-5", LINE, "5 % of the bytes from the host are lost"},
    [SIM_FAULT_DEAF_50] = {"deaf-50", LINE, "half of the bytes from the host are lost"},
    [SIM_FAULT_SLOW] = {"slow", LINE, "NUMBER (50) ms for each byte to the host", .has_number = true,
                        .number = 50, .most = 60000},
    [SIM_FAULT_STALL] = {"stall", LINE, "one line in twenty, and all behind it, comes NUMBER (4000) ms late",
                         .has_number = true, .number = 4000, .most = 600000},
    [SIM_FAULT_NO_PROMPT] = {"no-prompt", LINE, "never a prompt"},
    [SIM_FAULT_PROMPTS] = {"prompts", LINE, "each prompt NUMBER (1000) times", .has_number = true,
                           .number = 1000, .most = 1500},
    [SIM_FAULT_LOWER_CASE] = {"lower-case", LINE, "small letters"},
    [SIM_FAULT_LF] = {"lf", LINE, "lines end with LF"},
    [SIM_FAULT_CRLF] = {"crlf", LINE, "lines end with CR LF"},
    [SIM_FAULT_LOST_CR] = {"lost-cr", LINE, "a quarter of the line ends are lost"},
    [SIM_FAULT_BEL] = {"bel", LINE, "BEL, slcan's refusal, behind a quarter of the lines"},
    [SIM_FAULT_ECHO] = {"echo", DONGLE, "echoes whatever ATE0 said"},
    [SIM_FAULT_SPACES] = {"spaces", DONGLE, "blanks between the bytes whatever ATS0 said"},
    [SIM_FAULT_DLC_DIGIT] = {"dlc-digit", DONGLE, "a length digit behind the identifier, as after ATD1"},
    [SIM_FAULT_TEXTS] = {"texts", DONGLE, "texts of the data sheet (only the NUMBER-th) at random moments",
                         .has_number = true, .number = ANY, .most = SIM_FAULT_TEXTS_MAX - 1},
    [SIM_FAULT_CLOCK] = {"clock", DONGLE, "its timers run NUMBER (10) times slower", .has_number = true,
                         .number = 10, .most = 1000},
    [SIM_FAULT_NO_FLOW_CONTROL] = {"no-flow-control", DONGLE, "refuses the ATFC commands"},
    [SIM_FAULT_LOST_5] = {"lost-5", FRAMES, "5 % of the frames are lost, broadcasts too"},
    [SIM_FAULT_LOST_50] = {"lost-50", FRAMES, "half of the frames are lost, broadcasts too"},
    [SIM_FAULT_WRONG_ID] = {"wrong-id", FRAMES, "answers come on a neighbouring identifier"},
    [SIM_FAULT_SHORT_ANSWER] = {"short-answer", FRAMES, "answers end after their second frame"},
    [SIM_FAULT_SEQUENCE] = {"sequence", FRAMES, "a third of the consecutive frames count wrongly"},
    [SIM_FAULT_CF_MISSING] = {"cf-missing", FRAMES, "a quarter of the consecutive frames are missing"},
    [SIM_FAULT_CF_DOUBLED] = {"cf-doubled", FRAMES, "a quarter of the consecutive frames come twice"},
    [SIM_FAULT_CF_SWAPPED] = {"cf-swapped", FRAMES,
                              "a quarter of the consecutive frames change places with the next"},
    [SIM_FAULT_CF_WRAP] = {"cf-wrap", FRAMES, "consecutive frames count 14, 15, 1 instead of 14, 15, 0"},
    [SIM_FAULT_CF_FLOOD] = {"cf-flood", FRAMES, "NUMBER (300) consecutive frames too many behind each answer",
                            .has_number = true, .number = 300, .most = 400},
    [SIM_FAULT_FIRST_LENGTH] = {"first-length", FRAMES,
                                "first frames announce NUMBER bytes (0 to 7, 1025, 4095)", .has_number = true,
                                .number = ANY, .most = 4095},
    [SIM_FAULT_FIRST_ESCAPE] = {"first-escape", FRAMES, "first frames announce 2^32-1 bytes by the escape"},
    [SIM_FAULT_SINGLE_LENGTH] = {"single-length", FRAMES, "single frames announce NUMBER bytes (0, 8, 15)",
                                 .has_number = true, .number = ANY, .most = 15},
    [SIM_FAULT_SHORT_FRAMES] = {"short-frames", FRAMES,
                                "half of the frames of answers are shorter than they say"},
    [SIM_FAULT_FLOW_UNASKED] = {"flow-unasked", FRAMES,
                                "flow control unasked before each frame of an answer, from two nodes"},
    [SIM_FAULT_TWO_ECUS] = {"two-ecus", FRAMES,
                            "another unit's frames between those of the answer, past the filter"},
    [SIM_FAULT_LATE_TAIL] = {"late-tail", FRAMES, "the end of a long answer comes with the next question"},
    [SIM_FAULT_LATE] = {"late", ANSWERS, "half of the answers come NUMBER (4000) ms late", .has_number = true,
                        .number = 4000, .most = 60000},
    [SIM_FAULT_WRONG_SERVICE] = {"wrong-service", ANSWERS, "answers belong to another service"},
    [SIM_FAULT_WRONG_DID] = {"wrong-did", ANSWERS, "answers belong to another identifier"},
    [SIM_FAULT_OLD_ANSWER] = {"old-answer", ANSWERS,
                              "the answer before this one once more, instead of this one"},
    [SIM_FAULT_PENDING] = {"pending", ANSWERS, "7F xx 78 for ever"},
    [SIM_FAULT_REFUSE] = {"refuse", ANSWERS, "7F xx NUMBER (each code that ISO 14229 knows)",
                          .has_number = true, .number = ANY, .most = 255},
    [SIM_FAULT_PLACEHOLDER] = {"placeholder", ANSWERS, "answers and broadcasts are full of NUMBER (FF, 7F)",
                               .has_number = true, .number = ANY, .most = 255, .spoils_values = true},
    [SIM_FAULT_FROZEN] = {"frozen", ANSWERS, "values stay as they are while counters move",
                          .spoils_values = true},
    [SIM_FAULT_SECOND_TESTER] = {"second-tester", BUS, "another tester asks the battery and gets answers"},
    [SIM_FAULT_SECOND_TCU] = {"second-tcu", BUS, "another telematics unit talks on 56E"},
    [SIM_FAULT_FLOOD] = {"flood", BUS, "NUMBER (2000) frames a second more on the bus", .has_number = true,
                         .number = 2000, .most = 4000},
};

void sim_faults_init(struct sim_faults *faults, uint64_t seed)
{
    memset(faults, 0, sizeof(*faults));
    sim_random_init(&faults->random, seed);
}

const struct sim_fault_about *sim_fault_about(size_t index)
{
    return index < SIM_FAULT_COUNT ? &table[index] : NULL;
}

const char *sim_fault_name(size_t index)
{
    return index < SIM_FAULT_COUNT ? table[index].name : NULL;
}

static bool fault_find(const char *text, size_t len, enum sim_fault *fault)
{
    for (unsigned i = 0; i < SIM_FAULT_COUNT; i++) {
        if (strlen(table[i].name) != len || strncmp(table[i].name, text, len) != 0)
            continue;
        *fault = (enum sim_fault)i;
        return true;
    }
    return false;
}

/* :NUMBER, decimal or 0x. */
static bool fault_read_number(const char **text, const struct sim_fault_about *about, unsigned *number)
{
    char *end = NULL;

    *number = about->number;
    if (**text != ':')
        return true;
    unsigned long value = strtoul(*text + 1, &end, 0);
    if (end == *text + 1 || !about->has_number || value > about->most)
        return false;
    *text = end;
    *number = (unsigned)value;
    return true;
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

/* A row of the list that is free or over. */
static struct sim_fault_time *fault_claim(struct sim_faults *faults, int64_t now_ns)
{
    for (size_t i = 0; i < faults->count; i++)
        if (faults->list[i].until_ns <= now_ns && !faults->list[i].counts)
            return &faults->list[i];
    if (faults->count >= SIM_FAULTS_MAX)
        return NULL;
    faults->count++;
    return &faults->list[faults->count - 1];
}

static void fault_set(struct sim_fault_time *time, enum sim_fault fault, unsigned number, int64_t from_ns,
                      double lasts_s)
{
    time->fault = fault;
    time->number = number;
    time->counts = table[fault].place == POWER && number > 0;
    time->from_ns = from_ns;
    time->last_ns = lasts_s > 0 ? (int64_t)(lasts_s * (double)NS_PER_S) : INT64_MAX;
    time->until_ns = time->last_ns == INT64_MAX ? INT64_MAX : from_ns + time->last_ns;
}

int sim_faults_add(struct sim_faults *faults, const char *text, int64_t start_ns, struct err *err)
{
    const char *rest = text + strcspn(text, ":@+");
    enum sim_fault fault;
    unsigned number;
    double from_s = 0;

    if (!fault_find(text, (size_t)(rest - text), &fault))
        return err_set(err, "%s: no such fault", text);
    double lasts_s = table[fault].lasts_s;
    if (!fault_read_number(&rest, &table[fault], &number) || !fault_read_times(rest, &from_s, &lasts_s))
        return err_set(err, "%s: not NAME[:NUMBER][@SECONDS][+SECONDS], or not such a number", text);
    struct sim_fault_time *time = fault_claim(faults, start_ns);
    if (!time)
        return err_set(err, "%s: more than %d faults", text, SIM_FAULTS_MAX);
    fault_set(time, fault, number, start_ns + (int64_t)(from_s * (double)NS_PER_S), lasts_s);
    return 0;
}

bool sim_faults_number(const struct sim_faults *faults, enum sim_fault fault, int64_t now_ns,
                       unsigned *number)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct sim_fault_time *time = &faults->list[i];

        if (time->fault != fault || time->counts || now_ns < time->from_ns || now_ns >= time->until_ns)
            continue;
        *number = time->number;
        return true;
    }
    return false;
}

bool sim_faults_active(const struct sim_faults *faults, enum sim_fault fault, int64_t now_ns)
{
    unsigned number;

    return sim_faults_number(faults, fault, now_ns, &number);
}

bool sim_faults_draw(struct sim_faults *faults, enum sim_fault fault, int64_t now_ns, const uint16_t *choice,
                     size_t choices, unsigned *number)
{
    if (!sim_faults_number(faults, fault, now_ns, number))
        return false;
    if (*number == ANY)
        *number = choice[sim_random_below(&faults->random, (unsigned)choices)];
    return true;
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
        if (faults->list[i].counts)
            continue;
        best_ns = fault_earlier(best_ns, faults->list[i].from_ns, now_ns);
        best_ns = fault_earlier(best_ns, faults->list[i].until_ns, now_ns);
    }
    if (faults->queued > 0 && (best_ns == TIME_NONE || faults->queue[0].due_ns < best_ns))
        best_ns = faults->queue[0].due_ns;
    return best_ns;
}

/* Begins at the byte that it waited for. */
static void fault_begin(struct sim_fault_time *time, int64_t now_ns)
{
    time->counts = false;
    time->from_ns = now_ns;
    time->until_ns = time->last_ns == INT64_MAX ? INT64_MAX : now_ns + time->last_ns;
}

size_t sim_faults_pass(struct sim_faults *faults, size_t len, int64_t now_ns)
{
    for (size_t i = 0; i < faults->count; i++) {
        struct sim_fault_time *time = &faults->list[i];

        if (!time->counts || now_ns < time->from_ns)
            continue;
        if (time->number > len) {
            time->number -= (unsigned)len;
            continue;
        }
        len = time->number;
        fault_begin(time, now_ns);
    }
    return len;
}
