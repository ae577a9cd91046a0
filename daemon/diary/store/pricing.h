/* What the charges of the diary cost by the owner's tariffs, reckoned anew where what it follows from has
 * changed: a charge by its course, or as a range where nobody knows it. What a person typed stays. */
#ifndef DIARY_STORE_PRICING_H
#define DIARY_STORE_PRICING_H

#include "diary/store/work.h"
#include "plan/tariff.h"

/* Looks at every charge that is over, newest first. Done twice, or killed in the middle and done again, it
 * comes to the same. NULL without memory. */
struct work *pricing_new(const struct tariffs *tariffs);

/* How many charges have another bill by it. */
size_t pricing_changed(const struct work *work);

#endif
