/* From a file to a definition. The parts of the grammar are read by the other definition_*.c; here is the
 * order of things. */
#include "car/definition_load.h"

#include "util/conftext.h"
#include "util/core/confscan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMAT       1
#define PATH_MAX_LEN 4096

static const char *const root_keys[] = {"format",   "name",    "generations", "frames",
                                        "requests", "ranking", "probe",       NULL};

/* FNV-1a: a fingerprint against mix-ups, not against malice. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text != '\0'; text++) {
        hash ^= (unsigned char)*text;
        hash *= UINT64_C(0x100000001b3);
    }
    return hash;
}

static struct definition *new_definition(const char *text, const char *name, struct err *err)
{
    struct definition *d = calloc(1, sizeof(*d));

    if (!d || !(d->file = strdup(name))) {
        err_set(err, "%s: out of memory", name);
        definition_free(d);
        return NULL;
    }
    d->hash = hash_text(text);
    memset(d->frame_source, 0xFF, sizeof(d->frame_source));
    for (size_t i = 0; i < SIGNAL_VOCABULARY_COUNT; i++) {
        struct signal *grown = definition_grow(d->signals, d->signal_count, sizeof(*grown), err);
        if (!grown) {
            definition_free(d);
            return NULL;
        }
        d->signals = grown;
        grown[d->signal_count++] = vocabulary[i];
    }
    return d;
}

/* "adapter" and "derived", after those of the file. */
static int add_computed_sources(struct loader *loader)
{
    static const char *const names[] = {"adapter", "derived"};
    struct definition *d = loader->definition;

    d->file_sources = d->source_count;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct source *grown = definition_grow(d->sources, d->source_count, sizeof(*grown), loader->tree.err);
        if (!grown)
            return -1;
        d->sources = grown;
        snprintf(grown[d->source_count].name, sizeof(grown->name), "%s", names[i]);
        grown[d->source_count].request = DEFINITION_NONE;
        d->source_count++;
    }
    return 0;
}

static int list_frame_ids(struct loader *loader)
{
    struct definition *d = loader->definition;

    for (unsigned id = 0; id <= FRAME_ID_MAX; id++) {
        if (d->frame_source[id] == DEFINITION_NONE)
            continue;
        uint16_t *grown = definition_grow(d->frame_ids, d->frame_id_count, sizeof(*grown), loader->tree.err);
        if (!grown)
            return -1;
        d->frame_ids = grown;
        grown[d->frame_id_count++] = (uint16_t)id;
    }
    return 0;
}

static int load_root(struct loader *loader, const config_setting_t *root)
{
    const struct tree *tree = &loader->tree;
    const char *name = "";
    int64_t format = 0;

    if (tree_expect_group(tree, root, root_keys) < 0 || tree_get_text(tree, root, "name", 64, &name) < 0)
        return -1;
    int found = tree_get_int(tree, root, "format", FORMAT, FORMAT, &format);
    if (found <= 0)
        return found < 0 ? -1 : tree_fail(tree, root, "format", "missing");
    if (load_generations(loader, root) < 0 || load_frames(loader, root) < 0 ||
        load_requests(loader, root) < 0 || add_computed_sources(loader) < 0 ||
        load_ranking(loader, root) < 0 || load_probe(loader, root) < 0 || list_frame_ids(loader) < 0)
        return -1;
    return load_check(loader, root);
}

static int fail_scan(const struct definition *d, const struct confscan *scan, struct err *err)
{
    const struct confscan_mistake *mistake = &scan->mistakes[0];

    if (mistake->item[0] == '\0')
        return err_set(err, "%s:%u: %s", d->file, mistake->line, mistake->reason);
    return err_set(err, "%s:%u: %s: %s: %s", d->file, mistake->line, mistake->item, mistake->value,
                   mistake->reason);
}

/* A syntax error of libconfig's comes before a number that it would have read wrongly. */
static int parse(struct definition *d, const char *text, size_t len, struct err *err)
{
    struct loader loader = {
        .tree = {.file = d->file, .err = err}, .definition = d, .unit_flag = DEFINITION_NONE};
    struct confscan scan;
    config_t config;
    int rc;

    bool sound = confscan_run(&scan, text, len);
    if (scan.is_fatal)
        return fail_scan(d, &scan, err);
    config_init(&config);
    if (config_read_string(&config, text) == CONFIG_FALSE)
        rc = err_set(err, "%s:%d: %s", d->file, config_error_line(&config), config_error_text(&config));
    else if (!sound)
        rc = fail_scan(d, &scan, err);
    else
        rc = load_root(&loader, config_root_setting(&config));
    config_destroy(&config);
    return rc;
}

/* Frees `text`; NULL: err says why there is none. */
static struct definition *finish(char *text, size_t len, const char *name, struct err *err)
{
    struct definition *d = NULL;

    if (!text)
        err_prefix(err, "%s: ", name);
    else
        d = new_definition(text, name, err);
    if (d && parse(d, text, len, err) < 0) {
        definition_free(d);
        d = NULL;
    }
    free(text);
    return d;
}

struct definition *definition_parse(const char *text, const char *name, struct err *err)
{
    size_t len = 0;
    char *copy = conftext_copy(text, strlen(text), DEFINITION_FILE_MAX, &len, err);

    return finish(copy, len, name, err);
}

struct definition *definition_load(const char *path, struct err *err)
{
    size_t len = 0;
    char *text = conftext_read(path, DEFINITION_FILE_MAX, &len, err);

    return finish(text, len, path, err);
}

static bool is_plain_name(const char *name)
{
    return *name != '\0' && *name != '.' && !strchr(name, '/');
}

/* A definition that contradicts its own vectors is wrong somewhere: better none than wrong readings. */
static struct definition *load_tested(const char *path, struct err *err)
{
    struct definition *d = definition_load(path, err);

    if (d && definition_self_test(d, err) < 0) {
        definition_free(d);
        return NULL;
    }
    return d;
}

struct definition *definition_find(const char *dirs, const char *name, struct err *err)
{
    char path[PATH_MAX_LEN];
    const char *dir = dirs;

    if (!is_plain_name(name)) {
        err_set(err, "%s: no name of a vehicle", name);
        return NULL;
    }
    while (*dir != '\0') {
        int len = (int)strcspn(dir, ":");
        int used = snprintf(path, sizeof(path), "%.*s/%s.conf", len, dir, name);
        /* A file that is there and can't be read is a mistake, not a reason to take the next one. */
        if (len > 0 && used < (int)sizeof(path) && access(path, F_OK) == 0)
            return load_tested(path, err);
        dir += len;
        dir += *dir == ':';
    }
    err_set(err, "no definition %s.conf in %s", name, dirs);
    return NULL;
}
