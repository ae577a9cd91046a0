# The page: type-checked, bundled and compressed below build/web/.
.PHONY: web
web:  ## the page alone
