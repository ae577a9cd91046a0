/* Differences of counters, summed. Counters of the same run that went down are a new run's: their process
 * knows no better. When something is kept is the house's. */
#include "diary/traffic.h"

struct diary_traffic traffic_begin(void)
{
    return (struct diary_traffic){.day = DIARY_NO_DAY};
}

bool traffic_is_over(const struct diary_traffic *traffic, int32_t day)
{
    return day > traffic->day || day < (int64_t)traffic->day - 1;
}

void traffic_start_day(struct diary_traffic *traffic, int32_t day)
{
    traffic->day = day;
    traffic->frames_sent = 0;
    traffic->polls = 0;
    traffic->wakeups = 0;
    traffic->bytes = 0;
}

void traffic_go_back(struct diary_traffic *traffic, const struct diary_traffic *kept)
{
    traffic->day = kept->day;
    traffic->frames_sent = kept->frames_sent;
    traffic->polls = kept->polls;
    traffic->wakeups = kept->wakeups;
    traffic->bytes = kept->bytes;
}

static bool has_gone_down(const struct diary_traffic *traffic, const struct traffic_counted *counted)
{
    return counted->frames_sent < traffic->run_frames_sent || counted->polls < traffic->run_polls ||
           counted->wakeups < traffic->run_wakeups || counted->bytes < traffic->run_bytes;
}

/* 1 when the counter moved. */
static int add(int64_t *sum, int64_t *mark, int64_t counter, bool is_new_run)
{
    int64_t more = counter - (is_new_run ? 0 : *mark);

    *sum += more;
    *mark = counter;
    return more != 0;
}

bool traffic_take(struct diary_traffic *traffic, const struct traffic_counted *counted)
{
    bool is_new_run = counted->run_us != traffic->run_us || has_gone_down(traffic, counted);
    int moved = add(&traffic->frames_sent, &traffic->run_frames_sent, counted->frames_sent, is_new_run) +
                add(&traffic->polls, &traffic->run_polls, counted->polls, is_new_run) +
                add(&traffic->wakeups, &traffic->run_wakeups, counted->wakeups, is_new_run) +
                add(&traffic->bytes, &traffic->run_bytes, counted->bytes, is_new_run);

    traffic->run_us = counted->run_us;
    return moved > 0;
}
