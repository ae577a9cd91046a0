/* What the files of config*.c share: the table of settings, the checks of values, the report of mistakes. */
#ifndef CONFIG_PRIVATE_H
#define CONFIG_PRIVATE_H

#include "config.h"
#include "util/core/confscan.h"

#define CONFIG_MISTAKE_MAX 50 /* said of one file */

enum config_kind { CONFIG_TEXT, CONFIG_NUMBER, CONFIG_FLAG, CONFIG_WORD, CONFIG_TEXTS };

/* Says why `value` is not allowed, NULL if it is. */
typedef const char *config_check_fn(const char *value);

struct config_row {
    const char *group; /* "" for the top level; "cars" is a list of groups */
    const char *name;
    enum config_kind kind;
    size_t offset;        /* in struct config_car for "cars", else in struct config */
    size_t size;          /* of the memory of a text */
    const char *standard; /* default of texts, words and lists (of one item, or ""); NULL: has to be given */
    const char *example;  /* what the shipped file shows where there is no default */
    int number;           /* default of numbers and flags */
    int min, max;
    const int *choices;       /* instead of min and max; ends with -1 */
    const char *const *words; /* in the order of the enum; ends with NULL */
    config_check_fn *check;   /* of a text, or of every item of a list */
    const char *help;
};

extern const struct config_row config_table[];
extern const size_t config_table_rows;

/* The groups in the order of the shipped file, with what is said of them there. */
struct config_group {
    const char *name;
    const char *help;
};
extern const struct config_group config_groups[];
extern const size_t config_group_count;

/* Where a row's value lies, in a struct config or (cars) struct config_car. */
void *config_row_place(const struct config_row *row, void *base);
void config_set_default(const struct config_row *row, void *base);

/* ---- checks of values, pure but for zones ---- */
config_check_fn config_check_state, config_check_zone, config_check_id, config_check_vehicle,
    config_check_generation, config_check_interface, config_check_listen, config_check_host,
    config_check_network, config_check_address, config_check_topic, config_check_path,
    config_check_meter_topic, config_check_meter_field;
const char *config_check_port(enum config_adapter adapter, const char *port);

/* ---- mistakes ---- */
struct config_report {
    const char *file;
    config_mistake_fn *fn;
    void *ctx;
    int count;
};

/* `line` 0, item NULL or value NULL: left out. */
void config_report(struct config_report *report, unsigned line, const char *item, const char *value,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

/* ---- the tree ---- */
struct config_setting_t; /* libconfig's */

/* One setting: where it stands, and what it is called in messages. */
struct config_place {
    const struct config_setting_t *setting;
    unsigned line;
    char item[CONFSCAN_ITEM_MAX];
};

/* Stores the setting's value at its row's place in `base`, or says why not. */
void config_take_value(struct config_report *report, const struct config_place *place,
                       const struct config_row *row, void *base);

/* Says that what stands there is of another kind than it has to be. */
void config_say_wrong_type(struct config_report *report, const struct config_place *place,
                           const char *reason);

/* Parses what confscan let through, and fills *config. */
void config_walk(struct config *config, const char *text, const struct confscan *scan,
                 struct config_report *report);

#endif
