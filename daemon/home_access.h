/* Users, tokens and sessions for garagectl: from a request at the control socket to access and back. Whoever
 * reaches that socket is root, so nothing is asked again. */
#ifndef HOME_ACCESS_H
#define HOME_ACCESS_H

#include "access/access.h"
#include "access/control.h"
#include "export/json_value.h"

/* {"command":"user","do":"add|passwd|role|remove","name",...}: control_begin_fn without its ctx. */
int home_access_user(struct access *access, const json_t *request, struct control_job *job, struct err *err);

/* {"command":"token","do":"add","name","role","scope","days"} answers {"token"}; {"do":"remove","id"}. */
int home_access_token(struct access *access, const json_t *request, struct control_job *job, struct err *err);

/* {"command":"session","id"} ends one, {"user"} those of a user, {"all":true} all. */
int home_access_session(struct access *access, const json_t *request, struct control_job *job,
                        struct err *err);

/* {"command":"list","what":"users|tokens|sessions"}: as json_access.h has them. */
int home_access_list(const struct access *access, const struct json_moment *now, const json_t *request,
                     json_t *answer, struct err *err);

/* {"command":"audit","do":"list","limit","before"}; {"do":"verify"}: as json_audit.h has them. */
int home_access_audit(struct access *access, const struct zone *zone, const json_t *request,
                      struct control_job *job, struct err *err);

#endif
