/* Who the car and its battery are, as keyed hashes of what they call themselves (DESIGN 4, identity). The
 * texts end here: they are neither kept nor passed on. Pure. */
#ifndef PROBE_IDENTITY_H
#define PROBE_IDENTITY_H

#include "car/definition.h"
#include "link/record.h"
#include "util/core/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct probe_identity;

/* NULL only without memory. */
struct probe_identity *probe_identity_new(const uint8_t key[SHA256_BYTES]);
void probe_identity_free(struct probe_identity *identity);

/* A contact begins: whoever is there now has not said who it is. */
void probe_identity_forget(struct probe_identity *identity);

/* A text of an answer, as it came. Only what was said twice in a row the same is believed; a text that says
 * nothing (blank, all of one character) is as none. */
void probe_identity_take(struct probe_identity *identity, enum definition_identity whose,
                         const uint8_t *bytes, size_t len);

/* Whether the text should be asked for once more, to be believed. */
bool probe_identity_is_open(const struct probe_identity *identity, enum definition_identity whose);

/* What is believed; zeros where nothing is. */
void probe_identity_fill(const struct probe_identity *identity, struct record_identity *record);

#endif
