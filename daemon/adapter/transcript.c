/* Reader of ELM327 transcripts. Keeps the few settings that decide how digits are read; a setting that it
 * can't follow costs a question, never a wrong one. Has no times: a transcript has none. */
#include "adapter/transcript.h"

#include "util/core/hex.h"

#include <string.h>

#define TEXT_LINE_MAX 32 /* what an adapter says is short; prose may contain "no data" too */

void transcript_init(struct transcript *transcript)
{
    *transcript = (struct transcript){.formatting = ELM_FORMATTING_UNKNOWN};
}

bool transcript_recognise(const char *line, size_t len)
{
    struct frame frame;

    if (line[0] == '>')
        return true;
    switch (elm_line_parse(line, len, false, &frame)) {
    case ELM_LINE_FRAME:
        return true;
    case ELM_LINE_DAMAGED:
    case ELM_LINE_TEXT:
        return len <= TEXT_LINE_MAX;
    case ELM_LINE_EMPTY:
    case ELM_LINE_CUT:
    case ELM_LINE_GARBAGE:
        break;
    }
    return false;
}

/* Keeps the host's command in capitals and without blanks; one that is too long is kept as none. */
static void remember(struct transcript *transcript, const char *line, size_t len)
{
    transcript->command_len = 0;
    for (size_t i = 0; i < len; i++) {
        char c = line[i];

        if (c == ' ' || c == '\t' || c == '\0' || c == '>')
            continue;
        if (transcript->command_len == TRANSCRIPT_COMMAND_MAX) {
            transcript->command_len = 0;
            return;
        }
        transcript->command[transcript->command_len++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
}

static bool command_is(const struct transcript *transcript, const char *text)
{
    return transcript->command_len == strlen(text) && memcmp(transcript->command, text, strlen(text)) == 0;
}

/* ATSH79B, ATSH00079B */
static void take_header(struct transcript *transcript)
{
    const char *digits = transcript->command + 4;
    size_t len = transcript->command_len - 4;

    transcript->header_known = false;
    if (len == 6 && memcmp(digits, "000", 3) == 0) {
        digits += 3;
        len -= 3;
    }
    if (len != 3 || hex_identifier(digits) < 0)
        return;
    transcript->header = (uint16_t)hex_identifier(digits);
    transcript->header_known = true;
}

static void reset_settings(struct transcript *transcript)
{
    transcript->header_known = false;
    transcript->length_digit = false;
    transcript->formatting = ELM_FORMATTING_ON;
}

static void take_setting(struct transcript *transcript)
{
    if (transcript->command_len >= 4 && memcmp(transcript->command, "ATSH", 4) == 0)
        take_header(transcript);
    else if (command_is(transcript, "ATZ") || command_is(transcript, "ATD") || command_is(transcript, "ATWS"))
        reset_settings(transcript);
    else if (command_is(transcript, "ATD1") || command_is(transcript, "ATD0"))
        transcript->length_digit = transcript->command[3] == '1';
    else if (command_is(transcript, "ATCAF0"))
        transcript->formatting = ELM_FORMATTING_OFF;
    else if (command_is(transcript, "ATCAF1"))
        transcript->formatting = ELM_FORMATTING_ON;
}

static enum transcript_result take_host(struct transcript *transcript, const char *line, size_t len,
                                        struct frame *frame)
{
    remember(transcript, line, len);
    if (transcript->command_len == 0)
        return len > TRANSCRIPT_COMMAND_MAX ? TRANSCRIPT_ENDED : TRANSCRIPT_NOTHING;
    if (transcript->command_len >= 2 && memcmp(transcript->command, "AT", 2) == 0) {
        take_setting(transcript);
        return TRANSCRIPT_NOTHING;
    }
    if (transcript->header_known && elm_line_request(transcript->command, transcript->command_len,
                                                     transcript->header, transcript->formatting, frame))
        return TRANSCRIPT_ASKED;
    return TRANSCRIPT_ENDED;
}

static bool is_echo(const struct transcript *transcript, const char *line, size_t len)
{
    struct transcript other = {.formatting = ELM_FORMATTING_UNKNOWN};

    if (transcript->command_len == 0)
        return false;
    remember(&other, line, len);
    return other.command_len == transcript->command_len &&
           memcmp(other.command, transcript->command, other.command_len) == 0;
}

enum transcript_result transcript_take(struct transcript *transcript, const char *line, size_t len,
                                       struct frame *frame)
{
    if (len > ELM_LINE_MAX)
        return TRANSCRIPT_GARBAGE;
    if (len > 0 && line[0] == '>')
        return take_host(transcript, line + 1, len - 1, frame);
    if (is_echo(transcript, line, len))
        return TRANSCRIPT_NOTHING;
    switch (elm_line_parse(line, len, transcript->length_digit, frame)) {
    case ELM_LINE_EMPTY:
    case ELM_LINE_TEXT:
        break;
    case ELM_LINE_FRAME:
        return TRANSCRIPT_FRAME;
    case ELM_LINE_DAMAGED:
        return TRANSCRIPT_DAMAGED;
    case ELM_LINE_CUT:
        return TRANSCRIPT_CUT;
    case ELM_LINE_GARBAGE:
        return TRANSCRIPT_GARBAGE;
    }
    return TRANSCRIPT_NOTHING;
}
