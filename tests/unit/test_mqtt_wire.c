/* export/mqtt on the wire: what a broker, or whoever poses as one, gets to read of user and password. The
 * brokers here are processes that record each byte they can decipher, and answer a connection by its CONNECT.
 */
#include "export/mqtt.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_NS    (20 * NS_PER_S)
#define RECORD_MAX 512
#define DAY_S      (24L * 60 * 60)

/* ---- certificates ---- */

struct paper {
    EVP_PKEY *key;
    X509 *certificate;
};

struct wish {
    const char *names; /* "IP:127.0.0.1"; NULL: an authority */
    long from_s, until_s;
};

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

static struct paper paper_new(const char *name, const struct paper *authority, const struct wish *wish)
{
    struct paper paper = {.key = EVP_EC_gen("P-256"), .certificate = X509_new()};
    const struct paper *issuer = authority ? authority : &paper;
    X509_NAME *subject = X509_get_subject_name(paper.certificate);

    X509_set_version(paper.certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(paper.certificate), 1 + rand() % 1000000);
    X509_gmtime_adj(X509_getm_notBefore(paper.certificate), wish->from_s);
    X509_gmtime_adj(X509_getm_notAfter(paper.certificate), wish->until_s);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(paper.certificate, X509_get_subject_name(issuer->certificate));
    X509_set_pubkey(paper.certificate, paper.key);
    if (wish->names)
        add_extension(paper.certificate, issuer->certificate, NID_subject_alt_name, wish->names);
    else
        add_extension(paper.certificate, issuer->certificate, NID_basic_constraints, "critical,CA:TRUE");
    assert_true(X509_sign(paper.certificate, issuer->key, EVP_sha256()) > 0);
    return paper;
}

static void paper_free(struct paper *paper)
{
    EVP_PKEY_free(paper->key);
    X509_free(paper->certificate);
}

/* ---- a broker that records ---- */

struct record {
    int len;
    unsigned char bytes[RECORD_MAX]; /* as they came, or deciphered */
};

struct broker {
    const struct paper *paper;     /* NULL: no TLS */
    const struct paper *authority; /* of the clients; NULL: they need no certificate */
    int newest_tls;                /* 0: any */
    char nameless_code;            /* of the answer to who gives no user */
    /* of the test */
    int listener, records[2];
    pid_t pid;
};

static bool has_user(const unsigned char *connect, int len)
{
    return len > 9 && connect[9] & 0x80;
}

static SSL *accept_tls(const struct broker *broker, int client)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    SSL_CTX_set_security_level(context, 0);
    if (broker->newest_tls)
        SSL_CTX_set_max_proto_version(context, broker->newest_tls);
    SSL_CTX_use_certificate(context, broker->paper->certificate);
    SSL_CTX_use_PrivateKey(context, broker->paper->key);
    if (broker->authority) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), broker->authority->certificate);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, client);
    return SSL_accept(tls) == 1 ? tls : NULL;
}

static void serve_client(const struct broker *broker, int client)
{
    struct record record = {0};
    SSL *tls = broker->paper ? accept_tls(broker, client) : NULL;
    char answer[4] = {0x20, 2, 0, 0};

    if (broker->paper && !tls)
        return;
    record.len =
        tls ? SSL_read(tls, record.bytes, RECORD_MAX) : (int)recv(client, record.bytes, RECORD_MAX, 0);
    if (write(broker->records[1], &record, sizeof(record)) != sizeof(record))
        return;
    if (record.bytes[0] != 0x10)
        return; /* no MQTT: as mosquitto does */
    answer[3] = has_user(record.bytes, record.len) ? 0 : broker->nameless_code;
    if ((tls ? SSL_write(tls, answer, 4) : (int)send(client, answer, 4, MSG_NOSIGNAL)) == 4 &&
        recv(client, record.bytes, RECORD_MAX, 0) > 0)
        return; /* it says goodbye */
}

static void serve(const struct broker *broker)
{
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int client = accept(broker->listener, NULL, NULL);
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            serve_client(broker, client);
            _exit(0);
        }
        close(client);
    }
}

static int broker_start(struct broker *broker)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);

    broker->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(broker->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(broker->listener, 8), 0);
    assert_int_equal(getsockname(broker->listener, (struct sockaddr *)&address, &len), 0);
    assert_int_equal(pipe2(broker->records, O_NONBLOCK), 0);
    broker->pid = fork();
    if (broker->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves no broker behind */
        serve(broker);
    }
    return ntohs(address.sin_port);
}

static void broker_stop(struct broker *broker)
{
    kill(broker->pid, SIGKILL);
    waitpid(broker->pid, NULL, 0);
    close(broker->listener);
    close(broker->records[0]);
    close(broker->records[1]);
}

static bool next_record(const struct broker *broker, struct record *record)
{
    return read(broker->records[0], record, sizeof(*record)) == sizeof(*record);
}

/* ---- a house with a client ---- */

struct house {
    char folder[32], ca_file[64], cert_file[64], key_file[64];
    struct paper authority, stranger;
    struct loop *loop;
    struct config_mqtt settings;
    bool is_up, has_reason;
    enum mqtt_anonymous anonymous;
    unsigned answers;
    char reason[ERR_TEXT_MAX];
};

static void keep_state(void *ctx, bool is_up, const char *reason)
{
    struct house *house = ctx;

    house->is_up = house->is_up || is_up;
    house->has_reason = house->has_reason || !is_up;
    if (!is_up)
        snprintf(house->reason, sizeof(house->reason), "%s", reason);
}

static void keep_anonymous(void *ctx, enum mqtt_anonymous answer)
{
    struct house *house = ctx;

    house->anonymous = answer;
    house->answers++;
}

static void write_papers(struct house *house, const struct paper *own)
{
    FILE *file = fopen(house->ca_file, "w");
    PEM_write_X509(file, house->authority.certificate);
    fclose(file);
    file = fopen(house->cert_file, "w");
    PEM_write_X509(file, own->certificate);
    fclose(file);
    file = fopen(house->key_file, "w");
    PEM_write_PrivateKey(file, own->key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
}

static void house_begin(struct house *house)
{
    static const struct wish authority = {NULL, -2 * DAY_S, DAY_S}, own = {"DNS:garaged", -DAY_S, DAY_S};
    struct err err;

    *house = (struct house){.folder = "/tmp/garaged-wire-XXXXXX", .loop = loop_new(&err)};
    assert_non_null(mkdtemp(house->folder));
    snprintf(house->ca_file, sizeof(house->ca_file), "%s/ca", house->folder);
    snprintf(house->cert_file, sizeof(house->cert_file), "%s/cert", house->folder);
    snprintf(house->key_file, sizeof(house->key_file), "%s/key", house->folder);
    house->authority = paper_new("authority", NULL, &authority);
    house->stranger = paper_new("stranger", NULL, &authority);
    struct paper ours = paper_new("garaged", &house->authority, &own);
    write_papers(house, &ours);
    paper_free(&ours);
    strcpy(house->settings.host, "127.0.0.1");
    strcpy(house->settings.base, "garaged");
    strcpy(house->settings.user, "anna");
    strcpy(house->settings.ca_file, house->ca_file);
}

static void house_end(struct house *house)
{
    unlink(house->ca_file);
    unlink(house->cert_file);
    unlink(house->key_file);
    rmdir(house->folder);
    paper_free(&house->authority);
    paper_free(&house->stranger);
    loop_free(house->loop);
}

/* Runs a client against the broker until it is up and knows of nobody, or has a reason. */
static void meet(struct house *house, struct broker *broker)
{
    static const struct mqtt_events events = {.state = keep_state, .anonymous = keep_anonymous};
    int64_t deadline_ns = clock_monotonic_ns() + WAIT_NS;
    struct err err;

    house->is_up = house->has_reason = false;
    house->answers = 0;
    house->settings.port = broker_start(broker);
    struct mqtt *mqtt = mqtt_new(house->loop, &house->settings, "geheim", &events, house, &err);
    assert_non_null(mqtt);
    while (!house->has_reason && house->answers == 0 && clock_monotonic_ns() < deadline_ns)
        loop_turn(house->loop, 50, &err);
    mqtt_free(mqtt);
}

static bool contains(const struct record *record, const char *text)
{
    return record->len > 0 && memmem(record->bytes, (size_t)record->len, text, strlen(text));
}

/* ---- the tests ---- */

static void meet_and_expect_nobody(struct house *house, char code, enum mqtt_anonymous expected)
{
    struct broker broker = {.nameless_code = code};
    struct record first, second;

    meet(house, &broker);
    assert_int_equal(house->answers, 1);
    assert_int_equal(house->anonymous, expected);
    assert_true(next_record(&broker, &first));
    assert_true(contains(&first, "anna") && contains(&first, "geheim") && contains(&first, "garaged/status"));
    assert_true(next_record(&broker, &second));
    assert_int_equal(second.len, 14); /* no will, no name of a client */
    assert_memory_equal(second.bytes, "\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00", 14);
    assert_false(next_record(&broker, &first));
    broker_stop(&broker);
}

static void the_broker_is_asked_what_it_does_with_nobody(void **state)
{
    (void)state;
    struct house house;

    house_begin(&house);
    meet_and_expect_nobody(&house, 5, MQTT_ANONYMOUS_REFUSED);
    meet_and_expect_nobody(&house, 4, MQTT_ANONYMOUS_REFUSED);
    meet_and_expect_nobody(&house, 0, MQTT_ANONYMOUS_SERVED);
    house_end(&house);
}

static void who_is_nobody_knows_it_by_being_served(void **state)
{
    (void)state;
    struct house house;
    struct broker broker = {.nameless_code = 0};
    struct record record;

    house_begin(&house);
    house.settings.user[0] = '\0';
    meet(&house, &broker);
    assert_int_equal(house.anonymous, MQTT_ANONYMOUS_SERVED);
    assert_true(next_record(&broker, &record));
    assert_false(contains(&record, "geheim"));
    assert_false(next_record(&broker, &record));
    broker_stop(&broker);
    house_end(&house);
}

static void a_broker_that_is_down_is_not_asked(void **state)
{
    (void)state;
    struct house house;
    struct broker broker = {.nameless_code = 0};
    struct record record;

    house_begin(&house);
    strcpy(house.settings.user, "");
    broker.nameless_code = 5; /* refuses us */
    meet(&house, &broker);
    assert_true(house.has_reason);
    assert_int_equal(house.answers, 0);
    assert_true(next_record(&broker, &record));
    assert_false(next_record(&broker, &record));
    broker_stop(&broker);
    house_end(&house);
}

static void the_right_broker_gets_the_password(void **state)
{
    (void)state;
    static const struct wish wish = {"IP:127.0.0.1", -DAY_S, DAY_S};
    struct house house;
    struct record record;

    house_begin(&house);
    house.settings.tls = true;
    struct paper paper = paper_new("127.0.0.1", &house.authority, &wish);
    struct broker broker = {.paper = &paper, .nameless_code = 5};
    meet(&house, &broker);
    assert_true(house.is_up);
    assert_true(next_record(&broker, &record));
    assert_true(contains(&record, "MQTT") && contains(&record, "anna") && contains(&record, "geheim"));
    assert_int_equal(house.anonymous, MQTT_ANONYMOUS_REFUSED);
    broker_stop(&broker);
    paper_free(&paper);
    house_end(&house);
}

/* Nothing but the beginning of a handshake reaches the wrong ones. */
static void no_other_broker_gets_anything(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct wish wish;
        bool is_strange, is_plain;
        int newest_tls;
    } rows[] = {
        {"another authority's", {"IP:127.0.0.1", -DAY_S, DAY_S}, true, false, 0},
        {"another address", {"IP:127.0.0.2", -DAY_S, DAY_S}, false, false, 0},
        {"another name", {"DNS:broker.example", -DAY_S, DAY_S}, false, false, 0},
        {"expired", {"IP:127.0.0.1", -2 * DAY_S, -DAY_S}, false, false, 0},
        {"not valid yet", {"IP:127.0.0.1", DAY_S / 2, DAY_S}, false, false, 0},
        {"only TLS 1.1", {"IP:127.0.0.1", -DAY_S, DAY_S}, false, false, TLS1_1_VERSION},
        {"only plain text", {"IP:127.0.0.1", -DAY_S, DAY_S}, false, true, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct house house;
        struct record record = {0};
        house_begin(&house);
        house.settings.tls = true;
        struct paper paper =
            paper_new("broker", rows[i].is_strange ? &house.stranger : &house.authority, &rows[i].wish);
        struct broker broker = {.paper = rows[i].is_plain ? NULL : &paper, .newest_tls = rows[i].newest_tls};
        meet(&house, &broker);
        if (!house.has_reason || house.is_up)
            fail_msg("%s: up %d, \"%s\"", rows[i].what, house.is_up, house.reason);
        assert_non_null(strstr(house.reason, rows[i].is_plain ? "127.0.0.1: " : "TLS failed"));
        while (next_record(&broker, &record))
            if (contains(&record, "MQTT") || contains(&record, "anna") || contains(&record, "geheim"))
                fail_msg("%s: got a CONNECT", rows[i].what);
        assert_int_equal(record.len > 0, rows[i].is_plain); /* the greeting of a handshake */
        broker_stop(&broker);
        paper_free(&paper);
        house_end(&house);
    }
}

static void a_broker_may_ask_for_our_certificate(void **state)
{
    (void)state;
    static const struct wish wish = {"IP:127.0.0.1", -DAY_S, DAY_S};
    struct house house;
    struct record record;

    house_begin(&house);
    house.settings.tls = true;
    struct paper paper = paper_new("127.0.0.1", &house.authority, &wish);
    struct broker broker = {.paper = &paper, .authority = &house.authority};
    meet(&house, &broker);
    assert_true(house.has_reason && !next_record(&broker, &record));
    broker_stop(&broker);

    strcpy(house.settings.cert_file, house.cert_file);
    strcpy(house.settings.key_file, house.key_file);
    meet(&house, &broker);
    assert_true(house.is_up);
    assert_true(next_record(&broker, &record) && contains(&record, "geheim"));
    if (house.has_reason)
        fail_msg("%s", house.reason);
    assert_int_equal(house.anonymous, MQTT_ANONYMOUS_REFUSED); /* the second one showed none */
    assert_false(next_record(&broker, &record));
    broker_stop(&broker);
    paper_free(&paper);
    house_end(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_broker_is_asked_what_it_does_with_nobody),
        cmocka_unit_test(who_is_nobody_knows_it_by_being_served),
        cmocka_unit_test(a_broker_that_is_down_is_not_asked),
        cmocka_unit_test(the_right_broker_gets_the_password),
        cmocka_unit_test(no_other_broker_gets_anything),
        cmocka_unit_test(a_broker_may_ask_for_our_certificate),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
