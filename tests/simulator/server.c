/* Moves the simulator with the real clock: one timer for its next deed, one a second for the truth file. */
#include "server.h"

#include "port.h"
#include "truth.h"

#include "util/clock.h"
#include "util/core/time.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct sim_server {
    struct loop *loop;
    struct sim *sim;
    struct sim_port *port;
    struct loop_timer *deed, *second;
    int64_t second_due_ns;
    int64_t utc_offset_ns; /* UTC less boot time, at the start */
    FILE *truth;
    bool announced;
};

static void server_schedule(struct sim_server *server)
{
    int64_t next_ns = sim_next(server->sim);

    if (next_ns == TIME_NONE)
        loop_timer_stop(server->deed);
    else
        loop_timer_start(server->deed, next_ns);
}

static void on_deed(void *ctx, int64_t now_ns)
{
    struct sim_server *server = ctx;

    sim_advance(server->sim, now_ns);
    server_schedule(server);
}

static void on_host_bytes(void *ctx, const void *bytes, size_t len)
{
    struct sim_server *server = ctx;

    sim_bytes_in(server->sim, bytes, len, clock_boot_ns());
    server_schedule(server);
}

static void on_dongle_bytes(void *ctx, const char *bytes, size_t len)
{
    struct sim_server *server = ctx;

    sim_port_write(server->port, bytes, len);
}

static void server_write_truth(struct sim_server *server, const char *line)
{
    if (server->truth)
        fputs(line, server->truth);
}

static void on_frame_sent(void *ctx, const struct sim_frame *frame)
{
    struct sim_server *server = ctx;
    char line[SIM_TRUTH_LINE_MAX];

    sim_truth_format_frame(frame, frame->time_ns + server->utc_offset_ns, line);
    server_write_truth(server, line);
}

/* Opens the port, or leaves it to the next second. */
static int server_open_port(struct sim_server *server, struct err *err)
{
    if (sim_port_open(server->port, err) != 0)
        return -1;
    if (!server->announced) {
        printf("garaged-sim: ready %s\n", sim_port_name(server->port));
        fflush(stdout);
    }
    server->announced = true;
    return 0;
}

static void server_follow_contact(struct sim_server *server)
{
    struct err err;

    if (!sim_is_reachable(server->sim))
        sim_port_close(server->port);
    else if (server_open_port(server, &err) != 0)
        fprintf(stderr, "garaged-sim: %s\n", err.text);
}

static void on_reachable(void *ctx, bool reachable)
{
    (void)reachable;
    server_follow_contact(ctx);
}

static void on_second(void *ctx, int64_t now_ns)
{
    struct sim_server *server = ctx;
    char line[SIM_TRUTH_LINE_MAX];

    sim_advance(server->sim, now_ns);
    server_schedule(server);
    server_follow_contact(server);
    struct sim_truth truth = sim_truth(server->sim);
    sim_truth_format(&truth, truth.now_ns + server->utc_offset_ns, line);
    server_write_truth(server, line);
    while (server->second_due_ns <= now_ns)
        server->second_due_ns += NS_PER_S;
    loop_timer_start(server->second, server->second_due_ns);
}

static int server_open_truth(struct sim_server *server, const char *path, struct err *err)
{
    if (!path)
        return 0;
    server->truth = fopen(path, "we");
    if (!server->truth)
        return err_set(err, "%s: %s", path, strerror(errno));
    setvbuf(server->truth, NULL, _IOLBF, 0);
    return 0;
}

static int server_make_sim(struct sim_server *server, const struct sim_program_options *options,
                           struct err *err)
{
    const struct sim_events events = {
        .bytes = on_dongle_bytes, .sent = on_frame_sent, .reachable = on_reachable};
    int64_t now_ns = clock_boot_ns();

    server->utc_offset_ns = clock_utc_minus_boot_ns();
    server->second_due_ns = now_ns + NS_PER_S;
    server->sim = sim_new(&options->sim, &events, server, now_ns, err);
    return server->sim ? 0 : -1;
}

static int server_make_port(struct sim_server *server, const struct sim_program_options *options,
                            struct err *err)
{
    if (options->pty)
        server->port = sim_port_new_pty(server->loop, options->pty, on_host_bytes, server, err);
    else
        server->port =
            sim_port_new_tcp(server->loop, options->host, options->port, on_host_bytes, server, err);
    server->deed = loop_timer_new(server->loop, on_deed, server);
    server->second = loop_timer_new(server->loop, on_second, server);
    if (!server->port)
        return -1;
    if (!server->deed || !server->second)
        return err_set(err, "out of memory");
    return sim_is_reachable(server->sim) ? server_open_port(server, err) : 0;
}

static int server_build(struct sim_server *server, const struct sim_program_options *options, int *exit_code,
                        struct err *err)
{
    *exit_code = EX_USAGE;
    if (server_make_sim(server, options, err) != 0)
        return -1;
    *exit_code = EX_CANTCREAT;
    if (server_open_truth(server, options->truth, err) != 0)
        return -1;
    *exit_code = EX_UNAVAILABLE;
    return server_make_port(server, options, err);
}

struct sim_server *sim_server_new(struct loop *loop, const struct sim_program_options *options,
                                  int *exit_code, struct err *err)
{
    struct sim_server *server = calloc(1, sizeof(*server));

    *exit_code = EX_OSERR;
    if (!server) {
        err_set(err, "out of memory");
        return NULL;
    }
    server->loop = loop;
    if (server_build(server, options, exit_code, err) != 0) {
        sim_server_free(server);
        return NULL;
    }
    loop_timer_start(server->second, server->second_due_ns);
    server_schedule(server);
    return server;
}

void sim_server_free(struct sim_server *server)
{
    if (!server)
        return;
    if (server->deed)
        loop_timer_free(server->deed);
    if (server->second)
        loop_timer_free(server->second);
    sim_port_free(server->port);
    sim_free(server->sim);
    if (server->truth)
        fclose(server->truth);
    free(server);
}
