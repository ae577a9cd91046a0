/* Made-up LeafSpy logs: 155 columns with their names, one row a second of a car that is told where it is. */
#ifndef TESTS_UNIT_LEAFSPY_TEXT_H
#define TESTS_UNIT_LEAFSPY_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct leafspy_moment {
    int64_t utc_s;
    int soc; /* % */
    int odometer_km;
    int gear;      /* 1 P, 4 D */
    int charger_w; /* more than 0: plugged in and charging */
    int cell_mv;   /* 0: 3900 */
};

#define LEAFSPY_TEXT_COLUMNS 155

static inline void leafspy_write_header(FILE *out)
{
    static const struct {
        int at;
        const char *name;
    } names[] = {{0, "Date/Time"},
                 {5, "Gids"},
                 {6, "SOC"},
                 {7, "AHr"},
                 {8, "Pack Volts"},
                 {9, "Pack Amps"},
                 {10, "Max CP mV"},
                 {11, "Min CP mV"},
                 {16, "Pack T1 C"},
                 {121, "Hx"},
                 {122, "12v Bat Volts"},
                 {123, "Odo(km)"},
                 {124, "QC"},
                 {125, "L1/L2"},
                 {131, "SOH"},
                 {134, "epoch time"},
                 {141, "Plug State"},
                 {142, "Charge Mode"},
                 {143, "OBC Out Pwr"},
                 {144, "Gear"},
                 {148, "Power SW"}};
    size_t next = 0;

    for (int i = 0; i < LEAFSPY_TEXT_COLUMNS; i++) {
        fputs(i > 0 ? "," : "", out);
        if (next < sizeof(names) / sizeof(names[0]) && names[next].at == i)
            fputs(names[next++].name, out);
        else if (i >= 23 && i < 119)
            fprintf(out, "CP%d", i - 22);
        else
            fprintf(out, "x%d", i);
    }
    fputs("\n", out);
}

static inline void leafspy_write_row(FILE *out, const struct leafspy_moment *moment)
{
    int cell = moment->cell_mv ? moment->cell_mv : 3900;

    fprintf(out, "01/01/2018 00:00:00,0,0,0,0.0,%d,%d,560000,%d.5,%d.5,%d,%d,0,0,0,0,20.5,0,na,0,none,0,",
            moment->soc * 2, moment->soc * 10000, moment->charger_w ? 380 : 370,
            moment->charger_w  ? -moment->charger_w / 381
            : moment->gear > 1 ? 30
                               : 0,
            cell + 5, cell - 5);
    for (int i = 22; i < 119; i++)
        fprintf(out, "%d,", i < 23 ? 0 : i % 2 ? cell : -cell);
    fprintf(out, "0,VIN,80.5,12.9,%d,3,700,0,0,0,0,0,85.25,0,0,%lld,0,0,0,0,0,0,%d,%d,%d,%d,0,0,0,1",
            moment->odometer_km, (long long)moment->utc_s, moment->charger_w ? 2 : 0,
            moment->charger_w ? 2 : 0, moment->charger_w, moment->gear);
    for (int i = 149; i < LEAFSPY_TEXT_COLUMNS; i++)
        fputs(",0", out);
    fputs("\n", out);
}

/* Six minutes parked, a drive of `km` at a kilometre a minute, six minutes parked; a row each ten seconds. */
static inline void leafspy_write_drive(FILE *out, int64_t utc_s, int soc, int odometer_km, int km)
{
    for (int i = 0; i < 72 + km * 6; i++) {
        int driven = i < 36 ? 0 : i >= 36 + km * 6 ? km : (i - 36) / 6;
        bool drives = i >= 36 && i < 36 + km * 6;
        const struct leafspy_moment moment = {.utc_s = utc_s + i * 10,
                                              .soc = soc - driven,
                                              .odometer_km = odometer_km + driven,
                                              .gear = drives ? 4 : 1};
        leafspy_write_row(out, &moment);
    }
}

#endif
