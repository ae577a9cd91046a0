#!/bin/sh
# selftest.sh: a small tree with every mistake in it, made below build/style, and what check.sh must say of it.
set -u
cd "$(dirname "$0")/../.." || exit 1
bad=build/style/bad
rm -rf build/style
mkdir -p $bad/daemon/bus $bad/daemon/util $bad/tests/simulator

cat >$bad/daemon/bus/bad.c <<'END'
#include "util/log.h"
#include "car/signal.h"
#include "util/core/err.h"
#include <unistd.h>
#include <libconfig.h>

static const char *names[] = {"a; {", "b"};
static const char *const fine[] = {"static int x;", NULL};
static int counter;
int shared = 3;
static const struct {
    int fine;
} table[] = {{1}};
struct fine {
    int member;
};
static int prototype(int argument);

// a comment with static int in it: "
static int nested(int a,
                  int b)
{
    static unsigned calls;
    static const int fine_too = 1;
    for (;;) {
        if (a) {
            while (b) {
                if (fine_too)
                    return calls++;
            }
        }
    }
}

/* {{{ "
 */
static int longest(void)
{
END
awk 'BEGIN { for (i = 0; i < 68; i++) print "    a++;"; print "}" }' >>$bad/daemon/bus/bad.c
cat >$bad/daemon/util/bad.h <<'END'
/* A header. */
typedef struct bad_thing {
    int member; /* { */
} bad_thing;

typedef int fine_fn(int value);

/* Says what it is for. */
int bad_fine(int value);
int bad_also_fine(int value);

int bad_bare(struct x *x,
             int value);
struct bad *bad_new(void);
int bad_behind(void); /* what it is for */
END
{
    echo '/* The simulator. */'
    echo '#include "car/signal.h"'
    awk 'BEGIN { for (i = 0; i < 498; i++) print "" }'
} >$bad/tests/simulator/bad.c

cat >build/style/expected <<END
not ok functions have at most 70 lines: $bad/daemon/bus/bad.c:37: longest has 71
not ok control statements are at most 3 deep: $bad/daemon/bus/bad.c:28: 4 deep in nested
not ok files have less than 500 lines: $bad/tests/simulator/bad.c:500: 500 lines
not ok files open with a comment: $bad/daemon/bus/bad.c:1: no comment
not ok nothing mutable is static: $bad/daemon/bus/bad.c:7: names
not ok nothing mutable is static: $bad/daemon/bus/bad.c:9: counter
not ok nothing mutable is static: $bad/daemon/bus/bad.c:10: shared
not ok nothing mutable is static: $bad/daemon/bus/bad.c:23: calls
not ok structs and enums have no typedef: $bad/daemon/util/bad.h:2: typedef struct bad_thing
not ok functions in headers have a comment: $bad/daemon/util/bad.h:12: bad_bare
not ok edges of the house: $bad/daemon/bus/bad.c:1: may not include util/log.h
not ok edges of the house: $bad/daemon/bus/bad.c:2: may not include car/signal.h
not ok edges of the house: $bad/tests/simulator/bad.c:2: may not include car/signal.h
not ok pure files stay pure: $bad/daemon/bus/bad.c:1: includes util/log.h
not ok pure files stay pure: $bad/daemon/bus/bad.c:4: includes unistd.h
not ok pure files stay pure: $bad/daemon/bus/bad.c:5: includes libconfig.h
not ok libraries have one home: $bad/daemon/bus/bad.c:5: may not include libconfig.h
ok every abuse case has a test
ok SECURITY.md names tests that are there
END

tests/style/check.sh $bad >build/style/said
if diff build/style/expected build/style/said >build/style/difference; then
    echo "ok the checks see their bad examples"
else
    sed 's/^/    /' build/style/difference
    echo "not ok the checks see their bad examples: build/style/difference"
    exit 1
fi
