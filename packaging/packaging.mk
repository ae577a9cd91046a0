# What a machine needs, and installing.
PREFIX     ?= /usr
SYSCONFDIR ?= /etc
UNITDIR    ?= /usr/lib/systemd/system
SYSUSERSDIR ?= /usr/lib/sysusers.d
I = $(DESTDIR)

.PHONY: deps deps-build deps-check demo install
deps:  ## install what packaging/packages.txt lists, and web/'s npm packages (asks for root only if something is missing)
	@packaging/deps.sh build check

deps-build:
	@$(if $(NO_DEPS),:,packaging/deps.sh build)

deps-check:
	@$(if $(NO_DEPS),:,packaging/deps.sh build check)

install: all  ## install below DESTDIR (programs, page, definitions, units)
	install -d $(I)$(PREFIX)/sbin $(I)$(PREFIX)/bin $(I)$(PREFIX)/libexec/garaged $(I)$(PREFIX)/share/garaged/vehicles
	install -d $(I)$(SYSCONFDIR)/garaged/vehicles.d $(I)$(UNITDIR) $(I)$(SYSUSERSDIR) $(I)$(PREFIX)/share/garaged/web/assets
	install -m 755 $(B)/garaged $(I)$(PREFIX)/sbin/
	install -m 755 $(B)/garagectl $(I)$(PREFIX)/bin/
	install -m 755 $(B)/garaged-car $(B)/garaged-sim $(I)$(PREFIX)/libexec/garaged/
	install -m 644 config/vehicles/*.conf config/vehicles/README.md $(I)$(PREFIX)/share/garaged/vehicles/
	cd build/web && find . -type f -exec install -D -m 644 {} $(I)$(PREFIX)/share/garaged/web/{} \;
	test -e $(I)$(SYSCONFDIR)/garaged/garaged.conf || install -m 644 config/garaged.conf $(I)$(SYSCONFDIR)/garaged/
	install -m 644 packaging/*.service packaging/*.socket $(I)$(UNITDIR)/
	install -m 644 packaging/garaged.sysusers $(I)$(SYSUSERSDIR)/garaged.conf

# make itself ends with an error when it is interrupted, whatever its recipe does: for the demo it passes the signal on.
MAKE_SIGNALS := build/make_signals.so
ifneq ($(and $(filter demo,$(MAKECMDGOALS)),$(filter load,$(.FEATURES))),)
$(MAKE_SIGNALS): packaging/make_signals.c
	@packaging/as-owner.sh sh -c 'mkdir -p build && $(CC) -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -shared -fPIC -o $@ $<'

-load $(MAKE_SIGNALS)
endif

demo: deps-build  ## a made-up car on http://127.0.0.1:8080/, until Ctrl-C (GARAGED_DEMO_PORT)
	@packaging/as-owner.sh $(MAKE) -s --no-print-directory all >&2
	@exec packaging/as-owner.sh packaging/demo.sh
