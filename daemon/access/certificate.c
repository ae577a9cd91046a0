/* Keys and certificates by OpenSSL: beside secret.c the only file that knows it. Times go through text, never
 * through time_t: on 32 bit machines OpenSSL's is not ours. */
#include "access/certificate.h"

#include "access/secret.h"
#include "util/core/day.h"
#include "util/durable.h"
#include "util/secretfile.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX ((size_t)64 * 1024)
#define SERIAL_BYTES   16
#define SECONDS_A_DAY  86400
#define BEGIN_TEXT     "19700101000000Z"
#define CIPHERS        "ECDHE+AESGCM:ECDHE+CHACHA20" /* of TLS 1.2; 1.3 has none that is weak */
#define GROUPS         "X25519:P-256"

struct certificate {
    EVP_PKEY *key;
    X509 *leaf;             /* NULL: the key alone */
    STACK_OF(X509) * chain; /* what is sent behind it; NULL: nothing */
};

/* The first of OpenSSL's own words, and empties its queue. */
static int fail(struct err *err, const char *what)
{
    unsigned long code = ERR_peek_error();
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);

    ERR_clear_error();
    return err_set(err, "%s: %s", what, reason == NULL ? "OpenSSL failed" : reason);
}

void certificate_free(struct certificate *certificate)
{
    if (certificate == NULL)
        return;
    EVP_PKEY_free(certificate->key);
    X509_free(certificate->leaf);
    sk_X509_pop_free(certificate->chain, X509_free);
    free(certificate);
}

/* ---- names ---- */

/* As 4 or 16 bytes; 0: it is no address. */
static int read_address(const char *text, unsigned char bytes[16])
{
    if (inet_pton(AF_INET, text, bytes) == 1)
        return 4;
    return inet_pton(AF_INET6, text, bytes) == 1 ? 16 : 0;
}

/* Lower case, addresses as inet_ntop writes them. False: neither a name nor an address. */
static bool make_plain(const char *name, char plain[CERTIFICATE_NAME_BYTES])
{
    unsigned char address[16];
    int len = read_address(name, address);

    if (len > 0)
        return inet_ntop(len == 4 ? AF_INET : AF_INET6, address, plain, CERTIFICATE_NAME_BYTES) != NULL;
    if (name[0] == '\0' || strlen(name) >= CERTIFICATE_NAME_BYTES)
        return false;
    for (size_t i = 0; i <= strlen(name); i++) {
        if (name[i] != '\0' && !isalnum((unsigned char)name[i]) && strchr("-._", name[i]) == NULL)
            return false;
        plain[i] = (char)tolower((unsigned char)name[i]);
    }
    return true;
}

static bool has_name(const struct certificate_names *names, const char *plain)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->names[i], plain) == 0)
            return true;
    }
    return false;
}

void certificate_names_add(struct certificate_names *names, const char *name)
{
    char plain[CERTIFICATE_NAME_BYTES];

    if (names->count == CERTIFICATE_NAMES_MAX || !make_plain(name, plain) || has_name(names, plain))
        return;
    memcpy(names->names[names->count++], plain, sizeof(plain));
}

static void add_general_name(struct certificate_names *names, const GENERAL_NAME *general)
{
    char text[CERTIFICATE_NAME_BYTES];
    const ASN1_STRING *string = general->d.ia5;
    int len = ASN1_STRING_length(string);

    if (general->type == GEN_IPADD && (len == 4 || len == 16)) {
        inet_ntop(len == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(string), text, sizeof(text));
        certificate_names_add(names, text);
    } else if (general->type == GEN_DNS && len < CERTIFICATE_NAME_BYTES) {
        snprintf(text, sizeof(text), "%.*s", len, (const char *)ASN1_STRING_get0_data(string));
        certificate_names_add(names, text);
    }
}

void certificate_names_of(const struct certificate *certificate, struct certificate_names *names)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(certificate->leaf, NID_subject_alt_name, NULL, NULL);

    names->count = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(all); i++)
        add_general_name(names, sk_GENERAL_NAME_value(all, i));
    GENERAL_NAMES_free(all);
}

bool certificate_covers(const struct certificate *certificate, const struct certificate_names *wanted)
{
    struct certificate_names names;

    certificate_names_of(certificate, &names);
    for (size_t i = 0; i < wanted->count; i++) {
        if (!has_name(&names, wanted->names[i]))
            return false;
    }
    return true;
}

/* ---- what it says ---- */

int64_t certificate_end_s(const struct certificate *certificate)
{
    struct tm end = {0};

    if (certificate->leaf == NULL || ASN1_TIME_to_tm(X509_get0_notAfter(certificate->leaf), &end) != 1)
        return 0;
    return (int64_t)day_make(end.tm_year + 1900, end.tm_mon + 1, end.tm_mday) * SECONDS_A_DAY +
           end.tm_hour * 3600 + end.tm_min * 60 + end.tm_sec;
}

static void print(const unsigned char *bytes, int len, char text[CERTIFICATE_TEXT])
{
    unsigned char hash[SECRET_BYTES];
    struct err err;

    text[0] = '\0';
    if (len > 0 && secret_hash(bytes, (size_t)len, hash, &err) == 0)
        secret_to_text(hash, text);
}

void certificate_key_print(const struct certificate *certificate, char text[CERTIFICATE_TEXT])
{
    const EVP_PKEY *key = certificate->key == NULL ? X509_get0_pubkey(certificate->leaf) : certificate->key;
    unsigned char *bytes = NULL;
    int len = key == NULL ? 0 : i2d_PUBKEY(key, &bytes);

    print(bytes, len, text);
    OPENSSL_free(bytes);
}

void certificate_print(const struct certificate *certificate, char text[CERTIFICATE_TEXT])
{
    unsigned char *bytes = NULL;
    int len = i2d_X509(certificate->leaf, &bytes);

    print(bytes, len, text);
    OPENSSL_free(bytes);
}

/* ---- reading ---- */

/* Closes the descriptor. NULL with err. */
static BIO *read_open(int fd, const char *path, struct err *err)
{
    struct stat status;
    char *bytes = NULL;
    ssize_t got = -1;
    BIO *bio = NULL;

    if (fd < 0 || fstat(fd, &status) != 0)
        err_set(err, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        err_set(err, "%s: not a file", path);
    else if ((bytes = malloc(FILE_BYTES_MAX)) == NULL || (got = read(fd, bytes, FILE_BYTES_MAX)) < 0)
        err_set(err, "%s: %s", path, strerror(errno));
    else if ((size_t)got == FILE_BYTES_MAX)
        err_set(err, "%s: longer than any certificate", path);
    else if ((bio = BIO_new(BIO_s_secmem())) == NULL || BIO_write(bio, bytes, (int)got) != got)
        err_set(err, "%s: out of memory", path);
    if (got > 0)
        secret_wipe(bytes, (size_t)got);
    free(bytes);
    if (fd >= 0)
        close(fd);
    return bio;
}

/* Nobody is there to type one. */
static int no_password(char *buffer, int size, int is_writing, void *ctx)
{
    (void)buffer;
    (void)size;
    (void)is_writing;
    (void)ctx;
    return -1;
}

static int read_key(struct certificate *certificate, const char *path, struct err *err)
{
    int fd = secretfile_open("key", path, err);
    BIO *bio = fd < 0 ? NULL : read_open(fd, path, err);
    char what[ERR_TEXT_MAX];

    if (bio == NULL)
        return -1;
    certificate->key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    BIO_free(bio);
    if (certificate->key != NULL)
        return 0;
    snprintf(what, sizeof(what), "%s: no key that can be used", path);
    return fail(err, what);
}

static int read_chain(struct certificate *certificate, BIO *bio, const char *path, struct err *err)
{
    X509 *next;

    certificate->leaf = PEM_read_bio_X509(bio, NULL, no_password, NULL);
    certificate->chain = sk_X509_new_null();
    if (certificate->leaf == NULL || certificate->chain == NULL)
        return fail(err, path);
    while ((next = PEM_read_bio_X509(bio, NULL, no_password, NULL)) != NULL) {
        if (sk_X509_push(certificate->chain, next) == 0) {
            X509_free(next);
            return fail(err, path);
        }
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
        return fail(err, path); /* half a certificate */
    ERR_clear_error();
    if (certificate->key == NULL || X509_check_private_key(certificate->leaf, certificate->key) == 1)
        return 0;
    return fail(err, path);
}

static int read_certificates(struct certificate *certificate, const char *path, struct err *err)
{
    BIO *bio = read_open(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), path, err);
    int status = bio == NULL ? -1 : read_chain(certificate, bio, path, err);

    BIO_free(bio);
    return status;
}

struct certificate *certificate_read(const char *cert_file, const char *key_file, struct err *err)
{
    struct certificate *certificate = calloc(1, sizeof(*certificate));

    if (certificate == NULL) {
        err_set(err, "out of memory");
        return NULL;
    }
    ERR_clear_error();
    if ((key_file == NULL || read_key(certificate, key_file, err) == 0) &&
        (cert_file == NULL || read_certificates(certificate, cert_file, err) == 0))
        return certificate;
    certificate_free(certificate);
    return NULL;
}

/* ---- making ---- */

static bool set_serial(X509 *leaf)
{
    unsigned char bytes[SERIAL_BYTES];
    struct err err;
    BIGNUM *number = NULL;
    bool is_set = false;

    if (secret_random(bytes, sizeof(bytes), &err) == 0) {
        bytes[0] = (unsigned char)((bytes[0] & 0x7F) | 0x40); /* positive, of one length */
        number = BN_bin2bn(bytes, sizeof(bytes), NULL);
        is_set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(leaf)) != NULL;
    }
    BN_free(number);
    return is_set;
}

static bool set_times(X509 *leaf, int64_t from_s)
{
    int64_t end_s = from_s + (int64_t)CERTIFICATE_DAYS * SECONDS_A_DAY;
    struct day_parts day = day_split((int32_t)(end_s / SECONDS_A_DAY));
    int rest = (int)(end_s % SECONDS_A_DAY);
    char text[32];

    snprintf(text, sizeof(text), "%04d%02d%02d%02d%02d%02dZ", day.year, day.month, day.day, rest / 3600,
             rest / 60 % 60, rest % 60);
    return ASN1_TIME_set_string_X509(X509_getm_notBefore(leaf), BEGIN_TEXT) == 1 &&
           ASN1_TIME_set_string_X509(X509_getm_notAfter(leaf), text) == 1;
}

static bool set_subject(X509 *leaf)
{
    static const unsigned char name[] = "garaged";
    X509_NAME *subject = X509_get_subject_name(leaf);

    return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC, name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(leaf, subject) == 1;
}

static bool push_name(GENERAL_NAMES *all, const char *name)
{
    GENERAL_NAME *general = GENERAL_NAME_new();
    ASN1_STRING *text = ASN1_STRING_new();
    unsigned char address[16];
    int len = read_address(name, address);

    if (general == NULL || text == NULL ||
        ASN1_STRING_set(text, len > 0 ? (const void *)address : name, len > 0 ? len : -1) != 1 ||
        sk_GENERAL_NAME_push(all, general) == 0) {
        GENERAL_NAME_free(general);
        ASN1_STRING_free(text);
        return false;
    }
    GENERAL_NAME_set0_value(general, len > 0 ? GEN_IPADD : GEN_DNS, text);
    return true;
}

static bool add_names(X509 *leaf, const struct certificate_names *names)
{
    GENERAL_NAMES *all = sk_GENERAL_NAME_new_null();
    bool is_added = all != NULL;

    for (size_t i = 0; is_added && i < names->count; i++)
        is_added = push_name(all, names->names[i]);
    if (is_added && names->count > 0)
        is_added = X509_add1_ext_i2d(leaf, NID_subject_alt_name, all, 0, X509V3_ADD_DEFAULT) == 1;
    sk_GENERAL_NAME_pop_free(all, GENERAL_NAME_free);
    return is_added;
}

static bool add_extension(X509 *leaf, int kind, const char *text)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;
    bool is_added;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, leaf, leaf, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, kind, text);
    is_added = extension != NULL && X509_add_ext(leaf, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return is_added;
}

static bool fill_leaf(const struct certificate *made, const struct certificate_names *names, int64_t from_s)
{
    X509 *leaf = made->leaf;

    return X509_set_version(leaf, 2) == 1 && set_serial(leaf) && set_times(leaf, from_s) &&
           set_subject(leaf) && X509_set_pubkey(leaf, made->key) == 1 &&
           add_extension(leaf, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(leaf, NID_key_usage, "critical,digitalSignature") &&
           add_extension(leaf, NID_ext_key_usage, "serverAuth") &&
           add_extension(leaf, NID_subject_key_identifier, "hash") && add_names(leaf, names) &&
           X509_sign(leaf, made->key, EVP_sha256()) > 0;
}

static bool has_key_of(struct certificate *made, const struct certificate *old)
{
    if (old == NULL)
        made->key = EVP_EC_gen("P-256");
    else if (EVP_PKEY_up_ref(old->key) == 1)
        made->key = old->key;
    return made->key != NULL;
}

struct certificate *certificate_make(const struct certificate *old, const struct certificate_names *names,
                                     int64_t from_s, struct err *err)
{
    struct certificate *made = calloc(1, sizeof(*made));

    if (made != NULL && has_key_of(made, old)) {
        made->leaf = X509_new();
        if (made->leaf != NULL && fill_leaf(made, names, from_s))
            return made;
    }
    fail(err, "a certificate can't be made");
    certificate_free(made);
    return NULL;
}

/* ---- writing ---- */

static int replace_file(const char *path, BIO *bio, struct err *err)
{
    char *bytes;
    long len = BIO_get_mem_data(bio, &bytes);

    return len > 0 ? durable_replace(path, bytes, (size_t)len, err)
                   : err_set(err, "%s: nothing to write", path);
}

int certificate_write(const struct certificate *certificate, const char *cert_file, const char *key_file,
                      struct err *err)
{
    BIO *key = BIO_new(BIO_s_secmem()), *leaf = BIO_new(BIO_s_mem());
    int status = -1;

    if (key == NULL || leaf == NULL ||
        PEM_write_bio_PrivateKey(key, certificate->key, NULL, NULL, 0, NULL, NULL) != 1 ||
        PEM_write_bio_X509(leaf, certificate->leaf) != 1)
        fail(err, "the certificate can't be written");
    else if (replace_file(key_file, key, err) == 0)
        status = replace_file(cert_file, leaf, err);
    BIO_free(key);
    BIO_free(leaf);
    return status;
}

/* ---- TLS ---- */

/* At the beginning of each connection: a pair of another kind than the last one would not replace it in the
 * context. */
static int give_pair(SSL *connection, void *ctx)
{
    const struct certificate *pair = *(struct certificate *const *)ctx;

    SSL_certs_clear(connection);
    return SSL_use_cert_and_key(connection, pair->leaf, pair->key, pair->chain, 1);
}

int certificate_serve(void *context, struct certificate *const *in_force, struct err *err)
{
    union {
        struct certificate *const *pairs;
        void *ctx;
    } given = {.pairs = in_force};

    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(context, CIPHERS) != 1 || SSL_CTX_set1_groups_list(context, GROUPS) != 1 ||
        SSL_CTX_set_num_tickets(context, 0) != 1)
        return fail(err, "TLS can't be set up");
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_tlsext_servername_callback(context, NULL); /* whatever it is called: the same */
    SSL_CTX_set_cert_cb(context, give_pair, given.ctx);
    return 0;
}

const char *certificate_library(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
