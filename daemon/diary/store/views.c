/* The views of diary.db and readings.db: nothing of garaged reads them, they are for people. They round in
 * integers as export/json_diary does, so that both give the same figures from the same rows. Times are UTC:
 * SQLite doesn't know the house's zone. */
#include "diary/store/views.h"

#include <stddef.h>

/* clang-format off */

/* Half away from zero; NULL stays NULL. */
#define ROUND(column, by)      "(" column " / " by " + " column " % " by " * 2 / " by ")"

/* Columns: what stands in the table, and what it is called here. */
#define KM(mm, name)           ", " ROUND(mm, "1000000") " AS " name
#define KWH(wh, name)          ", " ROUND(wh, "10") " / 100.0 AS " name
#define KW(w, name)            KWH(w, name)
#define PERCENT(soc, name)     ", " ROUND(soc, "10") " / 10.0 AS " name
#define DEGREES(mc, name)      ", " ROUND(mc, "100") " / 10.0 AS " name
#define MONEY(m, name)         ", " ROUND(m, "1000") " / 100.0 AS " name
#define UTC(ms, name)          ", strftime('%Y-%m-%dT%H:%M:%SZ', " ms " / 1000, 'unixepoch') AS " name
#define DAY(day)               ", date(" day " * 86400, 'unixepoch') AS day"
#define TEXT(text)             ", nullif(" text ", '') AS " text
#define FLAG(bit, word)        "iif(flags & " bit ", '" word " ', '')"
#define FLAGS                                                                                                \
    ", trim(" FLAG("1", "gaps") " || " FLAG("2", "restarted") " || " FLAG("4", "charged_elsewhere")          \
    " || " FLAG("8", "estimated") " || " FLAG("16", "implausible") " || " FLAG("32", "interrupted")          \
    " || " FLAG("64", "standby") " || " FLAG("128", "imported") ") AS flags"

/* What was used: by SOC, by GIDs where that is all there is. */
#define USED_WH "coalesce(energy_soc_wh, energy_gids_wh)"

#define CONSUMPTION(mm, wh)                                                                                  \
    ", iif(" mm " >= 3000000 AND " wh " >= 500, round(" wh " * 1000000.0 / " mm " / 10.0 / 0.1) * 0.1, NULL)" \
    " AS consumption_kwh_100km"

/* What a charge has only as a whole belongs to the day it began, of which it has part 0. */
#define WHOLE(column)          ", iif(number = 0, " column ", NULL)"
#define SUM_OF_ONE(money)                                                                                    \
    " iif(min(currency) IS max(currency), sum(" money "), NULL) AS " money ","

/* What went in: at the wall, out of the charger where that is all that is known. */
#define FROM_WH "coalesce(wall_wh, charger_wh)"

static const char charge_sql[] =
    "CREATE VIEW charge AS SELECT car, id,"
    " CASE status WHEN 0 THEN 'open' WHEN 1 THEN 'closed' WHEN 2 THEN 'incomplete' END AS state,"
    " CASE how WHEN 0 THEN 'watched' WHEN 1 THEN 'inferred' WHEN 2 THEN 'metered' END AS how"
    UTC("from_ms", "from_utc")
    UTC("to_ms", "to_utc")
    PERCENT("soc_from", "soc_from")
    PERCENT("soc_to", "soc_to")
    ", CASE mode WHEN 0 THEN 'none' WHEN 1 THEN 'ac1' WHEN 2 THEN 'ac2' WHEN 3 THEN 'dc' END AS mode"
    KWH("battery_wh", "battery_kwh")
    KWH("charger_wh", "charger_kwh")
    KWH("wall_wh", "wall_kwh")
    TEXT("wall_from")
    ", iif(status <> 0 AND battery_wh >= 0 AND " FROM_WH " > 0,"
    " round(battery_wh * 1.0 / " FROM_WH " / 0.001) * 0.001, NULL) AS efficiency"
    MONEY("cost_m", "cost")
    TEXT("cost_from")
    MONEY("cost_max_m", "cost_max")
    TEXT("currency")
    KW("peak_w", "peak_kw")
    DEGREES("temp_from_mc", "temp_from")
    DEGREES("temp_to_mc", "temp_to")
    KM("odometer_mm", "odometer_km")
    TEXT("place")
    ", note"
    FLAGS
    " FROM charge_raw";

static const char outing_sql[] =
    "CREATE VIEW outing AS SELECT car, id"
    UTC("from_ms", "from_utc")
    UTC("to_ms", "to_utc")
    KM("distance_mm", "distance_km")
    KWH("energy_soc_wh", "energy_soc_kwh")
    KWH("energy_gids_wh", "energy_gids_kwh")
    CONSUMPTION("distance_mm", USED_WH)
    DAY("day")
    ", tags"
    FLAGS
    " FROM outing_raw";

/* As days.c sums them up. The days are those that can be written: 0001-01-01 to 9999-12-31. Of two currencies
 * there is no sum. */
static const char day_sql[] =
    "CREATE VIEW day AS SELECT car"
    DAY("day")
    KM("distance_mm", "distance_km")
    KWH("used_wh", "used_kwh")
    KWH("battery_wh", "battery_kwh")
    KWH("charger_wh", "charger_kwh")
    KWH("wall_wh", "wall_kwh")
    MONEY("cost_m", "cost")
    ", currency, charges, outings"
    CONSUMPTION("rated_mm", "rated_wh")
    KWH("rated_wh", "consumption_kwh")
    KM("rated_mm", "consumption_km")
    MONEY("nullif(cost_max_m, cost_m)", "cost_max")
    " FROM (SELECT car, day, sum(distance_mm) AS distance_mm, sum(used_wh) AS used_wh,"
    " sum(battery_wh) AS battery_wh, sum(charger_wh) AS charger_wh, sum(wall_wh) AS wall_wh,"
    SUM_OF_ONE("cost_m") SUM_OF_ONE("cost_max_m")
    " iif(min(currency) = max(currency), min(currency), NULL) AS currency,"
    " sum(charges) AS charges, sum(outings) AS outings,"
    " sum(iif(used_wh IS NULL, NULL, distance_mm)) AS rated_mm,"
    " sum(iif(distance_mm IS NULL, NULL, used_wh)) AS rated_wh FROM"
    " (SELECT car, day, distance_mm, " USED_WH " AS used_wh, NULL AS battery_wh, NULL AS charger_wh,"
    " NULL AS wall_wh, NULL AS cost_m, NULL AS cost_max_m, NULL AS currency, 0 AS charges, 1 AS outings"
    " FROM outing_raw"
    " UNION ALL SELECT car, part.day, NULL, NULL, part.battery_wh, part.charger_wh"
    WHOLE("wall_wh") WHOLE("cost_m")
    WHOLE("iif(cost_m IS NULL, NULL, coalesce(cost_max_m, cost_m))")
    WHOLE("iif(cost_m IS NULL, NULL, nullif(currency, ''))")
    ", number = 0, 0 FROM part JOIN charge_raw ON charge_raw.id = part.charge)"
    " WHERE day BETWEEN -719162 AND 2932896 GROUP BY car, day)";

/* With its key, by which a span of time is found without reading all. */
static const char reading_sql[] =
    "CREATE VIEW reading AS SELECT car, signal,"
    " strftime('%Y-%m-%dT%H:%M:%fZ', (key >> 12) / 1000.0, 'unixepoch') AS at_utc,"
    " steps * 1.0 / per_unit AS value, unit,"
    " CASE quality WHEN 0 THEN 'ok' WHEN 1 THEN 'old' WHEN 2 THEN 'assumed' WHEN 3 THEN 'estimated'"
    " WHEN 4 THEN 'disputed' END AS quality, key"
    " FROM reading_raw JOIN series ON series.id = key & 4095";

/* clang-format on */

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
