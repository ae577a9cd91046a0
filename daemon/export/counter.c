/* Decides what may be told. Where it is kept over a restart is the caller's: the broker has it. */
#include "export/counter.h"

static void tell(struct counter *counter, int64_t value)
{
    if (!counter->is_known || value > counter->told)
        counter->told = value;
    counter->is_known = true;
}

void counter_read_back(struct counter *counter, int64_t told)
{
    tell(counter, told);
}

void counter_count(struct counter *counter, int64_t sum, int64_t rounding)
{
    if (counter->is_known && counter->told - (sum + counter->offset) > rounding)
        counter->offset = counter->told - sum;
    tell(counter, sum + counter->offset);
}

void counter_follow(struct counter *counter, int64_t value, int64_t leap, int64_t heard_ns)
{
    bool is_leap = counter->is_known && value > counter->told + leap;
    bool is_confirmed = counter->doubted_ns != heard_ns && value >= counter->doubted &&
                        value <= counter->doubted + leap && counter->doubted_ns != 0;

    if (!is_leap || is_confirmed) {
        tell(counter, value);
        return;
    }
    if (counter->doubted_ns == heard_ns)
        return;
    counter->doubted = value;
    counter->doubted_ns = heard_ns;
}
