/* `scale` and `offset` as exact fractions. A decimal number of the file becomes numerator / power of ten, so
 * that a value is rounded once, by the last division: 841 * 0.1 is 84.1 and not 84.10000000000001. */
#include "car/definition_load.h"

#include <math.h>

#define DECIMALS_MAX     12
#define EXACT_MAX        9007199254740992.0 /* 2^53: whole numbers up to here are exact in a double */
#define MILE_NUMERATOR   INT64_C(1609344)   /* 1 mile = 1.609344 km, by definition */
#define MILE_DENOMINATOR 1000000.0

struct decimal {
    int64_t digits;
    unsigned decimals;
};

/* Finds the decimal number that `value` was read from: the shortest one that reads as the same double. */
static bool find_decimal(double value, struct decimal *decimal)
{
    double power = 1;

    for (unsigned k = 0; k <= DECIMALS_MAX; k++, power *= 10) {
        double scaled = nearbyint(value * power);
        if (fabs(scaled) > EXACT_MAX)
            return false;
        if (scaled / power == value) {
            decimal->digits = (int64_t)scaled;
            decimal->decimals = k;
            return true;
        }
    }
    return false;
}

static int64_t raise_to(const struct decimal *decimal, unsigned decimals)
{
    int64_t digits = decimal->digits;

    for (unsigned k = decimal->decimals; k < decimals; k++)
        digits *= 10;
    return digits;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static void reduce(struct linear *linear)
{
    int64_t denominator = (int64_t)linear->denominator;
    int64_t divisor = common_divisor(common_divisor(denominator, linear->numerator), linear->offset);

    linear->numerator /= divisor;
    linear->offset /= divisor;
    linear->denominator = (double)(denominator / divisor);
}

/* Whether raw * numerator + offset stays far from the end of int64_t for every raw of 32 bits. */
static bool fits(const struct linear *linear)
{
    return fabs((double)linear->numerator) * 4294967296.0 + fabs((double)linear->offset) < 4e18;
}

static void in_miles(const struct linear *linear, struct linear *miles)
{
    miles->numerator = linear->numerator * MILE_NUMERATOR;
    miles->offset = linear->offset * MILE_NUMERATOR;
    miles->denominator = linear->denominator * MILE_DENOMINATOR;
    reduce(miles);
}

int load_scale(const struct loader *loader, const config_setting_t *group, struct field *field)
{
    const struct tree *tree = &loader->tree;
    double scale = 1;
    double offset = 0;
    struct decimal s;
    struct decimal o;

    if (tree_get_number(tree, group, "scale", &scale) < 0 ||
        tree_get_number(tree, group, "offset", &offset) < 0)
        return -1;
    if (scale == 0 || fabs(scale) > 1e6 || !find_decimal(scale, &s))
        return tree_fail(tree, group, "scale", "a decimal number up to 1000000, not 0, is expected");
    if (fabs(offset) > 1e6 || !find_decimal(offset, &o))
        return tree_fail(tree, group, "offset", "a decimal number up to 1000000 is expected");
    unsigned decimals = s.decimals > o.decimals ? s.decimals : o.decimals;
    field->linear.numerator = raise_to(&s, decimals);
    field->linear.offset = raise_to(&o, decimals);
    field->linear.denominator = pow(10, decimals);
    reduce(&field->linear);
    if (!fits(&field->linear))
        return tree_fail(tree, group, "scale", "has too many digits");
    in_miles(&field->linear, &field->miles);
    if (field->has_unit && !fits(&field->miles))
        return tree_fail(tree, group, "scale", "has too many digits for a distance in miles");
    return 0;
}
