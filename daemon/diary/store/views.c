/* The views of diary.db and readings.db: nothing of garaged reads them, they are for people. They round in
 * integers as export/json_diary does, so that both give the same figures from the same rows. Times are UTC:
 * SQLite doesn't know the house's zone. */
#include "diary/store/views.h"

#include <stddef.h>

/* Half away from zero; NULL stays NULL. */
#define ROUND(column, by) "(" column " / " by " + " column " % " by " * 2 / " by ")"
#define KM(column)        ROUND(column, "1000000")
#define HUNDREDTHS(wh)    ROUND(wh, "10") " / 100.0" /* kWh of Wh, kW of W */
#define PERCENT(soc)      ROUND(soc, "10") " / 10.0"
#define MONEY(m)          ROUND(m, "1000") " / 100.0"
#define UTC(ms)           "strftime('%Y-%m-%dT%H:%M:%SZ', " ms " / 1000, 'unixepoch')"
#define DAY(day)          "date(" day " * 86400, 'unixepoch')"
#define FLAG(bit, word)   "iif(flags & " bit ", '" word " ', '')"
#define FLAGS                                                                                                \
    "trim(" FLAG("1", "gaps") " || " FLAG("2", "restarted") " || " FLAG(                                     \
        "4", "charged_elsewhere") " || " FLAG("8",                                                           \
                                              "estimated") " || " FLAG("16",                                 \
                                                                       "implausible") " || " FLAG("32",      \
                                                                                                  "interrup" \
                                                                                                  "ted") ")" \
                                                                                                         " " \
                                                                                                         "A" \
                                                                                                         "S" \
                                                                                                         " " \
                                                                                                         "f" \
                                                                                                         "l" \
                                                                                                         "a" \
                                                                                                         "g" \
                                                                                                         "s"

/* What was used: by SOC, by GIDs where that is all there is. */
#define USED_WH "coalesce(energy_soc_wh, energy_gids_wh)"

static const char charge_sql[] =
    "CREATE VIEW charge AS SELECT car, id,"
    " CASE status WHEN 0 THEN 'open' WHEN 1 THEN 'closed' WHEN 2 THEN 'incomplete' END AS state,"
    " CASE how WHEN 0 THEN 'watched' WHEN 1 THEN 'inferred' WHEN 2 THEN 'metered' END AS how,"
    " " UTC("from_ms") " AS from_utc, " UTC(
        "to_ms") " AS to_utc,"
                 " " PERCENT("soc_from") " AS soc_from, " PERCENT(
                     "soc_to") " AS soc_to,"
                               " CASE mode WHEN 0 THEN 'none' WHEN 1 THEN 'ac1' WHEN 2 THEN 'ac2' WHEN 3 "
                               "THEN 'dc' END AS mode,"
                               " " HUNDREDTHS("battery_wh") " AS battery_kwh, " HUNDREDTHS(
                                   "charger_wh") " AS charger_kwh,"
                                                 " " HUNDREDTHS(
                                                     "wall_wh") " AS wall_kwh, nullif(wall_from, '') AS "
                                                                "wall_from,"
                                                                " iif(battery_wh >= 0 AND coalesce(wall_wh, "
                                                                "charger_wh) > 0,"
                                                                " round(battery_wh * 1.0 / coalesce(wall_wh, "
                                                                "charger_wh) / 0.001) * 0.001, NULL) AS "
                                                                "efficiency,"
                                                                " " MONEY("cost_m") " AS cost, nullif(cost_from, '') AS cost_from, " MONEY(
                                                                    "cost_max_m") " AS cost_max,"
                                                                                  " nullif(currency, '') AS "
                                                                                  "currency, " HUNDREDTHS(
                                                                                      "peak_w") " AS peak_kw,"
                                                                                                " " KM(
                                                                                                    "odometer"
                                                                                                    "_mm") " "
                                                                                                           "A"
                                                                                                           "S"
                                                                                                           " "
                                                                                                           "o"
                                                                                                           "d"
                                                                                                           "o"
                                                                                                           "m"
                                                                                                           "e"
                                                                                                           "t"
                                                                                                           "e"
                                                                                                           "r"
                                                                                                           "_"
                                                                                                           "k"
                                                                                                           "m"
                                                                                                           ","
                                                                                                           " "
                                                                                                           "n"
                                                                                                           "u"
                                                                                                           "l"
                                                                                                           "l"
                                                                                                           "i"
                                                                                                           "f"
                                                                                                           "("
                                                                                                           "p"
                                                                                                           "l"
                                                                                                           "a"
                                                                                                           "c"
                                                                                                           "e"
                                                                                                           ","
                                                                                                           " "
                                                                                                           "'"
                                                                                                           "'"
                                                                                                           ")"
                                                                                                           " "
                                                                                                           "A"
                                                                                                           "S"
                                                                                                           " "
                                                                                                           "p"
                                                                                                           "l"
                                                                                                           "a"
                                                                                                           "c"
                                                                                                           "e"
                                                                                                           ","
                                                                                                           " "
                                                                                                           "n"
                                                                                                           "o"
                                                                                                           "t"
                                                                                                           "e"
                                                                                                           ","
                                                                                                           " " FLAGS
                                                                                                           " "
                                                                                                           "F"
                                                                                                           "R"
                                                                                                           "O"
                                                                                                           "M"
                                                                                                           " "
                                                                                                           "c"
                                                                                                           "h"
                                                                                                           "a"
                                                                                                           "r"
                                                                                                           "g"
                                                                                                           "e"
                                                                                                           "_"
                                                                                                           "r"
                                                                                                           "a"
                                                                                                           "w";

static const char outing_sql[] = "CREATE VIEW outing AS SELECT car, id, " UTC("from_ms") " AS from_utc, " UTC(
    "to_ms") " AS to_utc,"
             " " KM("distance_mm") " AS distance_km, " HUNDREDTHS(
                 "energy_soc_wh") " AS energy_soc_kwh,"
                                  " " HUNDREDTHS("energy_gids_wh") " AS energy_gids_kwh,"
                                                                   " iif(distance_mm >= 3000000 AND " USED_WH
                                                                   " >= 500,"
                                                                   " round(" USED_WH
                                                                   " * 1000000.0 / distance_mm / 10.0 / 0.1) "
                                                                   "* 0.1, NULL) AS consumption_kwh_100km,"
                                                                   " " DAY("day") " AS day, tags, " FLAGS
                                                                                  " FROM outing_raw";

/* As days.c sums them up. The days are those that can be written: 0001-01-01 to 9999-12-31. Beside max() the
 * currency is the one of the row that has the greatest `newest`: of the day's newest charge that has any. */
static const char day_sql[] = "CREATE VIEW day AS SELECT car, " DAY("day") " AS day, " KM(
    "distance_mm") " AS distance_km,"
                   " " HUNDREDTHS("used_wh") " AS used_kwh, " HUNDREDTHS(
                       "battery_wh") " AS battery_kwh,"
                                     " " HUNDREDTHS("charger_wh") " AS charger_kwh, " HUNDREDTHS(
                                         "wall_wh") " AS wall_kwh,"
                                                    " " MONEY(
                                                        "cost_m") " AS cost, nullif(currency, '') AS "
                                                                  "currency, charges, outings FROM"
                                                                  " (SELECT car, day, sum(distance_mm) AS "
                                                                  "distance_mm, sum(used_wh) AS used_wh,"
                                                                  " sum(battery_wh) AS battery_wh, "
                                                                  "sum(charger_wh) AS charger_wh, "
                                                                  "sum(wall_wh) AS wall_wh,"
                                                                  " sum(cost_m) AS cost_m, currency, "
                                                                  "max(newest), sum(charges) AS charges, "
                                                                  "sum(outings) AS outings FROM"
                                                                  " (SELECT car, day, distance_mm, " USED_WH
                                                                  " AS used_wh, NULL AS battery_wh, NULL AS "
                                                                  "charger_wh,"
                                                                  " NULL AS wall_wh, NULL AS cost_m, '' AS "
                                                                  "currency, NULL AS newest, 0 AS charges, 1 "
                                                                  "AS outings"
                                                                  " FROM outing_raw"
                                                                  " UNION ALL SELECT car, part.day, NULL, "
                                                                  "NULL, part.battery_wh, part.charger_wh,"
                                                                  " iif(number = 0, wall_wh, NULL), "
                                                                  "iif(number = 0, cost_m, NULL), currency,"
                                                                  " iif(currency = '', NULL, charge), number "
                                                                  "= 0, 0"
                                                                  " FROM part JOIN charge_raw ON "
                                                                  "charge_raw.id = part.charge)"
                                                                  " WHERE day BETWEEN -719162 AND 2932896 "
                                                                  "GROUP BY car, day)";

/* With its key, by which a span of time is found without reading all. */
static const char reading_sql[] =
    "CREATE VIEW reading AS SELECT car, signal,"
    " strftime('%Y-%m-%dT%H:%M:%fZ', (key >> 12) / 1000.0, 'unixepoch') AS at_utc,"
    " steps * 1.0 / per_unit AS value, unit,"
    " CASE quality WHEN 0 THEN 'ok' WHEN 1 THEN 'old' WHEN 2 THEN 'assumed' WHEN 3 THEN 'estimated'"
    " WHEN 4 THEN 'disputed' END AS quality, key"
    " FROM reading_raw JOIN series ON series.id = key & 4095";

const struct database_view views_diary[] = {
    {"charge", charge_sql},
    {"outing", outing_sql},
    {"day", day_sql},
    {NULL, NULL},
};

const struct database_view views_readings[] = {
    {"reading", reading_sql},
    {NULL, NULL},
};
