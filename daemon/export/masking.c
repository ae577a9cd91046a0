/* One pass from left to right: at the begin of a word each rule is asked how much of it is to go. Knows no
 * form of a secret for certain: what has the length and the mixture of one goes. */
#include "export/masking.h"

#include "util/core/buf.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define VIN_LENGTH    17
#define SERIAL_LENGTH 12 /* of letters and digits mixed: serial numbers, hashes, keys */
#define KEY_LENGTH    32 /* the same with hyphens and underscores */
#define COLONS_MIN    4  /* a time has two, a hardware address five */

/* Letters of other alphabets are bytes above ASCII. */
static bool is_word(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

bool masking_add(struct masking *masking, const char *name, const char *kind, size_t number)
{
    if (name[0] == '\0')
        return true;
    if (masking->count == masking->most)
        return false;
    struct masking_name *place = &masking->names[masking->count++];
    place->name = name;
    if (number == 0)
        snprintf(place->shown, sizeof(place->shown), "%s", kind);
    else
        snprintf(place->shown, sizeof(place->shown), "%s%zu", kind, number);
    return true;
}

const char *masking_shown(const struct masking *masking, const char *name)
{
    for (size_t i = 0; i < masking->count; i++) {
        if (strcasecmp(masking->names[i].name, name) == 0)
            return masking->names[i].shown;
    }
    return name;
}

/* ---- rules: how many characters at `at` go, and what stands for them ---- */

/* The longest name that stands there as a word of its own; "nissan-leaf" is no car called leaf. */
static size_t find_name(const struct masking *masking, const char *at, char before, const char **shown)
{
    size_t longest = 0;

    if (before == '-' || is_word(before))
        return 0;
    for (size_t i = 0; i < masking->count; i++) {
        const struct masking_name *name = &masking->names[i];
        size_t len = strlen(name->name);
        if (len > longest && strncasecmp(at, name->name, len) == 0 && !is_word(at[len])) {
            longest = len;
            *shown = name->shown;
        }
    }
    return longest;
}

/* "/home/anna/x" and "/dev/serial/by-id/usb-…" behind their beginnings. */
static size_t find_path(const char *at, const char **shown)
{
    static const struct {
        const char *begin, *shown, *ends;
    } rules[] = {{"/home/", "/home/owner", "/ \"'"}, {"/by-id/", "/by-id/serial", " \"'"}, {"/by-path/", "/by-path/port", " \"'"}};

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        size_t len = strlen(rules[i].begin);
        if (strncmp(at, rules[i].begin, len) == 0) {
            *shown = rules[i].shown;
            return len + strcspn(at + len, rules[i].ends);
        }
    }
    return 0;
}

/* Loopback and "any" are nobody's. */
static bool is_nobodys(unsigned first, unsigned second, unsigned third, unsigned last)
{
    return first == 127 || (first | second | third | last) == 0;
}

static size_t find_ipv4(const char *at)
{
    unsigned part[4];
    int len = 0;

    if (!isdigit((unsigned char)at[0]) ||
        sscanf(at, "%3u.%3u.%3u.%3u%n", &part[0], &part[1], &part[2], &part[3], &len) != 4 || len == 0)
        return 0;
    for (size_t i = 0; i < 4; i++) {
        if (part[i] > 255)
            return 0;
    }
    return is_word(at[len]) || is_nobodys(part[0], part[1], part[2], part[3]) ? 0 : (size_t)len;
}

/* IPv6 and hardware addresses: hexadecimal with enough colons, or two in a row. */
static size_t find_colons(const char *at)
{
    size_t len = strspn(at, "0123456789abcdefABCDEF:"), colons = 0;
    bool is_double = false, has_digit = false;

    for (size_t i = 0; i < len; i++) {
        colons += at[i] == ':';
        is_double = is_double || (at[i] == ':' && i + 1 < len && at[i + 1] == ':');
        has_digit = has_digit || at[i] != ':';
    }
    while (len > 0 && at[len - 1] == ':') /* "…: 12" ends a sentence's part */
        len--;
    if (is_word(at[len]) || !has_digit || (colons < COLONS_MIN && !is_double))
        return 0;
    return at[len] == '%' ? len + 1 + strspn(at + len + 1, "abcdefghijklmnopqrstuvwxyz0123456789") : len;
}

static size_t find_address(const char *at, const char **shown)
{
    size_t len = find_ipv4(at);

    *shown = "address";
    return len > 0 ? len : find_colons(at);
}

static bool is_mixed(const char *at, size_t len)
{
    bool has_digit = false, has_letter = false;

    for (size_t i = 0; i < len; i++) {
        has_digit = has_digit || isdigit((unsigned char)at[i]);
        has_letter = has_letter || isalpha((unsigned char)at[i]);
    }
    return has_digit && has_letter;
}

static size_t span(const char *at, bool is_wide)
{
    size_t len = 0;

    while (isalnum((unsigned char)at[len]) || (is_wide && (at[len] == '-' || at[len] == '_')))
        len++;
    return len;
}

static bool is_vin(const char *at, size_t len)
{
    return len == VIN_LENGTH && is_mixed(at, len) && strcspn(at, "IOQioq") >= len;
}

static size_t find_secret(const char *at, const char **shown)
{
    size_t narrow = span(at, false), wide = span(at, true);

    *shown = is_vin(at, narrow) ? "VIN" : "hidden";
    if (wide >= KEY_LENGTH && is_mixed(at, wide))
        return wide;
    return narrow >= SERIAL_LENGTH && is_mixed(at, narrow) ? narrow : 0;
}

static size_t find(const struct masking *masking, const char *at, char before, const char **shown)
{
    size_t len = find_name(masking, at, before, shown);

    if (len == 0)
        len = find_path(at, shown);
    if (len == 0 && !is_word(before))
        len = find_address(at, shown);
    if (len == 0 && !is_word(before))
        len = find_secret(at, shown);
    return len;
}

void masking_write(const struct masking *masking, const char *text, char *out, size_t size)
{
    struct buf buf;
    const char *shown = "";
    char before = ' ';

    buf_init(&buf, out, size);
    for (const char *at = text; *at != '\0' && !buf.cut;) {
        size_t len = find(masking, at, before, &shown);
        if (len > 0)
            buf_add_text(&buf, shown);
        else
            buf_add(&buf, at, 1);
        at += len > 0 ? len : 1;
        before = at[-1];
    }
}

void masking_hide_vins(char *text)
{
    for (char *at = text; *at != '\0';) {
        size_t len = span(at, false);
        if (is_vin(at, len))
            memset(at, '*', len);
        at += len > 0 ? len : 1;
    }
}
