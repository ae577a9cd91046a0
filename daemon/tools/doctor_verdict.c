/* One table from the reasons that ports and adapters give to advice; then what is known of dongle and car, in
 * the order in which an owner would look. Looks at nothing itself. */
#include "tools/doctor_verdict.h"

#include "bus/supply.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PATIENCE_S      10
#define PATIENCE_SLOW_S 20 /* nothing is known yet */

struct advice_row {
    const char *words; /* a part of the reason */
    const char *advice;
    int patience_s;
};

static const char BY_ID[] =
    "find the dongle's line with: ls -l /dev/serial/by-id/   and name it in garaged.conf";

static const struct advice_row ADVICE[] = {
    {"no such file", "plug the dongle in; ls -l /dev/serial/by-id/ shows the name for garaged.conf", 3},
    {"permission denied",
     "let your user into the group of the line, log in again; a service gets it by udev rule", 3},
    {"a pseudo terminal of another user", BY_ID, 0},
    {"not a serial line", BY_ID, 0},
    {"this machine's console", BY_ID, 0},
    {"the terminal that this program", BY_ID, 0},
    {"busy: another program or telephone", "close the app that is connected to the dongle", 5},
    {"busy: another program", "end that program; if it is garaged: sudo garagectl doctor", 5},
    {"unplugged", "plug it in again, with a shorter or better cable if that happens often", 5},
    {"uses another speed", "set baud = 0, or the speed that stands in the dongle's manual", 26},
    {"does not answer", "pull the dongle for ten seconds; if the speed is set, try baud = 0", 26},
    {"it cannot be used", "a clone that lacks what nothing works without: another dongle is needed",
     PATIENCE_S},
    {"make no sense", "pull the dongle for ten seconds; if that does not help, try another one", PATIENCE_S},
    {"not paired (bluetoothctl", "pair and trust it with bluetoothctl; else name its channel in the port",
     PATIENCE_S},
    {"does not let us in", "bluetoothctl: power on, scan on, pair, trust; the PIN is mostly 1234", 0},
    {"not paired", "bluetoothctl: power on, scan on, pair, trust; the PIN is mostly 1234", 0},
    {"pairing lost", "bluetoothctl: remove it, then scan on, pair, trust", 0},
    {"Bluetooth is switched off", "bluetoothctl power on   (and: rfkill unblock bluetooth)", 0},
    {"no Bluetooth adapter", "plug a Bluetooth stick in, or switch the built-in adapter on", 0},
    {"no Bluetooth serial port", "sudo modprobe rfcomm", 0},
    {"out of reach", "is the dongle in its socket, and lit? try from nearer", PATIENCE_S},
    {"connection refused", "check the port number (mostly 35000, 23 or 3333) and close the dongle's app", 5},
    {"without a router",
     "join the dongle's Wi-Fi, or write interface = \"wlan1\"; for the one that has joined it", 0},
    {"there is no network interface", "ip link   lists them; name the right one in garaged.conf", 0},
    {"timed out", "is the dongle lit, and its network joined? pull it for ten seconds", PATIENCE_S},
    {"not reachable", "has this machine joined the dongle's Wi-Fi? try: ping ADDRESS", PATIENCE_S},
    {"this kernel has no CAN sockets", "sudo modprobe can-raw", 0},
    {"no such interface", "ip link   shows the CAN interfaces; is the adapter plugged in?", 3},
    {"the interface is down", "sudo ip link set can0 up type can bitrate 500000", 3},
    {"bus off", "check the bit rate (500000) and the two wires", PATIENCE_S},
};

static const struct advice_row *find_advice(const char *reason)
{
    for (size_t i = 0; i < sizeof(ADVICE) / sizeof(ADVICE[0]); i++) {
        if (strstr(reason, ADVICE[i].words))
            return &ADVICE[i];
    }
    return NULL;
}

int doctor_patience_s(const char *reason, bool is_slow)
{
    const struct advice_row *row = find_advice(reason);
    int patience_s = row ? row->patience_s : PATIENCE_SLOW_S;

    return is_slow || patience_s < PATIENCE_S ? patience_s : PATIENCE_S;
}

const char *doctor_level_name(enum doctor_level level)
{
    static const char *const names[] = {"ok", "note", "problem"};

    return names[level];
}

/* What is written so far. */
struct sheet {
    struct doctor_finding *findings;
    size_t count;
};

static void add(struct sheet *sheet, enum doctor_level level, const char *advice, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void add(struct sheet *sheet, enum doctor_level level, const char *advice, const char *format, ...)
{
    va_list arguments;

    if (sheet->count == DOCTOR_FINDING_MAX)
        return;
    struct doctor_finding *finding = &sheet->findings[sheet->count++];
    finding->level = level;
    snprintf(finding->advice, sizeof(finding->advice), "%s", advice);
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof(finding->text), format, arguments);
    va_end(arguments);
}

static void judge_lender(struct sheet *sheet, const struct doctor_facts *facts)
{
    if (facts->lender == DOCTOR_LENT)
        add(sheet, DOCTOR_OK, "",
            "garaged is running and lends the dongle for this; it takes it back afterwards");
    else if (facts->lender == DOCTOR_NOT_LENT)
        add(sheet, DOCTOR_NOTE, "should it turn out to be busy, this is why",
            "garaged is running and does not lend the dongle: %s", facts->lender_words);
}

static void judge_down(struct sheet *sheet, const struct doctor_facts *facts)
{
    const struct advice_row *row = find_advice(facts->reason);
    const char *advice = row ? row->advice : "";
    char own[DOCTOR_TEXT_MAX];

    if (facts->users[0] && strstr(facts->reason, "busy: another program")) {
        add(sheet, DOCTOR_PROBLEM, advice, "%s (%s)", facts->reason, facts->users);
        return;
    }
    if (facts->group[0] && strstr(facts->reason, "permission denied")) {
        snprintf(own, sizeof(own),
                 "sudo usermod -aG %s $USER, then log in again; a service gets it by udev rule",
                 facts->group);
        advice = own;
    }
    add(sheet, DOCTOR_PROBLEM, advice, "%s", facts->reason);
}

static void judge_dongle(struct sheet *sheet, const struct doctor_facts *facts)
{
    add(sheet, DOCTOR_OK, "", "the dongle answers at %s: %s", facts->port, facts->description);
    if (facts->limits[0])
        add(sheet, DOCTOR_NOTE, "it works as far as that goes; a better dongle shows more", "%s",
            facts->limits);
}

/* False: there is no car. */
static bool judge_supply(struct sheet *sheet, const struct doctor_facts *facts)
{
    if (!facts->has_voltmeter) {
        add(sheet, DOCTOR_NOTE, "", "the dongle has no voltmeter: the 12 V battery is not watched by it");
        return true;
    }
    if (isnan(facts->volts) || facts->volts < SUPPLY_MIN_V) {
        add(sheet, facts->broadcasts > 0 ? DOCTOR_NOTE : DOCTOR_PROBLEM,
            "push the dongle firmly into the car's socket",
            "no car: the dongle's voltmeter sees no 12 V battery");
        return facts->broadcasts > 0;
    }
    if (facts->volts < SUPPLY_LOW_V)
        add(sheet, DOCTOR_NOTE, "charge the 12 V battery; garaged asks the car nothing as long as it is low",
            "the 12 V battery is low: %.1f V", facts->volts);
    else
        add(sheet, DOCTOR_OK, "", "the 12 V battery: %.1f V (not calibrated)", facts->volts);
    return true;
}

static void judge_generation(struct sheet *sheet, const struct doctor_facts *facts)
{
    bool is_configured = strcmp(facts->configured, "auto") != 0;

    if (facts->generation[0] == '\0')
        add(sheet, DOCTOR_NOTE, "switch the car on and run this again",
            "which generation it is cannot be told yet");
    else if (is_configured && strcmp(facts->configured, facts->generation) != 0)
        add(sheet, DOCTOR_PROBLEM, "write generation = \"auto\"; into garaged.conf",
            "the car talks like %s, but garaged.conf says %s", facts->generation, facts->configured);
    else
        add(sheet, DOCTOR_OK, "", "recognised as %s", facts->generation);
}

static void judge_silence(struct sheet *sheet, const struct doctor_facts *facts)
{
    if (!facts->listens)
        add(sheet, DOCTOR_NOTE, "switch the car on and run this again",
            "the dongle cannot listen, and a car that is not heard is not asked: %u s", facts->watched_s);
    else if (facts->volts >= SUPPLY_HIGH_V)
        add(sheet, DOCTOR_NOTE, "",
            "silent for %u s though the car is awake: a ZE1 says nothing here by itself; garaged asks it "
            "when the "
            "voltage has stayed up for half a minute",
            facts->watched_s);
    else
        add(sheet, DOCTOR_NOTE, "switch the car on and run this again",
            "the car is asleep, or one that says nothing here by itself (ZE1): silent for %u s",
            facts->watched_s);
}

static void judge_car(struct sheet *sheet, const struct doctor_facts *facts)
{
    if (facts->broadcasts == 0 && facts->answers == 0) {
        judge_silence(sheet, facts);
        return;
    }
    add(sheet, DOCTOR_OK, "", "the car is heard: %u frames in %u s", facts->broadcasts, facts->watched_s);
    if (facts->answers > 0)
        add(sheet, DOCTOR_OK, "", "the car answers questions");
    else if (facts->questions > 0)
        add(sheet, DOCTOR_NOTE, "switch the car on and run this again", "the car has answered no question");
    judge_generation(sheet, facts);
}

size_t doctor_judge(const struct doctor_facts *facts, struct doctor_finding *findings)
{
    struct sheet sheet = {.findings = findings};

    judge_lender(&sheet, facts);
    if (!facts->up) {
        judge_down(&sheet, facts);
        return sheet.count;
    }
    judge_dongle(&sheet, facts);
    if (judge_supply(&sheet, facts))
        judge_car(&sheet, facts);
    return sheet.count;
}
