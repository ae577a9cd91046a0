/* The trackers over random lives: what must hold whatever the car does, and that a restart at any entry leads
 * to the same diary. */
#include "diary_life.h"

#include <inttypes.h>

#define LIVES     40
#define TEXT_MAX  400
#define MM_PER_KM INT64_C(1000000)

/* ---- the diary of a life ---- */

static void read_from(struct book *book, const struct life *life, int64_t after_ms)
{
    for (size_t i = 0; i < life->count; i++)
        if (life->rows[i].utc_ms > after_ms)
            diary_take(book->diary, &life->rows[i]);
    diary_advance(book->diary, life->now_ms);
}

static void read_life(struct book *book, const struct life *life)
{
    book_new(book);
    read_from(book, life, INT64_MIN);
}

static void print(char text[TEXT_MAX], const struct diary_entry *entry)
{
    const struct diary_charge *charge = &entry->charge;
    const struct diary_outing *outing = &entry->outing;
    int64_t parts = 0;

    switch (entry->kind) {
    case DIARY_CHARGE:
        for (size_t i = 0; i < entry->part_count; i++)
            parts = parts * 31 + entry->parts[i].day + entry->parts[i].battery_wh % 1000 * 7;
        snprintf(text, TEXT_MAX,
                 "charge %" PRId64 " %d %d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %" PRId64
                 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %x parts %" PRId64,
                 charge->id, charge->status, charge->how, charge->from_ms, charge->to_ms, charge->soc_from,
                 charge->soc_to, charge->mode, charge->battery_wh, charge->charger_wh, charge->wall_wh,
                 charge->peak_w, charge->odometer_mm, charge->flags, parts);
        break;
    case DIARY_OUTING:
        snprintf(text, TEXT_MAX,
                 "outing %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
                 " %d %x",
                 outing->from_ms, outing->to_ms, outing->distance_mm, outing->soc_from, outing->soc_to,
                 outing->energy_soc_wh, outing->energy_gids_wh, outing->day, outing->flags);
        break;
    case DIARY_STAY:
        snprintf(text, TEXT_MAX, "stay %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
                 entry->stay.from_ms, entry->stay.to_ms, entry->stay.soc_from, entry->stay.soc_to,
                 entry->stay.odometer_mm);
        break;
    case DIARY_CONTACT:
        snprintf(text, TEXT_MAX, "contact %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
                 entry->contact.from_ms, entry->contact.to_ms, entry->contact.odometer_from_mm,
                 entry->contact.odometer_to_mm);
        break;
    case DIARY_HEALTH:
        snprintf(text, TEXT_MAX, "health %d %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, entry->health.day,
                 entry->health.soh, entry->health.capacity_mah, entry->health.count_ac,
                 entry->health.odometer_mm);
        break;
    case DIARY_CELLS:
    case DIARY_ANCHOR:
    case DIARY_TRAFFIC:
    case DIARY_IDENTITY:
        text[0] = '\0';
        break;
    }
}

/* ---- what must hold ---- */

static void check_distances(const struct book *book, const struct life *life)
{
    int64_t total_mm = 0;

    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].kind == DIARY_OUTING)
            total_mm += book->entries[i].outing.distance_mm;
    assert_int_equal(total_mm, ((int64_t)life->km - life->first_km) * MM_PER_KM);
}

static void outings_add_up_to_the_odometer(void **state)
{
    struct life *life = life_new();
    struct book book;

    (void)state;
    for (uint32_t seed = 0; seed < 10 * LIVES; seed++) {
        life_live(life, seed);
        read_life(&book, life);
        check_distances(&book, life);
        book_free(&book);
    }
    free(life);
}

static int64_t known(int64_t wh)
{
    return wh == DIARY_NONE ? 0 : wh;
}

static void check_parts(const struct diary_entry *entry)
{
    int64_t battery_wh = 0;
    int64_t charger_wh = 0;

    assert_in_range(entry->part_count, 1, DIARY_PART_MAX);
    for (size_t i = 0; i < entry->part_count; i++) {
        battery_wh += known(entry->parts[i].battery_wh);
        charger_wh += known(entry->parts[i].charger_wh);
    }
    assert_int_equal(battery_wh, known(entry->charge.battery_wh));
    assert_int_equal(charger_wh, known(entry->charge.charger_wh));
}

static void the_days_of_a_charge_add_up_to_it(void **state)
{
    struct life *life = life_new();
    struct book book;

    (void)state;
    for (uint32_t seed = 0; seed < LIVES; seed++) {
        life_live(life, seed);
        read_life(&book, life);
        for (size_t i = 0; i < book.count; i++)
            if (book.entries[i].kind == DIARY_CHARGE)
                check_parts(&book.entries[i]);
        book_free(&book);
    }
    free(life);
}

/* A time has one use: the windows of stays and outings lie behind each other, those of watched charges, too.
 */
static void check_order(int64_t *last_ms, int64_t from_ms, int64_t to_ms)
{
    assert_true(from_ms >= *last_ms);
    assert_true(to_ms >= from_ms);
    *last_ms = to_ms;
}

static int by_time(const void *a, const void *b)
{
    const struct diary_charge *left = a;
    const struct diary_charge *right = b;

    return (left->from_ms > right->from_ms) - (left->from_ms < right->from_ms);
}

static void check_charges(const struct book *book)
{
    struct diary_charge charges[LIFE_EPISODES * 4];
    size_t count = 0;
    int64_t last_ms = INT64_MIN;

    for (size_t i = 0; i < book->count; i++)
        if (book_is_last_word(book, i) && book->entries[i].charge.how == DIARY_WATCHED)
            charges[count++] = book->entries[i].charge;
    qsort(charges, count, sizeof(charges[0]), by_time);
    for (size_t i = 0; i < count; i++)
        check_order(&last_ms, charges[i].from_ms, charges[i].to_ms);
}

static void check_moves(const struct book *book)
{
    struct diary_charge moves[LIFE_EPISODES * 8]; /* only their windows */
    size_t count = 0;
    int64_t last_ms = INT64_MIN;

    for (size_t i = 0; i < book->count; i++) {
        const struct diary_entry *entry = &book->entries[i];
        if (entry->kind == DIARY_STAY)
            moves[count++] =
                (struct diary_charge){.from_ms = entry->stay.from_ms, .to_ms = entry->stay.to_ms};
        if (entry->kind == DIARY_OUTING)
            moves[count++] =
                (struct diary_charge){.from_ms = entry->outing.from_ms, .to_ms = entry->outing.to_ms};
    }
    qsort(moves, count, sizeof(moves[0]), by_time);
    for (size_t i = 0; i < count; i++)
        check_order(&last_ms, moves[i].from_ms, moves[i].to_ms);
}

static void no_time_is_told_twice(void **state)
{
    struct life *life = life_new();
    struct book book;

    (void)state;
    for (uint32_t seed = 0; seed < LIVES; seed++) {
        life_live(life, seed);
        read_life(&book, life);
        check_charges(&book);
        check_moves(&book);
        book_free(&book);
    }
    free(life);
}

/* What all charges together added, watched and inferred, was charged: nothing of it counts twice. */
static void no_charge_counts_twice(void **state)
{
    struct life *life = life_new();
    struct book book;
    double all_told = 0;
    double all = 0;

    (void)state;
    for (uint32_t seed = 0; seed < LIVES; seed++) {
        double told = 0;
        size_t charges = 0;
        life_live(life, seed);
        read_life(&book, life);
        for (size_t i = 0; i < book.count; i++) {
            const struct diary_charge *charge = &book.entries[i].charge;
            if (!book_is_last_word(&book, i) || charge->soc_from == DIARY_NONE)
                continue;
            told += (double)(charge->soc_to - charge->soc_from) / 100;
            charges++;
        }
        assert_true(told <= life->charged_soc + (double)charges * 0.1);
        all_told += told;
        all += life->charged_soc;
        book_free(&book);
    }
    assert_true(all_told >= all * 0.7); /* the rest went in during an absence, which tells no charge */
    free(life);
}

/* ---- restarts ---- */

/* The charge that the store has as open when the first `count` entries are on the card. */
static const struct diary_charge *open_at(const struct book *book, size_t count, struct diary_charge *open)
{
    const struct diary_charge *last = NULL;

    *open = (struct diary_charge){.id = 0};
    for (size_t i = 0; i < count; i++) {
        const struct diary_entry *entry = &book->entries[i];
        if (entry->kind != DIARY_CHARGE)
            continue;
        if (entry->charge.status == DIARY_OPEN)
            last = open;
        else if (entry->charge.id == open->id)
            last = NULL;
        open->id += entry->charge.status == DIARY_OPEN;
    }
    return last;
}

static void check_resumed(const struct book *whole, const struct life *life, size_t kept)
{
    char expected[TEXT_MAX], text[TEXT_MAX];
    struct diary_charge open;
    struct book book;

    book_new(&book);
    diary_free(book.diary);
    const struct diary_charge *charge = open_at(whole, kept, &open);
    book.next_id = open.id;
    book.diary = diary_new(&book.settings, &whole->entries[kept - 1].anchor, charge, book_keep, &book);
    read_from(&book, life, whole->entries[kept - 1].anchor.at_ms);
    assert_int_equal(book.count, whole->count - kept);
    for (size_t i = 0; i < book.count; i++) {
        print(expected, &whole->entries[kept + i]);
        print(text, &book.entries[i]);
        assert_string_equal(text, expected);
    }
    book_free(&book);
}

static void a_restart_at_any_entry_changes_nothing(void **state)
{
    struct life *life = life_new();
    struct book book;

    (void)state;
    for (uint32_t seed = 0; seed < LIVES / 4; seed++) {
        life_live(life, seed);
        read_life(&book, life);
        for (size_t i = 1; i <= book.count; i++)
            check_resumed(&book, life, i);
        book_free(&book);
    }
    free(life);
}

/* At the very moments at which time alone concludes something, a little before and a little after. */
static void look_often(struct diary *diary, int64_t from_ms, int64_t to_ms)
{
    static const int64_t moments_ms[] = {15 * SECONDS, 30 * SECONDS, 5 * MINUTES, 10 * MINUTES, 15 * MINUTES};

    for (size_t i = 0; i < sizeof(moments_ms) / sizeof(moments_ms[0]); i++)
        for (int64_t at_ms = from_ms + moments_ms[i] - 1; at_ms <= from_ms + moments_ms[i] + 1; at_ms++)
            if (at_ms < to_ms)
                diary_advance(diary, at_ms);
    diary_advance(diary, to_ms);
}

static void check_same(const struct book *book, const struct book *expected)
{
    char left[TEXT_MAX], right[TEXT_MAX];

    assert_int_equal(book->count, expected->count);
    for (size_t i = 0; i < book->count; i++) {
        print(left, &book->entries[i]);
        print(right, &expected->entries[i]);
        assert_string_equal(left, right);
    }
}

/* Time that is told between the rows changes nothing either. */
static void looking_at_the_clock_changes_nothing(void **state)
{
    struct life *life = life_new();
    struct book book, restless;

    (void)state;
    for (uint32_t seed = 0; seed < LIVES; seed++) {
        life_live(life, seed);
        read_life(&book, life);
        book_new(&restless);
        for (size_t i = 0; i < life->count; i++) {
            if (i > 0)
                look_often(restless.diary, life->rows[i - 1].utc_ms, life->rows[i].utc_ms);
            diary_take(restless.diary, &life->rows[i]);
        }
        diary_advance(restless.diary, life->now_ms);
        check_same(&restless, &book);
        book_free(&restless);
        book_free(&book);
    }
    free(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outings_add_up_to_the_odometer),
        cmocka_unit_test(the_days_of_a_charge_add_up_to_it),
        cmocka_unit_test(no_time_is_told_twice),
        cmocka_unit_test(no_charge_counts_twice),
        cmocka_unit_test(a_restart_at_any_entry_changes_nothing),
        cmocka_unit_test(looking_at_the_clock_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
