# What a machine needs, and installing.
PREFIX      ?= /usr
SYSCONFDIR  ?= /etc
UNITDIR     ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
UDEVDIR     ?= $(PREFIX)/lib/udev/rules.d
DOCDIR      ?= $(PREFIX)/share/doc/garaged
I = $(DESTDIR)

.PHONY: deps deps-build deps-check demo install uninstall
deps:  ## install what packaging/packages.txt lists, and web/'s npm packages (asks for root only if something is missing)
	@packaging/deps.sh build check

deps-build:
	@$(if $(NO_DEPS),:,packaging/deps.sh build)

deps-check:
	@$(if $(NO_DEPS),:,packaging/deps.sh build check)

# Units name programs and configuration by their full path.
UNITS  := $(wildcard packaging/garaged*.service packaging/garaged*.socket packaging/garaged*.path)
placed  = sed -e 's,/usr/\(sbin\|libexec\|share\)/,$(PREFIX)/\1/,g' -e 's,/etc/garaged,$(SYSCONFDIR)/garaged,g'
SHARE   = $(PREFIX)/share/garaged
LIBEXEC = $(PREFIX)/libexec/garaged

install: all  ## install below DESTDIR and PREFIX: programs, page, definitions, units. An edited garaged.conf stays
	install -d $(I)$(PREFIX)/sbin $(I)$(PREFIX)/bin $(I)$(LIBEXEC) $(I)$(SHARE)/vehicles $(I)$(SHARE)/ports $(I)$(DOCDIR)
	install -d $(I)$(SYSCONFDIR)/garaged/vehicles.d $(I)$(UNITDIR) $(I)$(SYSUSERSDIR) $(I)$(UDEVDIR)
	install -m 755 $(B)/garaged $(I)$(PREFIX)/sbin/
	install -m 755 $(B)/garagectl $(I)$(PREFIX)/bin/
	install -m 755 $(B)/garaged-car $(B)/garaged-sim $(B)/garaged-life $(I)$(LIBEXEC)/
	install -m 644 config/vehicles/*.conf config/vehicles/README.md $(I)$(SHARE)/vehicles/
	install -m 644 packaging/ports/*.conf $(I)$(SHARE)/ports/
	rm -rf $(I)$(SHARE)/web
	cd build/web && find . -type f -exec install -D -m 644 {} $(I)$(SHARE)/web/{} \;
	test -e $(I)$(SYSCONFDIR)/garaged/garaged.conf || install -m 644 config/garaged.conf $(I)$(SYSCONFDIR)/garaged/
	for unit in $(UNITS); do $(placed) $$unit | install -m 644 /dev/stdin $(I)$(UNITDIR)/$${unit##*/} || exit 1; done
	install -m 644 packaging/garaged.sysusers $(I)$(SYSUSERSDIR)/garaged.conf
	$(placed) packaging/garaged.rules | install -m 644 /dev/stdin $(I)$(UDEVDIR)/70-garaged.rules
	install -m 644 README.md LICENSE config/garaged.conf packaging/mosquitto.conf packaging/mosquitto/broker.* $(I)$(DOCDIR)/
	install -m 644 packaging/README.md $(I)$(DOCDIR)/service.md
	install -m 644 daemon/diary/store/SCHEMA.md $(I)$(DOCDIR)/diary.md

uninstall:  ## remove what install put there; configuration, diary and users stay
	rm -f $(I)$(PREFIX)/sbin/garaged $(I)$(PREFIX)/bin/garagectl $(I)$(SYSUSERSDIR)/garaged.conf $(I)$(UDEVDIR)/70-garaged.rules
	rm -f $(patsubst packaging/%,$(I)$(UNITDIR)/%,$(UNITS))
	rm -rf $(I)$(LIBEXEC) $(I)$(SHARE) $(I)$(DOCDIR)

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
