/* Hexadecimal digits as adapters and recordings write them. */
#ifndef ADAPTER_HEX_H
#define ADAPTER_HEX_H

#include <stddef.h>
#include <stdint.h>

/* The value of a digit, or -1. */
int hex_digit(char c);

/* The value of two digits, or -1. */
int hex_byte(const char *two);

/* An 11-bit identifier of three digits, or -1. */
int hex_identifier(const char *three);

#endif
