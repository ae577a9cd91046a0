/* Asks the store page after page and writes each before it asks for the next, so that a slow reader holds up
 * nothing but its own export. Items and figures are those of the page's lists: web_ask and json_page make
 * them. */
#include "home_export.h"

#include "export/web_ask.h"
#include "util/clock.h"
#include "util/outlet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define PAGE_ITEMS 500
#define TICK_NS    (1 * NS_PER_S) /* garagectl wants to hear that it goes on */
#define BUSY_TICKS 10             /* so long the store may have no place for the question */

struct export
{
    struct home_export_parts parts;
    struct control_job *job;
    const struct web_list *list;
    struct web_ask ask;
    struct outlet outlet;
    struct loop_timer *tick;
    struct loop_watch *watch; /* NULL: nobody is waited for */
    char *text;               /* of the page that is being written */
    size_t len, written;
    size_t items;
    int64_t bytes;
    int64_t next;    /* of the page that is being written; 0: it is the last */
    int64_t from_ms; /* of the first reading */
    double done;
    bool is_asking;
    int busy_ticks;
};

/* ---- its end ---- */

static void free_export(struct export *export)
{
    store_forget(export->parts.store, export);
    loop_watch_free(export->watch);
    loop_timer_free(export->tick);
    close(export->outlet.fd);
    free(export->text);
    free(export);
}

static void client_is_gone(void *ctx)
{
    free_export(ctx);
}

static void end(struct export *export, json_t *answer)
{
    struct control_job *job = export->job;

    free_export(export);
    control_job_end(job, answer);
}

static void fail(struct export *export, const char *words)
{
    end(export, json_pack("{s:s}", "error", words));
}

/* ---- a page ---- */

/* The item that the page before promised is gone, and so is the place to go on from: an import knew better. */
static bool is_torn(const struct export *export, const struct store_answer *answer)
{
    return answer->count == 0 && export->ask.question.before != 0 &&
           export->list->kind != JSON_DIARY_READING;
}

static void answered(void *ctx, const struct store_answer *answer);

/* The store may have no place for it now: the tick asks again. */
static void ask_for_page(struct export *export)
{
    export->is_asking = store_ask(export->parts.store, &export->ask.question, answered, export) == 0;
    if (export->is_asking)
        export->busy_ticks = 0;
}

static void page_is_written(struct export *export)
{
    free(export->text);
    export->text = NULL;
    if (export->next != 0) {
        export->ask.question.before = export->next;
        ask_for_page(export);
        return;
    }
    end(export, json_pack("{s:s, s:I, s:I}", "car", export->ask.question.car, "items",
                          (json_int_t) export->items, "bytes", (json_int_t) export->bytes));
}

static void drained(void *ctx, uint32_t events);

/* What a slow reader does not take waits until it has room again. */
static void wait_for_reader(struct export *export)
{
    struct err err;

    if (!export->watch)
        export->watch =
            loop_watch_new(export->parts.loop, export->outlet.fd, EPOLLOUT, drained, export, &err);
    if (!export->watch)
        fail(export, err.text);
}

static void write_page(struct export *export)
{
    while (export->written < export->len) {
        ssize_t done =
            outlet_write(&export->outlet, export->text + export->written, export->len - export->written);

        if (done < 0 && errno == EAGAIN) {
            wait_for_reader(export);
            return;
        }
        if (done < 0) {
            fail(export, outlet_words(errno));
            return;
        }
        export->written += (size_t)done;
        export->bytes += done;
    }
    page_is_written(export);
}

static void drained(void *ctx, uint32_t events)
{
    struct export *export = ctx;

    (void)events;
    loop_watch_free(export->watch);
    export->watch = NULL;
    write_page(export);
}

/* How far readings are is told by their time; the diary's lists are short. */
static void note_progress(struct export *export, const struct store_answer *answer)
{
    const struct diary_reading *readings = answer->items;

    if (export->list->kind != JSON_DIARY_READING || answer->count == 0)
        return;
    if (export->items == 0)
        export->from_ms = readings[0].utc_ms;
    double whole_ms = (double)(clock_utc_ns() / NS_PER_MS - export->from_ms);
    double done = (double)(readings[answer->count - 1].utc_ms - export->from_ms) / whole_ms;
    export->done = whole_ms > 0 && done > 0 && done < 1 ? done : export->done;
}

/* A page without items is written when it is the last. */
static void take_page(struct export *export, const struct store_answer *answer)
{
    struct json_page page = web_ask_page(&export->ask, export->list, export->parts.zone, answer);

    note_progress(export, answer);
    export->next = answer->next;
    page.before = export->items;
    page.goes_on = answer->next != 0;
    page.next = 0; /* the whole list has none */
    export->written = 0;
    export->len = 0;
    export->items += answer->count;
    if (answer->count > 0 || !page.goes_on) {
        export->text = export->ask.as_csv ? json_page_csv(&page) : json_page_text(&page);
        if (!export->text) {
            fail(export, "out of memory");
            return;
        }
        export->len = strlen(export->text);
    }
    write_page(export);
}

static void answered(void *ctx, const struct store_answer *answer)
{
    struct export *export = ctx;
    const char *mistake = web_ask_judge(&export->ask, answer);

    export->is_asking = false;
    if (answer->failed)
        fail(export, "the diary can't be read now");
    else if (mistake)
        fail(export, mistake);
    else if (is_torn(export, answer))
        fail(export, "the diary was changed by an import meanwhile: try again");
    else
        take_page(export, answer);
}

static void ticked(void *ctx, int64_t now_ns)
{
    struct export *export = ctx;

    loop_timer_start(export->tick, now_ns + TICK_NS);
    if (!export->is_asking && !export->text && export->busy_ticks++ == BUSY_TICKS) {
        fail(export, "the diary can't be read now");
        return;
    }
    if (!export->is_asking && !export->text)
        ask_for_page(export);
    control_job_progress(export->job,
                         export->done); /* the client may be dropped inside, and the export with it */
}

/* ---- its beginning ---- */

static int read_request(struct export *export, const json_t *request, struct err *err)
{
    const char *list = json_string_value(json_object_get(request, "list"));
    const char *query = json_string_value(json_object_get(request, "query"));
    char path[64];

    snprintf(path, sizeof(path), "/api/v1/%s", list ? list : "");
    export->list = web_ask_list(path);
    if (!export->list)
        return err_set(err, "there is no such list");
    const char *mistake =
        web_ask_read(&export->ask, export->list, query ? query : "", export->parts.view, export->parts.zone);
    if (mistake)
        return err_set(err, "%s", mistake);
    export->ask.question.limit = PAGE_ITEMS;
    return 0;
}

int home_export_begin(const struct home_export_parts *parts, const json_t *request, int fd,
                      struct control_job *job, struct err *err)
{
    struct export *export = calloc(1, sizeof(*export));

    if (!export)
        return err_set(err, "out of memory");
    export->parts = *parts;
    export->job = job;
    if (read_request(export, request, err) || outlet_judge(&export->outlet, fd, err)) {
        free(export);
        return -1;
    }
    export->tick = loop_timer_new(parts->loop, ticked, export);
    if (!export->tick) {
        free(export);
        return err_set(err, "out of memory");
    }
    control_job_listen(job, client_is_gone, export);
    loop_timer_start(export->tick, clock_boot_ns() + TICK_NS);
    ask_for_page(export);
    return 0;
}
