# garaged: `make help` lists the targets. Everything is built below build/; a variant has its own folder there.
CC      ?= cc
V       ?= 0
VARIANT ?=
OPT     ?= -O2 -g

WARN   := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
WERROR := $(if $(filter true,$(CI)),-Werror)
SAN_sanitize := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
SAN_thread   := -fsanitize=thread
SAN     := $(SAN_$(VARIANT))
B       := build$(if $(VARIANT),/$(VARIANT))
Q       := $(if $(filter 1,$(V)),,@)

VERSION := 0.1.0
CFLAGS   += -std=c17 $(OPT) $(WARN) $(WERROR) $(SAN)
CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -DGARAGED_VERSION='"$(VERSION)"' -Idaemon -MMD -MP
LDFLAGS  += $(SAN) -Wl,--as-needed
LDLIBS   := -lwebsockets -lmosquitto -lsqlite3 -lconfig -ljansson -lcrypt -lssl -lcrypto -lsystemd -lm -lpthread

MAINS   := daemon/garaged.c daemon/garaged_car.c daemon/garagectl.c
LIB_SRC := $(filter-out $(MAINS),$(wildcard daemon/*.c daemon/*/*.c daemon/*/*/*.c))
SIM_SRC := $(filter-out tests/simulator/main.c,$(wildcard tests/simulator/*.c))
UNIT    := $(wildcard tests/unit/test_*.c)
LIFE    := $(wildcard tests/life/test_*.c)
LIFE_SRC := $(filter-out $(LIFE) tests/life/garaged_life.c tests/life/nosync.c,$(wildcard tests/life/*.c))
BENCH   := $(wildcard tests/bench/bench_*.c)

LIB      := $(B)/libgaraged.a
SIM_LIB  := $(B)/libsimulator.a
LIFE_LIB := $(B)/liblife.a
PROGRAMS := $(B)/garaged $(B)/garaged-car $(B)/garagectl $(B)/garaged-sim $(B)/garaged-life $(B)/garaged-fleet $(B)/garaged-hear $(B)/garaged-hostile $(B)/garaged-hostile-half
UNIT_BIN := $(UNIT:tests/unit/%.c=$(B)/unit/%)
LIFE_BIN := $(LIFE:tests/life/%.c=$(B)/life/%)
BENCH_BIN := $(BENCH:tests/bench/%.c=$(B)/bench/%)
obj = $(1:%.c=$(B)/obj/%.o)

.PHONY: all help programs unit-programs life-programs bench-programs clean
all: programs web  ## the programs and the page, below build/

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1\t\2/p' Makefile tests/tests.mk web/web.mk packaging/packaging.mk | expand -t 22

programs: $(PROGRAMS)
unit-programs: $(UNIT_BIN)
life-programs: $(LIFE_BIN)
bench-programs: $(BENCH_BIN)

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC    $<")
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(LIB): $(call obj,$(LIB_SRC))
$(SIM_LIB): $(call obj,$(SIM_SRC))
$(LIFE_LIB): $(call obj,$(LIFE_SRC))
$(B)/%.a:
	$(if $(Q),@echo "  AR    $@")
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(B)/garaged:     $(call obj,daemon/garaged.c) $(LIB)
$(B)/garaged-car: $(call obj,daemon/garaged_car.c) $(LIB)
$(B)/garagectl:   $(call obj,daemon/garagectl.c) $(LIB)
$(B)/garaged-sim: $(call obj,tests/simulator/main.c) $(SIM_LIB) $(LIB)
$(B)/garaged-life: $(call obj,tests/life/garaged_life.c tests/life/nosync.c) $(LIFE_LIB) $(SIM_LIB) $(LIB)
$(B)/garaged-fleet: $(call obj,tests/system/fleet.c) $(LIB)
$(B)/garaged-hear: $(call obj,tests/system/can/hear.c) $(LIB)
$(B)/garaged-hostile-half: $(call obj,tests/system/hostile_half.c) $(LIB)
$(B)/garaged-hostile: $(call obj,tests/system/hostile.c tests/system/hostile_words.c)
$(UNIT_BIN): $(B)/unit/%: $(B)/obj/tests/unit/%.o $(call obj,tests/unit/filter.c) $(SIM_LIB) $(LIB)
$(LIFE_BIN): $(B)/life/%: $(B)/obj/tests/life/%.o $(call obj,tests/unit/filter.c) $(LIFE_LIB) $(SIM_LIB) $(LIB)
$(BENCH_BIN): $(B)/bench/%: $(B)/obj/tests/bench/%.o $(LIFE_LIB) $(SIM_LIB) $(LIB)
$(UNIT_BIN) $(LIFE_BIN): LDLIBS += -lcmocka
$(PROGRAMS) $(UNIT_BIN) $(LIFE_BIN) $(BENCH_BIN):
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

include web/web.mk
include packaging/packaging.mk
include tests/tests.mk

clean:  ## remove build/
	rm -rf build

.SECONDARY:
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
