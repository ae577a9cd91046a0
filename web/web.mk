# The page: type-checked, bundled and compressed below build/web/. Everything npm brings comes by `make deps` alone.
WEB_NODE    := web/node_modules
WEB_SRC     := $(shell find web/src web/icons web/messages -type f) web/package.json web/package-lock.json web/tsconfig.json web/build.mjs \
               web/THIRD_PARTY.txt
WEB_TEST    := $(wildcard web/test/*.ts web/test/*.mjs web/test/*.json)
WEB_BUILT   := build/web.stamp
WEB_CHECKED := build/web-test.stamp

.PHONY: web web-unit web-browser screenshots
web: $(WEB_BUILT)  ## the page alone
	@:

$(WEB_NODE)/.package-lock.json:
	@echo "web: node_modules is missing: run make deps" >&2
	@exit 1

$(WEB_BUILT): $(WEB_SRC) | $(WEB_NODE)/.package-lock.json
	@mkdir -p $(@D)
	$(if $(Q),@echo "  TSC   web")
	$(Q)node $(WEB_NODE)/typescript/bin/tsc --noEmit -p web/tsconfig.json
	$(if $(Q),@echo "  WEB   build/web")
	$(Q)node web/build.mjs build/web
	@touch $@

$(WEB_CHECKED): $(WEB_SRC) $(WEB_TEST) | $(WEB_NODE)/.package-lock.json
	@mkdir -p $(@D)
	$(Q)node $(WEB_NODE)/typescript/bin/tsc --noEmit -p web/test/tsconfig.json
	@touch $@

web-unit: $(WEB_CHECKED)  ## unit tests of the page
	$(Q)node web/test/run.mjs build/web-test

web-browser: $(WEB_BUILT)  ## the page in Chromium against a stand-in
	$(Q)tests/web/test_page.mjs

screenshots: $(WEB_BUILT)  ## the README's pictures, from the made-up year
	$(Q)tests/web/screenshots.mjs
