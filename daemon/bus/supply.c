/* Judges the supply by runs of readings at least 10 s apart. What is neither clearly low nor clearly high is
 * rest. Sends nothing and knows nothing of requests: bus/manners asks it. */
#include "bus/supply.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OFFSET_MAX_V 2.0            /* a voltmeter further off than this is broken, not inaccurate */
#define EPSILON_V    0.001          /* sums of tenths of a volt are not exact */
#define SLACK_NS     (NS_PER_S / 2) /* readings wanted every 10 s may come a little early */

struct rest {
    int64_t time_ns;
    double raw_volts;
};

struct supply {
    double raw_volts; /* last reading as the voltmeter said it; NAN */
    double car_volts;
    int64_t read_ns, sampled_ns;
    int64_t car_ns; /* of a reading by the car that no reading of the voltmeter was compared with yet */
    bool unplugged;
    bool paired; /* the last reading of the voltmeter was compared */
    double offsets[SUPPLY_OFFSETS];
    size_t offset_count, offset_next;
    double offset;                   /* 0 until calibrated */
    double high_offset;              /* the same for high(); before that what few pairs say, if it is less */
    struct rest rests[SUPPLY_RESTS]; /* as the voltmeter said them: the offset may change later */
    size_t rest_next;
    double rest_volts; /* their median, NAN when there are too few */
    bool low, high;
    unsigned low_run, high_run, fall_run, rises;
};

struct supply *supply_new(void)
{
    struct supply *supply = calloc(1, sizeof(*supply));

    if (!supply)
        return NULL;
    supply->raw_volts = NAN;
    supply->rest_volts = NAN;
    supply->read_ns = TIME_NONE;
    supply->sampled_ns = TIME_NONE;
    supply->car_ns = TIME_NONE;
    for (size_t i = 0; i < SUPPLY_RESTS; i++)
        supply->rests[i].time_ns = TIME_NONE;
    return supply;
}

void supply_free(struct supply *supply)
{
    free(supply);
}

static bool within(int64_t then_ns, int64_t now_ns, int64_t span_ns)
{
    return then_ns != TIME_NONE && now_ns - then_ns <= span_ns;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* ---- resting ---- */

/* What is shown at rest by a voltmeter that is not calibrated may be too much. */
static double rest_limit(const struct supply *supply)
{
    return supply_is_calibrated(supply) ? SUPPLY_HIGH_V : SUPPLY_REST_RAW_V;
}

static void learn_rest(struct supply *supply, int64_t now_ns)
{
    double values[SUPPLY_RESTS];
    size_t count = 0;
    size_t last = (supply->rest_next + SUPPLY_RESTS - 1) % SUPPLY_RESTS;

    if (supply->raw_volts + supply->high_offset >= rest_limit(supply) ||
        within(supply->rests[last].time_ns, now_ns, SUPPLY_REST_EVERY_NS - 1))
        return;
    supply->rests[supply->rest_next] = (struct rest){.time_ns = now_ns, .raw_volts = supply->raw_volts};
    supply->rest_next = (supply->rest_next + 1) % SUPPLY_RESTS;
    for (size_t i = 0; i < SUPPLY_RESTS; i++) {
        if (within(supply->rests[i].time_ns, now_ns, 24 * NS_PER_H))
            values[count++] = supply->rests[i].raw_volts;
    }
    supply->rest_volts = count >= SUPPLY_RESTS_MIN ? median(values, count) : NAN;
}

/* ---- low and high ---- */

static void judge_low(struct supply *supply, double volts, double floor_volts)
{
    supply->low_run = volts + EPSILON_V < floor_volts ? supply->low_run + 1 : 0;
    if (supply->low_run >= SUPPLY_SAMPLES)
        supply->low = true;
    else if (volts + EPSILON_V >= SUPPLY_RECOVERED_V)
        supply->low = false;
}

/* The voltage from which the car must be awake. Where a voltmeter that is not calibrated rests is better
 * known than what it means in volts. NAN never compares as reached. */
static bool reaches_high(const struct supply *supply, double volts)
{
    double above_rest = supply->rest_volts + supply->high_offset + SUPPLY_ABOVE_REST_V;
    bool rest_decides = !supply_is_calibrated(supply) && !isnan(supply->rest_volts);

    volts += EPSILON_V;
    return volts >= above_rest || (volts >= SUPPLY_HIGH_V && !rest_decides);
}

static void judge_high(struct supply *supply, double volts)
{
    supply->high_run = reaches_high(supply, volts) ? supply->high_run + 1 : 0;
    supply->fall_run = reaches_high(supply, volts + SUPPLY_HYSTERESIS_V) ? 0 : supply->fall_run + 1;
    if (!supply->high && supply->high_run >= SUPPLY_SAMPLES) {
        supply->high = true;
        supply->rises++;
    } else if (supply->high && supply->fall_run >= SUPPLY_SAMPLES) {
        supply->high = false;
    }
}

static void forget_runs(struct supply *supply)
{
    supply->low_run = 0;
    supply->high_run = 0;
    supply->fall_run = 0;
    supply->high = false;
}

static void judge(struct supply *supply, double volts, double floor_volts, double high_volts, int64_t now_ns)
{
    if (within(supply->sampled_ns, now_ns, SUPPLY_SAMPLE_NS - SLACK_NS))
        return;
    if (!within(supply->sampled_ns, now_ns, SUPPLY_STALE_NS))
        forget_runs(supply);
    supply->sampled_ns = now_ns;
    judge_low(supply, volts, floor_volts);
    judge_high(supply, high_volts);
}

void supply_restart(struct supply *supply)
{
    forget_runs(supply);
    supply->sampled_ns = TIME_NONE;
    supply->read_ns = TIME_NONE;
    supply->unplugged = false;
}

/* ---- readings ---- */

static void learn_offset(struct supply *supply, double offset)
{
    double values[SUPPLY_OFFSETS];

    if (fabs(offset) > OFFSET_MAX_V)
        return;
    supply->offsets[supply->offset_next] = offset;
    supply->offset_next = (supply->offset_next + 1) % SUPPLY_OFFSETS;
    if (supply->offset_count < SUPPLY_OFFSETS)
        supply->offset_count++;
    if (supply->offset_count < SUPPLY_OFFSETS_FEW)
        return;
    memcpy(values, supply->offsets, sizeof(values));
    offset = median(values, supply->offset_count);
    supply->high_offset = supply_is_calibrated(supply) ? offset : fmin(offset, 0);
    supply->offset = supply_is_calibrated(supply) ? offset : 0;
}

/* Compares what the voltmeter and the car said, once for each reading of either. */
static void pair(struct supply *supply)
{
    supply->paired = true;
    supply->car_ns = TIME_NONE;
    learn_offset(supply, supply->car_volts - supply->raw_volts);
}

void supply_take(struct supply *supply, double volts, bool resting, int64_t now_ns)
{
    if (!(volts >= 0.0 && volts <= SUPPLY_MAX_V))
        return;
    supply->unplugged = volts < SUPPLY_MIN_V;
    if (supply->unplugged)
        return;
    supply->raw_volts = volts;
    supply->read_ns = now_ns;
    supply->paired = false;
    if (within(supply->car_ns, now_ns, SUPPLY_PAIR_NS))
        pair(supply);
    if (resting)
        learn_rest(supply, now_ns);
    judge(supply, supply_volts(supply), supply_is_calibrated(supply) ? SUPPLY_LOW_V : SUPPLY_LOW_RAW_V,
          volts + supply->high_offset, now_ns);
}

void supply_take_car(struct supply *supply, double volts, int64_t now_ns)
{
    if (!(volts >= SUPPLY_MIN_V && volts <= SUPPLY_MAX_V))
        return;
    supply->car_volts = volts;
    supply->car_ns = now_ns;
    if (!supply_is_known(supply, now_ns))
        judge(supply, volts, SUPPLY_LOW_V, volts, now_ns);
    else if (within(supply->read_ns, now_ns, SUPPLY_PAIR_NS) && !supply->paired)
        pair(supply);
}

bool supply_is_known(const struct supply *supply, int64_t now_ns)
{
    return within(supply->read_ns, now_ns, SUPPLY_STALE_NS);
}

bool supply_is_calibrated(const struct supply *supply)
{
    return supply->offset_count == SUPPLY_OFFSETS;
}

bool supply_is_unplugged(const struct supply *supply)
{
    return supply->unplugged;
}

double supply_volts(const struct supply *supply)
{
    return supply->raw_volts + supply->offset;
}

bool supply_is_low(const struct supply *supply)
{
    return supply->low;
}

bool supply_is_high(const struct supply *supply, int64_t now_ns)
{
    return supply->high && within(supply->sampled_ns, now_ns, SUPPLY_STALE_NS);
}

bool supply_may_be_high(const struct supply *supply)
{
    return reaches_high(supply, supply->raw_volts + supply->high_offset);
}

unsigned supply_rises(const struct supply *supply)
{
    return supply->rises;
}
