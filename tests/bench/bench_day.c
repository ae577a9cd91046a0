/* How much a day's diary writes (DESIGN 7): an hour awake and eight hours of charging on the virtual clock,
 * committed once a minute as the daemon does. Counted is what the process hands to write(): log, checkpoints
 * and all; not what the file system adds. */
#include "../life/garage.h"

#include "util/calendar.h"
#include "util/core/time.h"
#include "util/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BEGIN_UTC_NS (INT64_C(1780000000) * NS_PER_S)
#define CHARGE_KW    2.4 /* eight hours for what a 30 kWh car holds */

static int64_t written(void)
{
    FILE *file = fopen("/proc/self/io", "re");
    int64_t bytes = -1;
    char line[80];

    while (file && fgets(line, sizeof(line), file))
        sscanf(line, "wchar: %" SCNd64, &bytes);
    if (file)
        fclose(file);
    return bytes;
}

static void run_or_end(struct garage *garage, int64_t seconds)
{
    struct err err;

    for (int64_t s = 0; s < seconds; s += STORE_COMMIT_SECONDS) {
        if (garage_run(garage, garage->utc_ns + STORE_COMMIT_SECONDS * NS_PER_S, &err) != 0) {
            fprintf(stderr, "bench_day: %s\n", err.text);
            exit(1);
        }
        pi_flush(garage->pi);
    }
}

/* Comes home, is plugged in, charges, is used for an hour in and around the garage, sleeps. */
static void live_a_day(struct garage *garage)
{
    garage_act(garage, SIM_ACT_ON, 0);
    run_or_end(garage, 600);
    garage_act(garage, SIM_ACT_CHARGE, CHARGE_KW);
    run_or_end(garage, 8 * 3600);
    garage_act(garage, SIM_ACT_UNPLUG, 0);
    garage_act(garage, SIM_ACT_ON, 0);
    run_or_end(garage, 2400);
    garage_act(garage, SIM_ACT_DRIVE, 6);
    run_or_end(garage, 600);
    garage_act(garage, SIM_ACT_ASLEEP, 0);
    run_or_end(garage, 86400 - 8 * 3600 - 3600);
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"readings.db",     "diary.db",     "readings.db-wal",
                                        "readings.db-shm", "diary.db-wal", "diary.db-shm"};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

int main(void)
{
    char folder[] = "/tmp/garaged-bench-XXXXXX";
    struct zone zone;
    struct garage garage;
    struct err err;
    const struct pi_settings settings = {
        .folder = folder, .vehicles = "config/vehicles", .zone = &zone, .demo = true, .polls = true};

    log_set_level(LOG_LEVEL_ERROR);
    if (!mkdtemp(folder) || calendar_load(&zone, "Europe/Oslo", &err) != 0)
        return 1;
    garage_init(&garage, sim_variant_find("aze0-30"), 1, &settings, BEGIN_UTC_NS);
    garage.car.is_chatty = true;
    garage.car.model.charging_heard = true;
    garage.car.model.battery.soc = 12;
    if (garage_switch_on(&garage, true, &err) != 0) {
        fprintf(stderr, "bench_day: %s\n", err.text);
        return 1;
    }
    run_or_end(&garage, 300); /* the files are made, the car is found */
    int64_t before = written();
    live_a_day(&garage);
    garage_switch_off(&garage);
    printf("bench written_a_day %.2f MB budget 5\n", (double)(written() - before) / 1e6);
    remove_folder(folder);
    return 0;
}
