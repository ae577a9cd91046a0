# Everything that is run to know that a change is right.
FUZZ     := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN := $(FUZZ:tests/fuzz/%.c=build/fuzz/%)
FUZZ_SECONDS ?= 60

.PHONY: abuse soak unit thread threaded-programs life check check-as-owner sanitize fuzz fuzz-programs style bench
unit: unit-programs  ## the unit tests alone
	@for t in $(UNIT_BIN); do tests/check/suite.sh unit/$$(basename $$t) 300 $$t; done

life: life-programs  ## days and weeks of garage life on a virtual clock
	@for t in $(LIFE_BIN); do tests/check/suite.sh life/$$(basename $$t) 300 $$t; done

check: deps-check  ## everything: builds, style, unit, sanitized, recordings, system, browser (under 18 minutes on two cores)
	@[ "$$(id -u)" != 0 ] || packaging/as-owner.sh $(MAKE) -s --no-print-directory all
	@[ "$$(id -u)" != 0 ] || tests/system/boot/for_check.sh
	@packaging/as-owner.sh $(MAKE) -s --no-print-directory check-as-owner; code=$$?; rm -f build/boot.log; exit $$code

check-as-owner:
	@tests/check/check.sh

style:  ## function and file sizes, include edges, statics, comments
	@tests/style/check.sh

sanitize:  ## the unit tests under address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory VARIANT=sanitize unit

# The tests of what runs on threads: store, MQTT, access, and the page's server on top of it.
THREADED := test_logbook test_store test_store_entries test_store_typed test_store_history test_store_troubles test_mqtt test_mqtt_faults test_mqtt_wire test_mqtt_flaps test_access_login test_web_login test_web_live test_web_diary test_watchdog test_web_preferences test_web_typed test_copy test_retention test_home_upkeep test_web_tariffs test_store_works test_store_import_order
threaded-programs: $(THREADED:%=$(B)/unit/%)

thread:  ## the tests of what runs on threads under the thread sanitizer
	@$(MAKE) --no-print-directory VARIANT=thread threaded-programs
	@for t in $(THREADED); do tests/check/suite.sh thread/$$t 300 build/thread/unit/$$t; done

build/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  FUZZ  $<"
	$(Q)clang $(CPPFLAGS) $(filter-out $(SAN),$(CFLAGS)) -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -c -o $@ $<

build/fuzz/libgaraged.a: $(LIB_SRC:%.c=build/fuzz/obj/%.o)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(FUZZ_BIN): build/fuzz/%: build/fuzz/obj/tests/fuzz/%.o build/fuzz/libgaraged.a
	$(Q)clang -fsanitize=fuzzer,address,undefined -Wl,--as-needed -o $@ $^ $(LDLIBS)

fuzz-programs: $(FUZZ_BIN)

fuzz: fuzz-programs  ## every fuzz target for FUZZ_SECONDS (60) each
	@tests/fuzz/run.sh $(FUZZ_SECONDS)

abuse: all unit-programs life-programs  ## the abuse cases of tests/abuse/cases.txt; ID=E05 for one of them
	@tests/abuse/run.sh $(ID)

soak:  ## hours of kills, made-up weeks, faults and fuzzing (SOAK_KILLS, SOAK_WEEKS, SOAK_CUTS, SOAK_FAULTS, SOAK_FUZZ)
	@tests/soak/run.sh

bench: all bench-programs  ## the figures of the README's table
	@tests/bench/run.sh

-include $(shell find build/fuzz/obj -name '*.d' 2>/dev/null)
