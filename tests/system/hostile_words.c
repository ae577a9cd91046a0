/* The kinds of hostile requests (SECURITY 6.1). Sends nothing and judges no answer. */
#include "hostile_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PICK(words, list) (list)[words_below(words, sizeof(list) / sizeof((list)[0]))]

uint32_t words_below(struct words *words, uint32_t limit)
{
    words->random ^= words->random << 13; /* xorshift64 */
    words->random ^= words->random >> 7;
    words->random ^= words->random << 17;
    return (uint32_t)(words->random >> 32) % limit;
}

static void add_bytes(struct saying *saying, const void *bytes, size_t len)
{
    if (len > WORDS_BYTES - saying->len)
        len = WORDS_BYTES - saying->len;
    memcpy(saying->bytes + saying->len, bytes, len);
    saying->len += len;
}

__attribute__((format(printf, 2, 3))) static void add(struct saying *saying, const char *format, ...)
{
    char text[8192];
    va_list arguments;

    va_start(arguments, format);
    int len = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    add_bytes(saying, text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

static void repeat(struct saying *saying, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        add_bytes(saying, text, strlen(text));
}

/* ---- parts of requests ---- */

static const char *const paths[] = {"/",
                                    "/api/v1/state",
                                    "/api/v1/session",
                                    "/api/v1/live",
                                    "/api/v1/charges?car=leaf",
                                    "/api/v1/charges/1",
                                    "/api/v1/days",
                                    "/api/v1/history?signal=soc",
                                    "/api/v1/preferences",
                                    "/api/v1/tariffs",
                                    "/api/v1/tokens",
                                    "/api/v1/users",
                                    "/api/v1/audit",
                                    "/api/v1/login",
                                    "/api/v1/pair",
                                    "/api/v1/pause",
                                    "/api/v1/commands/climate?on=1&vin=SJNFAAZE0U6000000",
                                    "/api/v1/recordings",
                                    "/api/v1/log",
                                    "/api/v1/diagnostics",
                                    "/metrics"};

static const char *const methods[] = {"GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

/* A third carries the owner's cookie, a third a made-up one. */
static void add_cookie(struct words *words, struct saying *saying, bool is_get)
{
    static const char *const false_ones[] = {
        "garaged=0000000000000000000000000000000000000000000000000000000000000000",
        "garaged=",
        "garaged=x",
        "garaged=1; garaged=2",
        "garaged",
        "=garaged",
        ";;;;"};
    uint32_t which = words_below(words, 3);

    if (which == 0 && words->cookie[0] != '\0') {
        add(saying, "Cookie: %s\r\n", words->cookie);
        saying->has_session = is_get;
    } else if (which == 1) {
        add(saying, "Cookie: %s\r\n", PICK(words, false_ones));
    }
}

/* A request line and the headers that let it pass the guard; no empty line. */
static void begin(struct words *words, struct saying *saying, const char *method, const char *path)
{
    add(saying, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", method, path, words->port);
    add_cookie(words, saying, strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0);
}

static void add_body(struct saying *saying, const void *body, size_t len)
{
    add(saying, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", len);
    add_bytes(saying, body, len);
}

static const struct words_file *any_file(struct words *words)
{
    static const struct words_file none = {.bytes = (char *)"", .len = 0};

    return words->file_count ? &words->files[words_below(words, (uint32_t)words->file_count)] : &none;
}

/* ---- kinds ---- */

static void corpus_as_body(struct words *words, struct saying *saying)
{
    static const char *const targets[] = {"login", "pair", "preferences", "tariffs", "pause", "charges/1"};
    const struct words_file *file = any_file(words);

    add(saying, "%s /api/v1/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", words_below(words, 3) ? "POST" : "PUT",
        PICK(words, targets), words->port);
    add_cookie(words, saying, false);
    add_body(saying, file->bytes, file->len);
}

static void corpus_as_header(struct words *words, struct saying *saying)
{
    static const char *const names[] = {"X-Any",           "Cookie",        "Origin",
                                        "Accept-Encoding", "If-None-Match", "Upgrade"};
    const struct words_file *file = any_file(words);

    begin(words, saying, PICK(words, methods), PICK(words, paths));
    add(saying, "%s: ", PICK(words, names));
    add_bytes(saying, file->bytes, file->len);
    add(saying, "\r\n\r\n");
}

static void corpus_as_target(struct words *words, struct saying *saying)
{
    const struct words_file *file = any_file(words);

    add(saying, "GET /api/v1/%s?", words_below(words, 2) ? "charges" : "history");
    add_bytes(saying, file->bytes, file->len);
    add(saying, " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", words->port);
    add_cookie(words, saying, true);
    add(saying, "\r\n");
}

static void corpus_alone(struct words *words, struct saying *saying)
{
    const struct words_file *file = any_file(words);

    add_bytes(saying, file->bytes, file->len);
    add(saying, "\r\n\r\n");
    saying->hangs = true;
}

/* A few bytes of a right request changed, taken out, doubled. */
static void mutated(struct words *words, struct saying *saying)
{
    static const char special[] = "\0\r\n\t :;,/%\\\"'{}[]\x7f\x80\xff";

    begin(words, saying, PICK(words, methods), PICK(words, paths));
    add(saying, "Accept: */*\r\nX-CSRF-Token: 0\r\n");
    add_body(saying, "{\"user\":\"anna\",\"password\":12}", 29);
    for (uint32_t i = 1 + words_below(words, 8); i > 0; i--) {
        size_t at = words_below(words, (uint32_t)saying->len - 8), len = 1 + words_below(words, 8);

        if (words_below(words, 3) == 0)
            memmove(saying->bytes + at, saying->bytes + at + len, saying->len - at - len);
        else if (words_below(words, 2))
            saying->bytes[at] = special[words_below(words, sizeof(special) - 1)];
        else
            saying->bytes[at] = (char)words_below(words, 256);
    }
    saying->hangs = true;
}

/* W21: where the body ends can be read in two ways, and something stands behind it. */
static void smuggled(struct words *words, struct saying *saying)
{
    static const char *const ends[] = {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                       "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                                       "Content-Length: 5\r\nContent-Length: 6\r\n",
                                       "Content-Length: 5, 5\r\n",
                                       "Content-Length: -1\r\n",
                                       "Content-Length: +5\r\n",
                                       "Content-Length: 18446744073709551616\r\n",
                                       "Content-Length: 4294967296\r\n",
                                       "Content-Length: 0x5\r\n",
                                       "Transfer-Encoding: chunked\r\n",
                                       "Transfer-Encoding: xchunked\r\n",
                                       "Transfer-Encoding : chunked\r\n",
                                       "Transfer-Encoding:\tchunked\r\n",
                                       "X-Any: y\r\n Transfer-Encoding: chunked\r\n",
                                       "X-Any: y\n\tContent-Length: 5\r\n",
                                       "Content-Length : 5\r\n",
                                       "Content-Length: 5 \x0b\r\n"};
    static const char *const bodies[] = {"0\r\n\r\n", "FFFFFFFFFFFFFFFF\r\n", "5\r\naaaaa\r\n0\r\n\r\n",
                                         "{}   ",     "-1\r\n\r\n",           ""};

    begin(words, saying, words_below(words, 2) ? "POST" : "GET", PICK(words, paths));
    add(saying, "%s\r\n%s", PICK(words, ends), PICK(words, bodies));
    add(saying, "GET /api/v1/state HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n", words->port,
        words->cookie);
    saying->has_session = false;
}

/* W11, W10 */
static void upgraded(struct words *words, struct saying *saying)
{
    static const char *const names[] = {"xyzzy",       "",        "h2c", "websocket, h2c",
                                        "WebSocket\t", "TLS/1.0", "\x01"};

    begin(words, saying, "GET", words_below(words, 2) ? "/api/v1/live" : PICK(words, paths));
    add(saying, "Connection: Upgrade\r\n");
    for (uint32_t i = 1 + words_below(words, 3) * words_below(words, 4); i > 0; i--)
        add(saying, "Upgrade: %s\r\n", PICK(words, names));
    if (words_below(words, 8) == 0) {
        add(saying, "Upgrade: ");
        repeat(saying, "a", 4096);
        add(saying, "\r\n");
    }
    add(saying, "Sec-WebSocket-Version: %u\r\nSec-WebSocket-Key: x\r\n\r\n", words_below(words, 20));
}

/* W19 */
static void json(struct words *words, struct saying *saying)
{
    static const char *const bodies[] = {"{\"user\":\"a\",\"user\":\"b\",\"password\":\"c\"}",
                                         "{\"user\":1e400,\"password\":\"c\"}",
                                         "{\"user\":NaN}",
                                         "{\"user\":\"\\u0000\",\"password\":\"c\"}",
                                         "{\"user\":\"\\ud800\",\"password\":\"c\"}",
                                         "{\"user\":\"\\udc00\\ud800\",\"password\":\"c\"}",
                                         "{\"user\":\"a\",\"password\":\"b\"}{}",
                                         "{\"user\":\"a\",\"password\":\"b\"}\0x",
                                         "{\"user\":\"\xff\xfe\",\"password\":\"b\"}",
                                         "{\"user\":null,\"password\":[]}",
                                         "[]",
                                         "\"user\"",
                                         "{",
                                         "{\"code\":12345678}",
                                         "{\"code\":\"00000000\",\"user\":{\"a\":{}},\"password\":1}"};
    const char *body = PICK(words, bodies);
    uint32_t which = words_below(words, 10);

    begin(words, saying, "POST", words_below(words, 2) ? "/api/v1/login" : "/api/v1/pair");
    if (which == 0) { /* deep, within what a body may have */
        add(saying, "Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n");
        repeat(saying, words_below(words, 2) ? "[" : "{\"a\":", 10000);
        saying->len -= saying->len > 10400 ? saying->len - 10400 : 0;
    } else if (which == 1) { /* many keys */
        add(saying, "Content-Type: application/json\r\nContent-Length: 10000000\r\n\r\n{");
        for (uint32_t i = 0; i < 1500; i++)
            add(saying, "\"k%u\":1,", i);
    } else if (which == 2) { /* a string of 2 MiB */
        add(saying, "Content-Type: application/json\r\nContent-Length: 2097165\r\n\r\n{\"user\":\"");
        saying->flood = words_below(words, 20) ? 20000 : 2097152;
    } else {
        add_body(saying, body, strlen(body) + (words_below(words, 8) == 0));
    }
}

/* W20 */
static void strange_path(struct words *words, struct saying *saying)
{
    static const char *const targets[] = {"/../etc/passwd",
                                          "/%2e%2e/%2e%2e/etc/passwd",
                                          "/%252e%252e/etc/passwd",
                                          "/..\\..\\etc\\passwd",
                                          "//etc/passwd",
                                          "/assets/../../../etc/passwd",
                                          "/%00/api/v1/state",
                                          "/index.html%00.js",
                                          "/./api/v1/state",
                                          "/x/../api/v1/state",
                                          "//api/v1/state",
                                          "/api//v1/state",
                                          "/API/v1/state",
                                          "/api/v1/state/",
                                          "/api/v1/state%20",
                                          "/api%2fv1%2fstate",
                                          "/%61pi/v1/state",
                                          "/api/v1/recordings/../../access.db",
                                          "/api/v1/charges/-1",
                                          "/api/v1/charges/99999999999999999999",
                                          "http://127.0.0.1/api/v1/state",
                                          "*",
                                          "api/v1/state",
                                          "/%",
                                          "/%zz",
                                          "/?"};

    begin(words, saying, "GET", PICK(words, targets));
    add(saying, "\r\n");
}

/* W22 */
static void much(struct words *words, struct saying *saying)
{
    uint32_t which = words_below(words, 4);

    begin(words, saying, "GET", "/api/v1/state");
    if (which == 0) {
        add(saying, "X-Long: ");
        repeat(saying, "a", 65536);
    } else if (which == 1) {
        for (int i = 0; i < 1000; i++)
            add(saying, "X-%d: %d\r\n", i, i);
    } else if (which == 2) {
        add(saying, "Cookie: ");
        repeat(saying, "a=b; ", 2000);
    } else {
        add(saying, "\r\n");
        for (int i = 1; i < 1000; i++)
            add(saying, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", words->port);
    }
    add(saying, "\r\n\r\n");
}

/* W28 */
static void other_protocol(struct words *words, struct saying *saying)
{
    static const char *const texts[] = {
        "TRACE / HTTP/1.1\r\n@\r\n",
        "CONNECT 127.0.0.1:22 HTTP/1.1\r\n@\r\n",
        "PROPFIND / HTTP/1.1\r\n@\r\n",
        "OPTIONS * HTTP/1.1\r\n@\r\n",
        "GET /api/v1/state\r\n",
        "GET /api/v1/state HTTP/1.0\r\n@\r\n",
        "GET /api/v1/state HTTP/0.9\r\n@\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02\x01\x01\x01\x01\xfc\x03\x03",
        "EHLO garage\r\n",
        "SSH-2.0-OpenSSH_9.8\r\n",
        "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET /api/v1/state HTTP/1.1\r\n@X-Forwarded-For: 127.0.0.1\r\n\r\n",
        "GET /api/v1/state HTTP/1.1\r\n@Origin: null\r\n\r\n",
        "GET /api/v1/state HTTP/1.1\r\n@Sec-Fetch-Site: cross-site\r\n\r\n",
        "GET /api/v1/state HTTP/1.1\r\n@Authorization: Bearer garaged_0\r\n\r\n",
        "GET /api/v1/state HTTP/1.1\r\n@Authorization: Basic YW5uYTphbm5h\r\n\r\n"};
    const char *text = PICK(words, texts);
    size_t len = strcspn(text, "@");

    add_bytes(saying, text, len);
    if (text[len] != '\0')
        add(saying, "Host: 127.0.0.1:%d\r\n%s", words->port, text + len + 1);
    saying->hangs = true;
}

/* W16, W17: a browser that is led to a right upgrade, and then frames that no browser sends. */
static void frames(struct words *words, struct saying *saying)
{
    static const struct words_file sent[] = {
        {(char *)"\x81\x02hi", 4},                          /* not masked */
        {(char *)"\xc1\x80\0\0\0\0", 6},                    /* RSV */
        {(char *)"\x83\x80\0\0\0\0", 6},                    /* bad opcode */
        {(char *)"\x8b\x80\0\0\0\0", 6},                    /* bad control */
        {(char *)"\x89\xfe\0\x7e\0\0\0\0aaaaaaaa", 16},     /* long control */
        {(char *)"\x09\x80\0\0\0\0", 6},                    /* split control */
        {(char *)"\x81\x82\0\0\0\0\xff\xfe", 8},            /* no UTF-8 */
        {(char *)"\x80\x81\0\0\0\0x", 7},                   /* goes on with nothing */
        {(char *)"\x81\xff\0\0\0\0\0\x10\0\0\0\0\0\0", 14}, /* 1 MiB */
        {(char *)"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14},
        {(char *)"\x88\x81\0\0\0\0x", 7},                   /* close with half a code */
        {(char *)"\x01\x81\0\0\0\0x\x81\x81\0\0\0\0x", 14}, /* one message inside the other */
    };
    uint32_t which = words_below(words, 16);
    size_t head;

    add(saying,
        "GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nConnection: "
        "Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
        "dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: %s\r\n\r\n",
        words->port, words->port, words->cookie);
    saying->may_upgrade = words->cookie[0] != '\0';
    saying->hangs = true;
    head = saying->len;
    if (which < sizeof(sent) / sizeof(sent[0]))
        add_bytes(saying, sent[which].bytes, sent[which].len);
    for (int i = 0; which == 12 && i < 1000; i++)
        add_bytes(saying, "\x89\x81\0\0\0\0p", 7); /* pings */
    for (int i = 0; which == 13 && i < 5000; i++)
        add_bytes(saying, i ? "\0\x81\0\0\0\0f" : "\x01\x81\0\0\0\0f", 7); /* fragments */
    for (int i = 0; which > 13 && i < 64; i++)
        saying->bytes[saying->len++] = (char)words_below(words, 256);
    saying->after_len = saying->len - head;
    saying->len = head;
    saying->flood = which == 8 ? 1048576 : 0;
}

void words_draw(struct words *words, struct saying *saying)
{
    static const struct {
        const char *name;
        void (*draw)(struct words *words, struct saying *saying);
        int weight;
    } kinds[] = {{"corpus as body", corpus_as_body, 10},
                 {"corpus as header", corpus_as_header, 10},
                 {"corpus as target", corpus_as_target, 10},
                 {"corpus alone", corpus_alone, 5},
                 {"mutated", mutated, 20},
                 {"smuggled", smuggled, 15},
                 {"upgraded", upgraded, 8},
                 {"json", json, 10},
                 {"path", strange_path, 10},
                 {"much", much, 2},
                 {"other protocol", other_protocol, 8},
                 {"frames", frames, 3}};
    int at = (int)words_below(words, 111);
    size_t kind = 0;

    while (at >= kinds[kind].weight)
        at -= kinds[kind++].weight;
    memset(saying, 0, offsetof(struct saying, bytes));
    saying->kind = kinds[kind].name;
    kinds[kind].draw(words, saying);
}
