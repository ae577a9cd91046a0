/* The table of tokens. Knows no request; does not store. */
#include "access/token.h"

#include <stdio.h>
#include <string.h>

int token_make(char text[TOKEN_TEXT], unsigned char hash[SECRET_BYTES], struct err *err)
{
    const size_t prefix = sizeof(TOKEN_PREFIX) - 1;
    unsigned char bytes[SECRET_BYTES];

    if (secret_random(bytes, sizeof(bytes), err) != 0 || secret_hash(bytes, sizeof(bytes), hash, err) != 0)
        return -1;
    memcpy(text, TOKEN_PREFIX, prefix);
    secret_to_text(bytes, text + prefix);
    secret_wipe(bytes, sizeof(bytes));
    return 0;
}

bool token_read(const char *text, unsigned char hash[SECRET_BYTES])
{
    const size_t prefix = sizeof(TOKEN_PREFIX) - 1;
    unsigned char bytes[SECRET_BYTES];
    struct err err;

    if (strncmp(text, TOKEN_PREFIX, prefix) != 0 || !secret_from_text(text + prefix, bytes))
        return false;
    int status = secret_hash(bytes, sizeof(bytes), hash, &err);
    secret_wipe(bytes, sizeof(bytes));
    return status == 0;
}

struct token *tokens_find(struct tokens *tokens, const unsigned char hash[SECRET_BYTES])
{
    for (size_t i = 0; i < tokens->count; i++) {
        if (memcmp(tokens->items[i].hash, hash, SECRET_BYTES) == 0)
            return &tokens->items[i];
    }
    return NULL;
}

const struct token *tokens_get(const struct tokens *tokens, int64_t id)
{
    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->items[i].id == id)
            return &tokens->items[i];
    }
    return NULL;
}

const struct token *tokens_named(const struct tokens *tokens, const char *name)
{
    for (size_t i = 0; i < tokens->count; i++) {
        if (strcmp(tokens->items[i].name, name) == 0)
            return &tokens->items[i];
    }
    return NULL;
}

int64_t tokens_next_id(const struct tokens *tokens)
{
    int64_t last = 0;

    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->items[i].id > last)
            last = tokens->items[i].id;
    }
    return last + 1;
}

int tokens_put(struct tokens *tokens, const struct token *token)
{
    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->items[i].id == token->id) {
            tokens->items[i] = *token;
            return 0;
        }
    }
    if (tokens->count == TOKEN_MAX)
        return -1;
    tokens->items[tokens->count++] = *token;
    return 0;
}

void tokens_drop(struct tokens *tokens, int64_t id)
{
    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->items[i].id != id)
            continue;
        tokens->count--;
        memmove(&tokens->items[i], &tokens->items[i + 1], (tokens->count - i) * sizeof(tokens->items[0]));
        secret_wipe(&tokens->items[tokens->count], sizeof(tokens->items[0]));
        return;
    }
}

bool token_knows(struct token *token, const char *from)
{
    if (strcmp(token->used_from, from) == 0)
        return true;
    for (size_t i = 0; i < TOKEN_PLACES; i++) {
        if (strcmp(token->known[i], from) == 0)
            return true;
    }
    snprintf(token->known[token->next_known], TOKEN_FROM_MAX, "%s", from);
    token->next_known = (token->next_known + 1) % TOKEN_PLACES;
    return false;
}

bool token_alive(const struct token *token, int64_t now_s, bool clock_right)
{
    return token->ends_s == TOKEN_NO_END || (clock_right && now_s < token->ends_s);
}
