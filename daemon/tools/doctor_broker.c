/* Only garaged has been there: this program has neither the password nor a reason to connect. */
#include "tools/doctor_broker.h"

#include "tools/control_client.h"

static const struct doctor_finding open_to_all = {
    .level = DOCTOR_NOTE,
    .text = "the broker serves everybody who reaches it, without user and password: they read and forge what "
            "the cars say",
    .advice = "allow_anonymous false, users and an ACL: /usr/share/doc/garaged/broker.conf is an example"};
static const struct doctor_finding closed = {.level = DOCTOR_OK,
                                             .text = "the broker refuses who does not log in"};
static const struct doctor_finding overheard = {
    .level = DOCTOR_NOTE,
    .text = "user and password cross the network to the broker unencrypted",
    .advice = "set mqtt.tls, and the broker's TLS port"};

static size_t judge(const json_t *mqtt, struct doctor_finding *findings)
{
    const json_t *anonymous = json_object_get(mqtt, "anonymous");
    size_t count = 0;

    if (json_is_boolean(anonymous))
        findings[count++] = json_is_true(anonymous) ? open_to_all : closed;
    if (json_is_true(json_object_get(mqtt, "plain")))
        findings[count++] = overheard;
    return count;
}

size_t doctor_broker(const char *config, struct doctor_finding *findings)
{
    json_t *request = json_pack("{s:s}", "command", "status"), *answer;
    struct err err;
    size_t count = 0;

    if (control_try(config, request, &answer, &err) == 0)
        count = judge(json_object_get(answer, "mqtt"), findings);
    json_decref(answer);
    json_decref(request);
    return count;
}
