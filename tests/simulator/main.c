/* garaged-sim: a LEAF behind a dongle (CONTRACT 12). */
#include "adapters.h"
#include "options.h"
#include "server.h"

#include "util/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

static int fail(int code, const struct err *err)
{
    fprintf(stderr, "garaged-sim: %s\n", err->text);
    return code;
}

static int load_begin(struct sim_program_options *options, struct err *err)
{
    if (!options->begin_path)
        return EX_OK;
    if (sim_begin_load(&options->begin, options->begin_path, err) != 0)
        return EX_DATAERR;
    options->sim.begin = &options->begin;
    return EX_OK;
}

static int load_scenario(struct sim_program_options *options, struct err *err)
{
    if (!options->scenario_path)
        return 0;
    if (access(options->scenario_path, R_OK) != 0) {
        err_set(err, "%s: no such file, or it may not be read", options->scenario_path);
        return EX_NOINPUT;
    }
    if (sim_scenario_load(&options->scenario, options->scenario_path, err) != 0)
        return EX_DATAERR;
    options->sim.scenario = &options->scenario;
    return 0;
}

static void on_signal(void *ctx, int signal_number)
{
    (void)signal_number;
    loop_stop(ctx);
}

static int serve(struct loop *loop, const struct sim_program_options *options, struct err *err)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, 0};
    int code = EX_OSERR;

    if (loop_catch_signals(loop, signals, on_signal, loop, err) != 0)
        return code;
    signal(SIGPIPE, SIG_IGN);
    struct sim_server *server = sim_server_new(loop, options, &code, err);
    if (!server)
        return code;
    code = loop_run(loop, err) == 0 ? EX_OK : EX_OSERR;
    sim_server_free(server);
    return code;
}

static int run(struct sim_program_options *options)
{
    struct err err;
    int code = load_scenario(options, &err);

    if (code == EX_OK)
        code = load_begin(options, &err);
    if (code != EX_OK)
        return fail(code, &err);
    struct loop *loop = loop_new(&err);
    if (!loop)
        return fail(EX_OSERR, &err);
    code = serve(loop, options, &err);
    loop_free(loop);
    return code == EX_OK ? code : fail(code, &err);
}

static int list_faults(void)
{
    for (size_t i = 0; sim_fault_about(i); i++)
        printf("%-16s %s\n", sim_fault_name(i), sim_fault_about(i)->words);
    return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}

static int list_adapters(void)
{
    for (size_t i = 0; sim_adapter_at(i); i++)
        printf("%-16s %s\n", sim_adapter_at(i)->name, sim_adapter_at(i)->words);
    return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}

int main(int argc, char **argv)
{
    struct err err;
    struct sim_program_options *options = malloc(sizeof(*options));

    if (!options)
        return EX_OSERR;
    int code = EX_USAGE;
    if (sim_options_parse(options, argc, argv, &err) != 0)
        fprintf(stderr, "garaged-sim: %s\n%s", err.text, sim_usage);
    else if (options->help)
        code = fputs(sim_usage, stdout) < 0 ? EX_IOERR : EX_OK;
    else if (options->list_faults)
        code = list_faults();
    else if (options->list_adapters)
        code = list_adapters();
    else
        code = run(options);
    free(options);
    return code;
}
