/* garagectl doctor: says what is wrong with a dongle. Borrows it from a running garaged, examines it, prints
 * findings, gives it back, also when it is interrupted. Needs no daemon. */
#include "tools/doctor.h"

#include "config.h"
#include "tools/doctor_broker.h"
#include "tools/doctor_examine.h"
#include "tools/doctor_lender.h"
#include "tools/doctor_port.h"
#include "tools/doctor_sandbox.h"
#include "tools/doctor_verdict.h"

#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define LEND_S 60 /* longer than it takes: garaged takes the dongle back even if this program is killed */

static const char usage[] =
    "Usage: garagectl [--config FILE] doctor [--car ID] [--json]\n"
    "\n"
    "Uses the car's dongle for up to half a minute and says what is wrong with it, and what to do. A "
    "running\n"
    "garaged lends it meanwhile, and says whether its sandbox holds and\n"
    "who else its broker serves. Ends with 0 when there is no problem, else with 69.\n";

struct arguments {
    const char *car;
    bool json, help;
};

struct patient {
    const struct config_car *car;
    struct doctor_examination seen;
    struct doctor_facts facts;
    char lender_words[256], users[256], group[64];
    bool interrupted;
    struct loop *loop;
};

static int parse_arguments(struct arguments *arguments, int argc, char **argv)
{
    static const struct option longs[] = {{"car", required_argument, NULL, 'c'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option;

    optind = 0; /* the second parsing in this program */
    while ((option = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
        if (option == 'c')
            arguments->car = optarg;
        else if (option == 'j')
            arguments->json = true;
        else if (option == 'h')
            arguments->help = true;
        else
            return -1;
    }
    return optind == argc ? 0 : -1;
}

static void print_mistake(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s\n", text);
}

/* NULL, said on stderr: none, or not clear which. */
static const struct config_car *find_car(const struct config *config, const char *id)
{
    for (size_t i = 0; i < config->car_count; i++) {
        if (id ? strcmp(config->cars[i].id, id) == 0 : config->car_count == 1)
            return &config->cars[i];
    }
    if (id)
        fprintf(stderr, "garagectl doctor: %s: no such car\n", id);
    else
        fputs(config->car_count ? "garagectl doctor: which car? --car ID\n"
                                : "garagectl doctor: the configuration has no car\n",
              stderr);
    return NULL;
}

/* ---- the examination ---- */

static void on_signal(void *ctx, int signal_number)
{
    struct patient *patient = ctx;

    (void)signal_number;
    patient->interrupted = true;
    loop_stop(patient->loop);
}

/* From the beginning of the loan to its end. */
static int examine_borrowed(struct patient *patient, const char *config, struct err *err)
{
    const char *id = patient->car->id;
    char words[256];

    patient->facts.lender =
        doctor_lend(config, id, LEND_S, patient->lender_words, sizeof(patient->lender_words));
    int result = doctor_examine(patient->loop, patient->car, &patient->seen, err);
    doctor_port_users(patient->car->port, patient->users, sizeof(patient->users));
    doctor_port_group(patient->car->port, patient->group, sizeof(patient->group));
    if (patient->facts.lender == DOCTOR_LENT)
        doctor_lend(config, id, 0, words, sizeof(words));
    return result;
}

/* Signals are caught before the loan begins: who is interrupted gives back what was lent. */
static int examine(struct patient *patient, const char *config, struct err *err)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0};
    int result = -1;

    patient->loop = loop_new(err);
    if (patient->loop && loop_catch_signals(patient->loop, signals, on_signal, patient, err) == 0)
        result = examine_borrowed(patient, config, err);
    loop_free(patient->loop);
    return result;
}

static void note_facts(struct patient *patient)
{
    const struct doctor_examination *seen = &patient->seen;
    struct doctor_facts *facts = &patient->facts;

    facts->port = patient->car->port;
    facts->configured = patient->car->generation;
    facts->lender_words = patient->lender_words;
    facts->users = patient->users;
    facts->group = patient->group;
    facts->up = seen->up;
    facts->reason = seen->reason[0] ? seen->reason : "the dongle does not answer in time";
    facts->description = seen->description;
    facts->limits = seen->limits;
    facts->has_voltmeter = seen->capabilities & ADAPTER_HAS_VOLTMETER;
    facts->listens = seen->capabilities & ADAPTER_LISTENS;
    facts->volts = seen->volts;
    facts->broadcasts = seen->broadcasts;
    facts->watched_s = seen->watched_s;
    facts->questions = seen->questions;
    facts->answers = seen->answers;
    facts->generation = seen->generation;
}

/* ---- what is printed ---- */

static void print_text(const struct doctor_finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        printf("%-8s %s\n", doctor_level_name(findings[i].level), findings[i].text);
        if (findings[i].advice[0])
            printf("         -> %s\n", findings[i].advice);
    }
}

static void print_json(const struct config_car *car, const struct doctor_finding *findings, size_t count,
                       bool well)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *finding =
            json_pack("{s:s, s:s, s:s?}", "level", doctor_level_name(findings[i].level), "text",
                      findings[i].text, "advice", findings[i].advice[0] ? findings[i].advice : NULL);
        json_array_append_new(list, finding);
    }
    json_t *report =
        json_pack("{s:s, s:s, s:b, s:o}", "car", car->id, "port", car->port, "well", well, "findings", list);
    json_dumpf(report, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(report);
}

static int report(struct patient *patient, const char *config, bool json)
{
    struct doctor_finding findings[DOCTOR_FINDING_MAX + DOCTOR_BROKER_MAX + DOCTOR_SANDBOX_MAX];
    bool well = true;

    note_facts(patient);
    size_t count = doctor_judge(&patient->facts, findings);
    count += doctor_broker(config, findings + count);
    count += doctor_sandbox(config, findings + count);
    for (size_t i = 0; i < count; i++)
        well = well && findings[i].level != DOCTOR_PROBLEM;
    if (json)
        print_json(patient->car, findings, count, well);
    else
        print_text(findings, count);
    return well ? EX_OK : EX_UNAVAILABLE;
}

static int treat(const struct tool_options *options, const struct arguments *arguments,
                 const struct config_car *car)
{
    struct patient patient = {.car = car};
    struct err err = {""};

    if (car->adapter == CONFIG_ADAPTER_REPLAY) {
        fprintf(stderr, "garagectl doctor: %s plays a recording: there is no dongle to examine\n", car->id);
        return EX_OK;
    }
    if (!arguments->json)
        fprintf(stderr, "examining the dongle of %s: half a minute at most\n", car->id);
    int result = examine(&patient, options->config, &err);
    if (patient.interrupted) {
        fputs("garagectl doctor: interrupted\n", stderr);
        return EX_TEMPFAIL;
    }
    if (result < 0) {
        fprintf(stderr, "garagectl doctor: %s\n", err.text);
        return EX_CONFIG;
    }
    return report(&patient, options->config, arguments->json);
}

int tool_doctor(const struct tool_options *options, int argc, char **argv)
{
    static const struct config empty;
    struct config config = empty;
    struct arguments arguments = {.car = NULL};

    if (parse_arguments(&arguments, argc, argv) || arguments.help) {
        fputs(usage, arguments.help ? stdout : stderr);
        return arguments.help ? EX_OK : EX_USAGE;
    }
    if (config_load(&config, options->config, print_mistake, NULL) != 0)
        return EX_CONFIG;
    const struct config_car *car = find_car(&config, arguments.car);
    return car ? treat(options, &arguments, car) : EX_USAGE;
}
